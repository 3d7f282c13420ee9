"""Choosing films: the loop's next batch, and recipes for wishes."""

import numpy as np

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome
from active_learning.campaign.doing.planning import new_film
from active_learning.campaign.doing.training import property_committee, quality_model
from lab.compositions import Composition, Fractions
from lab.errors import StoreError
from lab.records import Design, DesignAnswer, Film, Purpose, Record, Records, Suggestion
from lab.requirements import parse_requirements
from lab.seeds import derived_seed, generator


def suggest(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Choose the films of the next loop by the campaign's acquisition rule."""
    from active_learning.acquisition import AcquisitionContext, rule_named
    from active_learning.feasible import FeasibleSpace

    definition = context.definition
    loop = int(action.subject.removeprefix("loop-"))
    quality_name, quality = quality_model(context, records)
    committee = property_committee(context, records)
    candidates = FeasibleSpace(definition, quality).candidates(definition.quality.loop_threshold)
    chosen = rule_named(definition.loop.rule).choose(
        AcquisitionContext(
            candidates=candidates,
            quality=quality.predict(candidates),
            existing=known_recipes(context, records),
            committee=committee[1] if committee else None,
        ),
        definition.loop.size(loop),
        generator(context.seed, "suggest", action.subject),
    )
    models = (quality_name, committee[0]) if committee else (quality_name,)
    recipes = [Composition.from_vector(definition.material_names, row) for row in chosen.compositions]
    predicted = quality.predict(chosen.compositions)
    added: list[Record] = []
    for rank, recipe in enumerate(recipes, start=1):
        label = f"A{loop:02d}-{rank:02d}"
        added.append(new_film(context, label, recipe, Purpose.LOOP, loop=loop))
        added.append(
            Suggestion(
                film=label,
                loop=loop,
                rank=rank,
                rule=chosen.rule,
                models=models,
                composition=recipe,
                quality=float(predicted[rank - 1]),
                score=chosen.score,
            )
        )
    return Outcome(tuple(added), source=", ".join(models))


def known_recipes(context: DoingContext, records: Records) -> Fractions:
    """Return the compositions of films that are or will be measured: as made, or as asked while under way; (m, k)."""
    names = context.definition.material_names
    films = [film for film in records.films.values() if film.purpose is not Purpose.LIBRARY]
    return np.array([_best_known(film, records).vector(names) for film in films]).reshape(-1, len(names))


def _best_known(film: Film, records: Records) -> Composition:
    made = records.as_made.get(film.label)
    return made.composition if made else film.asked


def design(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Find recipes for a wish."""
    from active_learning.inverse_design import design as find_designs

    definition = context.definition
    number, request = next((i, r) for i, r in enumerate(definition.designs, start=1) if r.name == action.subject)
    quality_name, quality = quality_model(context, records)
    committee = property_committee(context, records)
    if committee is None:
        raise StoreError("no property committee is trained yet", hint="run: filmlab work --until loops")
    found = find_designs(
        parse_requirements(request.require, definition.units),
        definition,
        committee[1],
        quality,
        known_recipes(context, records),
        top=request.make,
        seed=derived_seed(context.seed, "design", request.name),
    )
    models = (quality_name, committee[0])
    designs = [
        Design(
            label=f"D{number}-{rank}",
            request=request.name,
            require=request.require,
            composition=Composition.from_vector(definition.material_names, candidate.composition),
            probability=candidate.probability,
            quality=candidate.quality,
            predictions=candidate.predictions,
            models=models,
        )
        for rank, candidate in enumerate(found, start=1)
    ]
    answer = DesignAnswer(request.name, len(designs), "; ".join(found.notes))
    return Outcome((*designs, answer), source=", ".join(models))
