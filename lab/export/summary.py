"""How far a campaign is and what it has found, as plain values: what reports and dashboards say in numbers."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.export.promises import is_of_another_recipe
from lab.records import Artefact, Film, Model, ModelKind, Purpose, Record, Records
from lab.records.artefacts import SHAPLEY_PLOT, model_file


@attrs.frozen
class Progress:
    """Counts of what has been done."""

    planned: int
    """Films that are planned."""
    made: int
    """Films whose delivered composition is known."""
    graded: int
    usable: int
    """Graded films whose grade counts as usable in this campaign."""
    measured: int
    """Films for which every property was measured, or found not measurable."""
    loops_done: int
    """Loops that a properties model was trained after."""
    loops_planned: int
    wishes: int
    """Wishes of the campaign file, and others that were answered: asked by people, or of an earlier file."""
    wishes_answered: int
    designs: int
    """Recipes designed for the wishes."""
    designs_verified: int
    """Designs with a measured verification film."""
    decks: int


@attrs.frozen
class LoopSummary:
    """What became of one loop's suggestions."""

    loop: int
    suggested: int
    graded: int
    usable: int
    measured: int
    quality: float
    """Mean predicted quality of its suggestions."""
    score: float
    """The acquisition rule's score of its batch."""
    rule: str


@attrs.frozen
class DataOrigin:
    """How many records of a kind the virtual lab made, and how many it did not."""

    simulated: int
    measured: int

    @property
    def mixed(self) -> bool:
        """Whether simulated and real data stand side by side."""
        return self.simulated > 0 and self.measured > 0


def progress(definition: CampaignDefinition, records: Records) -> Progress:
    """Return how far a campaign is."""
    usable = [g for g in records.grades.values() if g.grade in definition.quality.usable]
    measured = _fully_measured(definition, records)
    verified = {
        film.design
        for film in records.films.values()
        if film.design and film.label in measured and not is_of_another_recipe(film, records)
    }
    return Progress(
        planned=len(records.films),
        made=len(records.as_made),
        graded=len(records.grades),
        usable=len(usable),
        measured=len(measured),
        loops_done=_loops_done(records),
        loops_planned=definition.loop.planned(records.loop_sizes),
        wishes=len({*(request.name for request in definition.designs), *records.design_answers}),
        wishes_answered=len(records.design_answers),
        designs=len(records.designs),
        designs_verified=len(verified),
        decks=len(records.decks),
    )


def _fully_measured(definition: CampaignDefinition, records: Records) -> frozenset[str]:
    """Return the labels of films for which every property was measured, or found not measurable."""
    found = Counter(film for film, name in records.measurements if name in definition.property_names)
    return frozenset(film for film, count in found.items() if count == len(definition.properties))


def _loops_done(records: Records) -> int:
    # Where no film has given a value yet, a loop ends without a property committee.
    trained = {model.loop for model in models_of(records, ModelKind.QUALITY)}
    done = 0
    while done + 1 in trained:
        done += 1
    return done


def models_of(records: Records, kind: ModelKind) -> list[Model]:
    """Return the models of a kind, in the order of their loops."""
    found = [model for model in records.models.values() if model.predicts is kind]
    return sorted(found, key=lambda model: (model.loop, model.label))


def loop_summaries(definition: CampaignDefinition, records: Records) -> list[LoopSummary]:
    """Return what became of every loop's suggestions, in the order of the loops."""
    measured = _fully_measured(definition, records)
    summaries = []
    for loop in sorted({suggestion.loop for suggestion in records.suggestions.values()}):
        batch = [s for s in records.suggestions.values() if s.loop == loop]
        grades = [records.grades[s.film].grade for s in batch if s.film in records.grades]
        summaries.append(
            LoopSummary(
                loop=loop,
                suggested=len(batch),
                graded=len(grades),
                usable=sum(grade in definition.quality.usable for grade in grades),
                measured=sum(s.film in measured for s in batch),
                quality=sum(s.quality for s in batch) / len(batch),
                score=batch[0].score,
                rule=batch[0].rule,
            )
        )
    return summaries


def grade_counts(records: Records, films: Sequence[Film]) -> Mapping[str, int]:
    """Return how many of the films have each grade, ``{"A": 132, ...}``."""
    counts = Counter(records.grades[film.label].grade.value for film in films if film.label in records.grades)
    return {letter: counts.get(letter, 0) for letter in "ABCD"}


def films_for(records: Records, purpose: Purpose) -> list[Film]:
    """Return the films that are made for a purpose, in the order they were planned."""
    return [film for film in records.films.values() if film.purpose is purpose]


def data_origin(records: Records) -> Mapping[str, DataOrigin]:
    """Return where the facts of a campaign come from, by kind of record; kinds without records are absent."""
    kinds: dict[str, Collection[Record]] = {
        "robot runs": records.runs.values(),
        "grades": records.grades.values(),
        "measurements": records.measurements.values(),
    }
    origins = {}
    for name, found in kinds.items():
        simulated = sum(records.event_of(record).simulated for record in found)
        if found:
            origins[name] = DataOrigin(simulated, len(found) - simulated)
    return origins


def simulated_share(records: Records) -> str:
    """Return what the virtual lab made of a campaign: "427 grades, 1,200 of 1,551 measurements"; "" for nothing."""
    return ", ".join(
        f"{origin.simulated:,} of {origin.simulated + origin.measured:,} {kind}"
        if origin.mixed
        else counted(origin.simulated, kind.removesuffix("s"))
        for kind, origin in data_origin(records).items()
        if origin.simulated
    )


def is_simulated(records: Records) -> bool:
    """Return whether anything in the campaign was made by the virtual lab."""
    return any(event.simulated for event in records.events.values())


def film_is_simulated(records: Records, film: str, properties: Iterable[str]) -> bool:
    """Return whether the virtual lab made anything that is known of a film; its plan tells nothing of it.

    Args:
        records: The records.
        film: Label of the film.
        properties: Names of the campaign's properties.
    """
    found: list[Record | None] = [records.as_made.get(film), records.dryings.get(film), records.grades.get(film)]
    found += [records.measurements.get((film, name)) for name in properties]
    return any(records.event_of(record).simulated for record in found if record is not None)


def latest_explanation(records: Records) -> Artefact | None:
    """Return the plot of what each material does to each property, by the latest model that has one."""
    for model in reversed(models_of(records, ModelKind.PROPERTIES)):
        if artefact := records.artefacts.get(model_file(model.label, SHAPLEY_PLOT)):
            return artefact
    return None
