from datetime import UTC, datetime

import pytest

from lab.errors import UnknownNameError
from lab.grades import Grade
from lab.records import Event, FilmGrade, Records

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = Event("grade:a", "Ann", "eye", simulated=False, at=NOW)
AGAIN = Event("grade:a again", "Bob", "virtual lab", simulated=True, at=NOW)


def test_a_record_leads_to_the_event_that_added_it():
    one, two = FilmGrade("L001", Grade.A), FilmGrade("L002", Grade.B)
    records = Records().with_added(FIRST, (one,)).with_added(AGAIN, (two,))
    assert records.event_of(one) == FIRST
    assert records.event_of(two) == AGAIN


def test_a_correction_belongs_to_the_event_that_made_it_and_the_superseded_record_to_none():
    old, new = FilmGrade("L001", Grade.A), FilmGrade("L001", Grade.B)
    before = Records().with_added(FIRST, (old,))
    after = before.with_added(AGAIN, (new,))
    assert after.event_of(new) == AGAIN
    assert before.event_of(old) == FIRST
    with pytest.raises(UnknownNameError, match="L001"):
        after.event_of(old)
