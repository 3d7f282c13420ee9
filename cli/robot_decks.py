"""`filmlab robot deck`, `refill` and `swap-rack`: what stands on a robot's deck, and what people put on it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json
from cli.persons import Who, name_of
from cli.robot_access import known_robot_folder, publish, robot_folder
from cli.workspaces import HERE, CampaignOption, WorkspaceOption
from lab.counting import counted

if TYPE_CHECKING:
    from robot_protocols.running.ledger import DeckState

RobotName = Annotated[
    str | None, typer.Option("--robot", help="Serial number or name, where the workspace has several robots.")
]


def deck(workspace: WorkspaceOption = HERE, robot: RobotName = None, as_json: AsJson = False) -> None:
    """Say what stands on a robot's deck. That is: tips spent, what is left of stocks, what is in the dishes."""
    from robot_protocols.running.ledger import replay

    folder = robot_folder(workspace)
    name = _robot(workspace, robot)
    state = replay(folder.ledgers()[name])
    if as_json:
        print_json(_as_dict(name, state))
        return
    typer.echo(f"Robot {name}")
    for place, box in sorted(state.standing.items()):
        doubt = f", {box.perhaps / 1000:.2f} mL of it doubtful" if box.perhaps else ""
        typer.echo(f"  {place!s:>6} {box.stock}: at least {box.left / 1000:.2f} of {box.loaded / 1000:.2f} mL{doubt}")
    for slot in sorted({tip.slot for tip in state.tips}):
        spent = sum(tip.slot == slot for tip in state.tips)
        typer.echo(f"  slot {slot}: {counted(spent, 'tip')} spent")
    for place, dish in sorted(state.dishes.items()):
        typer.echo(f"  {place!s:>6} film {dish.film}: {dish.state}")
    for run in state.pending:
        typer.echo(f"  not settled: {run}. Run: filmlab robot continue {run}")


def refill(
    place: Annotated[str, typer.Argument(metavar="SLOT:WELL", help="The container: 5:A1.")],
    volume: Annotated[float, typer.Argument(min=0, metavar="ML", help="What is in it now, mL.")],
    stock: Annotated[str | None, typer.Option(help="The stock; what was in it before if left out.")] = None,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    robot: RobotName = None,
    who: Who = None,
) -> None:
    """Record that a container on the deck was filled up."""
    from lab.errors import InvalidInputError
    from robot_protocols.running.by_hand import check_refill

    where = _place(place)
    name = _robot(workspace, robot)
    check_refill(robot_folder(workspace), name, where, 1000 * volume)
    with robot_folder(workspace).ledger(name) as ledger:
        known = ledger.state.standing.get(where)
        found = stock or (known.stock if known else None)
        if found is None:
            raise InvalidInputError("refill", [f"nothing is known of {place}"], hint="name the stock with --stock")
        ledger.refill(where, found, 1000 * volume, name_of(who))
    publish(workspace, campaign)
    typer.echo(f"{place} holds {volume:g} mL of {found}.")


def swap_rack(
    slot: Annotated[int, typer.Argument(min=1, max=11, help="Slot of the rack.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    robot: RobotName = None,
    who: Who = None,
) -> None:
    """Record that a full tip rack was put on the deck."""
    from robot_protocols.running.by_hand import check_rack

    name = _robot(workspace, robot)
    check_rack(robot_folder(workspace), name, slot)
    with robot_folder(workspace).ledger(name) as ledger:
        ledger.swap_rack(slot, name_of(who))
    publish(workspace, campaign)
    typer.echo(f"Slot {slot} holds a full tip rack.")


def _robot(workspace: Path, name: str | None) -> str:
    """The robot that is meant; the only one of the workspace where none is named."""
    from lab.errors import UnknownNameError

    known = tuple(known_robot_folder(workspace).ledgers())
    if name is None and len(known) == 1:
        return known[0]
    if name in known and name is not None:
        return name
    several = f"{len(known)} robots have been used in this workspace" if known else "no robot has been used here"
    what = f"there is no robot {name!r}" if name else several
    hint = f"give --robot {'|'.join(known)}" if known else "run a deck first: filmlab robot run"
    raise UnknownNameError(what, hint=hint)


def _place(text: str) -> Any:
    from lab.errors import InvalidInputError
    from robot_protocols.decks import Place

    slot, _, well = text.partition(":")
    if not slot.isdecimal() or not 1 <= int(slot) <= 11 or not (well.isalnum() and well.isascii()):
        raise InvalidInputError("place", [f"{text!r} is no SLOT:WELL"], hint="write for example 5:A1")
    return Place(int(slot), well.upper())


def _as_dict(robot: str, state: "DeckState") -> dict[str, Any]:
    return {
        "robot": robot,
        "containers": [
            {
                "slot": place.slot,
                "well": place.well,
                "stock": box.stock,
                "loaded_ul": box.loaded,
                "drawn_ul": box.drawn,
                "perhaps_drawn_ul": box.perhaps,
            }
            for place, box in sorted(state.standing.items())
        ],
        "tips_spent": [list(tip) for tip in sorted(state.tips)],
        "dishes": [
            {"slot": place.slot, "well": place.well, "film": dish.film, "state": str(dish.state)}
            for place, dish in sorted(state.dishes.items())
        ],
        "not_settled": list(state.pending),
    }
