"""What is to be run: protocol files as filmlab wrote them, and nothing else."""

from pathlib import Path

import pytest

from lab.errors import InvalidInputError
from robot_protocols.planner import plan_decks
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.running.loading import plan_inside, read_jobs
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, screening

TEXT = write_protocol(four_film_plan(), screening())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "plan"
    made.mkdir()
    for number in (1, 2):
        (plan,) = plan_decks([order(f"F{number}", CNF=1.0)], STOCKS, screening(), first_number=number)
        (made / f"{plan.label}.py").write_text(write_protocol(plan, screening()))
    return made


def faults_of(folder: Path, **options: object) -> list[str]:
    with pytest.raises(InvalidInputError) as error:
        read_jobs(folder, **options)  # type: ignore[arg-type]
    assert str(folder) in str(error.value)
    return list(error.value.faults)


def test_decks_are_read_in_their_order_or_as_they_are_asked_for(folder: Path):
    assert [job.plan.label for job in read_jobs(folder)] == ["deck-001", "deck-002"]
    (job,) = read_jobs(folder, only=["deck-002"])
    assert job.protocol == (folder / "deck-002.py").read_text()
    assert [(stock.name, stock.dead_volume) for stock in job.stocks] == [("CNF-10", 0.0)]
    (fault,) = faults_of(folder, only=["deck-002", "deck-003"])
    assert "no deck 'deck-003'" in fault


def test_the_listing_of_a_folder_says_which_files_count(folder: Path):
    (folder / "plan.json").write_text('{"decks": [{"protocol": "deck-002.py"}]}')
    assert [job.plan.label for job in read_jobs(folder)] == ["deck-002"]
    for text in ("{}", "[]", "{", '{"decks": [{}]}', '{"decks": 3}'):
        (folder / "plan.json").write_text(text)
        with pytest.raises(InvalidInputError, match="lists no decks"):
            read_jobs(folder)


def test_every_file_that_is_not_as_it_was_written_is_named(folder: Path):
    changed = (folder / "deck-002.py").read_text()
    (folder / "deck-002.py").write_text(changed.replace("pipette.drop_tip()", "pipette.return_tip()"))
    (folder / "deck-003.py").write_text("x = (")
    (folder / "deck-004.py").write_text("x = 1")
    (folder / "deck-005.py").write_bytes(b"\xff\xfe")
    found = faults_of(folder)
    assert [fault.split(":")[0] for fault in found] == [f"deck-00{number}.py" for number in (2, 3, 4, 5)]
    for fault, says in zip(found, ("is not what is written", "is no Python", "carries no plan", ""), strict=True):
        assert says in fault


def test_an_empty_folder_and_none_are_told_apart(tmp_path: Path):
    assert faults_of(tmp_path) == ["there is no protocol file in it"]
    assert faults_of(tmp_path / "none") == ["there is no such folder"]


def test_a_plan_that_was_changed_is_no_plan():
    assert plan_inside(TEXT) == four_film_plan()
    with pytest.raises(InvalidInputError, match="changed after it was written"):
        plan_inside(TEXT.replace('"volume":580.0', '"volume":581.0'))
