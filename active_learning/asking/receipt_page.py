"""Receipts as one HTML page that needs nothing else: no script, nothing loaded."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from active_learning.asking.receipt import Receipt
from active_learning.inverse_design.dispensing import Dispensed
from lab.export.figures import ACCENT, INK, Plot, as_svg, new_figure
from lab.export.page_templates import page_environment
from lab.export.wording import PERCENT, name_text, range_text, value_text

if TYPE_CHECKING:
    import jinja2

    from active_learning.asking.answer import DesignAnswer


def receipts_page(answer: "DesignAnswer") -> str:
    """Return the receipts of an answer as HTML."""
    plots = {receipt.number: _curve(receipt) for receipt in answer.receipts}
    units = {line.text: line.unit for receipt in answer.receipts for line in receipt.lines}
    whys = {receipt.number: _why(receipt) for receipt in answer.receipts}
    return _template().render(answer=answer, plots=plots, whys=whys, units=units)


@cache
def _template() -> "jinja2.Template":
    environment = page_environment("active_learning.asking")
    environment.filters |= {"value": value_text, "range": range_text}
    environment.tests["makeable"] = lambda made: isinstance(made, Dispensed)
    return environment.get_template("receipts.html")


def _curve(receipt: Receipt) -> Plot | None:
    """Return the predicted stress-strain curve with its band."""
    curve = receipt.curve
    if curve is None:
        return None
    with new_figure(4.2, 2.6) as figure:
        axes = figure.add_subplot()
        percent = 100 * curve.strain
        axes.fill_between(percent, curve.p05, curve.p95, color="#C9DDEA", linewidth=0)
        axes.plot(percent, curve.until_break, color=ACCENT)
        last = int(np.flatnonzero(np.isfinite(curve.until_break))[-1])
        axes.plot(percent[last], curve.stress[last], "x", color=INK, markersize=6)
        axes.set_xlabel("strain (%)")
        axes.set_ylabel("stress (MPa)")
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        return Plot("Predicted stress-strain curve with its 90 % band; the cross is the break.", as_svg(figure))


def _why(receipt: Receipt) -> Plot | None:
    """Return the Shapley values of the properties asked for, each scaled to its largest part."""
    if not receipt.why:
        return None
    rows = [(why, name) for why in receipt.why for name in why.contributions]
    with new_figure(4.6, 0.5 + 0.21 * len(rows)) as figure:
        axes = figure.add_subplot()
        for row, (why, name) in enumerate(rows):
            largest = max(abs(value) for value in why.contributions.values()) or 1.0
            value = why.contributions[name]
            axes.barh(row, value / largest, height=0.7, color=ACCENT if value >= 0 else "#D55E00")
            axes.annotate(
                f"{'+' if value >= 0 else '-'}{value_text(abs(value), why.unit, PERCENT)}",
                (value / largest, row),
                (3 if value >= 0 else -3, 0),
                textcoords="offset points",
                ha="left" if value >= 0 else "right",
                va="center",
                fontsize=7,
            )
        labels = [f"{name_text(why.property_name)}: {name}" for why, name in rows]
        axes.set_yticks(range(len(rows)), labels, fontsize=7)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        # Beside the longest bars there is room for their values.
        axes.set_xlim(-1.9, 1.9)
        axes.axvline(0.0, color=INK, linewidth=0.8)
        axes.set_xticks([])
        axes.grid(visible=False)
        return Plot("What each material adds to the mean of the measured films (Shapley values).", as_svg(figure))
