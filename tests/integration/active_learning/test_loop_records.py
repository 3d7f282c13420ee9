"""A small campaign in the virtual lab: its reviews, its replay, and what people decide about its loops."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import Stage, stage_of
from active_learning.campaign.replaying import replay
from active_learning.campaign.reviews import latest_review, review_of
from active_learning.campaign.trainings import Training, newest_training
from active_learning.campaign.work import doing_context, work
from lab import people
from lab.compositions import Composition
from lab.errors import InvalidInputError, UnknownNameError
from lab.export.summary import progress
from lab.grades import Grade
from lab.measuring import reject_measurement
from lab.open_campaigns import OpenCampaign, open_campaign
from lab.records import Advice, Course, Records
from lab.store import Store
from lab.virtual.bench import VirtualBench
from lab.workspace import Workspace
from tests.learned import learned_workspace

SMALL = Path(__file__).parents[2] / "data" / "small.toml"

pytestmark = pytest.mark.robot


def created(root: Path, **changes: str) -> Workspace:
    """A workspace with the small campaign, some of its text replaced."""
    text = SMALL.read_text()
    for old, new in (pair.split(" -> ") for pair in changes.values()):
        assert old in text
        text = text.replace(old, new)
    workspace = Workspace.create(root)
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", text, 5, "tests")
    return workspace


def worked(campaign: OpenCampaign, until: Stage | None = None, most: int | None = None) -> None:
    work(campaign, VirtualBench(campaign.definition, campaign.seed), until=until, max_actions=most)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenCampaign]:
    workspace = created(tmp_path_factory.mktemp("loops"), rule='rule = "a-score" -> rule = "default"\nrepeats = 1')
    with open_campaign(workspace) as opened:
        worked(opened, Stage.LOOPS)
        yield opened


def test_linear_algebra_has_one_thread_while_the_campaign_is_worked_on(campaign: OpenCampaign) -> None:
    def threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    with threadpool_limits(2, user_api="blas"):
        with doing_context(campaign, None):
            assert threads() == {1}
        assert threads() == {2}


def test_every_training_is_reviewed_and_the_review_says_why(campaign: OpenCampaign) -> None:
    records = campaign.records()
    assert list(records.reviews) == ["loop-00", "loop-01", "loop-02"]
    reviews = [review_of(record) for record in records.reviews.values()]
    assert [review.films for review in reviews] == [0, 3, 6]
    for review, record in zip(reviews, records.reviews.values(), strict=True):
        assert [check.name for check in review.checks] == [
            "feasible", "quality", "predictable", "calibration", "noise", "promise",
        ]  # fmt: skip
        assert review.advice is record.advice
        assert review.to_record() == record
        assert review.reason
    assert reviews[0].gains == ()
    assert {gain.property_name for gain in reviews[2].gains} == set(campaign.definition.property_names)
    assert all(gain.noise > 0 and gain.expected > 0 for gain in reviews[2].gains)
    assert latest_review(records) == reviews[2]
    assert [len(review.errors) for review in reviews] == [0, 1, 2]


def test_a_batch_holds_the_repeats_that_it_is_told_to_hold(campaign: OpenCampaign) -> None:
    records = campaign.records()
    rules = {film: one.rule for film, one in records.suggestions.items()}
    repeat = next(film for film, rule in rules.items() if rule.startswith("repeat of "))
    assert repeat.startswith("A02-")
    assert records.films[repeat].asked == records.films[rules[repeat].removeprefix("repeat of ")].asked
    assert sum(rule.startswith("repeat of ") for rule in rules.values()) == 1


def test_every_past_suggestion_is_derived_again_bit_for_bit(campaign: OpenCampaign) -> None:
    assert {one.loop for one in campaign.records().suggestions.values()} == {1, 2}
    for loop in (1, 2):
        found = replay(campaign, loop)
        assert found.differences == ()
        assert [one.film for one in found.suggestions] == [f"A{loop:02d}-{rank:02d}" for rank in (1, 2, 3)]


def test_what_is_recorded_while_films_are_chosen_is_taken_into_account(tmp_path: Path) -> None:
    with open_campaign(created(tmp_path)) as campaign:
        worked(campaign, Stage.LIBRARY)
        recipe = next(iter(campaign.records().films.values())).asked
        tried: list[str] = []

        def somebody_adds_a_film(action: Action, records: Records) -> None:
            if action.kind is ActionKind.SUGGEST:
                tried.append(action.key)
                if len(tried) == 1:
                    with open_campaign(Workspace.open(tmp_path)) as other:
                        people.add_film(other, "M001", recipe, "Ann")

        work(campaign, VirtualBench(campaign.definition, campaign.seed), max_actions=3, before=somebody_adds_a_film)
        keys = list(campaign.records().events)
        assert tried == [f"{ActionKind.SUGGEST}:loop-01"] * 2
        assert keys.index(tried[0]) > keys.index(next(key for key in keys if "M001" in key))
        assert replay(campaign, 1).differences == ()


def test_what_is_decided_while_a_deck_is_planned_is_taken_into_account(tmp_path: Path) -> None:
    other = Composition({"CNF": 0.7, "gelatin": 0.3})
    with open_campaign(created(tmp_path)) as campaign:
        while not campaign.records().suggestions:
            worked(campaign, most=1)
        tried: list[str] = []

        def somebody_decides(action: Action, records: Records) -> None:
            tried.append(action.key)
            if len(tried) == 1:
                with open_campaign(Workspace.open(tmp_path)) as theirs:
                    people.edit(theirs, "A01-01", other, "Ann")
                    people.refuse(theirs, ["A01-02"], "Ann")

        bench = VirtualBench(campaign.definition, campaign.seed)
        work(campaign, bench, max_actions=3, before=somebody_decides)
        records = campaign.records()
        assert [key.partition(":")[0] for key in tried] == ["plan-deck", "plan-deck", "prepare-deck", "run-robot"]
        assert records.as_made["A01-01"].composition["CNF"] == pytest.approx(0.7, abs=0.02)
        assert all(place.film != "A01-02" for deck in records.decks.values() for place in deck.positions)


def test_a_loop_that_was_never_suggested_is_not_replayed(campaign: OpenCampaign) -> None:
    with pytest.raises(UnknownNameError, match="loop 9"):
        replay(campaign, 9)


def test_a_later_correction_does_not_change_what_is_derived(campaign: OpenCampaign) -> None:
    film = next(iter(campaign.records().films))
    letter = campaign.records().grades[film].grade
    other = Grade.D if letter is not Grade.D else Grade.A
    people.grade(campaign, film, other, "tests", correction=True)
    assert campaign.store.records(campaign.name, before="suggest:loop-01").grades[film].grade is letter
    assert replay(campaign, 1).differences == ()


def test_another_seed_does_not_derive_the_same(campaign: OpenCampaign) -> None:
    import attrs

    found = replay(attrs.evolve(campaign, seed=6), 2)
    assert any("other contents" in difference for difference in found.differences)
    unlike = [difference for difference in found.differences if difference.startswith("suggestion A02-01: ")]
    assert len(unlike) == 1 and " was recorded, " in unlike[0] and "Suggestion(" not in unlike[0]
    assert "film A02-01" not in unlike[0]  # what is the same is not told


def test_a_person_stops_the_loops_and_takes_it_back(tmp_path: Path) -> None:
    with open_campaign(created(tmp_path)) as campaign:
        worked(campaign, Stage.LIBRARY)
        with pytest.raises(InvalidInputError, match="no loop is measured"):
            people.decide_course(campaign, "loop-00", Course.STOP, "tests")
        while "loop-01" not in campaign.records().reviews:
            worked(campaign, most=1)
        assert next_actions(campaign.definition, campaign.records())[0].kind is ActionKind.SUGGEST
        people.decide_course(campaign, "loop-01", Course.STOP, "tests", note="enough")
        assert stage_of(campaign.definition, campaign.records()) is Stage.DESIGN
        with pytest.raises(InvalidInputError, match="decided"):
            people.decide_course(campaign, "loop-01", Course.STOP, "tests")
        people.decide_course(campaign, "loop-01", Course.GO_ON, "tests")
        assert stage_of(campaign.definition, campaign.records()) is Stage.LOOPS


def test_a_campaign_whose_proposals_are_all_refused_comes_to_its_end(tmp_path: Path) -> None:
    approval = 'rule = "a-score" -> rule = "a-score"\napproval = "person"'
    with open_campaign(created(tmp_path, approval=approval)) as campaign:
        for loop in (1, 2):
            worked(campaign)
            (waiting,) = next_actions(campaign.definition, campaign.records())
            assert (waiting.kind, waiting.subject) == (ActionKind.APPROVE, f"loop-{loop:02d}")
            people.refuse(campaign, waiting.films, "tests")
        worked(campaign)
        records = campaign.records()
        assert stage_of(campaign.definition, records) is Stage.DONE
        assert list(records.models) == ["quality-00", "quality-01", "quality-02"]
        assert progress(campaign.definition, records).loops_done == 2
        answer = records.design_answers["clear"]
        assert (answer.found, answer.note) == (
            0, "no film has given a value of any property, so nothing can be promised",
        )  # fmt: skip
        assert replay(campaign, 2).differences == ()


def test_a_correction_counts_before_the_next_choice_and_the_choice_is_derived_again(tmp_path: Path) -> None:
    with open_campaign(created(tmp_path)) as campaign:
        while "loop-01" not in campaign.records().reviews:
            worked(campaign, most=1)
        people.grade(campaign, "L001", Grade.D, "tests", correction=True)
        worked(campaign, most=3)
        records = campaign.records()
        assert list(records.events)[-3:] == ["train:loop-01-again-1", "review:loop-01-again-1", "suggest:loop-02"]
        chosen = [one for one in records.suggestions.values() if one.loop == 2]
        assert {one.models for one in chosen} == {("quality-01-again-1", "properties-01-again-1")}
        assert replay(campaign, 2).differences == ()


def test_values_that_were_all_withdrawn_teach_nobody_any_more(tmp_path: Path) -> None:
    with open_campaign(learned_workspace(tmp_path / "lab", upto="loops")) as campaign:
        for film, name in campaign.records().measurements:
            reject_measurement(campaign, film, name, "the tester was not calibrated", "tests")
        worked(campaign, most=3)
        records = campaign.records()
    assert newest_training(records) == Training(2, again=1)
    assert not records.designs
    assert {answer.found for answer in records.design_answers.values()} == {0}, "nothing is left that could promise"


def test_a_grade_that_is_corrected_while_the_report_is_written_stands_in_it(tmp_path: Path) -> None:
    workspace = learned_workspace(tmp_path / "lab")
    tried: list[str] = []

    def somebody_corrects(action: Action, records: Records) -> None:
        if action.kind is ActionKind.REPORT:
            tried.append(action.key)
            if len(tried) == 1:
                with open_campaign(workspace) as theirs:
                    people.grade(theirs, "L001", Grade.D, "Ann", correction=True)

    with open_campaign(workspace) as campaign:
        work(campaign, VirtualBench(campaign.definition, campaign.seed), before=somebody_corrects)
        keys = list(campaign.records().events)
    assert tried == ["report:campaign"] * 2
    assert keys.index("grade:L001") < keys.index("report:campaign")


def test_the_bench_does_a_deck_in_parts_where_people_have_done_some_of_it(tmp_path: Path) -> None:
    with open_campaign(created(tmp_path)) as campaign:
        while "run-robot:deck-001" not in campaign.records().events:
            worked(campaign, most=1)
        bench = VirtualBench(campaign.definition, campaign.seed)
        for number, film in enumerate(["L001", "L002"]):
            people.record_drying(campaign, [film], 40.0, 24.0, "tests")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(bench, "can", lambda kind: kind == "grade")
                assert work(campaign, bench, max_actions=1).done == 1
            assert len(campaign.records().grades) == number + 1


def test_where_people_are_asked_the_loop_waits_for_a_decision(tmp_path: Path) -> None:
    # A goal that the first film meets: the review advises to stop.
    goal = 'rule = "a-score" -> rule = "a-score"\nstop = "ask"\n[loop.goal]\nrequire = ["transmittance_vis >= 1 %"]'
    with open_campaign(created(tmp_path, goal=goal)) as campaign:
        worked(campaign)
        records = campaign.records()
        assert records.reviews["loop-01"].advice is Advice.STOP
        assert review_of(records.reviews["loop-01"]).reached
        (waiting,) = next_actions(campaign.definition, records)
        assert (waiting.kind, waiting.subject) == (ActionKind.DECIDE, "loop-01")
        people.decide_course(campaign, "loop-01", Course.GO_ON, "tests")
        assert next_actions(campaign.definition, campaign.records())[0].kind is ActionKind.SUGGEST


def test_where_it_is_told_so_the_loop_ends_by_itself(tmp_path: Path) -> None:
    goal = (
        'rule = "a-score" -> rule = "search"\nstop = "automatic"\n[loop.goal]\nrequire = ["transmittance_vis >= 1 %"]'
    )
    with open_campaign(created(tmp_path, goal=goal)) as campaign:
        worked(campaign, Stage.LOOPS)
        assert list(campaign.records().reviews) == ["loop-00", "loop-01"]
        assert stage_of(campaign.definition, campaign.records()) is Stage.DESIGN


def test_a_library_that_was_refused_as_a_whole_leaves_a_way_on(tmp_path: Path) -> None:
    with open_campaign(created(tmp_path)) as campaign:
        worked(campaign, most=1)
        recipe = next(iter(campaign.records().films.values())).asked
        people.refuse(campaign, list(campaign.records().films), "Ann")
        with pytest.raises(InvalidInputError, match="all of the library were refused") as caught:
            worked(campaign)
        assert "filmlab film add FILM --made" in caught.value.hint
        people.add_film(campaign, "H1", recipe, "Ann", made=True)
        people.grade(campaign, "H1", Grade.A, "Ann")
        worked(campaign, most=1)
        assert Training(0).quality in campaign.records().models
