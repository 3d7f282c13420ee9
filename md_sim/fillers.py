"""Putting small molecules between the layers of a laminate: at random places, turned at random, touching nothing."""

import attrs
import numpy as np
from scipy.spatial.transform import Rotation

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.seeds import generator
from md_sim.neighbours import near_pairs
from md_sim.systems import System, joined

DISTANCE = 1.7
"""Nuclei of different molecules keep this distance, angstrom; a hydrogen bond has 1.7 to 2 between H and O."""
ASIDE = 20.0
"""Long molecules point aside from x by at most this, degrees."""
TRIES = 500
"""Places that are tried for each molecule before it is said not to fit."""
_REACH = 6.0
"""Atoms farther from a layer than its thickness and this are not touched, angstrom."""


@attrs.frozen(eq=False)
class Filler:
    """Molecules between two layers."""

    molecule: System
    """One molecule, its middle at the origin."""
    count: int
    """How many, over all layers."""
    thickness: float
    """How much farther apart they keep the layers before relaxation, angstrom."""
    lying: bool = False
    """Whether they are long, with their axis on x, and lie flat and roughly along x."""


def filled(system: System, filler: Filler, *, heights: tuple[float, ...], seed: int) -> System:
    """Return a system with molecules in flat layers.

    Args:
        system: A laminate with room between its layers.
        filler: What is put in.
        heights: Heights of the middles of the layers; the molecules go to them in turn, angstrom.
        seed: Seed of places and turns.

    Raises:
        InvalidInputError: If they do not fit.
    """
    rng = generator(seed, "filler")
    layers = [_near(system, height, filler.thickness) for height in heights]
    parts = [system]
    for number in range(filler.count):
        layer = number % len(heights)
        for _ in range(TRIES):
            place = [*(rng.uniform(size=2) * np.diag(system.cell)[:2]), heights[layer]]
            positions = np.asarray(_turn(filler, rng).apply(filler.molecule.positions)) + place
            if _free(positions, layers[layer], system.cell):
                break
        else:
            raise InvalidInputError(
                "the filler",
                [f"{number} of {filler.count} molecules fit between the layers"],
                hint="choose fewer molecules or a larger model",
            )
        layers[layer] = np.concatenate([layers[layer], positions])
        parts.append(attrs.evolve(filler.molecule, positions=positions))
    return joined(parts, system.cell)


def _turn(filler: Filler, rng: np.random.Generator) -> Rotation:
    if not filler.lying:
        return Rotation.random(random_state=int(rng.integers(2**31)))
    spin, aside = rng.uniform(-180, 180), rng.uniform(-ASIDE, ASIDE)
    return Rotation.from_euler("xz", [spin, aside], degrees=True)


def _near(system: System, height: float, thickness: float) -> Array:
    """Return the positions of the atoms that a molecule at a height may touch."""
    z, period = system.positions[:, 2], system.cell[2, 2]
    away = np.abs((z - height + period / 2) % period - period / 2)
    return np.asarray(system.positions[away < thickness + _REACH])


def _free(positions: Array, there: Array, cell: Array) -> bool:
    pairs, _ = near_pairs(positions, there, cell, DISTANCE)
    return not len(pairs)
