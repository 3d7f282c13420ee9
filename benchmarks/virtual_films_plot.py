"""Draws the error on held-out films against the number of virtual films, from what `benchmarks.virtual_films` saved.

python -m benchmarks.virtual_films_plot virtual.json properties.json --out virtual-films.png
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.virtual_films import LIMIT

_METHOD = re.compile(r"(paper|ours)-(\d+)(.*)")
_NAMES = {"paper": "the paper's committee", "ours": "our networks"}
_COLOURS = {"paper": "#c8553d", "ours": "#0b6e8a"}
_HEADROOM = 1.1
_PLACES = {0: 0, 10: 1, 100: 2, 1000: 3}


def draw(axes: Axes, title: str, errors: Mapping[str, Sequence[float]]) -> None:
    """Draw one table: a line for each kind of virtual films and length of training."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for method, found in errors.items():
        if parts := _METHOD.fullmatch(method):
            kind, ratio, training = parts.groups()
            lines.setdefault(f"{kind}{training}", []).append((int(ratio), float(np.mean(found))))
    styles = {"paper": iter(["-", "--", ":"]), "ours": iter(["-"])}
    for name, points in lines.items():
        kind = name.split()[0]
        ratios, values = zip(*sorted(points), strict=True)
        label = re.sub(r"\d+", lambda steps: f"{int(steps[0]):,}", name.replace(kind, _NAMES[kind]))
        places = [_PLACES[ratio] for ratio in ratios]
        axes.plot(places, values, marker="o", color=_COLOURS[kind], linestyle=next(styles[kind]), label=label)
    if "filmlab" in errors:
        axes.axhline(float(np.mean(errors["filmlab"])), color="#444444", linewidth=1, label="filmlab, no virtual films")
    axes.set_xticks(list(_PLACES.values()), [str(ratio) for ratio in _PLACES])
    axes.set_ylim(0.0, _HEADROOM * max(float(np.mean(found)) for method, found in errors.items() if method != LIMIT))
    axes.set_xlabel("virtual films for each measured one")
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw one panel a table."""
    parser = argparse.ArgumentParser(description="Draw the error against the number of virtual films.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    tables = {title: errors for file in options.files for title, errors in json.loads(file.read_text()).items()}
    figure, panels = plt.subplots(1, len(tables), figsize=(4.2 * len(tables), 3.6), layout="constrained", squeeze=False)
    for axes, (title, errors) in zip(panels[0], tables.items(), strict=True):
        draw(axes, title, errors)
    panels[0][0].set_ylabel("mean relative error on held-out films, %")
    figure.savefig(options.out, dpi=130)


if __name__ == "__main__":
    main()
