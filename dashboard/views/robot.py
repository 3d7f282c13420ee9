"""The robot: decks that wait, runs as they go, and what stands on the deck."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import attrs
import pandas as pd

from active_learning.campaign.batches import waiting_decks
from lab.campaigns import CampaignDefinition
from lab.export.report import ReadArtefact
from lab.records import DishState, Records
from lab.records.artefacts import DECK, PLAN, PROTOCOL, RUN_CARD, deck_file
from robot_protocols.decks import DeckDefinition, Use, deck_from, deck_named
from robot_protocols.findings import Finding
from robot_protocols.plans import DeckPlan
from robot_protocols.preflight import preflight
from robot_protocols.running.facts import facts_of, latest
from robot_protocols.running.instructions import is_given_up
from robot_protocols.running.journal import read_journal
from robot_protocols.running.ledger import DeckState, replay
from robot_protocols.running.orders import RunStatus, status_of
from robot_protocols.running.places import RobotFolder, RunFolder
from robot_protocols.running.reckoning import reckon

STALE_SECONDS = 30.0
"""A program that watches a run writes something every few seconds; after this long it is probably gone."""


def deck_table(records: Records) -> pd.DataFrame:
    """Return one row a deck, the newest first: films, who signed for it, how its run ended, or that nobody wants it."""
    rows = []
    waiting = set(waiting_decks(records))
    for deck in list(records.decks.values())[::-1]:
        check, run = records.deck_checks.get(deck.label), records.runs.get(deck.label)
        before = "refused" if deck.label not in waiting else "signed" if check else "to load"
        rows.append(
            {
                "deck": deck.label,
                "films": len(deck.positions),
                "state": run.status.value if run else before,
                "signed by": records.event_of(check).who if check else "",
                "robot": run.robot if run else "",
                "minutes": deck.minutes,
                "vendor": deck.vendor_note,
                "note": run.note if run else "",
            }
        )
    columns = ["deck", "films", "state", "signed by", "robot", "minutes", "vendor", "note"]
    return pd.DataFrame(rows, columns=columns)


@attrs.frozen(eq=False)
class DeckView:
    """A deck that can be looked at before it is signed for."""

    plan: DeckPlan
    deck: DeckDefinition
    run_card: str
    """HTML page that prints on one sheet."""
    protocol: str


def deck_view(records: Records, label: str, read_artefact: ReadArtefact) -> DeckView | None:
    """Return a deck's plan, run card and protocol; None where they were not stored.

    Raises:
        FilmlabError: If a stored file is damaged, or the deck is not known any more.
    """
    names = [deck_file(label, file) for file in (PLAN, RUN_CARD, PROTOCOL)]
    if any(name not in records.artefacts for name in names):
        return None
    plan, card, protocol = (read_artefact(records.artefacts[name].sha256).decode() for name in names)
    found = DeckPlan.from_json(plan)
    own = records.artefacts.get(deck_file(label, DECK))
    deck = deck_from(json.loads(read_artefact(own.sha256)), what=label) if own else deck_named(found.deck)
    return DeckView(found, deck, card, protocol)


def deck_findings(definition: CampaignDefinition, view: DeckView) -> tuple[Finding, ...]:
    """Return what preflight says of a deck with the campaign's stocks."""
    return tuple(preflight(view.plan, view.deck, definition.stocks))


def film_table(view: DeckView, materials: Sequence[str]) -> pd.DataFrame:
    """Return one row a film of a deck: its dish and what is expected to be in it, wt%, materials in the given order."""
    rows = []
    for film in view.plan.films:
        parts = film.expected.composition
        rows.append(
            {"film": film.order.label, "slot": film.dish.slot, "dish": film.dish.well}
            | {name: 100 * parts.get(name, 0.0) for name in materials}
        )
    return pd.DataFrame(rows)


@attrs.frozen
class RunView:
    """A run as it stands now."""

    status: RunStatus
    film: str
    """The film that is being worked on; empty between films."""
    minutes_left: float
    """Estimate from the plan."""
    silent: float
    """Seconds since something was written about it."""
    problem: str
    """What the robot said when it ended."""
    dishes: pd.DataFrame
    """Film, slot, dish and state."""

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self.status.goes_on

    @property
    def complete(self) -> bool:
        """Whether every film of it is finished."""
        return bool((self.dishes["state"] == DishState.FINISHED.value).all())

    @property
    def unwatched(self) -> bool:
        """Whether the program that watches it has probably died, also where the clock was set back since."""
        return self.goes_on and abs(self.silent) > STALE_SECONDS


def run_labels(folder: RobotFolder) -> list[str]:
    """Return the names of all runs, the newest first."""
    return [run.label for run in folder.runs()[::-1]]


def run_view(run: RunFolder, now: datetime | None = None) -> RunView:
    """Return how a run stands, also while another process watches it.

    Raises:
        StoreError: If its journal is damaged.
    """
    entries = run.entries()
    status = status_of(run)
    job = run.job()
    planned, ended = latest(entries, "planned"), latest(entries, "ended")
    reckoning = reckon(job.plan, job.deck, facts_of(entries))
    left = job.plan.minutes_after(status.step)
    at = {film.order.label: film.dish for film in job.plan.films}
    dishes = [(film, at[film].slot, at[film].well, state.value) for film, state in reckoning.dishes.items()]
    last = entries[-1].at if entries else datetime.now(UTC)
    return RunView(
        status=status,
        film="" if ended else job.plan.film_of_step.get(status.step, ""),
        minutes_left=0.0 if ended else left / max(1.0, planned.data["speed"] if planned else 1.0),
        silent=((now or datetime.now(UTC)) - last).total_seconds(),
        problem="; ".join(ended.data.get("errors", ())) if ended else "",
        dishes=pd.DataFrame(dishes, columns=["film", "slot", "dish", "state"]),
    )


def needs_somebody(run: RunFolder, view: RunView) -> bool:
    """Return whether a person has to say how the deck of the newest run is gone on with."""
    return view.unwatched or not (view.goes_on or view.complete or is_given_up(run))


@attrs.frozen(eq=False)
class RobotDeck:
    """What stands on a robot's deck."""

    robot: str
    state: DeckState
    deck: DeckDefinition
    """The deck of the last run."""


def robot_decks(folder: RobotFolder) -> list[RobotDeck]:
    """Return what stands on the deck of every robot that ran something from this workspace.

    Raises:
        StoreError: If a ledger is damaged.
    """
    last: dict[str, RunFolder] = {}
    for run in folder.runs():
        planned = latest(run.entries(), "planned")
        if planned is not None:
            last[planned.data["robot"]] = run
    found = []
    for robot, run in last.items():
        path = folder.ledger_path(robot)
        if path.is_file():
            found.append(RobotDeck(robot, replay(read_journal(path)), run.job().deck))
    return found


def stock_table(decks: Sequence[RobotDeck]) -> pd.DataFrame:
    """Return one row a container on a robot's deck: stock, what was put in and what is left at least, mL."""
    rows = [
        {
            "robot": deck.robot,
            "slot": place.slot,
            "well": place.well,
            "stock": container.stock,
            "loaded": container.loaded / 1000,
            "left": container.left / 1000,
            "share": container.left / container.loaded if container.loaded else 0.0,
        }
        for deck in decks
        for place, container in sorted(deck.state.standing.items())
    ]
    return pd.DataFrame(rows, columns=["robot", "slot", "well", "stock", "loaded", "left", "share"])


def tip_table(decks: Sequence[RobotDeck]) -> pd.DataFrame:
    """Return one row a tip rack on a robot's deck: how many tips it had and how many are left."""
    rows = []
    for deck in decks:
        set_aside = frozenset().union(*deck.state.pending.values()) if deck.state.pending else frozenset()
        gone = deck.state.tips | set_aside
        for item in deck.deck.using(Use.TIPS):
            used = sum(place.slot == item.slot for place in gone)
            total = len(item.labware.wells)
            rows.append(
                {
                    "robot": deck.robot,
                    "slot": item.slot,
                    "rack": item.labware.title,
                    "tips": total,
                    "left": total - used,
                    "share": (total - used) / total,
                }
            )
    return pd.DataFrame(rows, columns=["robot", "slot", "rack", "tips", "left", "share"])
