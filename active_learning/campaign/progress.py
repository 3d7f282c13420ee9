"""How far a campaign is."""

from enum import StrEnum

import attrs

from active_learning.campaign.batches import films_of, is_measured, is_refused
from lab.campaigns import CampaignDefinition
from lab.records import Purpose, Records


class Stage(StrEnum):
    """The stages of a campaign, in their order."""

    LIBRARY = "library"
    """Films are made and graded until the quality model can be trained."""
    LOOPS = "loops"
    """The active-learning loop chooses, makes and measures films."""
    DESIGN = "design"
    """What was learned is explained; recipes are designed for the wishes, made and measured."""
    REPORT = "report"
    """The report is written."""
    DONE = "done"

    def is_after(self, other: "Stage") -> bool:
        """Return whether this stage comes after another."""
        order = list(Stage)
        return order.index(self) > order.index(other)


@attrs.frozen
class Progress:
    """How far a campaign is, in numbers."""

    stage: Stage
    planned: int
    """Films planned so far."""
    made: int
    graded: int
    measured: int
    """Films for which every property of the campaign was measured or found not measurable."""
    loops_done: int
    designs_requested: int
    """Recipes designed so far."""
    designs_verified: int
    """Designed recipes whose film has been measured."""


def quality_label(loop: int) -> str:
    """Return the label of the quality model trained after a loop (0: after the library)."""
    return f"quality-{loop:02d}"


def properties_label(loop: int) -> str:
    """Return the label of the property committee trained after a loop."""
    return f"properties-{loop:02d}"


def explanation_name(loop: int) -> str:
    """Return the name of the file that holds the Shapley values of the committee trained after a loop."""
    return f"models/{properties_label(loop)}/shap.csv"


def loops_done(definition: CampaignDefinition, records: Records) -> int:
    """Return how many loops are complete: their films are measured and the models trained."""
    models = records.models
    done = 0
    while done < definition.loop.loops and properties_label(done + 1) in models:
        done += 1
    return done


def loops_planned(definition: CampaignDefinition) -> int:
    """Return how many loops there are that make at least one film."""
    return sum(definition.loop.size(loop) > 0 for loop in range(1, definition.loop.loops + 1))


def stage_of(definition: CampaignDefinition, records: Records) -> Stage:
    """Return the stage that a campaign is in."""
    if quality_label(0) not in records.models:
        return Stage.LIBRARY
    if loops_done(definition, records) < loops_planned(definition):
        return Stage.LOOPS
    if explanation_name(loops_planned(definition)) not in records.artefacts:
        return Stage.DESIGN
    answered = records.design_answers
    if any(request.name not in answered for request in definition.designs):
        return Stage.DESIGN
    verifying = films_of(records, Purpose.VERIFICATION)
    settled = {film.design for film in verifying if is_measured(film, definition, records) or is_refused(film, records)}
    if any(design not in settled for design in records.designs):
        return Stage.DESIGN
    return Stage.DONE if "report.html" in records.artefacts else Stage.REPORT


def progress_of(definition: CampaignDefinition, records: Records) -> Progress:
    """Return how far a campaign is."""
    verifying = films_of(records, Purpose.VERIFICATION)
    measured = [film for film in records.films.values() if is_measured(film, definition, records)]
    tested = {film.design for film in verifying if is_measured(film, definition, records)}
    return Progress(
        stage=stage_of(definition, records),
        planned=len(records.films),
        made=len(records.as_made),
        graded=len(records.grades),
        measured=len(measured),
        loops_done=loops_done(definition, records),
        designs_requested=len(records.designs),
        designs_verified=len(tested & records.designs.keys()),
    )
