"""Interactive curves: learning, parity, promises and what became of them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.plots.style import calm, in_words
from dashboard.texts import text
from lab.export.curves import wilson_interval
from lab.export.figures import ACCENT, CONTRAST, FAINT, GOOD
from lab.export.promises import PromiseCheck
from lab.export.wording import unit_text, wish_text
from lab.intervals import NOMINAL_COVERAGE, NORMAL_95
from lab.properties import Property, Transform


def learning(table: pd.DataFrame, metric: str, properties: Sequence[str] = ()) -> go.Figure:
    """Return a metric by loop: the mean of all properties in colour, single ones in grey.

    Args:
        table: A learning table (`dashboard.views.campaign.learning_table`).
        metric: ``mre`` or ``coverage_90``.
        properties: Properties to show beside the mean.
    """
    figure = go.Figure()
    chosen = table[table["metric"] == metric]
    for name in [*properties, ""]:
        line = chosen[chosen["property"] == name].sort_values("loop")
        own = {"color": ACCENT, "width": 3} if name == "" else {"width": 1.5}
        figure.add_scatter(
            x=line["loop"], y=line["value"], mode="lines+markers", name=in_words(name) or text("campaign.all"), line=own
        )
    if metric == "coverage_90":
        figure.add_hline(NOMINAL_COVERAGE, line={"color": CONTRAST, "dash": "dash", "width": 1})
    # Errors fall by orders of magnitude in the first loops: a linear axis would hide what follows.
    scale = {"rangemode": "tozero"} if metric == "coverage_90" else {"type": "log", "dtick": "D2"}
    figure.update_yaxes(tickformat=".0%", title=text(f"campaign.{metric}"), **scale)
    figure.update_xaxes(title=text("campaign.loop"), dtick=1 if table["loop"].nunique() < 20 else None)
    return calm(figure, 340)


def loop_shares(table: pd.DataFrame) -> go.Figure:
    """Return predicted quality and the usable share that came out, by loop (`dashboard.views.campaign.loop_table`)."""
    graded = table[table["graded"] > 0]
    shares = graded["usable"] / graded["graded"]
    spans = np.array(
        [wilson_interval(int(u), int(n)) for u, n in zip(graded["usable"], graded["graded"], strict=True)]
    ).reshape(-1, 2)
    figure = go.Figure()
    figure.add_scatter(
        x=graded["loop"],
        y=shares,
        error_y={"array": spans[:, 1] - shares, "arrayminus": shares - spans[:, 0], "color": FAINT, "width": 0},
        mode="markers",
        marker={"color": ACCENT, "size": 9},
        cliponaxis=False,
        name=text("campaign.usable"),
    )
    figure.add_scatter(
        x=table["loop"],
        y=table["quality"],
        mode="markers",
        marker={"color": CONTRAST, "symbol": "diamond", "size": 8},
        cliponaxis=False,
        name=text("campaign.promised"),
    )
    figure.update_yaxes(tickformat=".0%", range=[0, 1.05])
    figure.update_xaxes(title=text("campaign.loop"), dtick=1 if len(table) < 20 else None)
    return calm(figure, 300)


def parity(table: pd.DataFrame, prop: Property) -> go.Figure:
    """Return a property's predictions against measurements (`dashboard.views.models.held_out_table`)."""
    rows = table[table["property"] == prop.name]
    log = prop.transform is Transform.LOG and bool((rows[["measured", "predicted"]] > 0).all(axis=None))
    spread = NORMAL_95 * rows["predicted_sd"]
    figure = go.Figure()
    figure.add_scatter(
        x=rows["measured"],
        y=rows["predicted"],
        error_y={
            "array": spread,
            "arrayminus": np.minimum(spread, 0.9 * rows["predicted"]),
            "width": 0,
            "thickness": 1,
            "color": "rgba(0, 114, 178, 0.3)",
        },
        mode="markers",
        marker={"color": ACCENT, "size": 7},
        text=rows["film"].str.replace("<", "&lt;"),
        name="",
        showlegend=False,
    )
    both = rows[["measured", "predicted"]]
    ends = np.array([both.min(axis=None), both.max(axis=None)])
    figure.add_scatter(x=ends, y=ends, mode="lines", line={"color": FAINT, "width": 1}, showlegend=False)
    unit = unit_text(prop.unit)
    suffix = f", {unit}" if unit else ""
    scaled = np.log10(ends) if log else ends
    margin = 0.06 * (scaled[1] - scaled[0] or 1.0)
    # Both axes alike, so that the line of equality runs from corner to corner.
    axis = {"type": "log" if log else "linear", "range": [scaled[0] - margin, scaled[1] + margin]}
    figure.update_xaxes(title=text("campaign.measured") + suffix, constrain="domain", **axis)
    figure.update_yaxes(title=text("campaign.predicted") + suffix, scaleanchor="x", constrain="domain", **axis)
    return calm(figure, 460)


def promises(checks: Sequence[PromiseCheck]) -> go.Figure:
    """Return promised intervals and measured values over what was required; properties only."""
    figure = go.Figure()
    shown = [check for check in checks if check.prediction is not None]
    labels = [f"{check.film or check.design.label}: {wish_text(check.requirement.text)}" for check in shown]
    for check, label in zip(shown, labels, strict=True):
        _add_promise(figure, check, label, check.yardstick)
    figure.add_vline(1.0, line={"color": FAINT, "width": 1})
    figure.update_xaxes(title=text("designs.axis"))
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1])
    return calm(figure, 135 + 34 * len(shown))


def _add_promise(figure: go.Figure, check: PromiseCheck, label: str, scale: float) -> None:
    if check.prediction is None:
        return
    low, high = check.prediction.p05 / scale, check.prediction.p95 / scale
    figure.add_bar(
        y=[label],
        x=[high - low],
        base=[low],
        orientation="h",
        marker={"color": ACCENT, "opacity": 0.4},
        width=0.5,
        showlegend=False,
        hovertemplate=f"{check.prediction.p05:.4g} – {check.prediction.p95:.4g} {unit_text(check.unit)}<extra></extra>",
    )
    if check.measured is not None:
        # A bound that leaves it open whether the requirement is met points to where the value lies.
        kinds = {True: ("circle", GOOD), False: ("x", CONTRAST), None: ("triangle-right", ACCENT)}
        symbol, colour = kinds[check.met]
        figure.add_scatter(
            y=[label],
            x=[check.measured / scale],
            error_x={"array": [(check.measured_sd or 0) / abs(scale)], "width": 0},
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 11},
            showlegend=False,
            hovertemplate=f"{check.measured:.4g} {unit_text(check.unit)}<extra></extra>",
        )
