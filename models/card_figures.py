"""Drawings for the pages of model cards, as SVG text that is the same for the same model."""

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.classifier import Classifier

_COLOUR = "#0b6e8a"


def no_figure(model: Any) -> str:
    """Return no drawing."""
    return ""


def reliability_figure(model: "Classifier") -> str:
    """Return the reliability plot of held-out films: promised probability against observed share."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from models.reliability import reliability_bins

    if len(model.held_out) == 0:
        return ""
    bins = reliability_bins(model.happened, model.held_out)
    with mpl.rc_context({"svg.hashsalt": "filmlab", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(4.6, 4.4), layout="constrained")
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--")
        axes.plot([b.promised for b in bins], [b.observed for b in bins], color=_COLOUR, linewidth=1)
        largest = max(b.films for b in bins)
        sizes = [20 + 180 * b.films / largest for b in bins]
        axes.scatter(
            [b.promised for b in bins], [b.observed for b in bins], s=sizes, color=_COLOUR, zorder=3, clip_on=False
        )
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
        axes.set_xlabel("promised probability")
        axes.set_ylabel("observed share of held-out films")
        axes.set_title(f"Reliability on {len(model.held_out)} held-out films (area: films)", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()[text.getvalue().index("<svg") :]
