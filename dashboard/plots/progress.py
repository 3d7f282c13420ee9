"""Interactive plots of what has been looked at, and of what more would tell."""

import math

import pandas as pd
import plotly.graph_objects as go

from dashboard.plots.style import calm
from dashboard.texts import text
from lab.export.figures import ACCENT, CONTRAST


def coverage(table: pd.DataFrame) -> go.Figure:
    """Return the share of recipes by distance to the nearest film (`dashboard.views.coverage.coverage_table`)."""
    figure = go.Figure()
    figure.add_scatter(
        x=table["distance"], y=table["share"], mode="lines", line={"color": ACCENT, "width": 2.5}, showlegend=False
    )
    figure.update_xaxes(title=text("campaign.distance"), rangemode="tozero")
    figure.update_yaxes(title=text("campaign.within"), tickformat=".0%", range=[0, 1.02])
    return calm(figure, 360)


def stopping(table: pd.DataFrame) -> go.Figure:
    """Return the error on unseen films by loop and the scatter of repeats (`dashboard.views.coverage.stop_table`)."""
    figure = go.Figure()
    figure.add_scatter(
        x=table["loop"],
        y=table["error"],
        mode="lines+markers",
        line={"color": ACCENT, "width": 2.5},
        name=text("campaign.mre"),
    )
    scatter = table["repeats"].dropna().max()
    if scatter > 0:
        figure.add_hline(
            scatter,
            line={"color": CONTRAST, "dash": "dash", "width": 1.5},
            annotation_position="top left",  # the first errors are far above it
            annotation={
                "text": text("campaign.repeats", scatter=scatter),
                "font": {"color": CONTRAST},
                # Where an axis is logarithmic, plotly wants words at logarithms, and lines at values.
                "y": math.log10(scatter),
            },
        )
    figure.update_xaxes(title=text("campaign.loop"), dtick=1 if len(table) < 20 else None)
    figure.update_yaxes(title=text("campaign.mre"), tickformat=".0%", type="log", dtick="D2")
    return calm(figure, 360)
