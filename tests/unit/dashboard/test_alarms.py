import attrs
import pytest

from dashboard.views.alarms import Severity, alarms
from lab.grades import Grade
from lab.records import Approval, RobotRun, RunStatus, Status, Verdict
from tests.factories import SyntheticCampaign, definition_text, synthetic_campaign

SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.25)


@pytest.fixture
def campaign() -> SyntheticCampaign:
    return synthetic_campaign(SMALL, upto="loops")


def found(campaign: SyntheticCampaign) -> list[tuple[Severity, str]]:
    return [(alarm.severity, alarm.what) for alarm in alarms(campaign.definition, campaign.records)]


def test_a_calm_campaign_has_no_alarms(campaign):
    assert found(campaign) == []


def test_a_failed_run_says_how_many_films_are_missing(campaign):
    film = attrs.evolve(campaign.records.films["L001"], label="L999")
    deck = campaign.records.decks["deck-001"]
    place = attrs.evolve(deck.positions[0], film="L999")
    campaign.add("deck", [film, attrs.evolve(deck, label="deck-099", positions=(place,))])
    campaign.add("run", [RobotRun("deck-099", "OT-2", RunStatus.FAILED, "tip missing")])
    (alarm,) = alarms(campaign.definition, campaign.records)
    assert alarm.severity is Severity.FAULT
    assert "deck-099" in alarm.what
    assert "tip missing" in alarm.what
    assert alarm.advice.startswith("1 of its films")
    for solved in (attrs.evolve(campaign.records.as_made["L001"], film="L999"), Approval("L999", Verdict.REFUSED)):
        later = attrs.evolve(campaign, records=campaign.records, log=[])
        later.add("solved", [solved])
        assert found(later) == []


def test_a_usable_film_that_could_not_be_measured_is_a_fault_of_the_measurement(campaign):
    old = campaign.records.measurements["A01-01", "tensile_strength"]
    campaign.add("slipped", [attrs.evolve(old, status=Status.FAILED, value=None, sd=None, reason="slipped")])
    assert found(campaign) == [(Severity.FAULT, "A01-01 is usable, but tensile strength could not be measured.")]
    campaign.add("refuse", [Approval("A01-01", Verdict.REFUSED)])
    assert found(campaign) == []


def test_a_film_of_poor_grade_that_could_not_be_measured_is_no_fault(campaign):
    old = campaign.records.measurements["A01-01", "tensile_strength"]
    campaign.add("slipped", [attrs.evolve(old, status=Status.FAILED, value=None, sd=None, reason="stuck")])
    campaign.add("graded", [attrs.evolve(campaign.records.grades["A01-01"], grade=Grade.C)])
    assert found(campaign) == []


def test_a_deck_that_the_simulator_did_not_check_is_noticed_before_it_runs(campaign):
    deck = campaign.records.decks["deck-001"]
    campaign.add("deck", [attrs.evolve(deck, label="deck-099", positions=(), vendor_commands=0, vendor_note="absent")])
    ((severity, what),) = found(campaign)
    assert severity is Severity.NOTICE
    assert "deck-099" in what


def test_a_loop_of_spoilt_films_is_noticed(campaign):
    spoilt = [attrs.evolve(campaign.records.grades[f"A02-0{n}"], grade=Grade.D) for n in range(1, 5)]
    campaign.add("spoilt", spoilt)
    assert any("Loop 2: 0 of 4 films are usable" in what for _, what in found(campaign))


def test_intervals_that_are_far_too_narrow_are_noticed(campaign):
    model = campaign.records.models["properties-02"]
    campaign.add("again", [attrs.evolve(model, metrics={**model.metrics, "coverage_90": 0.4})])
    assert ["40%" in what for _, what in found(campaign)] == [True]


def test_simulated_data_beside_real_data_are_a_fault(campaign):
    campaign.simulated = False
    campaign.add("by hand", [campaign.records.grades["L001"]])
    assert [severity for severity, _ in found(campaign)] == [Severity.FAULT]
