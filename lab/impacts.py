"""What a film costs and emits, by its recipe; and what is not known about it.

Footprints are the global-warming factors that the reference work's group publishes (TRACI, kg CO2e per kg, in
lab/library/chen2024/lca_factors.csv). It has none for montmorillonite. A campaign file may give ``footprint`` and
``price`` of a material. Prices of the built-in materials are assumptions that say so; money spent on water, energy and
work is not in them.
"""

from collections.abc import Mapping

import attrs

from lab import library
from lab.campaigns import CampaignDefinition

GLOBAL_WARMING = "Global warming, kg CO2 eq"


@attrs.frozen
class Amount:
    """A sum over the materials of a film, per kg of dry film."""

    value: float
    """The sum over the materials that a factor is known for."""
    missing: tuple[str, ...]
    """Materials in the film that no factor is known for; the true sum is larger."""


def footprints(definition: CampaignDefinition) -> Mapping[str, float | None]:
    """Return kg CO2e per kg of every material of a campaign; None where it is not known."""
    published = library.impact_factors()[GLOBAL_WARMING]
    return {
        item.material.name: item.material.footprint
        if item.material.footprint is not None
        else published.get(item.material.name)
        for item in definition.ranges
    }


def prices(definition: CampaignDefinition) -> Mapping[str, float | None]:
    """Return USD per kg of every material of a campaign; None where it is not known."""
    return {item.material.name: item.material.price for item in definition.ranges}


def price_sources(definition: CampaignDefinition) -> Mapping[str, str]:
    """Return where each known price comes from."""
    return {
        item.material.name: item.material.price_source or "not said"
        for item in definition.ranges
        if item.material.price is not None
    }


def plastic_footprint(plastic: str) -> float | None:
    """Return kg CO2e per kg of a plastic of the same source (LDPE, HDPE, PVC); None for others."""
    return library.impact_factors()[GLOBAL_WARMING].get(plastic)


def amount(composition: Mapping[str, float], factors: Mapping[str, float | None]) -> Amount:
    """Return the sum of fraction x factor, and the materials that have no factor."""
    known = 0.0
    missing = []
    for name, fraction in composition.items():
        factor = factors.get(name)
        if factor is not None:
            known += fraction * factor
        elif fraction > 0:
            missing.append(name)
    return Amount(known, tuple(missing))
