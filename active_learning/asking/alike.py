"""Simulations that may be compared with each other."""

from collections.abc import Iterable, Sequence
from itertools import product

from lab.records import Simulation, SimulationStatus
from md_sim.failure import UNBROKEN
from md_sim.profiles import SMOKE, SMOKE_NOTE

TEST = "tension"
_CLAYS = ("ClayFF", "INTERFACE")
"""The clay's force fields (see `md_sim.field_sets`)."""

_Family = dict[str, list[Simulation]]


def alike(simulations: Iterable[Simulation], materials: Sequence[str], number: str) -> tuple[_Family, tuple[str, ...]]:
    """Return the tension tests by model that differ in nothing but model and seed, and what to say about them.

    The force field of a model names those of its parts (``ClayFF``, ``GLYCAM06j``, ``GLYCAM06j + ClayFF``): models are
    alike if their clay has the same one, and so has everything else. Of several such families that with the most models
    counts, then the slowest, then the one with the most seeds. Models that had not failed at the end of their test tell
    no strength and are left out, unless nothing else is left.

    Args:
        simulations: All that were recorded.
        materials: Of the campaign; models of others are left out.
        number: The number that is compared; simulations without it are left out.
    """
    sound = [
        one
        for one in simulations
        if one.test == TEST
        and one.status is SimulationStatus.OK
        and number in one.numbers
        and {name for name, share in one.composition.items() if share > 0} <= set(materials)
    ]
    broken = _largest([one for one in sound if one.failure_mode != UNBROKEN])
    family = broken if len(broken) > 1 else _largest(sound)
    notes = []
    if any(one.failure_mode == UNBROKEN for runs in family.values() for one in runs):
        notes.append("Some models had not failed at the end of their test, so their strength is a lower bound.")
    if any(one.profile == SMOKE for runs in family.values() for one in runs):
        notes.append(SMOKE_NOTE)
    return family, tuple(notes)


def _largest(simulations: Sequence[Simulation]) -> _Family:
    ways = sorted({(one.profile, one.rate_per_s, one.temperature) for one in simulations})
    organics = sorted({part for one in simulations for part in _parts(one.force_field)} - {*_CLAYS})
    families = []
    for way, clay, organic in product(ways, _CLAYS, organics or [""]):
        family: _Family = {}
        for one in simulations:
            same = (one.profile, one.rate_per_s, one.temperature) == way
            if same and _parts(one.force_field) <= {clay, organic}:
                family.setdefault(one.model, []).append(one)
        seeds = sum(len(runs) for runs in family.values())
        families.append((len(family), -way[1], seeds, family))
    return max(families, key=lambda one: one[:3])[3] if families else {}


def _parts(force_field: str) -> frozenset[str]:
    return frozenset(force_field.split(" + "))
