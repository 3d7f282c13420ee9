"""Interactive plots of curves as instruments measured them."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.plots.style import SERIES, calm, escaped
from lab.export.wording import unit_text
from lab.instruments import Curve

_MOST_POINTS = 2_000


def curves(found: Sequence[tuple[str, Curve]]) -> go.Figure:
    """Return curves of one kind over each other, thinned to what a screen can show.

    Args:
        found: Label and curve; those whose axes differ from the first's are left out.
    """
    figure = go.Figure()
    if not found:
        return calm(figure, 320)
    first = found[0][1]
    alike = [(label, one) for label, one in found if (one.x_unit, one.y_unit) == (first.x_unit, first.y_unit)]
    for number, (label, one) in enumerate(alike):
        step = max(1, len(one.x) // _MOST_POINTS)
        colour, dash = SERIES[number % len(SERIES)], ("solid", "dash", "dot")[number // len(SERIES) % 3]
        figure.add_scatter(
            x=one.x[::step],
            y=one.y[::step],
            mode="lines",
            name=escaped(label),
            line={"color": colour, "width": 1.8, "dash": dash},
            showlegend=len(alike) > 1,
        )
    figure.update_xaxes(title=_axis(first.x_name, first.x_unit))
    figure.update_yaxes(title=_axis(first.y_name, first.y_unit))
    return calm(figure, 320)


def _axis(name: str, unit: str) -> str:
    shown = unit_text(unit)
    return f"{name}, {shown}" if shown else name


def curve_table(found: Sequence[tuple[str, Curve]]) -> pd.DataFrame:
    """Return the points of curves in one table: label, x and y with their names and units."""
    parts = [
        pd.DataFrame({"curve": label, "x": one.x, "y": one.y}).assign(
            x_is=f"{one.x_name} [{one.x_unit}]", y_is=f"{one.y_name} [{one.y_unit}]"
        )
        for label, one in found
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=["curve", "x", "y", "x_is", "y_is"])
