"""The explanation of a campaign as one HTML page that needs nothing else."""

from functools import cache
from typing import TYPE_CHECKING

from active_learning.asking import explain_figures as figures
from active_learning.asking.explaining import Explained, explained_with
from active_learning.asking.simulated import SideBySide
from lab.export.page_templates import page_environment
from lab.export.wording import scale

if TYPE_CHECKING:
    import jinja2

    from active_learning.asking.oracle import Oracle

QUESTIONS = {
    "reference": "A material that is not known is filled up, with all others, as in the other films: what does knowing "
    "its fraction tell?",
    "rest": "A material that is not known is taken out and the rest takes its place in proportion: what would the film "
    "be without it?",
}


def explanation_page(
    oracle: "Oracle",
    found: Explained,
    *,
    film: str | None = None,
    attributes: Explained | None = None,
    beside: SideBySide | None = None,
) -> str:
    """Return the explanation as HTML.

    Args:
        oracle: What the campaign has learned.
        found: Shapley values of all outputs.
        film: A measured film to show the waterfalls of; the first one explained if left out.
        attributes: Shapley values with attributes, where films differ in them.
        beside: Simulations beside the committee, where there are some.

    Raises:
        UnknownNameError: If the film was not measured.
    """
    film = film or found.films[0]
    one = explained_with(oracle, found, film)
    plots = {
        output: [
            figures.beeswarm(found, output),
            figures.waterfall(one, film, output),
            figures.dependence(found, output),
            figures.ternary_maps(oracle, output),
        ]
        for output in found.outputs
    }
    summary = found.as_dict()["outputs"]
    return _template().render(
        found=found,
        film=film,
        plots=plots,
        summary=summary,
        question=QUESTIONS[found.question],
        scale=scale,
        attributes=attributes,
        attribute_summary=attributes.as_dict()["outputs"] if attributes else {},
        beside=beside,
        notes=oracle.knowledge.notes,
        models=list(zip(oracle.knowledge.labels, oracle.knowledge.hashes, strict=True)),
    )


@cache
def _template() -> "jinja2.Template":
    return page_environment("active_learning.asking").get_template("explanation.html")
