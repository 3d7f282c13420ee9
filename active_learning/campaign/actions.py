"""Actions: what a campaign can need next, and who does it."""

from enum import StrEnum

import attrs


class ActionKind(StrEnum):
    """What is to be done."""

    PLAN_LIBRARY = "plan-library"
    """List the recipes that are made to be graded."""
    APPROVE = "approve"
    """Approve, edit or refuse proposed films."""
    PLAN_DECK = "plan-deck"
    """Plan deck loads for films, write, check and simulate their protocols."""
    PREPARE_DECK = "prepare-deck"
    """Load a deck as its run card says, and sign for it."""
    RUN_ROBOT = "run-robot"
    """Run a deck's protocol on the robot."""
    DRY = "dry"
    """Dry the films of a deck."""
    GRADE = "grade"
    """Grade the dried films of a deck."""
    MEASURE = "measure"
    """Measure the graded films of a deck."""
    TRAIN = "train"
    """Train the models on what is known now."""
    REVIEW = "review"
    """Check what was learned, and what the next batch is expected to tell."""
    DECIDE = "decide"
    """Decide whether the loops go on."""
    SUGGEST = "suggest"
    """Choose the films of the next loop."""
    EXPLAIN = "explain"
    """Say what each material does to each property, by the newest committee."""
    DESIGN = "design"
    """Find recipes for a wish."""
    VERIFY = "verify"
    """Plan films that test the promises of designs."""
    REPORT = "report"
    """Write the campaign's report."""
    SIMULATE = "simulate"
    """Put an atomic model through a mechanical test that somebody asked for."""


class Who(StrEnum):
    """Who does an action where the lab is real."""

    COMPUTER = "computer"
    ROBOT = "robot"
    PERSON = "person"


WHO_DOES: dict[ActionKind, Who] = {
    ActionKind.APPROVE: Who.PERSON,
    ActionKind.DECIDE: Who.PERSON,
    ActionKind.PREPARE_DECK: Who.PERSON,
    ActionKind.RUN_ROBOT: Who.ROBOT,
    ActionKind.DRY: Who.PERSON,
    ActionKind.GRADE: Who.PERSON,
    ActionKind.MEASURE: Who.PERSON,
}
"""Kinds that are not the computer's."""


@attrs.frozen
class Action:
    """One thing to do."""

    kind: ActionKind
    subject: str
    """What it is done to: a deck, a batch of films, a loop, a wish."""
    why: str
    """Reason, as a sentence for people."""
    films: tuple[str, ...] = ()
    """Labels of the films concerned."""
    elsewhere: bool = False
    """Whether the films were made outside the plan, so that no bench has them, and a person has to do it."""

    @property
    def key(self) -> str:
        """Name of the act in the records; the same act is recorded once."""
        return f"{self.kind}:{self.subject}"

    @property
    def who(self) -> Who:
        """Who does it where the lab is real."""
        return WHO_DOES.get(self.kind, Who.COMPUTER)


def lease_name(action: Action) -> str:
    """Return the name of the lease that a worker holds while it does an action."""
    # Decks are numbered: whoever plans some has to know all that others have planned.
    return str(action.kind) if action.kind is ActionKind.PLAN_DECK else action.key
