"""Answers of the HTTP API against the records of a whole campaign."""

from collections.abc import Iterator

import attrs
import pytest
from fastapi.testclient import TestClient

from lab.records import Status
from lab_api.app import make_app
from tests.factories import SyntheticCampaign, definition_text, fill_workspace, synthetic_campaign

PROPERTIES = ["tensile_strength", "transmittance_vis"]
TOKEN = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def campaign() -> SyntheticCampaign:
    found = synthetic_campaign(definition_text(["CNF", "MMT", "gelatin"], PROPERTIES, step=0.25), upto="finished")
    one, other = list(found.records.measurements.values())[:2]
    found.add(
        "corrected",
        [
            attrs.evolve(one, status=Status.FAILED, value=None, sd=None, reason="slipped"),
            attrs.evolve(other, status=Status.CENSORED, sd=None, n=1, reason="travel"),
        ],
    )
    return found


@pytest.fixture(scope="module")
def client(campaign: SyntheticCampaign, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    workspace = fill_workspace(campaign, tmp_path_factory.mktemp("lab") / "lab")
    with TestClient(make_app(workspace, TOKEN), headers={"Authorization": f"Bearer {TOKEN}"}) as opened:
        yield opened


def test_every_film_is_answered_as_it_was_recorded_last(client: TestClient, campaign: SyntheticCampaign) -> None:
    records, units = campaign.records, campaign.definition.units
    for label, film in records.films.items():
        found = client.get(f"/campaigns/small/films/{label}").json()
        made, grade = records.as_made.get(label), records.grades.get(label)
        measured = [records.measurements[label, name] for name in PROPERTIES if (label, name) in records.measurements]
        assert (found["label"], found["purpose"], found["asked"]) == (label, film.purpose, dict(film.asked))
        assert found["as_made"] == (None if made is None else dict(made.composition))
        assert found["grade"] == (None if grade is None else grade.grade)
        assert found["decision"] is None
        assert (found["recorded_by"], found["simulated"]) == ("filmlab", True)
        assert found["measurements"] == [
            {
                "property_name": one.property_name,
                "status": one.status,
                "value": one.value,
                "sd": one.sd,
                "n": one.n,
                "unit": units[one.property_name],
                "instrument": one.instrument,
                "reason": one.reason,
            }
            for one in measured
        ]


def test_pages_of_films_and_events_follow_one_another(client: TestClient, campaign: SyntheticCampaign) -> None:
    def pages(path: str, count: int) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        while page := client.get(path, params={"start": len(found), "count": count}).json():
            assert len(page) <= count
            found += page
        return found

    records = campaign.records
    films = pages("/campaigns/small/films", 7)
    measured = [sum(film == label for film, _ in records.measurements) for label in records.films]
    assert [line["label"] for line in films] == list(records.films)
    assert [line["loop"] for line in films] == [film.loop for film in records.films.values()]
    assert [line["made"] for line in films] == [label in records.as_made for label in records.films]
    assert [line["dried"] for line in films] == [label in records.dryings for label in records.films]
    assert [line["measured"] for line in films] == measured

    acts = pages("/campaigns/small/events", 5)
    assert [act["key"] for act in acts] == [event.key for event, _ in campaign.log]
    assert [act["number"] for act in acts] == list(range(1, len(acts) + 1))
    assert [sum(act["added"].values()) for act in acts] == [len(added) for _, added in campaign.log]  # type: ignore[attr-defined]
    assert [act["corrected"] for act in acts] == [0] * (len(acts) - 1) + [2]


def test_the_status_counts_what_is_recorded(client: TestClient, campaign: SyntheticCampaign) -> None:
    records, found = campaign.records, client.get("/campaigns/small").json()
    complete = [label for label in records.films if all((label, name) in records.measurements for name in PROPERTIES)]
    assert found["films"] == {
        "planned": len(records.films),
        "made": len(records.as_made),
        "graded": len(records.grades),
        "measured": len(complete),
    }
    assert (found["campaign"], found["seed"], found["loops_done"]) == ("small", campaign.seed, 2)
