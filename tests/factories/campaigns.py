"""Synthetic campaigns for tests of what shows records: plausible records without a bench, a store or a model."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import attrs
import numpy as np

from active_learning.campaign.reviews import Check, Gain, Review, Verdict
from lab.campaign_files import builtin_text, parse_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.grades import Grade
from lab.records import (
    Artefact,
    AsMade,
    Deck,
    DeckCheck,
    Design,
    DesignAnswer,
    DishPosition,
    Drying,
    Event,
    Film,
    FilmGrade,
    Measurement,
    Model,
    ModelKind,
    Prediction,
    Purpose,
    Record,
    Records,
    RobotRun,
    RunStatus,
    Status,
    Suggestion,
    Transfer,
)
from lab.records.artefacts import CROSS_VALIDATION, SHAPLEY_TABLE, model_file
from lab.seeds import generator
from lab.simplex import Fractions
from tests.factories.truth import grade_of, truth_of

STAGES = ("empty", "planned", "library", "loops", "finished")


@attrs.define
class SyntheticCampaign:
    """Records that grow event by event, and the content of their artefacts by hash."""

    definition_toml: str
    seed: int = 7
    simulated: bool = True
    records: Records = attrs.field(factory=Records)
    files: dict[str, bytes] = attrs.field(factory=dict)
    log: list[tuple[Event, tuple[Record, ...]]] = attrs.field(factory=list)
    """Every event with its records, to be put into a store."""

    @property
    def definition(self) -> CampaignDefinition:
        return _parsed(self.definition_toml)

    def read(self, sha256: str) -> bytes:
        """An artefact's content."""
        return self.files[sha256]

    def add(self, key: str, records: Iterable[Record], source: str = "virtual lab") -> None:
        at = datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(minutes=30 * len(self.records.events))
        event = Event(key, "filmlab", source, self.simulated, at)
        self.log.append((event, tuple(records)))
        self.records = self.records.with_added(*self.log[-1])

    def artefact(self, name: str, content: str | bytes, media_type: str) -> Artefact:
        data = content.encode() if isinstance(content, str) else content
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        return Artefact(name, sha256, media_type, len(data))

    def vector(self, film: str) -> Fractions:
        return self.records.films[film].asked.vector(self.definition.material_names)


@cache
def _parsed(definition_toml: str) -> CampaignDefinition:
    return parse_definition(definition_toml)


def synthetic_campaign(
    definition_toml: str | None = None,
    *,
    upto: str = "finished",
    seed: int = 7,
    loops: int = 3,
    simulated: bool = True,
) -> SyntheticCampaign:
    """A campaign that has got as far as a stage of `STAGES`; the paper's where no definition is given."""
    campaign = SyntheticCampaign(definition_toml or builtin_text("chen2024"), seed, simulated)
    stage = STAGES.index(upto)
    if stage >= 1:
        _plan_library(campaign)
    if stage >= 2:
        _make(campaign, "library", list(campaign.records.films))
        _train_quality(campaign, 0)
    if stage >= 3:
        for loop in range(1, min(loops, campaign.definition.loop.loops) + 1):
            _loop(campaign, loop)
    if stage >= 4:
        _design_and_verify(campaign)
    return campaign


def _plan_library(campaign: SyntheticCampaign) -> None:
    casting = campaign.definition.library_casting
    names = campaign.definition.material_names
    campaign.add(
        "plan:library",
        [
            Film(
                f"L{number:03d}",
                Purpose.LIBRARY,
                Composition.from_vector(names, point),
                casting.solids,
                casting.volume,
                attributes=campaign.definition.attributes,
            )
            for number, point in enumerate(campaign.definition.library(), 1)
        ],
        "campaign definition",
    )


def _make(campaign: SyntheticCampaign, name: str, films: Sequence[str], *, per_deck: int = 24) -> None:
    for start in range(0, len(films), per_deck):
        _make_deck(campaign, films[start : start + per_deck])
    campaign.add(f"dry:{name}", [Drying(film, 40.0, 48.0) for film in films])
    campaign.add(f"grade:{name}", [FilmGrade(film, grade_of(campaign.vector(film))) for film in films])


def _make_deck(campaign: SyntheticCampaign, films: Sequence[str]) -> None:
    label = f"deck-{len(campaign.records.decks) + 1:03d}"
    plan = campaign.artefact(f"plans/{label}.json", f'"{label}"', "application/json")
    protocol = campaign.artefact(f"protocols/{label}.py", f"# {label}\n", "text/x-python")
    positions = tuple(
        DishPosition(film, 1 + i // 24, f"{'ABCD'[i % 4]}{1 + i // 4 % 6}") for i, film in enumerate(films)
    )
    deck = Deck(
        label, positions, plan.sha256, protocol.sha256, 40 * len(films), "simulated: 0 errors", 2.5 * len(films)
    )
    campaign.add(f"plan:{label}", [deck, plan, protocol], "planner")
    campaign.add(f"check:{label}", [DeckCheck(label, plan.sha256)])
    rng = generator(campaign.seed, "run", label)
    transfers: list[Record] = []
    made: list[Record] = []
    for film in films:
        asked = campaign.vector(film)
        given = np.abs(asked * rng.normal(1.0, 0.01, len(asked)))
        names = campaign.definition.material_names
        for name, amount, wanted in zip(names, given, asked, strict=True):
            if wanted > 0:
                step = len(transfers) + 1
                transfers.append(Transfer(label, step, film, f"{name}-10", "p1000", 100 * wanted, 100 * amount, 0.8))
        composition = Composition.from_vector(names, given / given.sum())
        made.append(AsMade(film, composition, dict.fromkeys(names, 0.004), 40.0 * given.sum()))
    campaign.add(f"run:{label}", [RobotRun(label, "virtual OT-2", RunStatus.SUCCEEDED), *transfers])
    campaign.add(f"as_made:{label}", made, "mass balance")


def _train_quality(campaign: SyntheticCampaign, loop: int) -> None:
    model = Model(
        f"quality-{loop:02d}",
        ModelKind.QUALITY,
        loop,
        len(campaign.records.grades),
        _sha("data", loop),
        _sha("quality", loop),
        {"accuracy": 0.9, "log_loss": 0.25},
    )
    campaign.add(f"train:quality-{loop:02d}", [model], "train")


def _loop(campaign: SyntheticCampaign, loop: int) -> None:
    definition = campaign.definition
    rng = generator(campaign.seed, "suggest", loop)
    quality = f"quality-{loop - 1:02d}"
    points = definition.sample(rng, 400)
    usable = [point for point in points if grade_of(point) is Grade.A] or list(points)
    size = definition.loop.size(loop)
    films: list[Record] = []
    suggestions: list[Record] = []
    for rank, point in enumerate(usable[:size], 1):
        label = f"A{loop:02d}-{rank:02d}"
        composition = Composition.from_vector(definition.material_names, point)
        casting = definition.measured_casting
        films.append(Film(label, Purpose.LOOP, composition, casting.solids, casting.volume, loop=loop))
        score = 0.4 / loop
        suggestions.append(
            Suggestion(label, loop, rank, definition.loop.rule, (quality,), composition, 0.95 - 0.02 * rank, score)
        )
    campaign.add(f"suggest:{loop}", [*films, *suggestions], "active learning")
    labels = [film.key[0] for film in films]
    _make(campaign, f"loop-{loop:02d}", labels, per_deck=6)
    _measure(campaign, f"loop-{loop:02d}", labels)
    _train_quality(campaign, loop)
    _train_properties(campaign, loop)
    campaign.add(f"review:loop-{loop:02d}", [review_after(loop, campaign.definition.property_names).to_record()])


def review_after(loop: int, properties: Sequence[str]) -> Review:
    """A review as it may follow a loop: the later, the less there is to gain."""
    checks = [Check("feasible", Verdict.OK, "9,000 recipes, 38 % of all, reach the quality threshold of 0.75")]
    gains = [Gain(name, 1.5 / loop, 0.4, "readings") for name in properties]
    errors = tuple(0.15 + 0.4 / done for done in range(1, loop + 1))
    return Review(f"loop-{loop:02d}", 10 * loop, checks, gains, (), errors)


def _measure(campaign: SyntheticCampaign, name: str, films: Sequence[str]) -> None:
    found: list[Record] = []
    for film in films:
        grade = campaign.records.grades[film].grade
        for prop in campaign.definition.properties:
            if not prop.test.possible_on(grade):
                reason = f"a film of grade {grade} cannot be tested"
                found.append(Measurement(film, prop.name, Status.FAILED, None, None, 0, prop.instrument, reason=reason))
                continue
            rng = generator(campaign.seed, "measure", film, prop.name)
            truth = truth_of(prop, campaign.vector(film))
            value = float(np.clip(truth * rng.normal(1.0, 0.06), prop.lower, prop.upper))
            found.append(Measurement(film, prop.name, Status.OK, value, 0.06 * truth, 3, prop.instrument))
    campaign.add(f"measure:{name}", found)


def _train_properties(campaign: SyntheticCampaign, loop: int) -> None:
    label = f"properties-{loop:02d}"
    rng = generator(campaign.seed, "properties", loop)
    names = campaign.definition.property_names
    level = 0.15 + 0.4 / loop
    own = {name: float(level * rng.uniform(0.6, 1.4)) for name in names}
    covered = {name: float(np.clip(0.9 - 0.2 / loop + rng.normal(0, 0.03), 0, 1)) for name in names}
    metrics = {
        "mre": float(np.mean(list(own.values()))),
        "coverage_90": float(np.mean(list(covered.values()))),
        **{f"{name}.mre": value for name, value in own.items()},
        **{f"{name}.coverage_90": value for name, value in covered.items()},
    }
    rows = ["film,property,measured,measured_sd,predicted,predicted_sd"]
    for (film, name), found in campaign.records.measurements.items():
        if found.value is not None:
            predicted = found.value * float(np.exp(rng.normal(0, own[name])))
            rows.append(f"{film},{name},{found.value!r},{found.sd!r},{predicted!r},{own[name] * predicted!r}")
    validation = campaign.artefact(model_file(label, CROSS_VALIDATION), "\n".join(rows) + "\n", "text/csv")
    films = len({film for film, _ in campaign.records.measurements})
    model = Model(label, ModelKind.PROPERTIES, loop, films, _sha("d", loop), _sha("p", loop), metrics)
    campaign.add(f"train:{label}", [model, validation], "train")


def _design_and_verify(campaign: SyntheticCampaign) -> None:
    definition = campaign.definition
    model = list(campaign.records.models)[-1]
    shapley = campaign.artefact(model_file(model, SHAPLEY_TABLE), "film,property,material,shapley_value\n", "text/csv")
    campaign.add("explain", [shapley], model)
    films: list[Record] = []
    for number, request in enumerate(definition.designs, 1):
        rng = generator(campaign.seed, "design", number)
        usable = [point for point in definition.sample(rng, 400) if grade_of(point) is Grade.A][: request.make]
        designs: list[Record] = []
        for rank, point in enumerate(usable, 1):
            composition = Composition.from_vector(definition.material_names, point)
            predictions = {}
            for prop in definition.properties:
                mean = truth_of(prop, point) * float(rng.normal(1.0, 0.1))
                sd = 0.12 * mean
                predictions[prop.name] = Prediction(mean, sd, mean - 1.645 * sd, mean + 1.645 * sd)
            label = f"D{number}-{rank}"
            designs.append(Design(label, request.name, request.require, composition, 0.7, 0.9, predictions, (model,)))
            casting = definition.measured_casting
            films.append(
                Film(
                    f"V{number}-{rank}", Purpose.VERIFICATION, composition, casting.solids, casting.volume, design=label
                )
            )
        campaign.add(f"design:{number}", [*designs, DesignAnswer(request.name, len(designs))], "inverse design")
    if films:
        campaign.add("plan:verification", films, "inverse design")
        labels = [film.key[0] for film in films]
        _make(campaign, "verification", labels, per_deck=6)
        _measure(campaign, "verification", labels)


def _sha(*labels: str | int) -> str:
    return hashlib.sha256(repr(labels).encode()).hexdigest()
