"""Every method that can be compared, by name: our own, and what it has to be better than."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.errors import UnknownNameError
from lab.intervals import NORMAL_95
from lab.names import known_hint
from lab.seeds import derived_seed
from models.baselines import linear, process, trees
from models.baselines.interface import Known, Method
from models.baselines.paper import paper_committee
from models.film_table import FilmTable
from models.scaling import InputScale
from models.transforms import fit_target_scale

OWN = "filmlab"


@attrs.frozen(eq=False)
class Training:
    """What a method learns from, and how."""

    table: FilmTable
    fractions: Mask
    """Which inputs are weight fractions of one composition, shape ``(d,)``."""
    scale: InputScale
    seed: int
    members: int = 10
    epochs: int = 400


@attrs.frozen(eq=False)
class Answers:
    """Predicted measurements of m films, in the properties' units; each of shape ``(m, p)``, NaN where unknown."""

    mean: Array
    sd: Array
    p05: Array
    p95: Array


TableMethod: TypeAlias = Callable[[Training, Array], Answers]
"""From what is learned from, and inputs of shape ``(m, d)``, to answers."""


def _own(training: Training, asked: Array, *, gaussian_process: bool = True) -> Answers:
    from models.committee import fit_committee

    table = training.table
    committee = fit_committee(
        table.inputs,
        table.targets,
        table.target_sd,
        table.properties,
        members=training.members,
        epochs=training.epochs,
        seed=training.seed,
        input_scale=training.scale,
        gaussian_process=gaussian_process,
        trees=gaussian_process,
    )
    found = committee.predict(asked)
    return Answers(found.mean, found.sd, found.p05, found.p95)


def _paper(training: Training, asked: Array) -> Answers:
    mean, sd = paper_committee(training.table, training.fractions, asked, seed=training.seed)
    return Answers(mean, sd, mean - NORMAL_95 * sd, mean + NORMAL_95 * sd)


def _each(method: Method) -> TableMethod:
    """Return the method for tables of a method for one property, which learns it on the property's scale."""

    def answer(training: Training, asked: Array) -> Answers:
        table = training.table
        columns = np.full((4, len(asked), len(table.properties)), np.nan)
        for index in table.labelled:
            scale = fit_target_scale(table.properties[index], table.targets[:, index])
            known = np.isfinite(table.targets[:, index])
            seed = derived_seed(training.seed, table.properties[index].name)
            labels = scale.forward(table.targets[known, index])
            found = method(Known(table.inputs[known], training.fractions, labels, seed), asked)
            sd = np.sqrt(found.variance)
            ends = [scale.inverse(found.mean + sign * NORMAL_95 * sd) for sign in (-1.0, 1.0)]
            columns[:, :, index] = np.stack([*scale.moments(found.mean, sd), *ends])
        return Answers(*columns)

    return answer


METHODS: Mapping[str, TableMethod] = {
    OWN: _own,
    "networks": partial(_own, gaussian_process=False),
    "gaussian-process": _each(process.gaussian_process),
    "extra-trees": _each(trees.extra_trees),
    "random-forest": _each(trees.random_forest),
    "boosting": _each(trees.boosting),
    "tree": _each(trees.tree),
    "ridge": _each(linear.ridge),
    "scheffe": _each(linear.scheffe),
    "mean": _each(linear.training_mean),
    "paper": _paper,
}
"""``filmlab`` is what `filmlab model fit` learns; ``networks`` are its networks alone; ``paper``
is the committee of the reference work; the others are explained where they are defined."""


def method_named(name: str) -> TableMethod:
    """Return a method.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    if name not in METHODS:
        raise UnknownNameError(f"there is no method {name!r}", hint=known_hint(name, METHODS))
    return METHODS[name]
