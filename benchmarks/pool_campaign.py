"""One campaign on a pool: start with random films, then let a rule choose batch after batch."""

from contextlib import suppress

import attrs
import numpy as np

from active_learning.acquisition import (
    ANYTHING_AGAIN,
    AcquisitionContext,
    AcquisitionRule,
    BestOfProperty,
    Goal,
    RatedFilms,
    rule_named,
)
from active_learning.learners import Committee
from benchmarks.pool_peers import STACKS, fit_peer
from benchmarks.pool_tables import PoolTable
from benchmarks.property_processes import fit_property_processes
from lab.arrays import Array, Integers, Rows
from lab.errors import NoRecipeError
from lab.properties import Transform
from lab.seeds import derived_seed, generator
from models.committee import fit_committee

LEARNERS = ("processes", "committee")
"""What learns from the films: Gaussian processes alone, or a committee as in a campaign, ten times as slow."""

TOP = 0.05
"""Share of the pool that a goal campaign looks for."""


@attrs.frozen
class Protocol:
    """How campaigns run."""

    rule: str | AcquisitionRule
    """The rule of acquisition, or the name of one of ours."""

    start: int = 20
    batch: int = 10
    budget: int = 140
    learner: str = "processes"
    """One of `LEARNERS`, the same for all rules; or a peer's."""
    members: int = 10
    epochs: int = 400
    """Of a committee."""
    aside: float = 0.0
    """Share of the rows that no rule can choose and on which the map's error is taken; 0 to take it on all rows."""

    @property
    def acquisition(self) -> AcquisitionRule:
        """The rule."""
        return rule_named(self.rule) if isinstance(self.rule, str) else self.rule


@attrs.frozen(eq=False)
class Campaign:
    """What a campaign showed."""

    films: Integers
    """Number of films known, after the start and after every batch, ``(t,)``."""
    value: Array
    """How well it stands with them, ``(t,)``. Of the map: the error, root mean square over the spread of the rows
    that are asked about, mean over targets; 1 for a target that none of the films has. Of a goal: the share of the best
    rows that is found."""
    order: Rows
    """Rows in the order in which they were made."""

    @property
    def curve(self) -> list[tuple[float, float]]:
        """Films and value, point by point."""
        return list(zip(self.films.tolist(), self.value.tolist(), strict=True))


def learn_the_map(table: PoolTable, protocol: Protocol, seed: int) -> Campaign:
    """Run a campaign that wants to predict every recipe; all rules of a seed start alike and are tested alike."""
    shuffled = generator(seed, "pool", table.name).permutation(len(table.inputs))
    aside, pool = np.split(shuffled, [round(protocol.aside * len(shuffled))])
    asked = aside if len(aside) else shuffled
    made, free = pool[: protocol.start], pool[protocol.start :]
    films, errors = [], []
    while True:
        committee = _fit(table, made, protocol, seed)
        films.append(len(made))
        errors.append(_error(table, committee, asked))
        context = _context(table, committee, made, free)
        chosen = _choose(context, protocol, len(made), seed)
        if len(chosen) == 0:
            return Campaign(np.array(films), np.array(errors), made)
        made, free = np.concatenate([made, free[chosen]]), np.delete(free, chosen)


def reach_the_goal(table: PoolTable, protocol: Protocol, seed: int) -> Campaign:
    """Run a campaign that wants the best rows of the table by its first target; all rules of a seed start alike."""
    best = best_rows(table)
    made = generator(seed, "pool", table.name).permutation(len(table.inputs))[: protocol.start]
    free = np.setdiff1d(np.arange(len(table.inputs)), made)
    films, shares = [], []
    while True:
        films.append(len(made))
        shares.append(float(np.isin(best, made).mean()))
        goal = _goal(table, made)
        asked = protocol.acquisition.needs_committee
        context = _context(table, _fit(table, made, protocol, seed) if asked else None, made, free, goal)
        chosen = _choose(context, protocol, len(made), seed)
        if len(chosen) == 0:
            return Campaign(np.array(films), np.array(shares), made)
        made, free = np.concatenate([made, free[chosen]]), np.delete(free, chosen)


def best_rows(table: PoolTable) -> Rows:
    """Return the rows of the best values of the first target, a share of `TOP` of all rows, at least one."""
    values = np.nan_to_num(table.targets[:, 0] * (-1 if table.minimise[0] else 1), nan=-np.inf)
    return np.argsort(-values, kind="stable")[: max(1, round(TOP * len(values)))]


def _goal(table: PoolTable, made: Rows) -> Goal:
    best = not table.minimise[0]
    films = RatedFilms.of(table.inputs[made], table.on_model_scale[made, 0], maximise=best)
    return BestOfProperty.among(table.targets[made], 0, maximise=best, films=films)


def _fit(table: PoolTable, made: Rows, protocol: Protocol, seed: int) -> Committee:
    films = (table.inputs[made], table.targets[made], np.full((len(made), len(table.properties)), np.nan))
    drawn = derived_seed(seed, "fit", len(made))
    if protocol.learner in STACKS:
        return fit_peer(protocol.learner, table, made, drawn)
    if protocol.learner == "processes":
        return fit_property_processes(*films, table.properties, seed=drawn, input_scale=table.input_scale)
    return fit_committee(
        *films,
        table.properties,
        members=protocol.members,
        epochs=protocol.epochs,
        seed=drawn,
        input_scale=table.input_scale,
    )


def _context(
    table: PoolTable, committee: Committee | None, made: Rows, free: Rows, goal: Goal | None = None
) -> AcquisitionContext:
    # Every row of the pool can be made and is usable. Only exact repeats count as made.
    candidates, usable = table.inputs[free], np.ones(len(free))
    return AcquisitionContext(candidates, usable, table.inputs[made], committee, goal, tolerance=0.0)


def _choose(context: AcquisitionContext, protocol: Protocol, made: int, seed: int) -> Rows:
    """Return the rows of the candidates that the rule chooses; none where the budget or the pool is used up.

    A recipe of which the table has several rows is made again only where fewer others are left than the batch needs.
    """
    batch = min(protocol.batch, protocol.budget - made)
    rule = protocol.acquisition
    for tolerance in (context.tolerance, ANYTHING_AGAIN) if batch > 0 else ():
        situation = attrs.evolve(context, tolerance=tolerance)
        with suppress(NoRecipeError):
            return rule.choose(situation, batch, generator(seed, "choose", rule.name, made)).indices
    return np.empty(0, dtype=np.intp)


def _error(table: PoolTable, committee: Committee, asked: Rows) -> float:
    truth = table.on_model_scale[asked]
    mean = committee.predict(table.inputs[asked]).mean
    logs = [prop.transform is Transform.LOG for prop in table.properties]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(logs, np.log(mean), mean)
    learned = ~np.isnan(mean).all(axis=0)
    squared = np.nanmean((mean - truth)[:, learned] ** 2, axis=0)
    errors = np.ones(len(learned))
    errors[learned] = np.sqrt(squared) / np.nanstd(truth[:, learned], axis=0)
    return float(errors.mean())
