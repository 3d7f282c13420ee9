"""The watched folder: files that grow, are refused, come together, and are never touched."""

import errno
import hashlib
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from lab.campaign_files import builtin_text
from lab.compositions import Composition
from lab.errors import StoreError, WorkspaceError
from lab.instruments import ReadOptions
from lab.instruments.watching import FolderWatch, Seen, take_in
from lab.open_campaigns import OpenCampaign, definition_file, open_campaign
from lab.records import AsMade, Event, Film, Purpose
from lab.store import Store
from lab.workspace import Workspace
from tests.end_to_end.running import COMMAND, environment
from tests.samples import photos, spectra


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Lab:
    """A folder that is watched, and what happens in it."""

    def __init__(self, folder: Path, campaign: OpenCampaign) -> None:
        self.folder, self.campaign, self.clock = folder, campaign, Clock()
        self.watch = FolderWatch(folder, 5.0, self.clock)

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def after(self, seconds: float) -> list[Seen]:
        first = list(take_in(self.watch, self.campaign, "ada", ReadOptions()))
        self.clock.now += seconds
        return first + list(take_in(self.watch, self.campaign, "ada", ReadOptions()))

    @property
    def values(self) -> dict[tuple[str, str], float | None]:
        return {key: found.value for key, found in self.campaign.records().measurements.items()}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "lab")
    half = Composition({"CNF": 0.5, "MMT": 0.5})
    films = [Film(label, Purpose.MANUAL, half, 100.0, 4000.0) for label in ("L001", "L002")]
    event = Event("plan", "ada", "by hand", simulated=False, at=datetime.now(UTC))
    with Store.open(made.database_url, create=True) as store:
        store.create_campaign("chen2024", builtin_text("chen2024"), 7, "ada")
        store.append("chen2024", event, [*films, *(AsMade(film.label, half, {}, 100.0) for film in films)])
    return made


@pytest.fixture
def lab(workspace: Workspace, tmp_path: Path):
    folder = tmp_path / "instruments"
    folder.mkdir()
    with open_campaign(workspace) as campaign:
        yield Lab(folder, campaign)


def spectrum(transmittance: float = 80.0) -> bytes:
    rows = "".join(f"{wavelength},{transmittance}\n" for wavelength in range(300, 1001, 10))
    return f"wavelength (nm),%T\n{rows}".encode()


def test_a_file_is_read_once_it_has_come_to_rest(lab: Lab) -> None:
    lab.put("L001-uv.csv", spectrum())
    assert lab.after(4.9) == []
    (seen,) = lab.after(0.2)
    assert seen.plan is not None
    assert lab.values["L001", "transmittance_vis"] == pytest.approx(0.8)
    assert lab.after(60) == []


def test_a_half_written_file_waits_and_a_cut_off_one_is_refused_until_it_is_whole(lab: Lab) -> None:
    whole = spectrum()
    path = lab.put("L001-uv.csv", whole[:200])
    assert lab.after(4) == []
    path.write_bytes(whole[:303])
    assert lab.after(4) == []
    (seen,) = lab.after(4)
    assert seen.refused is not None
    assert not lab.values
    path.write_bytes(whole)
    (seen,) = lab.after(6)
    assert seen.plan is not None


def test_a_copy_of_a_replicate_counts_once_and_keeps_none_of_them_out(lab: Lab) -> None:
    lab.put("L001-a.csv", spectrum(80.0))
    lab.put("L001-a (copy).csv", spectrum(80.0))
    lab.put("L001-b.csv", spectrum(90.0))
    (seen,) = lab.after(6)
    assert seen.refused is None
    measured = lab.campaign.records().measurements["L001", "transmittance_vis"]
    assert measured.value == pytest.approx(0.85)
    assert measured.n == 2
    assert lab.after(60) == []


def test_a_name_that_is_not_utf_8_is_read_as_windows_wrote_it(lab: Lab, workspace: Workspace) -> None:
    (lab.folder / os.fsdecode(b"L001_gr\xfcn.csv")).write_bytes(spectrum())
    words = ["watch", str(lab.folder), "--workspace", str(workspace.root), "--once", "--settle", "0", "--who", "ada"]
    done = subprocess.run([*COMMAND, *words], capture_output=True, check=False, env=environment(), timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    assert b"L001 transmittance_vis" in done.stdout
    assert ("L001", "transmittance_vis") in lab.values
    assert "instrument file L001_grün.csv" in {event.source for event in lab.campaign.records().events.values()}


def test_unfinished_and_hidden_names_are_passed_over(lab: Lab) -> None:
    for name in ("L001.csv.part", ".L001.csv", "~$L001.csv", "L001.CSV.TMP"):
        lab.put(name, spectrum())
    assert lab.after(60) == []


def test_files_that_are_complete_together_are_replicates(lab: Lab) -> None:
    lab.put("L001-uv-1.csv", spectrum(80))
    lab.put("sub/L001-uv-2.csv", spectrum(82))
    lab.put("L002-uv.csv", spectrum(50))
    assert len(lab.after(6)) == 2
    found = lab.campaign.records().measurements["L001", "transmittance_vis"]
    assert found.n == 2
    assert found.value == pytest.approx(0.81)


def test_one_bad_file_does_not_hold_up_the_others_of_its_film(lab: Lab) -> None:
    lab.put("L001-uv-1.csv", spectrum(80))
    lab.put("L001-uv-2.csv", spectrum(300))
    lab.put("L001-uv-3.csv", spectrum(82))
    lab.put("L009-uv.csv", spectrum())
    lab.put("notes.docx", b"PK\x03\x04\0\0")
    lab.put("L002.jpg", photos.encoded(photos.film()))
    seen = lab.after(6)
    assert sum(one.plan is not None for one in seen) == 1
    said = " ".join(str(one.refused) for one in seen if one.refused)
    for words in ("300", "L009", "notes.docx", "somebody has to look"):
        assert words in said
    measured = lab.campaign.records().measurements["L001", "transmittance_vis"]
    assert measured.n == 2
    assert measured.value == pytest.approx(0.81)


def test_a_file_that_an_instrument_goes_on_writing_brings_what_is_new_in_it(lab: Lab) -> None:
    def table(*levels: float) -> bytes:
        header = ["wavelength (nm)", *(f"L00{number} %T" for number, _ in enumerate(levels, 1))]
        rows = [[str(wavelength), *map(str, levels)] for wavelength in range(300, 1001, 10)]
        return "\n".join(",".join(row) for row in [header, *rows]).encode()

    lab.put("day.csv", table(80.0))
    (seen,) = lab.after(6)
    assert seen.plan is not None
    first = lab.campaign.records().measurements["L001", "transmittance_vis"]
    lab.put("day.csv", table(80.0, 60.0))
    (seen,) = lab.after(6)
    assert seen.plan is not None
    assert {m.film for m in seen.plan.measurements} == {"L002"}
    assert "3 measurements recorded before" in seen.plan.notes
    assert lab.campaign.records().measurements["L001", "transmittance_vis"] == first
    lab.put("day.csv", table(70.0, 60.0))
    (seen,) = lab.after(6)
    assert "0.8 fraction, n 1, instrument file day.csv, by ada" in str(seen.refused)
    assert "give the earlier files too, with --replace" in str(seen.refused)


def test_a_file_that_comes_before_its_film_is_taken_in_once_it_is_made(lab: Lab) -> None:
    lab.put("L007-uv.csv", spectrum())
    lab.put("notes.docx", b"PK\x03\x04\0\0")
    assert len(lab.after(6)) == 2
    half = Composition({"CNF": 0.5, "MMT": 0.5})
    event = Event("add:L007", "bo", "person", simulated=False, at=datetime.now(UTC))
    made = (Film("L007", Purpose.MANUAL, half, 100.0, 4000.0), AsMade("L007", half, {}, 100.0))
    lab.campaign.store.append("chen2024", event, made)
    (seen,) = lab.after(6)  # nobody is told of the notes again
    assert seen.plan is not None
    assert lab.values["L007", "transmittance_vis"] == pytest.approx(0.8)
    assert lab.after(6) == []


def test_a_property_that_joins_while_a_folder_is_watched_is_taken_in(lab: Lab) -> None:
    wide = lab.campaign.definition
    fewer = tuple(prop for prop in wide.properties if prop.name != "transmittance_uv")
    lab.campaign = attrs.evolve(lab.campaign, definition=attrs.evolve(wide, properties=fewer))
    file = lab.campaign.artefacts.put(definition_file(1, 2), builtin_text("chen2024").encode())
    event = Event("extend", "bo", "person", simulated=False, at=datetime.now(UTC))
    lab.campaign.store.append("chen2024", event, [file])
    lab.put("L001-uv.csv", spectrum())
    lab.after(6)
    assert ("L001", "transmittance_uv") in lab.values


def test_a_second_measurement_is_refused_and_the_same_file_under_another_name_is_known(lab: Lab) -> None:
    lab.put("L001-uv.csv", spectrum(80))
    lab.after(6)
    lab.put("L001-again.csv", spectrum(80))
    assert lab.after(6) == []
    lab.put("L001-later.csv", spectrum(60))
    (seen,) = lab.after(6)
    assert "--replace" in str(seen.refused)
    assert lab.values["L001", "transmittance_vis"] == pytest.approx(0.8)


def test_a_folder_that_cannot_be_looked_into_is_told_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, who may look everywhere: the answer of the system is given here.
    look = os.scandir
    closed = lab.folder / "closed"
    closed.mkdir()

    def refuse(path: Path | str) -> object:
        if Path(path) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (seen,) = lab.after(6)
    assert str(closed) in str(seen.refused)
    assert "Permission denied" in str(seen.refused)
    assert lab.after(60) == []


def test_a_folder_that_is_away_is_told_and_looked_into_again(lab: Lab) -> None:
    lab.folder.rename(lab.folder.with_name("away"))
    with pytest.raises(WorkspaceError, match="is not there"):
        lab.after(0)
    lab.folder.with_name("away").rename(lab.folder)
    lab.put("L001-uv.csv", spectrum())
    (seen,) = lab.after(6)
    assert seen.plan is not None


def test_originals_are_untouched_and_stored_to_the_byte(lab: Lab, workspace: Workspace) -> None:
    content = spectra.files()["cary.csv"]
    path = lab.put("cary.csv", content)
    path.chmod(0o444)
    before = (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes())
    lab.after(6)
    assert (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes()) == before
    assert workspace.artefacts.read(hashlib.sha256(content).hexdigest()) == content


def test_what_could_not_be_recorded_is_tried_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **more: object) -> None:
        raise StoreError("the disk is full")

    lab.put("L001-uv.csv", spectrum())
    with monkeypatch.context() as patched:
        patched.setattr(lab.campaign.store, "append", full)
        (seen,) = lab.after(6)
        assert "full" in str(seen.refused)
    (seen,) = lab.after(1)
    assert seen.plan is not None


def test_the_command_watches_until_it_is_stopped(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "instruments"
    folder.mkdir()
    command = [*COMMAND, "watch", str(folder), "--workspace", str(workspace.root), "--settle", "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        assert "Watching" in process.stdout.readline()
        part = folder / "L001-uv.csv.part"
        part.write_bytes(spectrum())
        os.rename(part, folder / "L001-uv.csv")
        said = process.stdout.readline()
        # Not SIGINT: what a shell starts in the background is made deaf to it, these tests perhaps among them.
        process.terminate()
        assert process.wait(30) == 0
    assert "L001 transmittance_vis" in said
