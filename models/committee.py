"""Fits a committee of neural networks to measured films: all members of all properties in one batch.

Each property has networks of its own, as in the reference work (Chen et al. 2024). Member m of a property learns from
all labelled films but one fold of them, and is kept at its best moment on that fold; folds complement each other, so
every film is held out by some member. Predictions by the members that did not see a film calibrate the uncertainty and
give the metrics.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lab.errors import InvalidInputError
from lab.properties import Property
from lab.seeds import derived_seed
from models.augmentation import Augmentation
from models.blending import EVEN, WITH_DIRECTIONS, choose_share
from models.calibration import Calibration
from models.committee_metrics import committee_metrics
from models.committee_training import add_trees, fit_processes, new_lesson, train_networks
from models.devices import check_device
from models.film_table import FilmTable
from models.forest import Forest
from models.network_settings import NetworkSettings
from models.predictions import COLUMNS, Predictions, summary
from models.property_committee import PropertyCommittee
from models.scaling import InputScale
from models.tasks import new_task

__all__ = ["Predictions", "PropertyCommittee", "fit_committee"]


def fit_committee(
    inputs: ArrayLike,
    targets: ArrayLike,
    target_sd: ArrayLike,
    properties: Sequence[Property],
    *,
    members: int = 10,
    epochs: int = 400,
    seed: int,
    input_scale: InputScale | None = None,
    gaussian_process: bool = True,
    trees: bool = False,
    device: str = "cpu",
    settings: NetworkSettings | None = None,
    augmentation: Augmentation | None = None,
    fractions: ArrayLike | None = None,
    usual: ArrayLike = (),
) -> PropertyCommittee:
    """Learn properties from measured films.

    Equal arguments give equal bits on one machine. A film with some labels missing teaches the others. A property
    without any label is not learned: its predictions are NaN, and ``<property>.labels`` among the metrics is 0.

    Args:
        inputs: Weight fractions (or any inputs, with an `input_scale`), shape ``(n, d)``.
        targets: Measured values in the properties' units, shape ``(n, p)``, NaN where missing.
        target_sd: SD of the readings behind each value, shape ``(n, p)``, NaN where unknown.
        properties: The p properties, for their transforms and physical ranges.
        members: Networks a property, at least 2.
        epochs: Optimiser steps.
        seed: Seed of folds, first weights and batches.
        input_scale: How inputs are scaled; by default as weight fractions.
        gaussian_process: Whether Gaussian processes are mixed in where held-out films prefer it.
        trees: Whether answers are drawn to those of trees where held-out films prefer it. Trees have no slope for a
            search of recipes, and break what is interpolated on a fine lattice.
        device: Where the networks are trained, ``cpu`` or ``cuda``; the bits differ between devices.
        settings: Of the networks, instead of `epochs` and sound values for the rest.
        augmentation: Virtual films that the networks learn from too; none by default.
        fractions: Which inputs are weight fractions, for virtual films, shape ``(d,)``; all by default.
        usual: Values of the last inputs where predictions are asked without them, ``(a,)``.

    Raises:
        InvalidInputError: With every fault of the table, or of members and epochs.
    """
    table = FilmTable(inputs, targets, target_sd, properties)
    settings = settings or NetworkSettings(epochs=epochs)
    _check_size(members, settings.epochs)
    check_device(device)
    scale = input_scale or InputScale.for_fractions(table.inputs.shape[1])
    target_scales = table.target_scales()
    tasks = [new_task(table, column, target_scales[column], members, seed) for column in table.labelled]
    mask = np.ones(table.inputs.shape[1], dtype=bool) if fractions is None else np.asarray(fractions, dtype=bool)
    lesson = new_lesson(table.inputs, scale, mask, augmentation, seed)
    trained = train_networks(lesson, tasks, members, settings, seed=seed, device=device)
    processes, process_answers = fit_processes(table, scale, tasks, seed) if gaussian_process else (None, None)
    held_out = np.full((COLUMNS, *table.targets.shape), np.nan)
    calibrations = [Calibration(0, table.inputs.shape[1])] * len(table.properties)
    shares: list[float] = []
    forests: list[Forest | None] = []
    scaled = scale(table.inputs)
    usual_share = WITH_DIRECTIONS if processes and processes.directed else EVEN
    for row, column in enumerate(table.labelled):
        tested = tasks[row].held_out.any(axis=0)
        networks = trained.held_out(row, tasks[row], tested)
        process = process_answers[row].at(tested) if process_answers else None
        before = Calibration(table.labelled_recipes(column), table.inputs.shape[1], tasks[row].typical_variance)
        share, calibrations[column], answer = choose_share(
            before, tasks[row].labels[tested], networks, process, usual=usual_share
        )
        if trees:
            tree_seed = derived_seed(seed, "committee", "trees", table.properties[column].name)
            forest, calibrations[column], answer = add_trees(
                scaled, tasks[row], before, (calibrations[column], answer), tree_seed
            )
            forests.append(forest)
        held_out[:, tested, column] = summary(target_scales[column], calibrations[column], answer)
        shares.append(share)
    cross_validation = Predictions(*held_out)
    return PropertyCommittee(
        properties=table.properties,
        learned=table.labelled,
        members=members,
        parameters=trained.parameters,
        processes=processes,
        shares=tuple(shares),
        forests=tuple(forests),
        input_scale=scale,
        target_scales=target_scales,
        calibrations=tuple(calibrations),
        films=len(table.inputs),
        data_sha256=table.sha256(),
        seed=seed,
        epochs=settings.epochs,
        cross_validation=cross_validation,
        usual=np.asarray(usual, dtype=float),
        metrics=committee_metrics(table.properties, table.targets, cross_validation),
    )


def _check_size(members: int, epochs: int) -> None:
    faults = []
    if members < 2:
        faults.append(f"{members} members, where at least 2 are needed for a spread")
    if epochs < 1:
        faults.append(f"{epochs} epochs, where at least 1 is needed")
    if faults:
        raise InvalidInputError("committee", faults)
