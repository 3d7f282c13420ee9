"""A filled grading sheet to grades."""

from datetime import datetime

import attrs

from lab.counting import counted
from lab.errors import InvalidInputError, NothingNewError
from lab.grades import Grade
from lab.hashing import sha256_of_json
from lab.instruments.raw_files import StoredFile, raw_name
from lab.instruments.recording import record_with_files
from lab.open_campaigns import OpenCampaign
from lab.records import Event, FilmGrade, Records
from lab.sheets.grids import Grid
from lab.sheets.templates import FILM, GRADE, NOTE

_HINT = "mend these cells; filmlab sheet grading writes a new template"


@attrs.frozen
class GradingPlan:
    """What is to be stored, together or not at all."""

    event: Event
    grades: tuple[FilmGrade, ...]
    file: StoredFile
    notes: tuple[str, ...]
    known: Records = attrs.field(repr=False, eq=False)
    """What the campaign had when this was planned: no grade that came later is set aside."""


def plan_grading(grid: Grid, records: Records, *, who: str, at: datetime, replace: bool = False) -> GradingPlan:
    """Return the grades of a sheet; rows without a grade are left for later.

    Args:
        grid: The sheet.
        records: The campaign's records.
        who: Who graded.
        at: When, in UTC.
        replace: Whether other grades that films have already are superseded.

    Raises:
        InvalidInputError: With every fault and its cell: unknown films and grades, films that have not been made, are
            there twice or have another grade already.
        NothingNewError: If there is no fault but that all of it was recorded before.
    """
    faults = [f"row 1: column {name!r} is not known" for name in grid.header if name not in {FILM, GRADE, NOTE}]
    if faults:
        raise InvalidInputError(grid.raw.name, faults, hint=_HINT)
    film_at, grade_at = grid.header.index(FILM), grid.header.index(GRADE)
    note_at = grid.header.index(NOTE) if NOTE in grid.header else None
    grades: dict[str, FilmGrade] = {}
    seen: dict[str, str] = {}
    empty = same = 0
    for row in grid.rows:
        film, letter = row.text(film_at), row.text(grade_at)
        ref = row.cells[film_at].ref if film_at in row.cells else f"row {row.number}"
        wrong = _film_fault(film, records, seen.get(film))
        if wrong:
            faults.append(f"{ref}: {wrong}")
            continue
        seen[film] = ref
        if not letter:
            empty += 1
            continue
        cell = row.cells[grade_at].ref
        if letter.upper() not in set(Grade):
            faults.append(f"{cell}: {letter!r} is no grade, write A, B, C or D")
            continue
        given = FilmGrade(film, Grade.parse(letter), row.text(note_at))
        earlier = records.grades.get(film)
        if earlier == given:
            same += 1
        elif earlier is not None and not replace:
            faults.append(f"{cell}: {film} has the grade {earlier.grade} already (give --replace to correct it)")
        else:
            grades[film] = given
    if same and not grades and not faults:
        raise NothingNewError(grid.raw.name, ["has no new grade"], hint=_HINT)
    if not grades and not faults:
        faults.append("has no new grade")
    if faults:
        raise InvalidInputError(grid.raw.name, faults, hint=_HINT)
    notes = [f"{counted(empty, 'film')} without a grade yet"] if empty else []
    notes += [f"{counted(same, 'grade')} recorded before"] if same else []
    given_now = [[grade.film, grade.grade, grade.note] for grade in grades.values()]
    done = sum(key.startswith("grade-sheet:") for key in records.events)
    key = f"grade-sheet:{sha256_of_json([grid.raw.sha256, given_now, done])[:16]}"
    event = Event(key, who, f"grading sheet {grid.raw.name}", simulated=False, at=at)
    stored = StoredFile(raw_name(grid.raw), grid.raw.content)
    return GradingPlan(event, tuple(grades.values()), stored, tuple(notes), records)


def record_grading(campaign: OpenCampaign, plan: GradingPlan) -> None:
    """Store a sheet and record its grades, see `lab.instruments.recording.record_with_files`."""
    record_with_files(campaign, plan.event, plan.grades, [plan.file], plan.known)


def _film_fault(film: str, records: Records, earlier: str | None) -> str:
    if not film:
        return "there is no film label"
    if film not in records.films:
        return f"there is no film {film!r}"
    if film not in records.as_made:
        return f"{film} has not been made yet"
    return f"{film} stands in {earlier} too" if earlier else ""
