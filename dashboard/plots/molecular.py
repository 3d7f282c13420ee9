"""Interactive plots of simulations: stress-strain curves, hydrogen bonds, atoms to turn."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from dashboard.plots.style import SERIES, calm, escaped
from dashboard.texts import text
from lab.export.figures import FAINT

_ELEMENTS: Mapping[str, tuple[str, float]] = {
    "H": ("#DDDDDD", 2.5),
    "C": ("#4D4D4D", 4.0),
    "N": ("#CC79A7", 4.0),
    "O": ("#D55E00", 4.0),
    "Si": ("#E69F00", 4.5),
    "Al": ("#56B4E9", 4.5),
    "Mg": ("#009E73", 4.5),
    "Na": ("#0072B2", 5.0),
}
"""Colour (palette of Okabe and Ito) and size of an atom."""


def stress(curves: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Return stress over strain of simulations, thin as recorded and thick as a running mean."""
    figure = go.Figure()
    for number, (label, table) in enumerate(curves.items()):
        colour = SERIES[number % len(SERIES)]
        dash = ("solid", "dash", "dot")[number // len(SERIES) % 3]
        strain = 100 * table["strain"]
        smooth = table["stress_gpa"].rolling(7, center=True, min_periods=1).mean()
        figure.add_scatter(
            x=strain,
            y=table["stress_gpa"],
            mode="lines",
            line={"color": colour, "width": 0.7},
            opacity=0.35,
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=strain, y=smooth, mode="lines", name=escaped(label), line={"color": colour, "width": 2.2, "dash": dash}
        )
    figure.update_xaxes(title=text("md.strain"))
    figure.update_yaxes(title=text("md.stress"))
    return calm(figure, 380)


def bonds(table: pd.DataFrame) -> go.Figure:
    """Return hydrogen bonds over strain, a line a kind."""
    figure = go.Figure()
    kinds = [name for name in table.columns if " inside" in name or "-" in name or name in ("between", "kept")]
    for number, kind in enumerate(kinds):
        figure.add_scatter(
            x=100 * table["strain"],
            y=table[kind],
            mode="lines+markers",
            name=escaped(kind),
            line={"color": SERIES[number % len(SERIES)], "dash": ("solid", "dash", "dot")[number // len(SERIES) % 3]},
            marker={"size": 5},
        )
    figure.update_xaxes(title=text("md.strain"))
    figure.update_yaxes(title=text("md.bonds"), rangemode="tozero")
    return calm(figure, 380)


def atoms(table: pd.DataFrame) -> go.Figure:
    """Return atoms as a 3-D plot, coloured by element."""
    figure = go.Figure()
    for element, own in table.groupby("element", sort=True):
        colour, size = _ELEMENTS.get(str(element), (FAINT, 4.0))
        figure.add_scatter3d(
            x=own["x"],
            y=own["y"],
            z=own["z"],
            mode="markers",
            name=escaped(str(element)),
            marker={"color": colour, "size": size, "line": {"width": 0}},
            text=own["phase"],
            hovertemplate=f"{escaped(str(element))} %{{text}}<extra></extra>",
        )
    hidden = {"visible": False}
    figure.update_scenes(
        xaxis=hidden,
        yaxis=hidden,
        zaxis=hidden,
        aspectmode="data",
        camera={"eye": {"x": 0.1, "y": -2.1, "z": 0.3}},
    )
    return calm(figure, 520)


def beside(table: pd.DataFrame, title: str) -> go.Figure:
    """Return a number of simulated models (`dashboard.views.explanations.simulated_numbers`): a row a model.

    Args:
        table: The numbers.
        title: What they are, with unit.
    """
    figure = go.Figure()
    rows = zip(table["model"], table["composition"], table["force field"], strict=True)
    names = [f"{escaped(model)}<br><sup>{escaped(f'{mixture} · {field}')}</sup>" for model, mixture, field in rows]
    mean = table.groupby(names, sort=False)["value"].mean()
    figure.add_scatter(
        x=mean,
        y=list(mean.index),
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 26, "color": SERIES[1], "line": {"width": 2.5}},
        hovertemplate="mean %{x:.3g}<extra></extra>",
        showlegend=False,
    )
    figure.add_scatter(
        x=table["value"],
        y=names,
        mode="markers",
        marker={"color": SERIES[0], "size": 9},
        text=[f"seed {seed}" for seed in table["seed"]],
        hovertemplate="%{text}: %{x:.3g}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(title=title, rangemode="tozero")
    return calm(figure, 110 + 60 * len(mean))
