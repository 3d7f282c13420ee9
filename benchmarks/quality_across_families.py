"""How well films of one family are judged by what was learned from the others.

    python -m benchmarks.quality_across_families [--families aTS-D,aTS-F7] [--labels Detachability] [--own-family]

Each family of grades.csv (umd_biofilms; see `benchmarks.model_accuracy`) is held out in turn: films of a campaign of
their own, with other shares of good films than the rest. Labels count as good where they are exactly 1. Printed are
accuracy, Brier score and calibration error of our classifier, a random forest, extra trees, and the share of good films
among those learned from. The last figure is the calibration error that the same promises would show if they were
exactly true: of a few films it is not 0, as shares of few films scatter.

--own-family adds what nothing that never saw the family can be expected to beat: extra trees that learned from nine
tenths of the family too, each of its films three times, and judge the last tenth (ten folds).
"""

import argparse
import csv
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.model_accuracy import MATERIALS, folder
from lab.arrays import Array, Mask
from lab.seeds import generator
from models.classifier import fit_classifier
from models.metrics import calibration_error_by_chance
from models.quality_rivals import figures_of_merit
from models.scaling import InputScale

LABELS = ("Detachability", "FlatnessUni", "Feasibility")
FAMILIES = ("aTS-0", "aTS-1", "aTS-D", "aTS-F3", "aTS-F5", "aTS-F7", "aTS-F9", "aTS-FB", "aTS-FD")


def read() -> tuple[Array, NDArray[np.str_], dict[str, Mask]]:
    """Return recipes, sample names and, for each label, which films are good."""
    with (folder() / "grades.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    recipes = np.array([[float(row[name]) for name in MATERIALS] for row in rows])
    good = {label: np.array([float(row[label]) == 1.0 for row in rows]) for label in LABELS}
    return recipes, np.array([row["SampleID"] for row in rows]), good


def answers(recipes: Array, good: Mask, out: Mask) -> dict[str, Array]:
    """Return the probabilities for the films held out, by method."""
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    inside = ~out
    materials = recipes.shape[1]
    own = fit_classifier(
        recipes[inside],
        good[inside],
        scale=InputScale.for_fractions(materials),
        fractions=np.ones(materials, dtype=bool),
        seed=1,
        rivals=False,
    )
    found = {"filmlab": own.predict(recipes[out])}
    for name, forest in (("random forest", RandomForestClassifier), ("extra trees", ExtraTreesClassifier)):
        model = forest(300, random_state=1).fit(recipes[inside], good[inside])
        found[name] = model.predict_proba(recipes[out])[:, 1]
    return found | {"majority": np.full(int(out.sum()), float(good[inside].mean()))}


def knowing_the_family(recipes: Array, good: Mask, out: Mask) -> Array:
    """Return the probabilities for a family's films, each by a model that learned from nine tenths of the others."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import StratifiedKFold

    others, family = np.flatnonzero(~out), np.flatnonzero(out)
    found = np.empty(len(family))
    folds = StratifiedKFold(10, shuffle=True, random_state=1)
    for learned, judged in folds.split(family, good[family]):
        rows = np.concatenate([others, np.repeat(family[learned], 3)])
        model = ExtraTreesClassifier(300, min_samples_leaf=2, random_state=1).fit(recipes[rows], good[rows])
        found[judged] = model.predict_proba(recipes[family[judged]])[:, 1]
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each family and label, then the means."""
    parser = argparse.ArgumentParser(description="Judge each family of films by the others.")
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--labels", default=",".join(LABELS))
    parser.add_argument("--own-family", action="store_true")
    options = parser.parse_args(arguments)
    recipes, names, good = read()
    rng = generator(1, "chance")
    all_figures: dict[str, list[tuple[float, float, float, float]]] = {}
    together: dict[str, list[tuple[Mask, Array]]] = {}
    for family in options.families.split(","):
        out = np.char.startswith(names, family)
        for label in options.labels.split(","):
            found = answers(recipes, good[label], out)
            if options.own_family:
                found["knowing the family"] = knowing_the_family(recipes, good[label], out)
            for method, probability in found.items():
                figures = figures_of_merit(good[label][out], probability)
                by_chance = calibration_error_by_chance(probability, rng)
                kept = (figures["accuracy"], figures["brier"], figures["ece"], by_chance)
                all_figures.setdefault(method, []).append(kept)
                together.setdefault(method, []).append((good[label][out], probability))
                told = "  ".join(f"{value:.3f}" for value in kept)
                print(f"{family:<8}{out.sum():5d} {label:<14}{method:<20}{told}", flush=True)
    columns = ("accuracy", "Brier", "calibration error", "by chance alone", "calibration error, all together")
    print(f"\n| method | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|")
    for method, rows in all_figures.items():
        happened, probability = (np.concatenate(parts) for parts in zip(*together[method], strict=True))
        whole = figures_of_merit(happened.astype(bool), probability)["ece"]
        cells = " | ".join(f"{value:.3f}" for value in (*np.mean(rows, axis=0), whole))
        print(f"| {method} | {cells} |")


if __name__ == "__main__":
    main()
