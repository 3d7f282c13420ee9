"""Choosing from what a campaign knows: the next films to make, and recipes for a wish. Nothing is recorded here."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from active_learning.acquisition import (
    AcquisitionContext,
    AcquisitionRule,
    Chosen,
    Goal,
    default_rule,
    rule_named,
)
from active_learning.campaign.aims import costs_of, fitting, goal_of
from active_learning.campaign.makeable import choose_makeable
from active_learning.campaign.progress import is_retrained
from active_learning.campaign.repeats import films_to_repeat
from active_learning.campaign.trained_models import TrainedModels
from active_learning.campaign.training_data import measured_films
from active_learning.campaign.varied_batches import VariedBatches
from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design import DesignCandidates
from active_learning.inverse_design import design as find_designs
from lab.campaigns import BY_AIM, CampaignDefinition
from lab.compositions import Composition
from lab.errors import StoreError
from lab.records import Film, Purpose, Records
from lab.requirements import parse_wish
from lab.seeds import derived_seed, generator
from lab.simplex import Fractions


@attrs.frozen(eq=False)
class Batch:
    """Recipes that a rule chose, with what they were chosen by."""

    chosen: Chosen
    """What the rule chose; rows are inputs of the committee, see `VariedBatches`."""
    quality: tuple[float, ...]
    """Predicted quality of each recipe."""
    models: tuple[str, ...]
    """Labels of the models that were asked."""
    films: tuple[tuple[Composition, Mapping[str, str]], ...]
    """Recipe and attributes of each chosen film."""
    repeats: tuple[str, ...] = ()
    """Films that are made once more, beside the chosen recipes."""


@attrs.frozen(eq=False)
class DesignAnswers:
    """Recipes for a wish, with the models that were asked."""

    found: DesignCandidates
    models: tuple[str, ...]


@attrs.frozen
class Chooser:
    """Chooses by a campaign's newest models; equal records and seed give equal choices."""

    definition: CampaignDefinition
    seed: int
    models: TrainedModels

    def batch(self, records: Records, name: str, size: int, rule: str | None = None) -> Batch:
        """Choose the next films to make.

        Args:
            records: The campaign's records.
            name: What the batch is for, as it names the random numbers: "loop-03".
            size: How many films.
            rule: Name of the acquisition rule; the campaign's if left out.

        Raises:
            StoreError: If no quality model is trained yet, or none since the campaign was extended.
            NoRecipeError: If no recipe is feasible, or fewer than asked for can be made.
            UnknownNameError: If there is no such rule.
        """
        definition = self.definition
        goal = goal_of(definition, measured_films(definition, records))
        asked = self._rule(rule, goal)  # a rule that there is not is told before models are loaded
        if not is_retrained(records):  # they know other materials, or other bounds
            raise StoreError(
                "the campaign has been extended, and its models do not know the new definition yet",
                hint="run: filmlab work; it makes and grades the films that the extension asks for, then trains them",
            )
        quality_label, quality = self.models.quality(records)
        committee = self.models.committee_if_any(records)
        models = (quality_label, committee[0]) if committee else (quality_label,)
        repeats = films_to_repeat(definition, records, min(definition.loop.repeats, size), self._rng("repeat", name))
        recipes = fitting(definition, self.space(records).candidates(definition.quality.loop_threshold))
        varied = VariedBatches.of(definition)
        cost = costs_of(definition, recipes)
        context = AcquisitionContext(
            candidates=varied.each(recipes),
            quality=np.repeat(quality.predict(recipes), varied.count),
            existing=_known_inputs(definition, records),
            committee=committee[1] if committee else None,
            goal=goal,
            cost=None if cost is None else np.repeat(cost, varied.count),
        )
        wanted = size - len(repeats)
        chosen = (
            choose_makeable(definition, asked, context, wanted, lambda: self._rng("suggest", name))
            if wanted
            else Chosen.nothing(context.candidates.shape[1], "repeat")
        )
        films = tuple(
            (Composition.from_vector(definition.material_names, varied.recipe(row)), varied.attributes(row))
            for row in chosen.compositions
        )
        predicted = tuple(context.quality[chosen.indices].tolist())
        return Batch(chosen, predicted, models, films, repeats)

    def space(self, records: Records) -> FeasibleSpace:
        """Return the feasible space by the newest quality model, computed once a model."""
        label, quality = self.models.quality(records)
        return self.models.kept(
            f"feasible space of {records.models[label].content_sha256}", lambda: FeasibleSpace(self.definition, quality)
        )

    def _rule(self, name: str | None, goal: Goal | None) -> AcquisitionRule:
        wanted = name or self.definition.loop.rule
        return default_rule(goal) if wanted == BY_AIM else rule_named(wanted)

    def _rng(self, *labels: str) -> np.random.Generator:
        return generator(self.seed, *labels)

    def designs(self, records: Records, name: str, require: Sequence[str], top: int) -> DesignAnswers:
        """Find recipes for requirements.

        Args:
            records: The campaign's records.
            name: The wish's name, as it names the random numbers.
            require: Requirements as a person writes them.
            top: Largest number of recipes wanted.

        Raises:
            InvalidInputError: If requirements cannot be read; every fault is listed.
            StoreError: If no property committee is trained yet.
        """
        wish = parse_wish(require, self.definition.units)
        quality_label, quality = self.models.quality(records)
        committee_label, committee = self.models.committee(records)
        found = find_designs(
            wish,
            self.definition,
            committee,
            quality,
            known_recipes(self.definition, records),
            top=top,
            seed=derived_seed(self.seed, "design", name),
        )
        return DesignAnswers(found, (quality_label, committee_label))


def known_recipes(definition: CampaignDefinition, records: Records) -> Fractions:
    """Return the compositions of films that are or will be measured: as made, or as asked while under way; (m, k)."""
    names = definition.material_names
    films = _measured_some_day(records)
    return np.array([_best_known(film, records).vector(names) for film in films]).reshape(-1, len(names))


def _known_inputs(definition: CampaignDefinition, records: Records) -> Fractions:
    """Return the same films as inputs of the committee, ``(m, k + a)``."""
    batches = VariedBatches.of(definition).all_columns([film.attributes for film in _measured_some_day(records)])
    return np.hstack([known_recipes(definition, records), batches])


def _measured_some_day(records: Records) -> list[Film]:
    return [film for film in records.films.values() if film.purpose is not Purpose.LIBRARY]


def _best_known(film: Film, records: Records) -> Composition:
    made = records.as_made.get(film.label)
    return made.composition if made else film.asked
