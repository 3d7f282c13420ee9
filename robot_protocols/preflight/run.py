"""Rules about the run: this plan, on this deck, on this robot."""

from collections.abc import Iterable

from robot_protocols.findings import Finding, Severity
from robot_protocols.preflight.inspection import Inspection
from robot_protocols.protocol_writer import API_LEVEL, readable_at

LONGEST_RUN_HOURS = 12.0
"""A run that nobody can watch from end to end on one day is warned of."""


def plan_is_for_this_deck(check: Inspection) -> Iterable[Finding]:
    """The deck is the one that was planned for, down to every rule of handling."""
    if check.plan.deck_sha256 != check.deck.sha256:
        yield Finding(
            "DECK_CHANGED",
            f"{check.plan.label} was planned for another state of deck {check.plan.deck!r}",
            "plan again for the deck as it is now",
        )


def plan_as_signed(check: Inspection) -> Iterable[Finding]:
    """The plan is the one that was signed."""
    if check.signed_sha256 is not None and check.signed_sha256 != check.plan.sha256:
        yield Finding(
            "PLAN_CHANGED",
            f"{check.plan.label} was signed as {check.signed_sha256[:12]} and is now {check.plan.sha256[:12]}",
            "load the deck by the new run card and sign again",
        )


def pipettes_on_deck(check: Inspection) -> Iterable[Finding]:
    """Every step uses a pipette of the deck, and a class of handling that is known."""
    models = {item.pipette for item in check.plan.passes} | {item.pipette for item in check.plan.mixings}
    for model in sorted(models):
        if check.pipette(model) is None:
            yield Finding("PIPETTE_NOT_ON_DECK", f"the plan uses {model}, which the deck does not have", "mount it")
    for name in sorted({item.handling for item in check.plan.passes}):
        if check.handling(name) is None:
            yield Finding("HANDLING_UNKNOWN", f"there is no handling class {name!r}", "plan the deck again")


def robot_fits(check: Inspection) -> Iterable[Finding]:
    """The robot is an OT-2 with these pipettes on these mounts and software that reads the protocol."""
    robot = check.robot
    if robot is None:
        return
    if robot.model != "OT-2":
        yield Finding("WRONG_ROBOT", f"the robot is a {robot.model}, the protocol is for an OT-2", "use an OT-2")
    if not readable_at(robot.api_level):
        yield Finding(
            "API_LEVEL",
            f"the robot reads protocols up to API level {robot.api_level}, this one needs {API_LEVEL}",
            "update the robot's software to 8.0 or later",
        )
    for mounted in check.deck.pipettes:
        found = robot.pipettes.get(mounted.mount)
        if found != mounted.pipette.model:
            yield Finding(
                "WRONG_PIPETTE",
                f"the robot's {mounted.mount} mount carries {found or 'nothing'}, not {mounted.pipette.model}",
                "mount the pipette that the run card names",
            )


def run_not_too_long(check: Inspection) -> Iterable[Finding]:
    """A very long run is warned of."""
    if check.plan.minutes > 60 * LONGEST_RUN_HOURS:
        yield Finding(
            "RUN_TOO_LONG",
            f"the run takes about {check.plan.minutes / 60:.0f} h",
            "put fewer films on the deck, or see that somebody is there",
            Severity.WARN,
        )


def something_to_do(check: Inspection) -> Iterable[Finding]:
    """A plan makes at least one film."""
    # A continuation may have nothing left to do but to mix.
    if not check.plan.films or not (check.plan.passes or (check.plan.continues and check.plan.mixings)):
        yield Finding("EMPTY_PLAN", f"{check.plan.label} makes no film", "plan a deck with films")
