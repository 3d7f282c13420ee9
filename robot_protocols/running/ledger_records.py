"""A robot's ledger as records, so that every face of a campaign can see it.

The ledger itself stays a journal beside the robot: it must be on disk before the robot moves, whatever becomes of the
database. Its entries are added to a campaign's records afterwards, each once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, count
from typing import Any

import attrs

from lab.errors import DuplicateRecordError
from lab.open_campaigns import OpenCampaign
from lab.records import (
    CastDish,
    Charge,
    ContainerDraw,
    ContainerFill,
    DeckLoad,
    DishState,
    Event,
    LoadAct,
    RunCharge,
    WellPlace,
)
from robot_protocols.decks import Place
from robot_protocols.running.journal import Entry
from robot_protocols.running.ledger import DeckState, after
from robot_protocols.running.places import RobotFolder

_LABEL = "{:04d}"
"""Form of the labels of a ledger's acts, with a place for the entry's number."""


@attrs.frozen
class LedgerAct:
    """One entry of a ledger as a record."""

    number: int
    at: datetime
    who: str
    """The person; empty for what the program found out itself."""
    record: DeckLoad | RunCharge


def ledger_acts(robot: str, entries: Iterable[Entry], *, label: str = _LABEL) -> Iterator[LedgerAct]:
    """Return the entries of a ledger as records, in order.

    Args:
        robot: The robot's name in the records.
        entries: Its ledger.
        label: Form of the labels of loads, with a place for the entry's number.
    """
    state = DeckState()
    for entry in entries:
        state = after(state, entry)
        record: DeckLoad | RunCharge | None = None
        match entry.kind:
            case "loaded":
                record = _load(robot, label.format(entry.number), entry.data)
            case "pending" | "commit" | "rollback":
                record = _charge(robot, entry, state)
        if record is not None:
            yield LedgerAct(entry.number, entry.at, entry.data.get("who", ""), record)


def _load(robot: str, label: str, data: Mapping[str, Any]) -> DeckLoad:
    swapped = LoadAct.REFILLED if data["filled"] else LoadAct.RACK_SWAPPED
    return DeckLoad(
        robot=robot,
        label=label,
        act=LoadAct.LOADED if data["plan"] else swapped,
        plan_sha256=data["plan"] or None,
        racks=data["racks"],
        dishes=data["dishes"],
        fills=tuple(ContainerFill(*fill) for fill in data["filled"]),
    )


_CHARGES = {"pending": Charge.PENDING, "commit": Charge.COMMITTED, "rollback": Charge.ROLLED_BACK}


def _charge(robot: str, entry: Entry, state: DeckState) -> RunCharge:
    data, charge = entry.data, _CHARGES[entry.kind]
    if charge is Charge.ROLLED_BACK:
        return RunCharge(robot, data["run"], charge)
    tips = tuple(WellPlace(*tip) for tip in data["tips"])
    if charge is Charge.PENDING:
        return RunCharge(robot, data["run"], charge, tips)
    drawn = {(slot, well): volume for slot, well, volume in data["drawn"]}
    perhaps = {(slot, well): volume for slot, well, volume in data["perhaps"]}
    draws = tuple(
        ContainerDraw(*place, state.containers[Place(*place)].stock, drawn.get(place, 0.0), perhaps.get(place, 0.0))
        for place in sorted({*drawn, *perhaps})
    )
    dishes = tuple(
        CastDish(film, slot, well, DishState(word))
        for slot, well, film, word in data["dishes"]
        if word != DishState.EMPTY
    )
    return RunCharge(robot, data["run"], charge, tips, draws, dishes)


def publish_ledgers(campaign: OpenCampaign, folder: RobotFolder) -> int:
    """Add what the ledgers of a workspace hold to a campaign's records, as far as it is not there yet.

    Args:
        campaign: The campaign.
        folder: The workspace's robot folder.

    Returns:
        How many acts were added.

    Raises:
        StoreError: If the store cannot be written; the ledgers keep everything until the next time.
    """
    added = 0
    known = campaign.records().events
    for robot, entries in folder.ledgers().items():
        label = _label_of(robot, entries, known)
        for act in ledger_acts(robot, entries, label=label):
            key = _key(robot, label, act)
            if key in known:
                continue
            event = Event(
                key=key,
                who=act.who or f"robot {robot}",
                source="robot ledger",
                simulated=campaign.definition.lab == "virtual" or _is_simulated(robot, entries),
                at=act.at,
            )
            try:
                campaign.store.append(campaign.name, event, [act.record], supersede=True)
            except DuplicateRecordError:
                continue  # another process was quicker
            added += 1
    return added


def _label_of(robot: str, entries: Sequence[Entry], known: Mapping[str, Event]) -> str:
    """Return the form of the labels of a ledger's acts.

    A ledger that was begun anew, as in a workspace that was restored on another computer, counts from 1 again. It is
    told by the time of its first act from another one, whose acts keep their numbers.
    """
    first = next(ledger_acts(robot, entries), None)
    if first is None:
        return _LABEL

    def is_ours(label: str) -> bool:
        there = known.get(_key(robot, label, first))
        return there is None or there.at == first.at

    return next(filter(is_ours, chain([_LABEL], (f"{ledger}-{_LABEL}" for ledger in count(2)))))


def _key(robot: str, label: str, act: LedgerAct) -> str:
    return f"robot-ledger:{robot}:{label.format(act.number)}"


def _is_simulated(robot: str, entries: Sequence[Entry]) -> bool:
    told = entries[0].data.get("simulated")
    return robot.startswith("FAKE-") if told is None else bool(told)
