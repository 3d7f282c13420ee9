"""The campaign is walked from its first action to its last with made-up outcomes: no robot, no models, no store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import (
    Stage,
    stage_of,
)
from active_learning.campaign.trainings import Training
from active_learning.campaign.work import can_do
from lab.campaign_files import parse_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.export.summary import progress
from lab.grades import Grade
from lab.records import (
    Advice,
    Approval,
    Artefact,
    AsMade,
    Course,
    Deck,
    DeckCheck,
    Design,
    DesignAnswer,
    DishPosition,
    Drying,
    Event,
    Film,
    FilmGrade,
    LoopDecision,
    LoopReview,
    Measurement,
    Model,
    ModelKind,
    Purpose,
    Record,
    Records,
    RobotRun,
    RunStatus,
    Status,
    Verdict,
)
from lab.records.artefacts import REPORT, SHAPLEY_TABLE, model_file
from lab.virtual.bench import VirtualBench

SMALL = Path(__file__).parents[3] / "data" / "small.toml"


@pytest.fixture
def definition() -> CampaignDefinition:
    return parse_definition(SMALL.read_text())


def _film(label: str, recipe: Composition, purpose: Purpose, **more: object) -> Film:
    return Film(label=label, purpose=purpose, asked=recipe, solids=10.0, volume=1000.0, **more)  # type: ignore[arg-type]


def made_up(  # noqa: PLR0912 (one case a kind of action)
    action: Action, records: Records, definition: CampaignDefinition, *, fail_first_run: bool
) -> list[Record]:
    """Return records as the action could have yielded them."""
    recipe = Composition.from_vector(definition.material_names, [0.5, 0.25, 0.25])
    films = [records.films[label] for label in action.films]
    match action.kind:
        case ActionKind.PLAN_LIBRARY:
            return [_film(f"L{i}", recipe, Purpose.LIBRARY) for i in range(3)]
        case ActionKind.APPROVE:
            verdicts = [Verdict.REFUSED, *[Verdict.APPROVED] * len(films)]
            return [Approval(film.label, verdict) for film, verdict in zip(films, verdicts, strict=False)]
        case ActionKind.PLAN_DECK:
            label = f"deck-{len(records.decks) + 1:03d}"
            positions = tuple(DishPosition(film.label, 1, f"A{i}") for i, film in enumerate(films, start=1))
            return [Deck(label, positions, "0" * 64, "1" * 64, 0, "not asked", 1.0)]
        case ActionKind.PREPARE_DECK:
            return [DeckCheck(action.subject, "0" * 64)]
        case ActionKind.RUN_ROBOT:
            if fail_first_run and not records.runs:
                return [RobotRun(action.subject, "robot", RunStatus.FAILED, "power cut")]
            run = RobotRun(action.subject, "robot", RunStatus.SUCCEEDED)
            return [run, *(AsMade(film.label, film.asked, {}, 10.0) for film in films)]
        case ActionKind.DRY:
            return [Drying(film.label, 40.0, 24.0) for film in films]
        case ActionKind.GRADE:
            return [FilmGrade(film.label, Grade.A) for film in films]
        case ActionKind.MEASURE:
            names = definition.property_names
            return [Measurement(f.label, n, Status.OK, 0.5, 0.1, 3, "made up") for f in films for n in names]
        case ActionKind.TRAIN:
            training = Training.named(action.subject)
            labels = [(training.quality, ModelKind.QUALITY)]
            labels += [(training.properties, ModelKind.PROPERTIES)] if training.loop else []
            return [Model(label, kind, training.loop, 1, "0" * 64, "0" * 64) for label, kind in labels]
        case ActionKind.REVIEW:
            return [LoopReview(action.subject, Advice.GO_ON, "{}")]
        case ActionKind.DECIDE:
            return [LoopDecision(action.subject, Course.GO_ON)]
        case ActionKind.SIMULATE:
            raise AssertionError("nobody asked for a simulation")
        case ActionKind.SUGGEST:
            loop = int(action.subject[-2:])
            sizes = range(definition.loop.size(loop))
            return [_film(f"A{loop}-{i}", recipe, Purpose.LOOP, loop=loop) for i in sizes]
        case ActionKind.EXPLAIN:
            name = model_file(Training(int(action.subject[-2:])).properties, SHAPLEY_TABLE)
            return [Artefact(name, "0" * 64, "text/csv", 1)]
        case ActionKind.DESIGN:
            found = Design("D1-1", action.subject, ("x",), recipe, 0.9, 0.9, {}, ("quality-02",))
            return [found, DesignAnswer(action.subject, 1)]
        case ActionKind.VERIFY:
            unmade = [d for d in records.designs if d not in {f.design for f in records.films.values()}]
            return [_film(f"V-{design}", recipe, Purpose.VERIFICATION, design=design) for design in unmade]
        case ActionKind.REPORT:
            return [Artefact(REPORT, "0" * 64, "text/html", 1)]


def walk(definition: CampaignDefinition, *, fail_first_run: bool = False) -> Iterator[tuple[Action, Records]]:
    """Do the first of the next actions until nothing is left; yield each action with the records before it."""
    records = Records()
    while actions := next_actions(definition, records):
        yield actions[0], records
        event = Event(actions[0].key, "test", "made up", True, datetime(2026, 1, 1, tzinfo=UTC))
        assert event.key not in records.events, "an act is never asked for twice"
        yielded = made_up(actions[0], records, definition, fail_first_run=fail_first_run)
        records = records.with_added(event, tuple(yielded))
    assert stage_of(definition, records) is Stage.DONE


def test_an_empty_campaign_begins_with_planning_its_library(definition: CampaignDefinition) -> None:
    assert [action.kind for action in next_actions(definition, Records())] == [ActionKind.PLAN_LIBRARY]


def test_a_campaign_goes_through_every_kind_of_action_and_ends(definition: CampaignDefinition) -> None:
    kinds = [action.kind for action, _ in walk(definition)]
    assert set(kinds) == set(ActionKind) - {ActionKind.APPROVE, ActionKind.DECIDE, ActionKind.SIMULATE}
    assert kinds.count(ActionKind.SUGGEST) == definition.loop.loops
    assert kinds.count(ActionKind.TRAIN) == definition.loop.loops + 1
    assert kinds[-1] is ActionKind.REPORT


def test_stages_follow_each_other(definition: CampaignDefinition) -> None:
    stages = [stage_of(definition, records) for _, records in walk(definition)]
    order = list(Stage)
    assert [order.index(stage) for stage in stages] == sorted(order.index(stage) for stage in stages)
    assert set(stages) == set(Stage) - {Stage.DONE}


def test_films_of_a_failed_run_are_planned_again_on_another_deck(definition: CampaignDefinition) -> None:
    steps = list(walk(definition, fail_first_run=True))
    runs = [action.subject for action, _ in steps if action.kind is ActionKind.RUN_ROBOT]
    assert runs[:2] == ["deck-001", "deck-002"]
    _, last = steps[-1]
    assert last.runs["deck-001"].status is RunStatus.FAILED
    assert {p.film for p in last.decks["deck-002"].positions} == {p.film for p in last.decks["deck-001"].positions}
    assert len(last.as_made) == len(last.films)


def test_a_film_that_a_deck_did_not_finish_is_seen_to_on_its_next_deck_only(definition: CampaignDefinition) -> None:
    records = Records()
    asked = []
    for number in range(40):
        actions = next_actions(definition, records)
        if not actions or actions[0].kind is ActionKind.TRAIN:
            break
        action = actions[0]
        yielded = made_up(action, records, definition, fail_first_run=False)
        if action.kind is ActionKind.RUN_ROBOT and not records.runs:
            # The first film is finished, the others are not.
            yielded = [RobotRun(action.subject, "robot", RunStatus.FAILED, "clog"), yielded[1]]
        event = Event(action.key, "test", "made up", True, datetime(2026, 1, 1, 0, number, tzinfo=UTC))
        assert event.key not in records.events, "an act is never asked for twice"
        records = records.with_added(event, tuple(yielded))
        asked.append(action)
    dried = {action.subject: action.films for action in asked if action.kind is ActionKind.DRY}
    assert dried == {"deck-001": ("L0",), "deck-002": ("L1", "L2")}
    assert len(records.grades) == len(records.films)


def test_a_film_that_was_graded_before_anybody_said_that_it_dried_is_not_wet(definition: CampaignDefinition) -> None:
    drying, records = next((action, known) for action, known in walk(definition) if action.kind is ActionKind.DRY)
    graded, *others = drying.films
    event = Event("film:grade", "ana", "made up", True, datetime(2026, 1, 1, tzinfo=UTC))
    actions = next_actions(definition, records.with_added(event, (FilmGrade(graded, Grade.A),)))
    assert [action.films for action in actions if action.kind is ActionKind.DRY] == [tuple(others)]


def test_equal_records_give_equal_actions(definition: CampaignDefinition) -> None:
    for _, records in walk(definition):
        assert next_actions(definition, records) == next_actions(definition, records)


def test_library_films_are_graded_and_not_measured(definition: CampaignDefinition) -> None:
    *_, (_, last) = walk(definition)
    measured = {film for film, _ in last.measurements}
    assert measured == {f.label for f in last.films.values() if f.purpose is not Purpose.LIBRARY}


def test_progress_counts_what_is_recorded(definition: CampaignDefinition) -> None:
    *_, (_, last) = walk(definition)
    found = progress(definition, last)
    assert found.planned == len(last.films) == found.made == found.graded
    assert found.loops_done == found.loops_planned == definition.loop.loops
    assert found.designs == found.designs_verified == 1


def test_every_action_says_why(definition: CampaignDefinition) -> None:
    for action, _ in walk(definition):
        assert action.why


def test_where_people_approve_no_film_is_planned_before_they_decide(definition: CampaignDefinition) -> None:
    asking = attrs.evolve(definition, loop=attrs.evolve(definition.loop, approval="person"))
    steps = list(walk(asking))
    kinds = [action.kind for action, _ in steps]
    assert kinds.count(ActionKind.APPROVE) == asking.loop.loops + 1
    assert all(action.who == "person" for action, _ in steps if action.kind is ActionKind.APPROVE)
    _, last = steps[-1]
    refused = {film for film, found in last.approvals.items() if found.verdict is Verdict.REFUSED}
    planned = {position.film for deck in last.decks.values() for position in deck.positions}
    assert refused
    assert not refused & planned
    assert {film.label for film in last.films.values()} - refused == planned


def test_films_that_were_begun_before_people_had_to_approve_go_on(definition: CampaignDefinition) -> None:
    asking = attrs.evolve(definition, loop=attrs.evolve(definition.loop, approval="person"))
    kinds = (ActionKind.PREPARE_DECK, ActionKind.RUN_ROBOT, ActionKind.DRY, ActionKind.GRADE, ActionKind.MEASURE)
    begun = [(action, records) for action, records in walk(definition) if action.kind in kinds]
    assert begun
    for action, records in begun:
        assert next_actions(asking, records)[0] == action


def test_films_from_outside_the_plan_wait_for_approval_and_are_then_made(definition: CampaignDefinition) -> None:
    recipe = Composition.from_vector(definition.material_names, [0.5, 0.25, 0.25])
    event = Event("by hand", "Ada", "person", False, datetime(2026, 1, 1, tzinfo=UTC))
    proposed = Records().with_added(event, (_film("M1", recipe, Purpose.MANUAL),))
    assert next_actions(definition, proposed)[-1].kind is ActionKind.APPROVE
    approved = proposed.with_added(attrs.evolve(event, key="yes"), (Approval("M1", Verdict.APPROVED),))
    assert (next_actions(definition, approved)[-1].kind, next_actions(definition, approved)[-1].films) == (
        ActionKind.PLAN_DECK,
        ("M1",),
    )


def stopped_at(definition: CampaignDefinition, kind: ActionKind, subject: str) -> Records:
    """The records as they are when an action is the first of the next ones."""
    return next(before for action, before in walk(definition) if (action.kind, action.subject) == (kind, subject))


def followed(records: Records, key: str, *added: Record) -> Records:
    return records.with_added(Event(key, "Ada", "person", False, datetime(2026, 1, 1, tzinfo=UTC)), added)


SLIPPED = Measurement("A1-0", "tensile_strength", Status.FAILED, None, None, 0, "x", reason="slipped")
LATE: list[Record] = [FilmGrade("L1", Grade.D), SLIPPED]


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("choice", [ActionKind.REVIEW, ActionKind.SUGGEST, ActionKind.EXPLAIN, ActionKind.DESIGN])
def test_what_is_found_out_after_a_training_is_learned_before_the_next_choice(
    definition: CampaignDefinition, choice: ActionKind, late: Record
) -> None:
    subject = {ActionKind.REVIEW: "loop-01", ActionKind.DESIGN: definition.designs[0].name}.get(choice, "loop-02")
    before = stopped_at(definition, choice, subject)
    trained = "loop-01" if choice in {ActionKind.REVIEW, ActionKind.SUGGEST} else "loop-02"
    corrected = followed(before, "correct", late)
    (training,) = next_actions(definition, corrected)
    assert (training.kind, training.subject) == (ActionKind.TRAIN, f"{trained}-again-1")
    loop = Training.named(trained).loop
    models = [
        Model(f"{name}-0{loop}-again-1", kind, loop, 1, "0" * 64, "0" * 64)
        for name, kind in (("quality", ModelKind.QUALITY), ("properties", ModelKind.PROPERTIES))
    ]
    learned = followed(corrected, training.key, *models)
    (following,) = next_actions(definition, learned)
    # What was explained stays so; everything else is looked at anew.
    if choice is not ActionKind.DESIGN:
        assert (following.kind, following.subject) == (ActionKind.REVIEW, f"{trained}-again-1")
        learned = followed(learned, following.key, LoopReview(following.subject, Advice.GO_ON, "{}"))
        (following,) = next_actions(definition, learned)
    assert following.kind is (ActionKind.SUGGEST if choice is ActionKind.REVIEW else choice)


def test_what_was_decided_after_a_loop_holds_for_its_models_trained_once_more(definition: CampaignDefinition) -> None:
    asking = attrs.evolve(definition, loop=attrs.evolve(definition.loop, stop="ask"))
    records = followed(stopped_at(asking, ActionKind.REVIEW, "loop-01"), "r", LoopReview("loop-01", Advice.LOOK, "{}"))
    assert [action.kind for action in next_actions(asking, records)] == [ActionKind.DECIDE]
    records = followed(followed(records, "decide:loop-01", LoopDecision("loop-01", Course.GO_ON)), "correct", LATE[0])
    (training,) = next_actions(asking, records)
    records = followed(records, training.key, Model("quality-01-again-1", ModelKind.QUALITY, 1, 1, "0" * 64, "0" * 64))
    records = followed(records, "again", LoopReview("loop-01-again-1", Advice.STOP, "{}"))
    assert [action.kind for action in next_actions(asking, records)] == [ActionKind.SUGGEST]


def test_nobody_has_to_decide_before_the_first_loop(definition: CampaignDefinition) -> None:
    asking = attrs.evolve(definition, loop=attrs.evolve(definition.loop, stop="ask"))
    records = followed(stopped_at(asking, ActionKind.REVIEW, "loop-00"), "r", LoopReview("loop-00", Advice.LOOK, "{}"))
    assert [action.kind for action in next_actions(asking, records)] == [ActionKind.SUGGEST]


def test_of_the_reviews_of_a_loop_the_newest_ends_the_loops(definition: CampaignDefinition) -> None:
    ending = attrs.evolve(definition, loop=attrs.evolve(definition.loop, stop="automatic"))
    records = followed(stopped_at(ending, ActionKind.REVIEW, "loop-01"), "r", LoopReview("loop-01", Advice.STOP, "{}"))
    assert stage_of(ending, records) is Stage.DESIGN
    again = followed(records, "train", Model("quality-01-again-1", ModelKind.QUALITY, 1, 1, "0" * 64, "0" * 64))
    assert stage_of(ending, followed(again, "r2", LoopReview("loop-01-again-1", Advice.STOP, "{}"))) is Stage.DESIGN
    assert stage_of(ending, followed(again, "r2", LoopReview("loop-01-again-1", Advice.GO_ON, "{}"))) is Stage.LOOPS


def test_films_made_by_hand_wait_for_people(definition: CampaignDefinition) -> None:
    recipe = Composition.from_vector(definition.material_names, [0.5, 0.25, 0.25])
    made: list[Record] = [
        _film("M1", recipe, Purpose.MANUAL),
        Approval("M1", Verdict.APPROVED),
        AsMade("M1", recipe, {}, 10.0),
    ]
    records = followed(Records(), "add-film:M1", *made)
    *_, grading = next_actions(definition, records)
    assert (grading.kind, grading.films) == (ActionKind.GRADE, ("M1",))
    graded = followed(records, "grade:M1", FilmGrade("M1", Grade.A))
    *_, measuring = next_actions(definition, graded)
    assert (measuring.kind, measuring.films) == (ActionKind.MEASURE, ("M1",))
    bench = VirtualBench(definition, 5)
    assert not can_do(grading, bench)
    assert not can_do(measuring, bench)
    values = [Measurement("M1", name, Status.OK, 0.5, 0.1, 3, "x") for name in definition.property_names]
    assert all("M1" not in action.films for action in next_actions(definition, followed(graded, "import", *values)))


def test_the_report_is_written_again_where_loops_went_on_after_it(definition: CampaignDefinition) -> None:
    """It would be that of the campaign when it was stopped, for ever."""
    before = stopped_at(definition, ActionKind.SUGGEST, "loop-02")
    stopped = followed(before, "stop", LoopDecision("loop-01", Course.STOP))
    done, keys = walked_on(definition, stopped)
    assert keys[-1] == "report:campaign"
    again = followed(done, "go on", LoopDecision("loop-01", Course.GO_ON))
    done, keys = walked_on(definition, again)
    assert "train:loop-02" in keys
    assert keys[-1] == "report:campaign:2"
    recipe = next(iter(done.films.values())).asked
    wish = followed(done, "wish", Design("D9-1", "late", ("x",), recipe, 0.9, 0.9, {}, ("quality-02",)))
    assert walked_on(definition, wish)[1][-1] == "report:campaign:3"


def walked_on(definition: CampaignDefinition, records: Records) -> tuple[Records, list[str]]:
    """The records when nothing is left to do, and the keys of what was done until then."""
    keys = []
    while actions := next_actions(definition, records):
        keys.append(actions[0].key)
        assert keys[-1] not in records.events, "an act is never asked for twice"
        records = followed(records, keys[-1], *made_up(actions[0], records, definition, fail_first_run=False))
    return records, keys
