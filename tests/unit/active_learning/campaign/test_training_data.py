"""What models learn from."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from active_learning.campaign.training_data import graded_films, measured_films
from lab.campaign_files import parse_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.grades import Grade
from lab.records import AsMade, Event, Film, FilmGrade, Measurement, Purpose, Record, Records, Status

SMALL = Path(__file__).parents[3] / "data" / "small.toml"
MATERIALS = ("CNF", "gelatin", "glycerol")


@pytest.fixture
def definition() -> CampaignDefinition:
    return parse_definition(SMALL.read_text())


def _records(*records: Record) -> Records:
    return Records().with_added(Event("e", "w", "s", True, datetime(2026, 1, 1, tzinfo=UTC)), records)


def _made(label: str, asked: list[float], delivered: list[float]) -> tuple[Film, AsMade]:
    film = Film(label, Purpose.LOOP, Composition.from_vector(MATERIALS, asked), 40.0, 4500.0, loop=1)
    return film, AsMade(label, Composition.from_vector(MATERIALS, delivered), {}, 40.0)


def _value(film: str, name: str, status: Status = Status.OK, value: float | None = 0.5) -> Measurement:
    return Measurement(film, name, status, value, 0.3, 9, "tester")


def test_models_learn_from_what_was_made_not_from_what_was_asked(definition: CampaignDefinition) -> None:
    film, made = _made("A", [0.5, 0.5, 0.0], [0.49, 0.51, 0.0])
    records = _records(film, made, FilmGrade("A", Grade.A), _value("A", "transmittance_vis"))
    np.testing.assert_array_equal(graded_films(definition, records).compositions, [[0.49, 0.51, 0.0]])
    np.testing.assert_array_equal(measured_films(definition, records).compositions, [[0.49, 0.51, 0.0]])


def test_failed_and_censored_measurements_give_no_value(definition: CampaignDefinition) -> None:
    film, made = _made("A", [1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    records = _records(
        film, made, _value("A", "transmittance_vis"), _value("A", "tensile_strength", Status.CENSORED, 500.0)
    )
    found = measured_films(definition, records)
    assert found.values[0, 0] == 0.5
    assert np.isnan(found.values[0, 1])


def test_a_film_of_which_only_a_bound_is_known_teaches_beside_others(definition: CampaignDefinition) -> None:
    bound = (*_made("A", [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]), _value("A", "tensile_strength", Status.CENSORED, 500.0))
    assert measured_films(definition, _records(*bound)).labels == ()
    other = (*_made("B", [0.5, 0.5, 0.0], [0.5, 0.5, 0.0]), _value("B", "tensile_strength", value=90.0))
    found = measured_films(definition, _records(*bound, *other))
    assert found.labels == ("A", "B")
    np.testing.assert_array_equal(found.values[:, 1], [np.nan, 90.0])
    np.testing.assert_array_equal(found.at_least[:, 1], [500.0, np.nan])


def test_the_noise_of_a_mean_shrinks_with_the_readings(definition: CampaignDefinition) -> None:
    film, made = _made("A", [1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    found = measured_films(definition, _records(film, made, _value("A", "transmittance_vis")))
    assert found.standard_errors[0, 0] == pytest.approx(0.3 / np.sqrt(9))


def test_a_film_without_any_value_is_not_learned_from(definition: CampaignDefinition) -> None:
    film, made = _made("A", [1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    records = _records(film, made, _value("A", "transmittance_vis", Status.FAILED, None))
    assert measured_films(definition, records).labels == ()
    assert measured_films(definition, records).values.shape == (0, 2)


def test_other_data_have_another_hash(definition: CampaignDefinition) -> None:
    film, made = _made("A", [1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    one = measured_films(definition, _records(film, made, _value("A", "transmittance_vis")))
    other = measured_films(definition, _records(film, made, _value("A", "transmittance_vis", value=0.6)))
    same = measured_films(definition, _records(film, made, _value("A", "transmittance_vis")))
    assert one.sha256 == same.sha256 != other.sha256
