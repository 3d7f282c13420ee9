"""One campaign in the virtual lab without robot, decks and store: what is chosen, made, graded, measured and learned.

Everything that decides is what `filmlab work` uses: the campaign's `Chooser`, the quality model, the committee, and the
virtual bench that makes, grades and measures films. Recipes are made as asked, within the robot's errors.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar, cast

import attrs
import numpy as np

from active_learning.acquisition import Chosen, rule_named
from active_learning.campaign.aims import films_that_meet
from active_learning.campaign.choices import Chooser
from active_learning.campaign.learning import learned_committee, learned_quality
from active_learning.campaign.training_data import MeasuredFilms, graded_films, measured_films
from active_learning.campaign.trainings import Training
from lab.arrays import Array
from lab.bench import MadeFilm
from lab.campaigns import BY_AIM, CampaignDefinition
from lab.compositions import Composition
from lab.records import AsMade, Event, Film, Model, ModelKind, Purpose, Record, Records, Status
from lab.seeds import derived_seed, generator
from lab.simplex import Fractions
from lab.virtual.bench import VirtualBench
from models.quality import QualityModel
from robot_protocols.decks import campaign_deck

_M = TypeVar("_M")
_NO_HASH = "0" * 64

PAPER = (
    "transmittance_uv", "transmittance_vis", "transmittance_ir", "residual_ratio", "tensile_strength",
    "fracture_strain", "youngs_modulus", "curve_alpha", "curve_beta",
)  # fmt: skip
"""The nine properties of the reference work, over which the error is taken."""


class Learner(Protocol):
    """What was learned of properties."""

    def predict(self, inputs: Fractions) -> Any:
        """Return predictions with a mean of shape ``(n, p)``."""
        ...


class Stack(Protocol):
    """A way to learn and to choose."""

    def learn(self, definition: CampaignDefinition, films: MeasuredFilms, seed: int) -> Learner:
        """Learn properties from measured films."""
        ...

    def choose(self, campaign: "VirtualCampaign", loop: int, size: int) -> Fractions:
        """Choose recipes, ``(size, k)``."""
        ...


@attrs.frozen
class OwnStack:
    """filmlab's committee with one of its rules."""

    name: str

    def learn(self, definition: CampaignDefinition, films: MeasuredFilms, seed: int) -> Learner:
        """Learn as a campaign does, from censored values too."""
        return learned_committee(definition, films, seed)

    def choose(self, campaign: "VirtualCampaign", loop: int, size: int) -> Fractions:
        """Let the campaign's chooser choose."""
        if self.name == BY_AIM or rule_named(self.name).needs_committee:
            campaign.learn()
        return campaign.chosen(loop, size, self.name).compositions


class Memory:
    """Models in memory, behind what `Chooser` asks of stored ones."""

    def __init__(self) -> None:
        self._newest: dict[ModelKind, tuple[str, Any]] = {}
        self._kept: dict[str, Any] = {}

    def keep(self, kind: ModelKind, label: str, model: Any) -> None:
        """Take a model as the newest of its kind."""
        self._newest[kind] = (label, model)
        self._kept.clear()

    def quality(self, records: Records) -> tuple[str, QualityModel]:
        """Return the newest quality model."""
        return self._newest[ModelKind.QUALITY]

    def committee_if_any(self, records: Records) -> tuple[str, Any] | None:
        """Return the newest committee."""
        return self._newest.get(ModelKind.PROPERTIES)

    def kept(self, name: str, make: Callable[[], _M]) -> _M:
        """Return what was made for the newest models, or make it."""
        if name not in self._kept:
            self._kept[name] = make()
        return cast("_M", self._kept[name])


class VirtualCampaign:
    """A campaign in the virtual lab.

    Args:
        definition: What it is about.
        stack: How it learns and chooses.
        seed: Seed of the campaign and of its world's noise.
    """

    def __init__(self, definition: CampaignDefinition, stack: Stack, seed: int) -> None:
        self.definition, self.stack, self.seed = definition, stack, seed
        self.records = Records()
        self._bench = VirtualBench(definition, seed)
        self._lesson: str | None = None
        self._learner: Learner | None = None
        self._memory = Memory()
        self.choosing = definition
        """The definition by which films are chosen; its bounds may be narrower."""

    def grade_library(self, recipes: Fractions, letter: str = "L") -> None:
        """Make and grade films for the quality model, and train it."""
        films = self._films([f"{letter}{i:03d}" for i in range(len(recipes))], recipes, Purpose.LIBRARY)
        self._add(f"library {letter}", [*films, *self._made(films), *self._grades(films)])
        self._train_quality(0)

    def loop(self, number: int, size: int) -> None:
        """Choose, make, grade and measure films."""
        recipes = self.stack.choose(self, number, size)
        labels = [f"A{number:02d}-{rank:02d}" for rank in range(1, len(recipes) + 1)]
        films = self._films(labels, recipes, Purpose.LOOP, number)
        self._add(f"make {number}", [*films, *self._made(films)])
        self._add(f"grade {number}", self._grades(films))
        pairs = [(self._on_bench(film), self.records.grades[film.label]) for film in films]
        self._add(f"measure {number}", self._bench.measure(pairs))
        self._train_quality(number)
        self._lesson = Training(number).properties

    def learn(self) -> Learner | None:
        """Return what the stack learned from all films so far; None before any value is known.

        Films teach nobody before somebody asks: random choice in search of a goal never does.
        """
        if self._lesson is not None:
            measured = measured_films(self.definition, self.records)
            if np.isfinite(measured.values).any():
                seed = derived_seed(self.seed, "train", self._lesson)
                self._learner = self.stack.learn(self.definition, measured, seed)
                self._memory.keep(ModelKind.PROPERTIES, self._lesson, self._learner)
            self._lesson = None
        return self._learner

    def chosen(self, loop: int, size: int, rule: str) -> Chosen:
        """Return what one of filmlab's rules chooses now."""
        chooser = Chooser(self.choosing, self.seed, self._memory)  # type: ignore[arg-type]
        return chooser.batch(self.records, f"loop-{loop:02d}", size, rule).chosen

    def candidates(self) -> Fractions:
        """Return the recipes that the quality model takes for usable, ``(n, k)``."""
        chooser = Chooser(self.choosing, self.seed, self._memory)  # type: ignore[arg-type]
        return chooser.space(self.records).candidates(self.definition.quality.loop_threshold)

    def goal_is_met(self) -> bool:
        """Return whether a usable measured film meets the campaign's goal."""
        usable = self.definition.quality.usable
        grades = self.records.grades
        return any(grades[film].grade in usable for film in films_that_meet(self.definition, self.records))

    def error(self, recipes: Fractions, truth: Array) -> float:
        """Return the mean relative error over recipes and the paper's properties, of the truth ``(n, p)``."""
        learner = self.learn()
        if learner is None:
            return np.nan
        mean = np.asarray(learner.predict(recipes).mean)
        columns = [i for i, name in enumerate(self.definition.property_names) if name in PAPER]
        relative = np.abs(mean - truth)[:, columns] / np.abs(truth[:, columns])
        return float(np.nanmean(np.nanmean(relative, axis=0)))

    def test_films(self, count: int) -> tuple[Fractions, Array]:
        """Return usable recipes that no campaign makes, and their measured properties: ``(n, k)`` and ``(n, p)``."""
        definition = self.definition
        recipes = definition.sample(generator(self.seed, "test recipes"), 8 * count)
        films = self._films([f"T{i:04d}" for i in range(len(recipes))], recipes, Purpose.MANUAL)
        bench_films = [self._on_bench(film, film.asked) for film in films]
        grades = self._bench.grade(bench_films)
        usable = [i for i, grade in enumerate(grades) if grade.grade in definition.quality.usable][:count]
        found = self._bench.measure([(bench_films[i], grades[i]) for i in usable])
        values = [one.value if one.status is Status.OK and one.value is not None else np.nan for one in found]
        return recipes[usable], np.array(values, dtype=float).reshape(len(usable), -1)

    def _films(self, labels: list[str], recipes: Fractions, purpose: Purpose, loop: int | None = None) -> list[Film]:
        names, casting = self.definition.material_names, self.definition.casting_of(purpose)
        attributes = self.definition.attributes
        return [
            Film(
                label,
                purpose,
                Composition.from_vector(names, recipe),
                casting.solids,
                casting.volume,
                loop=loop,
                attributes=attributes,
            )
            for label, recipe in zip(labels, recipes, strict=True)
        ]

    @staticmethod
    def _made(films: Iterable[Film]) -> list[Record]:
        return [AsMade(film.label, film.asked, {}, film.solids) for film in films]

    def _grades(self, films: Iterable[Film]) -> list[Record]:
        return list(self._bench.grade([self._on_bench(film, film.asked) for film in films]))

    def _on_bench(self, film: Film, composition: Composition | None = None) -> MadeFilm:
        return MadeFilm(
            film.label,
            composition or self.records.as_made[film.label].composition,
            (),
            film.solids,
            campaign_deck(self.definition, film.purpose).casting_area,
            tuple(sorted(film.attributes.items())),
        )

    def _train_quality(self, loop: int) -> None:
        films, label = graded_films(self.definition, self.records), Training(loop).quality
        model = learned_quality(self.definition, films, derived_seed(self.seed, "train", label))
        self._memory.keep(ModelKind.QUALITY, label, model)
        self._add(f"train {loop}", [Model(label, ModelKind.QUALITY, loop, len(films.labels), _NO_HASH, label)])

    def _add(self, key: str, records: Iterable[Record]) -> None:
        event = Event(key, "benchmark", "virtual lab", True, datetime(2026, 1, 1, tzinfo=UTC))
        self.records = self.records.with_added(event, tuple(records))
