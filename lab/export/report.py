"""The report of a campaign: one HTML file that needs nothing else, for people who want to see and check the work.

It holds no script and loads nothing, so it can be mailed, archived and printed. The same records give the same bytes.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import attrs

from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.errors import FilmlabError
from lab.export import curves, maps, parity, promise_plot, promises, provenance, summary
from lab.export.cross_validation import read_cross_validation
from lab.export.figures import Plot, data_uri
from lab.export.page_templates import page_environment
from lab.export.tetrahedra import tetrahedra
from lab.export.wording import interval_text, spread_text
from lab.records import Deck, Model, ModelKind, Purpose, Records
from lab.records.artefacts import CROSS_VALIDATION, model_file

if TYPE_CHECKING:
    import jinja2

ReadArtefact: TypeAlias = Callable[[str], bytes]
"""Gives the content of an artefact by its SHA-256, as `ArtefactStore.read` does."""

_HEADLINE_METRICS = {"accuracy": "accuracy", "mre": "relative error", "coverage_90": "coverage"}
"""Metrics that say the most about a model, with their names for people."""
_IMAGE_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


@attrs.frozen
class Exhibit:
    """A plot, or why there is none; neither where another exhibit says so already."""

    plot: Plot | None = None
    missing: str = ""


@attrs.frozen
class DeckRow:
    """A deck load with what the robot made of it."""

    deck: Deck
    films: int
    run: str


def write_report(definition: CampaignDefinition, records: Records, read_artefact: ReadArtefact) -> str:
    """Return a campaign's report as HTML.

    Args:
        definition: The campaign's definition.
        records: Its current records, of a campaign at any stage.
        read_artefact: Reads stored files by hash.
    """
    checks = promises.promise_checks(definition, records)
    checked = {check.design.label for check in checks}
    return _template().render(
        definition=definition,
        progress=summary.progress(definition, records),
        share=summary.simulated_share(records),
        simulated=summary.is_simulated(records),
        state_at=max((event.at for event in records.events.values()), default=None),
        grades=summary.grade_counts(records, summary.films_for(records, Purpose.LIBRARY)),
        loops=summary.loop_summaries(definition, records),
        checks=checks,
        only_aimed=[design for label, design in records.designs.items() if label not in checked],
        answers=records.design_answers,
        decks=_deck_rows(records),
        models=list(records.models.values()),
        headline_metrics=_HEADLINE_METRICS,
        activities=provenance.activities(records),
        environment=provenance.environment(),
        exhibits=_exhibits(definition, records, read_artefact),
    )


@cache
def _template() -> "jinja2.Template":
    environment = page_environment()
    environment.globals |= {"interval": interval_text, "spread": spread_text}
    return environment.get_template("report.html")


def _deck_rows(records: Records) -> list[DeckRow]:
    rows = []
    for deck in records.decks.values():
        run = records.runs.get(deck.label)
        done = f"{run.status.value} on {run.robot}" + (f": {run.note}" if run.note else "") if run else "not run yet"
        rows.append(DeckRow(deck, len(deck.positions), done))
    return rows


def _exhibits(definition: CampaignDefinition, records: Records, read_artefact: ReadArtefact) -> Mapping[str, Exhibit]:
    library = summary.films_for(records, Purpose.LIBRARY)
    committees = summary.models_of(records, ModelKind.PROPERTIES)
    loops = summary.loop_summaries(definition, records)
    graded = any(film.label in records.grades for film in library)
    return {
        "sections": Exhibit(maps.grade_sections(definition, library, records))
        if graded
        else Exhibit(missing="No library film has been graded yet."),
        "share": Exhibit(maps.usable_share(definition, library, records)) if graded else Exhibit(),
        "tetrahedra": _tetrahedra(definition, records),
        "learning": Exhibit(curves.learning_curve(definition, committees))
        if committees
        else Exhibit(missing="No properties model has been trained yet: the loop trains the first one."),
        "suggestions": Exhibit(curves.suggestions_against_grades(loops))
        if loops
        else Exhibit(missing="No loop has suggested films yet."),
        "parity": _parity(definition, records, committees, read_artefact),
        "shap": _shap(records, read_artefact),
        "promises": _promises(definition, records),
    }


def _tetrahedra(definition: CampaignDefinition, records: Records) -> Exhibit:
    films = [film for film in records.films.values() if film.purpose in (Purpose.LIBRARY, Purpose.LOOP)]
    if not films:
        return Exhibit(missing="No film is planned yet.")
    plot = tetrahedra(definition, films, records)
    return Exhibit(plot, "" if plot else "A tetrahedron needs four materials; this campaign has fewer.")


def _parity(
    definition: CampaignDefinition, records: Records, committees: list[Model], read_artefact: ReadArtefact
) -> Exhibit:
    if not committees:
        return Exhibit(missing="No properties model has been trained yet.")
    name = model_file(committees[-1].label, CROSS_VALIDATION)
    artefact = records.artefacts.get(name)
    if artefact is None:
        return Exhibit(missing=f"{committees[-1].label} was stored without its cross-validation ({name}).")
    try:
        rows = read_cross_validation(read_artefact(artefact.sha256))
    except (FilmlabError, OSError) as error:
        return Exhibit(missing=f"{name} cannot be shown: {error}")
    known = [row for row in rows if row.property_name in definition.property_names]
    return Exhibit(parity.parity(definition, known)) if known else Exhibit(missing=f"{name} holds no predictions.")


def _shap(records: Records, read_artefact: ReadArtefact) -> Exhibit:
    artefact = summary.latest_explanation(records)
    if artefact is None:
        return Exhibit(missing="No explanation (SHAP) has been made yet.")
    try:
        content = read_artefact(artefact.sha256)
    except (FilmlabError, OSError) as error:
        return Exhibit(missing=f"{artefact.name} cannot be shown: {error}")
    uri = data_uri(content, _IMAGE_TYPES[artefact.name.rpartition(".")[2]])
    return Exhibit(Plot(f"What each material does to each property, from {artefact.name}.", uri))


def _promises(definition: CampaignDefinition, records: Records) -> Exhibit:
    if not records.designs:
        wishes = counted(len(definition.designs), "wish", "wishes")
        return Exhibit(missing=f"No recipe has been designed yet; the campaign has {wishes}.")
    plot = promise_plot.promises_plot(promises.promise_checks(definition, records))
    return Exhibit(plot, "" if plot else "No requirement is about a property.")
