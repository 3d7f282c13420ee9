"""The stored form of each kind of model: JSON values and named arrays, and back."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from lab.grades import Grade
from lab.properties import Property, Transform
from models.calibration import Calibration
from models.classifier import Classifier, Features
from models.forest import Forest
from models.kernel_machine import KernelMachine
from models.least_squares_machine import Kernel, LeastSquaresMachine
from models.predictions import Predictions
from models.property_committee import PropertyCommittee
from models.quality import QualityModel
from models.scaling import InputScale
from models.sigmoid import Sigmoid
from models.threads import one_thread
from models.transforms import TargetScale
from models.usability import Usability

if TYPE_CHECKING:
    from torch import Tensor

    from models.gaussian_processes import GaussianProcesses

Values = dict[str, Any]
Arrays = Mapping[str, NDArray[Any]]

_HYPERPARAMETERS = ("signal", "length", "own_length", "linear", "noise", "power", "regard", "directions")
_TREE_ARRAYS = ("feature", "threshold", "children", "value")
_PREDICTIONS = tuple(field.name for field in attrs.fields(Predictions))


def quality_values(model: QualityModel) -> Values:
    """Return everything of a quality model but its arrays."""
    return {
        "kind": model.kind,
        "intercept": model.machine.intercept,
        "gamma": model.machine.gamma,
        "cost": model.cost,
        "sigmoid": attrs.asdict(model.sigmoid) if model.sigmoid else None,
        "usable": [str(grade) for grade in model.usable],
        "films": model.films,
        "data_sha256": model.data_sha256,
        "seed": model.seed,
        "metrics": dict(model.metrics),
        "usability": _usability_values(model.usability) if model.usability else None,
    }


def _usability_values(model: Usability) -> Values:
    return {"sigmoid": attrs.asdict(model.sigmoid), "linear": model.kernel.linear}


def quality_arrays(model: QualityModel) -> dict[str, NDArray[Any]]:
    """Return the arrays of a quality model."""
    arrays = {"support": model.machine.support, "weights": model.machine.weights}
    if found := model.usability:
        arrays |= {"films": found.films, "labels": found.labels, "ridges": found.ridges}
        arrays["axes"] = found.kernel.axes
    return arrays


def quality_from(values: Values, arrays: Arrays) -> QualityModel:
    """Return the quality model of its stored form."""
    return QualityModel(
        kind=values["kind"],
        machine=KernelMachine(arrays["support"], arrays["weights"], values["intercept"], values["gamma"]),
        sigmoid=Sigmoid(**values["sigmoid"]) if values["sigmoid"] else None,
        cost=values["cost"],
        usable=tuple(Grade(grade) for grade in values["usable"]),
        films=values["films"],
        data_sha256=values["data_sha256"],
        seed=values["seed"],
        metrics=values["metrics"],
        usability=_usability_from(values.get("usability"), arrays),  # models stored before it was learned have none
    )


def _usability_from(values: Values | None, arrays: Arrays) -> Usability | None:
    if values is None:
        return None
    return Usability(
        films=arrays["films"],
        labels=arrays["labels"],
        ridges=arrays["ridges"],
        kernel=_kernel_from(arrays, values["linear"]),
        sigmoid=Sigmoid(**values["sigmoid"]),
    )


def classifier_values(model: Classifier) -> Values:
    """Return everything of a classifier but its arrays."""
    machine = model.machine
    return {
        "fractions": [bool(flag) for flag in model.features.fractions],
        "layers": len(model.parameters),
        "machine": {"mean": machine.mean, "linear": machine.kernel.linear} if machine else None,
        "sigmoid": attrs.asdict(model.sigmoid),
        "rivals": {name: dict(figures) for name, figures in model.rivals.items()},
        "films": model.films,
        "data_sha256": model.data_sha256,
        "seed": model.seed,
        "metrics": dict(model.metrics),
    }


def classifier_arrays(model: Classifier) -> dict[str, NDArray[Any]]:
    """Return the arrays of a classifier."""
    machine = model.machine
    return {
        "input_centre": model.features.scale.centre,
        "input_scale": model.features.scale.scale,
        "held_out": model.held_out,
        "happened": model.happened.astype(np.uint8),
        **{f"parameter_{i}": tensor.numpy() for i, tensor in enumerate(model.parameters)},
        **_machine_arrays(machine),
    }


def _machine_arrays(machine: LeastSquaresMachine | None) -> dict[str, NDArray[Any]]:
    if machine is None:
        return {}
    return {"support": machine.support, "weights": machine.weights, "axes": machine.kernel.axes}


def _kernel_from(arrays: Arrays, linear: float) -> Kernel:
    # Models stored before kernels had directions have a length scale for each feature and no more.
    return Kernel(arrays["axes"] if "axes" in arrays else np.diag(1.0 / arrays["lengths"]), linear)


def _machine_from(values: Values, arrays: Arrays) -> LeastSquaresMachine:
    kernel = _kernel_from(arrays, values["linear"])
    return LeastSquaresMachine(arrays["support"], arrays["weights"], values["mean"], kernel)


def classifier_from(values: Values, arrays: Arrays) -> Classifier:
    """Return the classifier of its stored form."""
    scale = InputScale(arrays["input_centre"], arrays["input_scale"])
    machine = values["machine"]
    return Classifier(
        features=Features(scale, np.array(values["fractions"], dtype=bool)),
        parameters=_parameters_from(values, arrays),
        machine=_machine_from(machine, arrays) if machine else None,
        sigmoid=Sigmoid(**values["sigmoid"]),
        films=values["films"],
        data_sha256=values["data_sha256"],
        seed=values["seed"],
        held_out=arrays["held_out"],
        happened=arrays["happened"].astype(bool),
        rivals=values["rivals"],
        metrics=values["metrics"],
    )


def _parameters_from(values: Values, arrays: Arrays) -> "tuple[Tensor, ...]":
    import torch

    return tuple(torch.from_numpy(np.array(arrays[f"parameter_{i}"])) for i in range(values["layers"]))


def committee_values(model: PropertyCommittee) -> Values:
    """Return everything of a committee but its arrays."""
    return {
        "properties": [attrs.asdict(prop) for prop in model.properties],
        "learned": list(model.learned),
        "members": model.members,
        "layers": len(model.parameters),
        "processes": model.processes is not None,
        "shares": list(model.shares),
        "tree_shares": [forest.share if forest else 0.0 for forest in model.forests],
        "target_scales": [attrs.asdict(scale) for scale in model.target_scales],
        "calibrations": [attrs.asdict(calibration) for calibration in model.calibrations],
        "films": model.films,
        "data_sha256": model.data_sha256,
        "seed": model.seed,
        "epochs": model.epochs,
        "usual": model.usual.tolist(),
        "metrics": dict(model.metrics),
    }


def committee_arrays(model: PropertyCommittee) -> dict[str, NDArray[Any]]:
    """Return the arrays of a committee."""
    return {
        "input_centre": model.input_scale.centre,
        "input_scale": model.input_scale.scale,
        **{f"parameter_{i}": tensor.numpy() for i, tensor in enumerate(model.parameters)},
        **(_process_arrays(model.processes) if model.processes else {}),
        **_forest_arrays(model.forests),
        **{f"held_out_{name}": getattr(model.cross_validation, name) for name in _PREDICTIONS},
    }


def _process_arrays(processes: "GaussianProcesses") -> dict[str, NDArray[Any]]:
    arrays = {"inputs": processes.inputs, "labels": processes.labels, "variances": processes.variances}
    arrays |= {name: getattr(processes.hyperparameters, name) for name in _HYPERPARAMETERS}
    return {f"process_{name}": tensor.numpy() for name, tensor in arrays.items()}


def _forest_arrays(forests: tuple[Forest | None, ...]) -> dict[str, NDArray[Any]]:
    return {
        f"forest_{row}_{name}": getattr(forest, name)
        for row, forest in enumerate(forests)
        if forest is not None
        for name in _TREE_ARRAYS
    }


def _forests_from(shares: Sequence[float], arrays: Arrays) -> tuple[Forest | None, ...]:
    return tuple(
        Forest(share, **{name: np.array(arrays[f"forest_{row}_{name}"]) for name in _TREE_ARRAYS}) if share else None
        for row, share in enumerate(shares)
    )


def _processes_from(arrays: Arrays) -> "GaussianProcesses":
    import torch

    from models.gaussian_processes import GaussianProcesses
    from models.process_kernels import Hyperparameters

    # Committees stored before inputs could be bent, and distances had directions, are as if with none of them.
    properties, inputs = arrays["process_own_length"].shape
    missing = {
        "power": np.ones((properties, inputs)),
        "regard": np.zeros((properties, 0)),
        "directions": np.zeros((inputs, 0)),
    }
    arrays = {f"process_{name}": array for name, array in missing.items()} | dict(arrays)

    def read(name: str) -> torch.Tensor:
        return torch.from_numpy(np.array(arrays[f"process_{name}"]))

    with one_thread():
        hyperparameters = Hyperparameters(**{name: read(name) for name in _HYPERPARAMETERS})
        return GaussianProcesses(read("inputs"), read("labels"), read("variances"), hyperparameters)


def committee_from(values: Values, arrays: Arrays) -> PropertyCommittee:
    """Return the committee of its stored form."""
    return PropertyCommittee(
        properties=tuple(Property(**prop) for prop in values["properties"]),
        learned=tuple(values["learned"]),
        members=values["members"],
        parameters=_parameters_from(values, arrays),
        processes=_processes_from(arrays) if values["processes"] else None,
        shares=tuple(values["shares"]),
        forests=_forests_from(values.get("tree_shares", ()), arrays),
        input_scale=InputScale(arrays["input_centre"], arrays["input_scale"]),
        target_scales=tuple(
            TargetScale(**scale | {"transform": Transform(scale["transform"])}) for scale in values["target_scales"]
        ),
        calibrations=tuple(Calibration(**calibration) for calibration in values["calibrations"]),
        films=values["films"],
        data_sha256=values["data_sha256"],
        seed=values["seed"],
        epochs=values["epochs"],
        cross_validation=Predictions(**{name: arrays[f"held_out_{name}"] for name in _PREDICTIONS}),
        usual=np.array(values.get("usual", ())),  # committees stored before attributes could vary have none
        metrics=values["metrics"],
    )
