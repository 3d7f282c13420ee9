"""Reading what is to be run: protocol files with the plan inside them, and folders of such files."""

import ast
import json
from collections.abc import Sequence
from pathlib import Path

import attrs

from lab.bench import DeckOrder
from lab.errors import FilmlabError, InvalidInputError
from lab.hashing import sha256_of_bytes
from lab.materials import HandlingClass
from lab.names import known_hint
from lab.stocks import WATER, Stock
from lab.user_files import reading_fault
from robot_protocols.decks import DeckDefinition, deck_from, deck_named
from robot_protocols.plans import DeckPlan
from robot_protocols.protocol_writer import write_protocol

_LARGEST_FILE = 64 * 2**20
_HINT = "plan the films again: filmlab protocol plan; a deck that is not built in needs its file: --deck-file FILE"


@attrs.frozen
class Job:
    """A deck that is to be run."""

    plan: DeckPlan
    deck: DeckDefinition
    protocol: str
    """The protocol file's text."""

    @property
    def stocks(self) -> tuple[Stock, ...]:
        """The stocks as they were planned with; a volume is what the run card says to load."""
        return tuple(
            Stock(
                name=need.stock,
                material=need.material,
                concentration=need.concentration,
                concentration_sd=need.concentration_sd,
                volume=need.load,
                dead_volume=0.0,
                handling=HandlingClass(need.handling),
            )
            for need in self.plan.stock_needs
            if need.stock != WATER
        )


def job_of(plan: DeckPlan, deck: DeckDefinition) -> Job:
    """Return the job of a plan, its protocol written."""
    return Job(plan, deck, write_protocol(plan, deck))


def job_of_order(order: DeckOrder) -> Job:
    """Return the job of a campaign's deck; a deck of one's own comes with the order."""
    plan = plan_inside(order.protocol)
    deck = deck_from(order.deck_files, what=plan.deck) if order.deck_files else deck_named(plan.deck)
    return Job(plan, deck, order.protocol)


def read_jobs(folder: Path, deck_file: Path | None = None, only: Sequence[str] = ()) -> tuple[Job, ...]:
    """Read the decks of a plan folder in their order.

    Args:
        folder: It holds ``plan.json``, which names the protocol file of each deck; of a folder without one every
            protocol file counts.
        deck_file: The deck's file, where it is no built-in one.
        only: Labels of the decks that are wanted; all if empty.

    Raises:
        InvalidInputError: With every fault of its files, or every deck that is wanted and not there.
    """
    faults: list[str] = []
    jobs: list[Job] = []
    for path in _protocol_files(folder):
        try:
            jobs.append(read_job(path, deck_file))
        except InvalidInputError as error:
            faults += [f"{path.name}: {fault}" for fault in error.faults]
        except FilmlabError as error:
            faults.append(f"{path.name}: {error.message}")
    if not jobs and not faults:
        faults.append("there is no protocol file in it" if folder.exists() else "there is no such folder")
    if faults:
        raise InvalidInputError(str(folder), faults, hint=_HINT)
    labels = [job.plan.label for job in jobs]
    unknown = [f"has no deck {name!r}; {known_hint(name, labels)}" for name in only if name not in labels]
    if unknown:
        raise InvalidInputError(str(folder), unknown)
    return tuple(job for job in jobs if not only or job.plan.label in only)


def read_job(path: Path, deck_file: Path | None = None) -> Job:
    """Read a protocol file with the plan inside it; the file must be what filmlab writes for that plan, to the byte.

    Raises:
        InvalidInputError: If it is no such file.
    """
    text = _text(path)
    plan = plan_inside(text)
    deck = deck_named(deck_file if deck_file is not None else plan.deck)
    if write_protocol(plan, deck) != text:
        raise InvalidInputError(
            path.name,
            [f"is not what is written for plan {plan.sha256[:12]} on deck {deck.name!r}"],
            hint="it was changed, or the deck was: plan the films again",
        )
    return Job(plan, deck, text)


def plan_inside(text: str) -> DeckPlan:
    """Return the plan that a protocol file carries; nothing in the file is executed.

    Raises:
        InvalidInputError: If it carries none, or one that was changed.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InvalidInputError("protocol", [f"is no Python: {error}"], hint="plan the films again") from error
    found = {}
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        ):
            found[node.targets[0].id] = node.value.value
    plan_text = found.get("PLAN_JSON")
    if not isinstance(plan_text, str):
        raise InvalidInputError("protocol", ["carries no plan"], hint="give a protocol that filmlab wrote")
    if sha256_of_bytes(plan_text.encode()) != found.get("PLAN_SHA256"):
        raise InvalidInputError("protocol", ["its plan was changed after it was written"], hint="plan the films again")
    return DeckPlan.from_json(plan_text)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InvalidInputError(path.name, ["is far too large"], hint="give a protocol that filmlab wrote")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(path.name, [reading_fault(error)], hint="check the file") from error


def _protocol_files(folder: Path) -> list[Path]:
    listing = folder / "plan.json"
    if not listing.is_file():
        return sorted(folder.glob("*.py"))
    try:
        names = [str(deck["protocol"]) for deck in json.loads(_text(listing))["decks"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInputError(str(listing), [f"lists no decks: {error!r}"], hint="plan the films again") from error
    return [folder / name for name in names]
