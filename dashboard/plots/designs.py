"""Interactive plots of designed recipes."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.plots.style import SERIES, calm
from dashboard.texts import text


def stress_strain(curves: Sequence[tuple[str, pd.DataFrame]]) -> go.Figure:
    """Return predicted stress-strain curves with their 90 % bands.

    Args:
        curves: Name of the recipe and its points (`dashboard.views.asking.curve_points`).
    """
    figure = go.Figure()
    for number, (name, points) in enumerate(curves):
        colour = SERIES[number % len(SERIES)]
        band = points.dropna(subset=["p05", "p95"])
        strain, inside = 100 * points["strain"], 100 * band["strain"]
        figure.add_scatter(
            x=pd.concat([inside, inside[::-1]]),
            y=pd.concat([band["p95"], band["p05"][::-1]]),
            fill="toself",
            fillcolor=colour,
            opacity=0.13,
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(x=strain, y=points["stress"], mode="lines", name=name, line={"color": colour, "width": 2.5})
    figure.update_xaxes(title=text("design.strain"), rangemode="tozero")
    figure.update_yaxes(title=text("design.stress"), rangemode="tozero")
    return calm(figure, 360)
