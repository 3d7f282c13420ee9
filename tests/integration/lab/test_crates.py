"""Exports: what another lab reads back is what this one had, and strangers' readers understand the crate."""

import json
import random
import zipfile
from pathlib import Path

import attrs
import pytest
from rocrate.rocrate import ROCrate
from typer.testing import CliRunner

import lab
from cli.main import app
from lab.compositions import Composition
from lab.errors import DuplicateRecordError, FilmlabError, InvalidInputError, UnknownNameError, WorkspaceError
from lab.export.crate_import import import_crate
from lab.export.crates import export_crate
from lab.export.ledger_files import ledger_text, read_ledger
from lab.grades import Grade
from lab.open_campaigns import OpenCampaign, definition_file, open_campaign
from lab.records import RECORD_TYPES, Artefact, AsMade, Film, FilmGrade, Measurement, Model, Record, Status
from lab.store import CampaignEntry, Store
from lab.workspace import Workspace
from tests.end_to_end.running import SMALL
from tests.store_examples import AT, HASH, event, film, one_of_every_kind


@pytest.fixture
def campaign(tmp_path: Path):
    """A campaign with every kind of record, a correction, raw and stored files, of which one has two versions."""
    workspace = Workspace.create(tmp_path / "lab")
    put = workspace.artefacts.put
    raw = put("raw/0123/L001 uv.csv", "wavelength,T\n")
    first, second = put("reports/report.html", "<p>1"), put("reports/report.html", "<p>2")
    plan = put("decks/deck-001/plan.json", "{}")
    records = [record for record in one_of_every_kind() if not isinstance(record, Artefact | Model)]
    model = Model(
        "quality-00",
        next(r for r in one_of_every_kind() if isinstance(r, Model)).predicts,
        0,
        3,
        HASH,
        HASH,
        {"r2": float("nan"), "accuracy": 0.5},  # in an order that is not that of the alphabet
    )
    records = [attrs.evolve(r, raw_sha256=raw.sha256) if isinstance(r, Measurement) else r for r in records]
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 7, "tests")
        store.append("small", event(), [*records, model, raw, first, plan])
        store.append(
            "small", event("more"), [film("L002"), second, FilmGrade("L001", Grade.B, "Ö looked twice")], supersede=True
        )
        store.append(
            "small",
            event("L002"),
            [FilmGrade("L002", Grade.C), Measurement("L002", "thickness", Status.OK, 40.0, None, 1, "gauge")],
        )
    with open_campaign(workspace) as handle:
        yield handle


def test_films_whose_labels_are_no_names_of_folders_keep_places_of_their_own(
    campaign: OpenCampaign, tmp_path: Path
) -> None:
    labels = ("L 2", "L_2", "L/2", "a/../../../b", "L2.", "Fü1")
    for at, label in enumerate(labels):
        campaign.store.append(
            "small",
            event(label),
            [film(label), Measurement(label, "thickness", Status.OK, 40.0 + at, None, 1, "gauge")],
        )
    export_crate(campaign, tmp_path / "all.eln")
    with zipfile.ZipFile(tmp_path / "all.eln") as archive:
        places = [name for name in archive.namelist() if name.endswith("/film.json")]
        assert all(name.count("/") == 3 for name in places)
        told = [archive.read(name).decode() for name in places]
    for label in labels:
        assert sum(f'"{label}"' in json.dumps(json.loads(text), ensure_ascii=False) for text in told) == 1
    export_crate(campaign, tmp_path / "one.eln", film="L/2")
    with zipfile.ZipFile(tmp_path / "one.eln") as archive:
        assert len({name.split("/")[0] for name in archive.namelist()}) == 1
    assert import_crate(tmp_path / "one.eln", Workspace.create(tmp_path / "there")).campaign == "small"


def test_files_whose_names_become_the_same_place_are_all_kept(campaign: OpenCampaign, tmp_path: Path) -> None:
    names = ("md/pull 1/result.json", "md/pull_1/result.json", "md/pull (1/result.json", "md/pull [1/result.json")
    contents = ("one", "two", "three", "three")
    files = [campaign.artefacts.put(name, content) for name, content in zip(names, contents, strict=True)]
    campaign.store.append("small", event("md"), files)
    export_crate(campaign, tmp_path / "small.eln")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    assert import_crate(tmp_path / "small.eln", elsewhere).same_seal
    with zipfile.ZipFile(tmp_path / "small.eln") as archive:
        metadata = json.loads(archive.read("small/ro-crate-metadata.json"))
    assert {entity["name"] for entity in metadata["@graph"] if "name" in entity} >= set(names)
    with open_campaign(elsewhere) as there:
        for file, content in zip(files, contents, strict=True):
            assert there.artefacts.read(file.sha256) == content.encode()


def test_of_several_campaigns_the_one_that_is_named_is_exported(campaign: OpenCampaign, tmp_path: Path) -> None:
    campaign.store.create_campaign("other", SMALL.read_text(), 8, "Ada")
    with open_campaign(Workspace.open(tmp_path / "lab"), "other") as other:
        export_crate(other, tmp_path / "other.eln")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    assert import_crate(tmp_path / "other.eln", elsewhere).campaign == "other"
    with open_campaign(elsewhere) as there:
        (entry,) = there.store.campaigns()
    assert (entry.name, entry.seed, entry.created_by) == ("other", 8, "Ada")


@pytest.mark.parametrize(("limit", "most"), [("_MAX_FILE", 100), ("_MAX_FILES", 3)])
def test_what_is_larger_than_any_crate_of_ours_is_not_unpacked(
    campaign: OpenCampaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    export_crate(campaign, tmp_path / "small.eln")
    monkeypatch.setattr(f"lab.export.crate_import.{limit}", most)
    with pytest.raises(InvalidInputError, match="holds more, or larger, files"):
        import_crate(tmp_path / "small.eln", Workspace.create(tmp_path / "elsewhere"))


def test_what_is_recorded_while_a_campaign_is_exported_is_not_in_its_seal(
    campaign: OpenCampaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Store.ledger

    def read_and_go_on(store: Store, name: str) -> object:
        found = read(store, name)
        store.append(name, event("meanwhile"), [film("L009")])
        return found

    monkeypatch.setattr(Store, "ledger", read_and_go_on)
    made = export_crate(campaign, tmp_path / "small.eln")
    back = import_crate(tmp_path / "small.eln", Workspace.create(tmp_path / "elsewhere"))
    assert (back.events, back.same_seal) == (3, True)
    assert made.seal == campaign.store.audit("small")[-2].seal


def everything(campaign: OpenCampaign) -> list[object]:
    records = campaign.records()
    return [
        campaign.store.ledger("small"),
        records.events,
        *(records.of(kind) for kind in RECORD_TYPES if kind is not Model),
    ]


def test_a_campaign_comes_back_elsewhere_to_the_bit(campaign: OpenCampaign, tmp_path: Path) -> None:
    made = export_crate(campaign, tmp_path / "small.eln")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    back = import_crate(tmp_path / "small.eln", elsewhere)
    assert (back.campaign, back.events, back.files, back.same_seal) == ("small", 3, 4, True)
    with open_campaign(elsewhere) as there:
        assert repr(everything(there)) == repr(everything(campaign))  # as text: NaN is not equal to itself
        assert there.store.audit("small")[-1].seal == made.seal
        assert there.store.check() == ()
        for artefact in there.store.artefacts():
            assert there.artefacts.read(artefact.sha256) == campaign.artefacts.read(artefact.sha256)
    with pytest.raises(DuplicateRecordError):
        import_crate(tmp_path / "small.eln", elsewhere)


def test_a_film_comes_with_what_it_rests_on_and_nothing_else(campaign: OpenCampaign, tmp_path: Path) -> None:
    export_crate(campaign, tmp_path / "film.eln", film="L001")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    assert not import_crate(tmp_path / "film.eln", elsewhere).same_seal
    with open_campaign(elsewhere) as there:
        records, all_records = there.records(), campaign.records()
        assert there.store.check() == ()
    assert records.grades == {"L001": all_records.grades["L001"]}
    assert set(records.films) == {"L001", "V1"}  # V1 is on the same deck
    assert records.transfers == all_records.transfers
    assert {name for _, name in records.measurements} == {"toughness", "thickness"}
    assert set(records.artefacts) == {"raw/0123/L001 uv.csv", "decks/deck-001/plan.json"}
    assert len(there.name) and set(records.models) == {"quality-00"}
    with pytest.raises(UnknownNameError, match="L777"):
        export_crate(campaign, tmp_path / "none.eln", film="L777")


def test_the_reader_of_rocrate_understands_it(campaign: OpenCampaign, tmp_path: Path) -> None:
    export_crate(campaign, tmp_path / "small.eln", license_text="https://creativecommons.org/licenses/by/4.0/")
    with zipfile.ZipFile(tmp_path / "small.eln") as archive:
        archive.extractall(tmp_path / "out")
        assert {name.split("/")[0] for name in archive.namelist()} == {"small"}
    crate = ROCrate(tmp_path / "out" / "small")
    assert "simulated" in crate.name
    metadata = json.loads((tmp_path / "out" / "small" / "ro-crate-metadata.json").read_text())
    assert {"sha256": "https://schema.org/sha256"} in metadata["@context"]
    for entity in crate.data_entities:
        assert (tmp_path / "out" / "small" / entity.id).exists(), entity.id
    dataset = crate.dereference("films/L001/")
    (value,) = dataset["variableMeasured"]
    assert (value["propertyID"], value["value"]) == ("toughness", 1.5)
    assert [part.id for part in dataset["hasPart"]] == ["films/L001/film.json", "files/raw/0123/L001_uv.csv"]


def test_a_film_comes_with_all_files_behind_its_results(campaign: OpenCampaign, tmp_path: Path) -> None:
    photo = campaign.artefacts.put("photos/L002/0123/L002.png", b"\x89PNG")
    raws = [campaign.artefacts.put(f"raw/{n}/L002-{n}.csv", f"strip {n}") for n in (1, 2)]
    pulled = Measurement("L002", "toughness", Status.OK, 1.5, 0.1, 2, "tester", raws[0].sha256)
    campaign.store.append("small", event("import:0123"), [*raws, pulled])
    graded: list[Record] = [photo, FilmGrade("L002", Grade.A, "line\u2028line\x85line")]
    campaign.store.append("small", event("grade:L002"), graded, supersede=True)
    export_crate(campaign, tmp_path / "film.eln", film="L002")
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    import_crate(tmp_path / "film.eln", elsewhere)
    with open_campaign(elsewhere) as there:
        assert there.records().artefacts[photo.name] == photo
        assert there.records().grades["L002"] == graded[1]
    with zipfile.ZipFile(tmp_path / "film.eln") as archive:
        graph = json.loads(archive.read("small-L002/ro-crate-metadata.json"))["@graph"]
    (dataset,) = (entity for entity in graph if entity["@id"] == "films/L002/")
    files = ["photos/L002/0123/L002.png", "raw/1/L002-1.csv", "raw/2/L002-2.csv"]
    parts = ["films/L002/film.json", *(f"files/{name}" for name in files)]
    assert sorted(part["@id"] for part in dataset["hasPart"]) == sorted(parts)


def test_a_film_of_an_extended_campaign_keeps_its_new_material(campaign: OpenCampaign, tmp_path: Path) -> None:
    wider = SMALL.read_text().replace("[materials.gelatin]", "[materials.gelatin]\n[materials.chitosan]")
    made = Composition({"CNF": 0.5, "chitosan": 0.5})
    mixed: list[Record] = [attrs.evolve(film("X1"), asked=made), AsMade("X1", made, {}, 12.0), FilmGrade("X1", Grade.A)]
    stored = campaign.artefacts.put(definition_file(2, 0), wider)
    campaign.store.append("small", event("extend:2"), [stored])
    campaign.store.append("small", event("X1"), mixed)
    export_crate(campaign, tmp_path / "film.eln", film="X1")
    import_crate(tmp_path / "film.eln", Workspace.create(tmp_path / "other"))
    with lab.open(tmp_path / "other") as other:
        assert other.films().set_index("film").loc["X1", "chitosan"] == 0.5


def test_an_export_is_never_overwritten(campaign: OpenCampaign, tmp_path: Path) -> None:
    (tmp_path / "small.eln").write_text("mine")
    with pytest.raises(WorkspaceError, match="already"):
        export_crate(campaign, tmp_path / "small.eln")


def test_a_stored_file_that_is_missing_is_named(campaign: OpenCampaign, tmp_path: Path) -> None:
    campaign.artefacts.path(campaign.records().artefacts["raw/0123/L001 uv.csv"].sha256).unlink()
    with pytest.raises(WorkspaceError, match="cannot be read"):
        export_crate(campaign, tmp_path / "small.eln")
    assert not list(tmp_path.glob("*.eln*"))


def _rewritten(source: Path, target: Path, name: str, content: bytes | None) -> Path:
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as changed:
        for entry in archive.namelist():
            data = content if entry.endswith(name) else archive.read(entry)
            if data is not None:
                changed.writestr(entry, data)
    return target


def test_whatever_bytes_of_a_crate_a_disk_has_changed_it_is_refused(campaign: OpenCampaign, tmp_path: Path) -> None:
    export_crate(campaign, tmp_path / "campaign.zip")
    content = (tmp_path / "campaign.zip").read_bytes()
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    dice = random.Random(5)
    for _ in range(100):
        damaged = bytearray(content)
        for _ in range(20):
            damaged[dice.randrange(len(content))] = dice.randrange(256)
        (tmp_path / "damaged.zip").write_bytes(damaged)
        with pytest.raises(InvalidInputError):
            import_crate(tmp_path / "damaged.zip", elsewhere)


def test_changed_crates_are_refused(campaign: OpenCampaign, tmp_path: Path) -> None:
    whole = tmp_path / "small.eln"
    export_crate(campaign, whole)
    elsewhere = Workspace.create(tmp_path / "elsewhere")
    bad = [
        _rewritten(whole, tmp_path / "a.eln", "ledger.jsonl", b"{}\n"),
        _rewritten(whole, tmp_path / "b.eln", "plan.json", b"{ }"),
        _rewritten(whole, tmp_path / "c.eln", "plan.json", None),
        _rewritten(whole, tmp_path / "d.eln", "ro-crate-metadata.json", b"{}"),
        _rewritten(whole, tmp_path / "e.eln", "ro-crate-metadata.json", None),
    ]
    (tmp_path / "f.eln").write_bytes(whole.read_bytes()[:-300])
    (tmp_path / "g.eln").write_text("no archive")
    for path in (*bad, tmp_path / "f.eln", tmp_path / "g.eln", tmp_path / "missing.eln"):
        with pytest.raises(InvalidInputError):
            import_crate(path, elsewhere)
    with pytest.raises(FilmlabError), open_campaign(elsewhere):
        pass


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"grade":"B"', '"grade":"E"', "line 3"),
        ('"kind":"grade"', '"kind":"colour"', "'colour' is no kind of record"),
        ('"solids":12.0', '"solids":"much"', "line 2"),
        ('"solids":12.0', '"solids":12.0,"more":1', "more"),
        ('"at":"2026-03-04T05:06:07.000089+00:00"', '"at":"2026-03-04"', "no time zone"),
        ('"format":"filmlab ledger 1"', '"format":"filmlab ledger 2"', "line 1"),
    ],
)
def test_a_wrong_ledger_is_refused_with_its_line(campaign: OpenCampaign, old: str, new: str, said: str) -> None:
    text = ledger_text(CampaignEntry("c", 7, "", AT, "me"), campaign.store.ledger("small"))
    assert old in text
    with pytest.raises(InvalidInputError, match=said):
        read_ledger(text.replace(old, new, 1), "ledger")


def test_the_commands_export_and_import(campaign: OpenCampaign, tmp_path: Path) -> None:
    def run(*words: object) -> str:
        done = CliRunner().invoke(app, list(map(str, words)), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return str(done.output)

    said = json.loads(run("export", tmp_path / "x.eln", "-w", tmp_path / "lab", "--film", "L001", "--json"))
    assert said["files"] > 5
    assert "a part of what" in run("campaign", "import", tmp_path / "x.eln", "-w", tmp_path / "there")
    with open_campaign(Workspace.open(tmp_path / "there")) as there:
        assert isinstance(there.records().films["L001"], Film)
