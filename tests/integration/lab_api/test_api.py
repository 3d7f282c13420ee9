"""The HTTP API: what may be asked, what may be added, and requests that nobody should send."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance
from typer.testing import CliRunner

from cli.main import app
from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.grades import Grade
from lab.open_campaigns import open_campaign
from lab.records import FilmGrade, Measurement, Purpose, Status
from lab.store import Store
from lab.workspace import Workspace
from lab_api.app import MAX_BODY, make_app
from tests.end_to_end.running import SMALL
from tests.store_examples import event, film

TOKEN = "0123456789abcdef" * 4
HALF = {"CNF": 0.5, "gelatin": 0.5}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "lab")
    measured = Measurement("L001", "tensile_strength", Status.OK, 61.0, 2.0, 3, "tester")
    with Store.open(made.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 7, "tests")
        store.append(
            "small",
            event(),
            [film("L001", Composition(HALF)), film("L002", Composition(HALF)), FilmGrade("L001", Grade.A), measured],
        )
    return made


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(make_app(workspace, TOKEN), headers={"Authorization": f"Bearer {TOKEN}"}) as opened:
        yield opened


def test_records_are_read(client: TestClient) -> None:
    assert [found["name"] for found in client.get("/campaigns").json()] == ["small"]
    status = client.get("/campaigns/small").json()
    assert (status["stage"], status["films"]["graded"]) == ("library", 1)
    assert [line["label"] for line in client.get("/campaigns/small/films", params={"start": 1}).json()] == ["L002"]
    found = client.get("/campaigns/small/films/L001").json()
    assert (found["grade"], found["asked"], found["simulated"]) == ("A", HALF, True)
    assert found["measurements"][0]["value"] == 61.0
    assert client.get("/campaigns/small/events").json()[0]["added"] == {"film": 2, "grade": 1, "measurement": 1}


def test_a_film_is_proposed_and_waits_for_a_person(client: TestClient, workspace: Workspace) -> None:
    proposal = {"label": "X1", "recipe": HALF, "who": "optimiser 3"}
    answer = client.post("/campaigns/small/films", json=proposal)
    assert answer.status_code == 201
    assert (answer.json()["decision"], answer.json()["recorded_by"]) == (None, "optimiser 3 (API)")
    again = client.post("/campaigns/small/films", json=proposal)
    assert (again.status_code, "X1" in again.json()["error"]) == (409, True)
    with open_campaign(workspace) as campaign:
        assert campaign.records().films["X1"].purpose is Purpose.MANUAL
    assert any(action["kind"] == "approve" for action in client.get("/campaigns/small").json()["next_actions"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recipe": {"CNF": 0.7, "gelatin": 0.7}}, "sum"),
        ({"recipe": {"CNF": 0.5, "gold": 0.5}}, "gold"),
        ({"recipe": {"glycerol": 1.0}}, "glycerol"),
        ({"recipe": {"CNF": "much"}}, "recipe"),
        ({"recipe": {}}, "recipe"),
        ({"recipe": {"CNF": True}}, "valid number"),
        ({"recipe": {"CNF": "0.5", "gelatin": "0.5"}}, "valid number"),
        ({"label": ""}, "label"),
        ({"label": "=1+1"}, "does not begin with a letter"),
        ({"label": "a\u0000b"}, "label: it is empty or has characters that cannot be printed"),
        ({"label": "a\u200bb"}, "cannot be printed"),
        ({"who": ""}, "who"),
        ({"who": "  "}, "name of who"),
        ({"more": 1}, "more"),
    ],
)
def test_wrong_proposals_are_refused_and_say_why(client: TestClient, change: dict[str, object], said: str) -> None:
    answer = client.post("/campaigns/small/films", json={"label": "X1", "recipe": HALF, "who": "me"} | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert client.get("/campaigns/small").json()["films"]["planned"] == 2


@pytest.mark.parametrize(
    "path", ["/campaigns/none", "/campaigns/none/films", "/campaigns/small/films/L999", "/nothing"]
)
def test_what_is_not_there_is_said_so(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, set(answer.json())) == (404, {"error", "hint"})


@pytest.mark.parametrize(
    "header",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer ü"}],
)
def test_without_the_token_nothing_is_said(workspace: Workspace, header: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in header.items()}
    with TestClient(make_app(workspace, TOKEN)) as stranger:
        for path in ("/campaigns", "/campaigns/small", "/campaigns/small/films/L001"):
            assert stranger.get(path, headers=raw).status_code == 401  # type: ignore[arg-type]
        assert stranger.post("/campaigns/small/films", json={}, headers=raw).status_code == 401  # type: ignore[arg-type]


def test_long_requests_are_refused_before_they_are_read(client: TestClient) -> None:
    assert client.post("/campaigns/small/films", content=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client.post("/campaigns/small/films", content=iter([b"x"])).status_code == 413


def test_a_film_that_the_virtual_lab_measured_is_simulated_whoever_proposed_it(
    client: TestClient, workspace: Workspace
) -> None:
    client.post("/campaigns/small/films", json={"label": "X1", "recipe": HALF, "who": "me"})
    assert client.get("/campaigns/small/films/X1").json()["simulated"] is False
    measured = Measurement("X1", "tensile_strength", Status.OK, 61.0, 2.0, 3, "virtual")
    with Store.open(workspace.database_url) as store:
        store.append("small", event("measure:X1"), [measured])
    assert client.get("/campaigns/small/films/X1").json()["simulated"] is True


def test_what_is_not_sent_as_json_is_told_how(client: TestClient) -> None:
    proposal = json.dumps({"label": "X1", "recipe": HALF, "who": "me"})
    answer = client.post("/campaigns/small/films", content=proposal, headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["hint"]) == (422, "send the header Content-Type: application/json")


def test_a_label_may_hold_what_a_path_is_made_of(client: TestClient) -> None:
    assert client.post("/campaigns/small/films", json={"label": "a/b", "recipe": HALF, "who": "me"}).status_code == 201
    assert client.get("/campaigns/small/films/a%2Fb").json()["label"] == "a/b"


def test_a_label_is_answered_as_it_is_recorded(client: TestClient) -> None:
    answer = client.post("/campaigns/small/films", json={"label": " e\u0301-1 ", "recipe": HALF, "who": "me"})
    assert answer.status_code == 201 and answer.json()["label"] == "\u00e9-1"
    assert client.get("/campaigns/small/films/e%CC%81-1").json()["label"] == "\u00e9-1"


@pytest.mark.parametrize("path", ["/campaigns/%00", "/campaigns/small/films/%00", "/campaigns/small/films/a%1Fb"])
def test_paths_with_control_characters_are_refused(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 422


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_can_be_changed_or_removed(client: TestClient, method: str) -> None:
    answer = client.request(method, "/campaigns/small/films/L001")
    assert (answer.status_code, answer.json()) == (405, {"error": "Method Not Allowed", "hint": ""})


def test_two_that_propose_the_same_film_at_once_get_one(client: TestClient) -> None:
    answers: list[int] = []

    def propose() -> None:
        answers.append(
            client.post("/campaigns/small/films", json={"label": "X1", "recipe": HALF, "who": "me"}).status_code
        )

    threads = [threading.Thread(target=propose) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409, 409]


def test_no_request_gets_an_answer_that_is_not_described(workspace: Workspace) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", make_app(workspace, TOKEN))
    asked = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
        def check(case: schemathesis.Case) -> None:
            # A recipe that the schema allows may still lie outside the campaign's bounds.
            case.call_and_validate(
                headers={"Authorization": f"Bearer {TOKEN}"}, excluded_checks=[positive_data_acceptance]
            )

        check()
        asked.append(operation.label)
    assert len(asked) == 6


def test_the_command_writes_the_description_and_asks_for_a_token(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = CliRunner().invoke
    done = run(app, ["api", "-w", str(workspace.root), "--openapi", str(tmp_path / "api.json")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "/campaigns/{campaign}/films" in json.loads((tmp_path / "api.json").read_text())["paths"]
    monkeypatch.setenv("FILMLAB_API_TOKEN", "short")
    with pytest.raises(InvalidInputError, match="32 characters"):
        run(app, ["api", "-w", str(workspace.root)], catch_exceptions=False)
