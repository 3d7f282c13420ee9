"""What `filmlab robot` says of decks, runs and what is next, to people and to programs."""

from typing import TYPE_CHECKING, Any

import typer

from cli.output import interactive
from lab.counting import counted

if TYPE_CHECKING:
    from robot_protocols.running.continuing import NextStep
    from robot_protocols.running.loading import Job
    from robot_protocols.running.outcomes import RunOutcome


def deck_text(job: "Job") -> str:
    """Return what is to be loaded on a deck, and the question whether it is."""
    from robot_protocols.plans import load_text

    plan = job.plan
    stocks = "\n".join(
        f"  {need.stock} at {loaded.place}: {load_text(loaded.volume)} mL"
        for need in plan.stock_needs
        for loaded in need.places
    )
    tips = ", ".join(f"{count} of {model}" for model, count in plan.tips.items())
    return (
        f"{plan.label}: {counted(len(plan.films), 'film')}, about {plan.minutes:.0f} min, plan {plan.sha256[:12]}\n"
        f"{stocks}\n  tips: {tips}\nIs the deck loaded as its run card says?"
    )


def tell_outcome(outcome: "RunOutcome") -> None:
    """Print how a run ended, and what to do then."""
    if interactive():
        typer.echo("", err=True)
    if outcome.reckoning is not None:
        states = list(outcome.reckoning.dishes.values())
        counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
        typer.echo(f"{outcome.run}: {outcome.end}; films: {counts}")
    else:
        typer.echo(f"{outcome.run or 'The run'}: {outcome.end}")
    if outcome.problem:
        typer.echo(f"Problem: {outcome.problem}")
    if outcome.hint:
        typer.echo(f"What to do: {outcome.hint}")
    elif not outcome.complete:
        typer.echo(f"What to do: filmlab robot continue {outcome.run}")


def tell_step(step: "NextStep") -> None:
    """Print what became of the films of a run, what is asked, and what is left to do."""
    _tell_films(step)
    for question in step.questions:
        typer.echo(f"Question: {question.text}\nAnswer with: --answer {question.code}={'|'.join(question.choices)}")
    continuation = step.continuation
    if continuation is not None:
        if continuation.plan is not None:
            films = counted(len(continuation.plan.films), "film")
            typer.echo(f"Left on this deck: {films}, about {continuation.plan.minutes:.0f} min.")
        for text in continuation.to_do:
            typer.echo(f"To do: {text}")


def _tell_films(step: "NextStep") -> None:
    if step.history is None:
        typer.echo(f"{step.outcome.run}: {step.outcome.end}: {step.outcome.problem}")
        typer.echo(f"What to do: {step.outcome.hint}")
        return
    by_state: dict[str, list[str]] = {}
    for film, standing in step.history.standings.items():
        by_state.setdefault(str(standing.state), []).append(film)
    for state, films in by_state.items():
        typer.echo(f"{state}: {', '.join(films)}")


def outcome_as_dict(outcome: "RunOutcome") -> dict[str, Any]:
    """Return how a run ended, for programs."""
    dishes = outcome.reckoning.dishes if outcome.reckoning else {}
    return {
        "run": outcome.run,
        "end": str(outcome.end),
        "complete": outcome.complete,
        "problem": outcome.problem,
        "hint": outcome.hint,
        "films": {film: str(state) for film, state in dishes.items()},
    }


def step_as_dict(step: "NextStep") -> dict[str, Any]:
    """Return what is next after a run, for programs."""
    continuation = step.continuation
    return {
        "last_run": outcome_as_dict(step.outcome),
        "films": {film: str(item.state) for film, item in step.history.standings.items()} if step.history else {},
        "questions": [{"code": str(question.code), "text": question.text} for question in step.questions],
        "to_do": list(continuation.to_do) if continuation else [],
        "elsewhere": [order.label for order in continuation.elsewhere] if continuation else [],
    }
