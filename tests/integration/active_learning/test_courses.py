"""Deciding whether the loops go on, and where there is nothing to decide."""

import pytest

from active_learning.campaign.courses import can_decide, decide_course
from lab.errors import InvalidInputError
from lab.open_campaigns import open_campaign
from lab.records import Course
from tests.factories import definition_text, fill_workspace, synthetic_campaign

SMALL = definition_text(["CNF", "MMT", "gelatin"], ["transmittance_vis"], step=0.25)


def test_after_the_last_loop_there_is_nothing_to_decide(tmp_path):
    made = synthetic_campaign(SMALL, upto="loops", loops=99)
    assert not can_decide(made.definition, made.records)
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        for course in Course:
            with pytest.raises(InvalidInputError, match="last one of the campaign file"):
                decide_course(campaign, course, "Ada")


def test_a_loop_under_way_is_finished_before_the_loops_stop(tmp_path):
    with open_campaign(
        fill_workspace(synthetic_campaign(SMALL, upto="loops", loops=1), tmp_path / "whole")
    ) as campaign:
        assert decide_course(campaign, Course.STOP, "Ada") == "loop-01"
        assert decide_course(campaign, Course.GO_ON, "Ada") == "loop-01"
    begun = synthetic_campaign(SMALL, upto="loops", loops=2)
    trained = next(number for number, (event, _) in enumerate(begun.log) if event.key == "train:quality-02")
    del begun.log[trained:]
    with open_campaign(fill_workspace(begun, tmp_path / "begun")) as campaign:
        assert decide_course(campaign, Course.STOP, "Ada") == "loop-02"
        assert list(campaign.records().loop_decisions) == ["loop-01"]
