"""A deck's ledger against a model of it that only adds up, whatever is loaded, run and given back in whatever order."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lab.errors import DuplicateRecordError, InvalidInputError, StoreError
from lab.open_campaigns import open_campaign
from lab.records import Charge, DeckLoad, DishState, LoadAct, RunCharge
from lab.store import Store
from lab.workspace import Workspace
from robot_protocols.decks import Place, Use
from robot_protocols.plans import Continues, DeckPlan, DishContent
from robot_protocols.running.journal import Journal, read_journal
from robot_protocols.running.ledger import DeckState, Dish, Ledger, replay, shortages
from robot_protocols.running.ledger_records import ledger_acts, publish_ledgers
from robot_protocols.running.places import RobotFolder
from robot_protocols.running.reckoning import Reckoning
from tests.unit.robot_protocols.examples import four_film_plan, screening

SMALL = Path(__file__).parents[3] / "data" / "small.toml"
DECK = screening()
RACKS = [item.slot for item in DECK.using(Use.TIPS)]


def with_last_tips(plan: DeckPlan) -> DeckPlan:
    """The same plan with tips from the other end of the racks."""
    left = {item.pipette.model: iter(DECK.tip_places(item.pipette.model)[::-1]) for item in DECK.pipettes}
    passes = tuple(attrs.evolve(item, tip=next(left[item.pipette])) for item in plan.passes)
    mixings = tuple(attrs.evolve(item, tip=next(left[item.pipette])) for item in plan.mixings)
    return attrs.evolve(plan, passes=passes, mixings=mixings)


PLANS = (four_film_plan(), with_last_tips(four_film_plan()))
BOXES = {loaded.place: (need.stock, loaded.volume) for need in PLANS[0].stock_needs for loaded in need.places}


def tips_of(plan: DeckPlan) -> list[Place]:
    return [item.tip for item in plan.passes] + [item.tip for item in plan.mixings]


class LedgerOfADeck(RuleBasedStateMachine):
    """What stands on the deck, and a ledger that is told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.spent: set[Place] = set()
        self.boxes: dict[Place, list[float]] = {}  # loaded, drawn, perhaps drawn, uL
        self.dishes: dict[Place, tuple[str, DishState]] = {}
        self.pending: dict[str, DeckPlan] = {}
        self.runs: dict[str, Charge] = {}
        self.told: list[tuple[Any, ...]] = []

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.journal.close()
            self.folder.cleanup()

    @initialize(fresh=st.booleans())
    def first_load(self, fresh: bool) -> None:
        self.folder = TemporaryDirectory()
        self.journal = Journal(Path(self.folder.name) / "deck.jsonl", durable=False)
        self.ledger = Ledger(self.journal)
        self.load(fresh)

    @rule(fresh=st.booleans())
    def load(self, fresh: bool) -> None:
        self.ledger.load_deck(PLANS[0], DECK, "Ada", fresh_racks=fresh)
        self.spent -= self.spent if fresh else set()
        self.boxes = {place: [volume, 0.0, 0.0] for place, (_, volume) in BOXES.items()}
        self.dishes = {}
        self.told.append((LoadAct.LOADED, tuple(RACKS) if fresh else (), len(BOXES)))

    @rule(slot=st.sampled_from(RACKS))
    def swap(self, slot: int) -> None:
        self.ledger.swap_rack(slot, "Ada")
        self.spent = {tip for tip in self.spent if tip.slot != slot}
        self.told.append((LoadAct.RACK_SWAPPED, (slot,), 0))

    @rule(place=st.sampled_from(sorted(BOXES)))
    def refill(self, place: Place) -> None:
        self.ledger.refill(place, BOXES[place][0], 5000.0, "Ada")
        self.boxes[place] = [5000.0, 0.0, 0.0]
        self.told.append((LoadAct.REFILLED, (), 1))

    @rule(plan=st.sampled_from(PLANS))
    def reserve(self, plan: DeckPlan) -> None:
        run = f"run-{len(self.runs) + 1}"
        held = {tip for other in self.pending.values() for tip in tips_of(other)}
        refusals = sum(tip in self.spent or tip in held for tip in tips_of(plan))
        refusals += sum(film.dish in self.dishes for film in plan.films)
        if refusals:
            with pytest.raises(InvalidInputError) as caught:
                self.ledger.reserve(run, plan)
            assert len(caught.value.faults) == refusals
            return
        self.ledger.reserve(run, plan)
        self.pending[run], self.runs[run] = plan, Charge.PENDING
        self.told.append((run, Charge.PENDING, set(tips_of(plan)), {}, set()))
        with pytest.raises(DuplicateRecordError):
            self.ledger.reserve(run, plan)

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(sorted(self.pending)))
        plan = self.pending.pop(run)
        for _ in range(2):  # the second time changes nothing
            self.ledger.rollback(run)
        with pytest.raises(StoreError, match="rolled back"):
            self.ledger.commit(run, plan, reckoned(data, plan))
        self.runs[run] = Charge.ROLLED_BACK
        self.told.append((run, Charge.ROLLED_BACK, set(), {}, set()))

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(sorted(self.pending)))
        plan = self.pending.pop(run)
        found = reckoned(data, plan)
        for _ in range(2):
            self.ledger.commit(run, plan, found)
        with pytest.raises(StoreError, match="committed"):
            self.ledger.rollback(run)
        self.runs[run] = Charge.COMMITTED
        self.spent |= found.tips
        draws = {}
        for place in {*found.drawn, *found.perhaps}:
            drawn, perhaps = found.drawn.get(place, 0.0), found.perhaps.get(place, 0.0)
            self.boxes[place][1] += drawn
            self.boxes[place][2] += perhaps
            draws[place] = (BOXES[place][0], drawn, perhaps)
        cast = {(film.dish, film.order.label, found.dishes[film.order.label]) for film in plan.films}
        cast = {(dish, film, state) for dish, film, state in cast if state is not DishState.EMPTY}
        self.dishes |= {dish: (film, state) for dish, film, state in cast}
        self.told.append((run, Charge.COMMITTED, set(found.tips), draws, cast))

    @invariant()
    def agree(self) -> None:
        self.agrees(self.ledger.state)
        self.agrees(replay(read_journal(self.journal.path)))
        assert [_said(act.record) for act in ledger_acts("R1", self.journal.entries)] == self.told

    def agrees(self, state: DeckState) -> None:
        assert state.tips == self.spent
        boxes = {place: [box.loaded, box.drawn, box.perhaps] for place, box in state.containers.items()}
        assert boxes == {place: pytest.approx(values) for place, values in self.boxes.items()}
        assert all(box.stock == BOXES[place][0] for place, box in state.containers.items())
        assert {place: (dish.film, dish.state) for place, dish in state.dishes.items()} == self.dishes
        assert state.pending == {run: set(tips_of(plan)) for run, plan in self.pending.items()}
        assert state.runs == self.runs


TestLedgerOfADeck = LedgerOfADeck.TestCase
TestLedgerOfADeck.settings = settings(max_examples=40, stateful_step_count=12)


def reckoned(data: st.DataObject, plan: DeckPlan) -> Reckoning:
    """Anything that a run may have come to."""
    volumes = st.dictionaries(st.sampled_from(sorted(BOXES)), st.floats(0.1, 900.0).map(lambda v: round(v, 1)))
    return Reckoning(
        steps={},
        dishes={film.order.label: data.draw(st.sampled_from(list(DishState))) for film in plan.films},
        tips=frozenset(data.draw(st.lists(st.sampled_from(tips_of(plan))))),
        drawn=data.draw(volumes),
        perhaps=data.draw(volumes),
        tip_on=False,
    )


def _said(record: DeckLoad | RunCharge) -> tuple[Any, ...]:
    assert record.robot == "R1"
    if isinstance(record, DeckLoad):
        return (record.act, tuple(record.racks), len(record.fills))
    tips = {Place(tip.slot, tip.well) for tip in record.tips}
    draws = {Place(draw.slot, draw.well): (draw.stock, draw.drawn, draw.perhaps) for draw in record.draws}
    return (record.run, record.state, tips, draws, {(Place(d.slot, d.well), d.film, d.state) for d in record.dishes})


@pytest.mark.parametrize(
    ("film", "state", "counted_on", "fault"),
    [
        ("A1", DishState.PARTIAL, True, ""),
        ("A1", DishState.PARTIAL, False, "holds a part of A1 that the plan does not count on"),
        ("A1", DishState.SUSPECT, True, "is suspect"),
        ("A1", DishState.FINISHED, False, "is finished"),
        ("B1", DishState.PARTIAL, True, "holds film B1"),
        ("B1", DishState.FINISHED, False, "holds film B1"),
    ],
)
def test_a_dish_is_topped_up_only_where_the_plan_knows_of_its_part(film, state, counted_on, fault):
    plan = four_film_plan()
    if counted_on:
        plan = attrs.evolve(plan, continues=Continues("0" * 64, 1, (DishContent("A1", ()),)))
    first = next(one for one in plan.films if one.order.label == "A1")
    found = shortages(plan, DeckState(dishes={first.dish: Dish(film, state)}))
    assert len(found) == bool(fault)
    assert all(fault in text for text in found)


@pytest.mark.parametrize(
    ("robot", "told", "lab", "simulated"),
    [
        ("FAKE-0001", None, "real", True),
        ("OT2CEP", None, "real", False),
        ("OT2CEP", False, "virtual", True),
        # A robot-server without hardware has no serial number, and an imaginary robot any that it was given.
        ("opentrons-dev", True, "real", True),
    ],
)
def test_a_ledger_is_published_once_and_then_what_is_new(
    tmp_path: Path, robot: str, told: bool | None, lab: str, simulated: bool
):
    folder, plan = RobotFolder(tmp_path / "robot"), four_film_plan()
    with folder.ledger(robot, simulated=told) as ledger:
        ledger.load_deck(plan, DECK, "Ada")
        ledger.reserve("run-1", plan)
    workspace = Workspace.create(tmp_path / "lab")
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    with open_campaign(workspace) as opened:
        campaign = attrs.evolve(opened, definition=attrs.evolve(opened.definition, lab=lab))
        assert [publish_ledgers(campaign, folder) for _ in range(2)] == [2, 0]
        with folder.ledger(robot) as ledger:
            done = dict.fromkeys([film.order.label for film in plan.films], DishState.FINISHED)
            ledger.commit("run-1", plan, Reckoning({}, done, frozenset(), {}, {}, tip_on=False))
        assert [publish_ledgers(campaign, folder) for _ in range(2)] == [1, 0]
        records = campaign.records()
    events = [event for event in records.events.values() if event.source == "robot ledger"]
    assert [(event.who, event.simulated) for event in events] == [
        ("Ada", simulated),
        (f"robot {robot}", simulated),
        (f"robot {robot}", simulated),
    ]
    assert [charge.state for charge in records.run_charges.values()] == [Charge.COMMITTED]


def test_a_ledger_that_was_begun_anew_is_published_beside_the_earlier_one(tmp_path: Path):
    """As after a restore on another computer: a backup holds the records, and not the robot's ledger."""
    plan = four_film_plan()
    workspace = Workspace.create(tmp_path / "lab")
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    folders = {who: RobotFolder(tmp_path / who) for who in ("Ada", "Ben")}
    with open_campaign(workspace) as campaign:
        for who, folder in folders.items():
            with folder.ledger("OT2CEP") as ledger:
                ledger.load_deck(plan, DECK, who)
                ledger.reserve(f"run of {who}", plan)
            assert [publish_ledgers(campaign, folder) for _ in range(2)] == [2, 0]
        assert [publish_ledgers(campaign, folder) for folder in folders.values()] == [0, 0]
        records = campaign.records()
    assert [records.event_of(load).who for load in records.deck_loads.values()] == ["Ada", "Ben"]
    assert len(records.run_charges) == 2
