"""Model cards in Markdown: what a stored model learned from, how good it is, and what its uncertainty means."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from lab.counting import counted
from lab.export.wording import name_text, unit_text
from lab.properties import Property
from models.classifier import Classifier
from models.property_committee import PropertyCommittee
from models.quality import PAPER_THRESHOLD, QualityModel
from models.reliability import reliability_bins

_CLASS_METRICS = {
    "accuracy": "accuracy",
    "majority": "accuracy of always naming the commoner kind",
    "roc_auc": "ROC-AUC",
    "brier": "Brier score",
    "ece": "calibration error (ECE)",
}
_CLASS_COLUMNS = {"accuracy": "accuracy", "roc_auc": "ROC-AUC", "brier": "Brier", "ece": "calibration error"}
_PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "safetensors")


def environment() -> dict[str, str]:
    """Return the versions of what a model's bits depend on."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{package: version(package) for package in _PACKAGES},
    }


def committee_card(model: PropertyCommittee) -> str:
    """Return the card of a property committee."""
    columns = ("labels", "mre", "rmse", "r2", "coverage_90")
    rows = [
        [_title(prop), *(_number(model.metrics, f"{prop.name}.{column}") for column in columns)]
        for prop in model.properties
    ]
    rows.append(["all (mean; RMSE in SDs of the labels)", "", *(_number(model.metrics, c) for c in columns[1:])])
    return _join(
        "# Property committee",
        f"{counted(len(model.learned), 'property', 'properties')}, {model.members} neural networks each, trained "
        f"together for {model.epochs} steps on {counted(model.films, 'film')}. " + _shares(model),
        "## Held-out films",
        "Each film is predicted by the members that did not learn from it.",
        _table(["property", "labels", "MRE", "RMSE", "R2", "within 90 % interval"], rows),
        "A dash means that too few labels were there to tell.",
        "## Uncertainty",
        "`sd` is the standard deviation of a new measurement: `model_sd` (disagreement of the members) and `noise_sd` "
        "(scatter of films and readings) together, both scaled so that they fit the errors on held-out films. `p05` to "
        "`p95` holds a measurement in nine cases of ten for films like those learned from. Far from all films the "
        "members disagree more and the interval widens, but no check on held-out films covers that case.",
        _origin(model.data_sha256, model.seed),
    )


def quality_card(model: QualityModel) -> str:
    """Return the card of a quality model."""
    usable = ", ".join(str(grade) for grade in model.usable)
    if model.kind == "paper":
        meaning = (
            "The output is a regression on the grades (A 1, B 2/3, C 1/3, D 0), cut to 0 to 1, as in the reference "
            f"work. It orders recipes and is compared with thresholds ({PAPER_THRESHOLD:g} here); it is no probability."
        )
    else:
        meaning = "The output is the probability of a usable film, calibrated on held-out films (Platt's sigmoid)."
    return _join(
        "# Quality model",
        f"Support vector machine (kind `{model.kind}`, C {model.cost:g}, gamma {model.gamma:g}) on {model.films} "
        f"graded films, of which {100 * model.metrics['usable_share']:.1f} % are usable (grade {usable}).",
        "## Held-out films",
        _class_table(model.metrics),
        "## Uncertainty",
        meaning,
        _origin(model.data_sha256, model.seed),
    )


def classifier_card(model: Classifier) -> str:
    """Return the card of a classifier."""
    if model.machine is None:
        how = f"Too few films, or films of one kind only ({model.films}): the answer is the same for every recipe."
    else:
        how = (
            f"The mean of {len(model.parameters[0])} neural networks and a least-squares support vector machine, on "
            f"{model.films} films, {100 * model.metrics['positive_share']:.1f} % of them positive."
        )
    return _join(
        "# Probability of a positive label",
        how,
        "## Held-out films",
        _rival_table(model),
        *_reliability(model),
        "## Uncertainty",
        "The output is a probability, calibrated on held-out films (Platt's sigmoid): of films promised 0.8, about "
        "80 % turn out positive, among films like those learned from.",
        _origin(model.data_sha256, model.seed),
    )


def _title(prop: Property) -> str:
    unit = unit_text(prop.unit)
    return _name(prop) + (f", {unit}" if unit else "")


def _name(prop: Property) -> str:
    # A column of somebody's table is its own title: it keeps its name, by which it is found there.
    return prop.name if prop.title == prop.name else name_text(prop.name)


def _shares(model: PropertyCommittee) -> str:
    if model.processes is None:
        told = "They answer alone."
    else:
        told = _of_each(model, "A Gaussian process beside them has this share of the answer", model.shares)
    tree_shares = [forest.share if forest else 0.0 for forest in model.forests]
    if not any(tree_shares):
        return told
    return f"{told} {_of_each(model, 'The mean is drawn to that of trees by', tree_shares)}"


def _of_each(model: PropertyCommittee, what: str, shares: Sequence[float]) -> str:
    names = [_name(model.properties[index]) for index in model.learned]
    return f"{what}: {', '.join(f'{name} {100 * share:.0f} %' for name, share in zip(names, shares, strict=True))}."


def _class_table(metrics: Mapping[str, float]) -> str:
    return _table(["metric", "value"], [[title, _number(metrics, name)] for name, title in _CLASS_METRICS.items()])


def _rival_table(model: Classifier) -> str:
    """Return the figures of merit of the model and of its rivals on the same folds."""
    majority = model.metrics["majority"]
    rows = [["this model", *(_number(model.metrics, name) for name in _CLASS_COLUMNS)]]
    rows += [
        [name, *(_number(figures, column) for column in _CLASS_COLUMNS)]
        for name, figures in sorted(model.rivals.items())
    ]
    rows.append(["always the commoner kind", f"{majority:.4g}", "0.5", f"{majority * (1 - majority):.4g}", "0"])
    return _table(["method", *_CLASS_COLUMNS.values()], rows)


def _reliability(model: Classifier) -> list[str]:
    if len(model.held_out) == 0:
        return []
    bins = reliability_bins(model.happened, model.held_out)
    rows = [[f"{one.promised:.3f}", f"{one.observed:.3f}", str(one.films)] for one in bins]
    return ["Promised and observed:", _table(["promised probability", "came true", "films"], rows)]


def _number(metrics: Mapping[str, float], name: str) -> str:
    return f"{metrics[name]:.4g}" if name in metrics else "–"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; a bar in a cell, as in a column's name, is no border."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def _origin(data_sha256: str, seed: int) -> str:
    rows = [["training data, SHA-256", f"`{data_sha256}`"], ["seed", str(seed)]]
    rows += [[name, value] for name, value in environment().items()]
    return "## Origin\n\n" + _table(["what", "value"], rows)


def _join(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
