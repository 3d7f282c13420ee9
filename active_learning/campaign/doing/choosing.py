"""Recording choices: the loop's next batch, reviews, and recipes for wishes."""

from collections.abc import Mapping

import attrs

from active_learning.campaign.actions import Action
from active_learning.campaign.choices import Batch, Chooser
from active_learning.campaign.doing.context import DoingContext, Outcome
from active_learning.campaign.doing.planning import new_film
from active_learning.campaign.reviewing import review_after
from active_learning.campaign.trainings import Training
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.errors import InvalidInputError, NoRecipeError
from lab.records import Design, DesignAnswer, Purpose, Record, Records, Suggestion
from lab.records.designs import wish_number
from lab.records.films import loop_label


def suggest(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Choose the films of the next loop by the campaign's acquisition rule."""
    definition = context.definition
    loop = int(action.subject.removeprefix("loop-"))
    batch = _chooser(context).batch(records, action.subject, definition.loop.size(loop, records.loop_sizes))
    added: list[Record] = []
    for rank, one in enumerate(_proposals(definition, records, batch), start=1):
        label = loop_label(loop, rank)
        added.append(new_film(context, label, one.recipe, Purpose.LOOP, loop=loop, attributes=one.attributes))
        added.append(
            Suggestion(
                film=label,
                loop=loop,
                rank=rank,
                rule=one.rule,
                models=batch.models,
                composition=one.recipe,
                quality=one.quality,
                score=batch.chosen.score,
            )
        )
    return Outcome(tuple(added), source=", ".join(batch.models))


@attrs.frozen
class _Proposal:
    """A film of a batch."""

    recipe: Composition
    attributes: Mapping[str, str]
    quality: float
    rule: str


def _proposals(definition: CampaignDefinition, records: Records, batch: Batch) -> list[_Proposal]:
    """Return new recipes first and repeats last, as a person reads them."""
    proposals = [
        _Proposal(recipe, attributes, quality, batch.chosen.rule)
        for (recipe, attributes), quality in zip(batch.films, batch.quality, strict=True)
    ]
    for label in batch.repeats:
        usable = records.grades[label].grade in definition.quality.usable if label in records.grades else False
        film = records.films[label]
        proposals.append(_Proposal(film.asked, film.attributes, float(usable), f"repeat of {label}"))
    return proposals


def review(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Check what was learned, and what the next batch is expected to tell."""
    found = review_after(_chooser(context), records, Training.named(action.subject))
    return Outcome((found.to_record(),), source="models and records of this campaign")


def design(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Find recipes for a wish; those that the robot cannot make are told of, and become no films.

    That no recipe can keep to a wish is an answer to it, too.
    """
    definition = context.definition
    place, request = next((i, r) for i, r in enumerate(definition.designs, start=1) if r.name == action.subject)
    if context.models.committee_if_any(records) is None:
        unknown = DesignAnswer(request.name, 0, "no film has given a value of any property, so nothing can be promised")
        return Outcome((unknown,), source="films of this campaign")
    try:
        answers = _chooser(context).designs(records, request.name, request.require, request.make)
    except (InvalidInputError, NoRecipeError) as error:
        # Asked again it would fail again, and keep other wishes and the report waiting for ever.
        none = DesignAnswer(request.name, 0, f"{error.message}; {error.hint}")
        return Outcome((none,), source="the campaign's definition")
    # A wider definition may put a wish where another one was, in the file or asked by a person.
    number = wish_number(place, records.designs)
    designs = [
        Design(
            label=f"D{number}-{rank}",
            request=request.name,
            require=request.require,
            composition=Composition.from_vector(definition.material_names, candidate.composition),
            probability=candidate.probability,
            quality=candidate.quality,
            predictions=candidate.predictions,
            models=answers.models,
        )
        for rank, candidate in enumerate(answers.found, start=1)
        if candidate.makeable
    ]
    answer = DesignAnswer(request.name, len(designs), answers.found.note)
    return Outcome((*designs, answer), source=", ".join(answers.models))


def _chooser(context: DoingContext) -> Chooser:
    return Chooser(context.definition, context.seed, context.models)
