"""Interactive plots of what models learned: calibration, comparison, Shapley values."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.plots.style import CONTINUOUS, SERIES, UNDER_WORDS, calm, escaped, in_words
from dashboard.texts import text
from lab.export.figures import ACCENT, FAINT, INK
from lab.export.wording import PERCENT, number, scale
from lab.properties import Property


def calibration(table: pd.DataFrame, name: str = "") -> go.Figure:
    """Return nominal against observed coverage (`dashboard.views.models.calibration_table`), all and one property."""
    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": FAINT, "width": 1}, showlegend=False)
    shown = [("", text("campaign.all"), ACCENT, "circle")]
    shown += [(name, in_words(name), SERIES[1], "diamond")] if name else []
    for key, title, colour, symbol in shown:
        rows = table[table["property"] == key]
        figure.add_scatter(
            x=rows["nominal"],
            y=rows["observed"],
            mode="lines+markers",
            name=title,
            line={"color": colour},
            marker={"symbol": symbol, "size": 8},
        )
    figure.update_xaxes(title=text("models.nominal"), range=[0, 1.02], tickformat=".0%", constrain="domain")
    figure.update_yaxes(
        title=text("models.observed"), range=[0, 1.02], tickformat=".0%", scaleanchor="x", constrain="domain"
    )
    return calm(figure, 460)


def comparison(table: pd.DataFrame, metric: str) -> go.Figure:
    """Return a metric by property and model as a heat map (`dashboard.views.models.comparison_table`).

    Args:
        table: The values.
        metric: ``mre``, ``rmse``, ``r2`` or ``coverage_90``.
    """
    # Root mean square errors have the units of their properties: only those of one row can be compared.
    weighed = table.div(table.median(axis=1), axis=0) if metric == "rmse" else table
    figure = go.Figure()
    figure.add_heatmap(
        z=weighed.to_numpy(),
        x=list(table.columns),
        y=[in_words(str(name)) for name in table.index],
        colorscale=UNDER_WORDS,
        # One hopeless model of the first loop would leave no colours for the others.
        zmin=float(np.nanpercentile(weighed.to_numpy(), 8)),
        zmax=float(np.nanpercentile(weighed.to_numpy(), 92)),
        text=[["" if np.isnan(value) else number(value) for value in row] for row in table.to_numpy()],
        texttemplate="%{text}",
        textfont={"color": INK},
        showscale=False,
        hovertemplate="%{y}, %{x}: %{text}<extra></extra>",
    )
    figure.update_xaxes(title=text(f"models.metrics.{metric}"))
    figure.update_yaxes(autorange="reversed")
    return calm(figure, 150 + 30 * len(table))


def shapley(table: pd.DataFrame, prop: Property) -> go.Figure:
    """Return Shapley values of one property: a row a material, a point a film, coloured by the material's share."""
    rows = table[table["property"] == prop.name]
    factor, unit = scale(prop.unit, PERCENT)
    materials = list(dict.fromkeys(rows["material"]))
    figure = go.Figure()
    for row, material in enumerate(materials):
        own = rows[rows["material"] == material]
        figure.add_scatter(
            x=factor * own["shapley_value"],
            y=row + _spread(own["shapley_value"].to_numpy()),
            mode="markers",
            marker={
                "color": own["share"],
                "colorscale": CONTINUOUS,
                "cmin": 0,
                "cmax": 100,
                "size": 7,
                "line": {"width": 0.4, "color": FAINT},
                "showscale": row == 0,
                "colorbar": {"title": {"text": text("explain.share")}, "thickness": 12},
            },
            text=[escaped(film) for film in own["film"]],
            customdata=own["share"],
            hovertemplate="<b>%{text}</b><br>" + escaped(material) + " %{customdata:.0f} wt%: %{x:.3g}<extra></extra>",
            showlegend=False,
        )
    figure.add_vline(0, line={"color": FAINT, "width": 1})
    figure.update_xaxes(title=text("explain.value", name=in_words(prop.name)) + (f", {unit}" if unit else ""))
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(materials))), ticktext=materials, autorange="reversed", zeroline=False
    )
    return calm(figure, 90 + 85 * len(materials))


def dependence(table: pd.DataFrame, prop: Property, material: str) -> go.Figure:
    """Return Shapley values of one property and material over the material's share in the film."""
    rows = table[(table["property"] == prop.name) & (table["material"] == material)]
    factor, unit = scale(prop.unit, PERCENT)
    figure = go.Figure()
    figure.add_scatter(
        x=rows["share"],
        y=factor * rows["shapley_value"],
        mode="markers",
        marker={"color": ACCENT, "size": 7},
        text=[escaped(film) for film in rows["film"]],
        hovertemplate="<b>%{text}</b><br>%{x:.0f} wt%: %{y:.3g}<extra></extra>",
        showlegend=False,
    )
    figure.add_hline(0, line={"color": FAINT, "width": 1})
    figure.update_xaxes(title=f"{material}, wt%")
    figure.update_yaxes(title=text("explain.value", name=in_words(prop.name)) + (f", {unit}" if unit else ""))
    return calm(figure, 340)


def importance(table: pd.DataFrame) -> go.Figure:
    """Return how much each material counts for each property (`dashboard.views.explanations.importance_table`)."""
    figure = go.Figure()
    figure.add_heatmap(
        z=table.to_numpy(),
        x=list(table.columns),
        y=[in_words(str(name)) for name in table.index],
        colorscale=UNDER_WORDS,
        texttemplate="%{z:.0%}",
        textfont={"color": INK},
        showscale=False,
        hovertemplate="%{y}, %{x}: %{z:.1%}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed")
    return calm(figure, 90 + 30 * len(table))


def _spread(values: np.ndarray) -> np.ndarray:
    """Return offsets that keep points of nearly equal value apart: the denser they lie, the wider."""
    if len(values) == 0:
        return values
    span = float(np.ptp(values)) or 1.0
    bins = np.floor(60 * (values - values.min()) / span).astype(int)
    offsets = np.zeros(len(values))
    for place in np.unique(bins):
        inside = np.flatnonzero(bins == place)
        ranks = np.arange(len(inside)) - (len(inside) - 1) / 2
        offsets[inside] = np.clip(0.055 * ranks, -0.4, 0.4)
    return offsets
