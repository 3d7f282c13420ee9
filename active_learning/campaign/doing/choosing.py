"""Recording choices: the loop's next batch, and recipes for wishes."""

from active_learning.campaign.actions import Action
from active_learning.campaign.choices import Chooser
from active_learning.campaign.doing.context import DoingContext, Outcome
from active_learning.campaign.doing.planning import new_film
from lab.compositions import Composition
from lab.records import Design, DesignAnswer, Purpose, Record, Records, Suggestion


def suggest(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Choose the films of the next loop by the campaign's acquisition rule."""
    definition = context.definition
    loop = int(action.subject.removeprefix("loop-"))
    batch = _chooser(context).batch(records, action.subject, definition.loop.size(loop))
    added: list[Record] = []
    for rank, (row, quality) in enumerate(zip(batch.chosen.compositions, batch.quality, strict=True), start=1):
        label = f"A{loop:02d}-{rank:02d}"
        recipe = Composition.from_vector(definition.material_names, row)
        added.append(new_film(context, label, recipe, Purpose.LOOP, loop=loop))
        added.append(
            Suggestion(
                film=label,
                loop=loop,
                rank=rank,
                rule=batch.chosen.rule,
                models=batch.models,
                composition=recipe,
                quality=quality,
                score=batch.chosen.score,
            )
        )
    return Outcome(tuple(added), source=", ".join(batch.models))


def design(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Find recipes for a wish."""
    definition = context.definition
    number, request = next((i, r) for i, r in enumerate(definition.designs, start=1) if r.name == action.subject)
    answers = _chooser(context).designs(records, request.name, request.require, request.make)
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
    ]
    answer = DesignAnswer(request.name, len(designs), answers.found.note)
    return Outcome((*designs, answer), source=", ".join(answers.models))


def _chooser(context: DoingContext) -> Chooser:
    return Chooser(context.definition, context.seed, context.models)
