"""Files and names that somebody might hand in by mistake, or on purpose."""

import io
import json
import sys
import zipfile
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import login
from dashboard.launch import Serving, command
from dashboard.views.molecular import read_extended_xyz, simulations
from dashboard.views.photos import photo_folder
from dashboard.views.robot import run_view
from dashboard.views.uploads import bare_name, read_upload
from lab.accounts import Accounts, Role, accounts_path, write_accounts
from lab.errors import FilmlabError, InvalidInputError
from lab.instruments import MAX_BYTES, ReadOptions, open_raw
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.running.journal import Journal
from robot_protocols.running.loading import Job
from robot_protocols.running.places import RobotFolder
from tests.factories import definition_text, fill_workspace, synthetic_campaign
from tests.integration.dashboard.test_pages import APP, SLOW, words
from tests.unit.robot_protocols.examples import four_film_plan, screening

SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.25)
CAMPAIGN = synthetic_campaign(SMALL, upto="library")


def read(name: str, content: bytes):
    return read_upload(name, content, ReadOptions(), CAMPAIGN.definition, CAMPAIGN.records)


def zip_of(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../../x", "..\\..\\x", "/etc/x", "C:\\Users\\x", "a/b/../x", "x\0"],
    ids=["up", "up-dos", "root", "c", "in", "nul"],
)
def test_a_name_with_folders_is_only_a_name(name):
    assert bare_name(name) == "x"


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = zip_of({"xl/worksheets/sheet1.xml": b"0" * 150_000_000})
    assert len(bomb) < 1_000_000
    error = read("bomb.xlsx", bomb).error
    assert error is not None
    assert "unpacks to 150 MB" in error.message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 and then nothing",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"\x80\x04\x95pickle",
        b"<script>alert(1)</script>",
        "film,grade\nL001,<b>A</b>\n".encode("utf-16"),
        b"film,tensile_strength [MPa]\nL001,nan\n",
        b"film,tensile_strength [MPa]\nL999,80\n",
    ],
)
def test_a_file_that_is_none_is_refused_with_a_reason(content):
    upload = read("file.csv", content)
    if upload.grading is not None:
        return  # the sheet itself is fine; what is in it is judged when it is planned
    assert upload.error is not None
    assert upload.error.message


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(InvalidInputError, match="are not read"):
        open_raw(large)


def test_a_film_with_any_name_has_a_folder_of_its_own_for_photos():
    folders = {photo_folder(name) for name in ("L001", "../L001", "L/001", "<b>", "", "..", "L001 ", "Ł001")}
    assert len(folders) == 8
    assert all(".." not in folder and folder.startswith("photos/") for folder in folders)


def test_a_damaged_simulation_is_named_and_the_others_are_shown():
    campaign = synthetic_campaign(SMALL, upto="planned")
    good = campaign.artefact("md/good/result.json", json.dumps({"model": "cnf"}), "application/json")
    bad = campaign.artefact("md/bad/result.json", b"\xff nonsense", "application/json")
    campaign.add("simulations", [good, bad])
    found, problems = simulations(campaign.records, campaign.read)
    assert [one.label for one in found] == ["good"]
    assert len(problems) == 1
    assert problems[0].startswith("bad")
    with pytest.raises(InvalidInputError, match="atoms cannot be read"):
        read_extended_xyz("5\nLattice\nH 0 0\n", "bad")


def test_a_run_whose_watcher_died_is_noticed(tmp_path):
    folder = RobotFolder(tmp_path / "robot", tmp_path / "locks")
    plan = four_film_plan()
    run = folder.new_run(Job(plan, screening(), write_protocol(plan, screening())))
    began = datetime(2026, 5, 1, 12, tzinfo=UTC)
    with Journal(run.journal_path, clock=lambda: began) as journal:
        journal.add(
            "planned", url="http://127.0.0.1:1", robot="r", plan=plan.sha256, protocol="", speed=1.0, continues=None
        )
        journal.add("playing")
    assert run_view(run, began + timedelta(seconds=5)).unwatched is False
    view = run_view(run, began + timedelta(seconds=120))
    assert view.unwatched
    assert view.minutes_left > 0
    assert run_view(run, began - timedelta(hours=1)).unwatched  # the clock was set back, and nothing written since


def test_nobody_is_let_in_from_elsewhere_without_accounts(tmp_path, monkeypatch):
    fill_workspace(CAMPAIGN, tmp_path / "lab")
    monkeypatch.setenv("FILMLAB_WORKSPACE", str(tmp_path / "lab"))
    monkeypatch.setattr(login, "_address", lambda: None)
    app = AppTest.from_file(APP, default_timeout=SLOW).run()
    assert app.title[0].value == "Nobody is let in yet"
    assert "L001" not in words(app)
    (tmp_path / "lab" / "accounts.json").write_text("{")
    app.run()
    assert "damaged" in words(app)
    assert "L001" not in words(app)
    with pytest.raises(FilmlabError, match="has no accounts"):
        Serving("192.168.1.5").check(tmp_path / "empty")


def test_passwords_over_plain_http_are_warned_of(tmp_path):
    write_accounts(accounts_path(tmp_path), Accounts().with_added("Ann", Role.ADMIN, password="correct horse battery"))
    assert Serving().check(tmp_path) == ()
    assert "unencrypted" in Serving("192.168.1.5").check(tmp_path)[0]
    file = tmp_path / "some.pem"
    file.touch()
    assert Serving("192.168.1.5", file, file).check(tmp_path) == ()
    with pytest.raises(InvalidInputError, match="its key"):
        Serving("192.168.1.5", file).check(tmp_path)
    words_of = command(8600, serving=Serving("192.168.1.5", file, file))
    assert f"--server.sslCertFile={file}" in words_of


def test_the_server_takes_no_upload_from_elsewhere_and_shows_no_file_of_its_own(serve, tmp_path):
    address = serve(tmp_path / "lab")
    upload = f"{address}/_stcore/upload_file/session/file"
    refused = httpx.put(upload, files={"f": ("x.csv", b"hello")}, headers={"Origin": "http://evil.example"}, timeout=30)
    assert refused.status_code in {400, 403}
    for place in ("app/static/../../app.py", "app/static/app.py", "../../etc/passwd"):
        found = httpx.get(f"{address}/{place}", timeout=30)
        assert b"set_page_config" not in found.content
        assert b"root:" not in found.content


def test_the_server_is_told_its_limits():
    told = command(8600)
    for option in (
        "--server.maxUploadSize=200",
        "--server.enableXsrfProtection=true",
        "--server.enableCORS=true",
        "--server.enableStaticServing=false",
        "--client.showErrorDetails=none",
        "--client.showErrorLinks=false",
    ):
        assert option in told
    assert sys.executable in told
