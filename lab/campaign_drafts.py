"""Drafts of campaign files: the few choices with which a campaign begins, written as TOML to be refined by hand."""

import json
from collections.abc import Sequence

import attrs

from lab.errors import InvalidInputError
from lab.user_files import toml_string

DEAD_VOLUME = 8_000
"""What a pipette cannot draw from a reservoir of 195 mL, uL, as in the built-in campaign."""


@attrs.frozen
class StockDraft:
    """A stock of a material."""

    material: str
    concentration: float
    """mg/mL"""
    volume: float
    """mL at hand."""

    @property
    def name(self) -> str:
        """Its name, such as CNF-10."""
        return f"{self.material}-{self.concentration:g}"


@attrs.frozen
class CastingDraft:
    """How films of a kind are cast."""

    deck: str
    solids: float
    """Dry material a film, mg."""
    volume: float
    """Casting volume, uL."""


@attrs.frozen
class CampaignDraft:
    """What somebody has chosen."""

    name: str
    title: str
    lab: str
    """``virtual`` or ``real``"""
    stocks: Sequence[StockDraft]
    """One a material."""
    properties: Sequence[str]
    library: CastingDraft
    measured: CastingDraft
    loops: int = 14
    batch: int = 10
    """Films of a loop."""

    def to_toml(self) -> str:
        """Return the campaign file.

        Raises:
            InvalidInputError: If something is missing that a file needs; all of it is listed.
        """
        faults = [
            words
            for words, missing in (
                ("the campaign has no name", not self.name.strip()),
                ("fewer than two materials are chosen", len(self.stocks) < 2),
                ("no property is chosen", not self.properties),
            )
            if missing
        ]
        if faults:
            raise InvalidInputError("campaign", faults, hint="choose what is missing")
        return "\n".join(
            [
                f"name = {toml_string(self.name.strip())}",
                f"title = {toml_string(self.title.strip() or self.name.strip())}",
                f"lab = {toml_string(self.lab)}",
                *(f"\n[materials.{toml_string(stock.material)}]" for stock in self.stocks),
                "\n[lattice]\nlibrary_step = 0.10\nrecipe_step = 0.02",
                f"\n[properties]\nmeasure = {json.dumps(list(self.properties))}",
                *map(_stock, self.stocks),
                _casting("library", self.library),
                _casting("measured", self.measured),
                f"\n[loop]\nloops = {self.loops}\nbatch = {self.batch}\nfilms = {self.loops * self.batch}\n",
            ]
        )


def _stock(stock: StockDraft) -> str:
    return (
        f"\n[[stocks]]\nname = {toml_string(stock.name)}\nmaterial = {toml_string(stock.material)}\n"
        f"concentration = {stock.concentration:g}\nvolume = {1000 * stock.volume:g}\ndead_volume = {DEAD_VOLUME}"
    )


def _casting(kind: str, casting: CastingDraft) -> str:
    deck = toml_string(casting.deck)
    return f"\n[casting.{kind}]\ndeck = {deck}\nsolids = {casting.solids:g}\nvolume = {casting.volume:g}"
