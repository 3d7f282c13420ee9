"""A template that is filled in comes back as records; a wrong cell is named."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from lab.campaign_files import builtin_definition
from lab.compositions import Composition
from lab.errors import InvalidInputError, NothingNewError
from lab.grades import Grade
from lab.instruments import RawFile
from lab.instruments.importing import ImportPlan, ImportRequest, plan_import
from lab.library import property_named
from lab.records import AsMade, Event, Film, FilmGrade, Purpose, Records, Status
from lab.sheets import (
    grading_template,
    measurement_template,
    plan_grading,
    plan_sheets,
    read_grid,
    read_measurements,
    write_template,
)
from lab.sheets.grids import cell_name
from lab.sheets.templates import FILM, property_column
from lab.sheets.values import parse_cell

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILMS = ("L001", "L002", "L003")
THICKNESS = property_named("thickness")
STRAIN = property_named("fracture_strain")
DEFINITION = attrs.evolve(
    builtin_definition(),
    properties=(*(prop for prop in builtin_definition().properties if prop.name != "thickness"), THICKNESS),
)


def records() -> Records:
    half = Composition({"CNF": 0.5, "MMT": 0.5})
    films = tuple(Film(label, Purpose.MANUAL, half, 100.0, 4000.0) for label in (*FILMS, "unmade"))
    made = tuple(AsMade(label, half, {}, 100.0) for label in FILMS)
    return Records().with_added(Event("plan", "ada", "by hand", simulated=False, at=NOW), (*films, *made))


def csv(*lines: str, end: str = "\n") -> RawFile:
    return RawFile("sheet.csv", (end.join(lines) + end).encode())


def grade(raw: RawFile, known: Records | None = None, *, replace: bool = False) -> dict[str, FilmGrade]:
    plan = plan_grading(read_grid(raw), known or records(), who="ada", at=NOW, replace=replace)
    return {found.film: found for found in plan.grades}


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_an_empty_template_asks_for_everything_and_says_nothing(name: str, tmp_path: Path) -> None:
    write_template(grading_template(FILMS), tmp_path / name)
    grid = read_grid(RawFile(name, (tmp_path / name).read_bytes()))
    assert [row.text(0) for row in grid.rows] == list(FILMS)
    with pytest.raises(InvalidInputError, match="no new grade"):
        plan_grading(grid, records(), who="ada", at=NOW)


def test_a_filled_excel_sheet_comes_back_as_grades(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    write_template(grading_template(FILMS), path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["B3"], sheet["B4"], sheet["C4"] = "A", "d", "sticky"
    book.save(path)
    assert grade(RawFile(path.name, path.read_bytes())) == {
        "L001": FilmGrade("L001", Grade.A),
        "L002": FilmGrade("L002", Grade.D, "sticky"),
    }


def test_a_sheet_may_spell_accents_in_two_pieces() -> None:
    film = Film("\u00e9-1", Purpose.MANUAL, Composition({"CNF": 1.0}), 100.0, 4000.0)
    event = Event("add", "ada", "by hand", simulated=False, at=NOW)
    known = records().with_added(event, (film, AsMade(film.label, film.asked, {}, 100.0)))
    assert grade(csv("film,grade,note", "e\u0301-1,B,"), known)[film.label].grade is Grade.B


def test_every_fault_of_a_grading_sheet_is_told_with_its_cell() -> None:
    raw = csv("film,grade,note", "L001,E", "L009,A", "L002,A", "L002,B", ",A", "unmade,A")
    with pytest.raises(InvalidInputError) as caught:
        grade(raw)
    assert caught.value.faults == (
        "B2: 'E' is no grade, write A, B, C or D",
        "A3: there is no film 'L009'",
        "A5: L002 stands in A4 too",
        "row 6: there is no film label",
        "A7: unmade has not been made yet",
    )


def test_a_grade_is_corrected_only_when_asked() -> None:
    event = Event("grade", "ada", "by hand", simulated=False, at=NOW)
    known = records().with_added(event, (FilmGrade("L001", Grade.A), FilmGrade("L002", Grade.B)))
    raw = csv("film,grade", "L001,A", "L002,C", "L003,A")
    with pytest.raises(InvalidInputError, match="L002 has the grade B already"):
        grade(raw, known)
    assert set(grade(raw, known, replace=True)) == {"L002", "L003"}
    with pytest.raises(InvalidInputError) as caught:
        plan_grading(read_grid(raw), known, who="ada", at=NOW)
    assert caught.value.faults == ("B3: L002 has the grade B already (give --replace to correct it)",)


def test_a_grading_says_who_graded_what_is_left_and_what_was_known() -> None:
    event = Event("grade", "ada", "by hand", simulated=False, at=NOW)
    known = records().with_added(event, (FilmGrade("L001", Grade.A),))
    plan = plan_grading(read_grid(csv("film,grade", "L001,A", "L002,c", "L003,")), known, who="bo", at=NOW)
    assert (plan.event.who, plan.event.at, plan.event.simulated) == ("bo", NOW, False)
    assert plan.event.source == "grading sheet sheet.csv"
    assert plan.event.key.startswith("grade-sheet:")
    assert plan.notes == ("1 film without a grade yet", "1 grade recorded before")
    assert not plan_grading(read_grid(csv("film,grade", "L002,C")), known, who="bo", at=NOW).notes


def named(name: str, *lines: str) -> RawFile:
    return attrs.evolve(csv(*lines), name=name)


def test_sheets_given_together_are_replicates_and_grade_a_film_once() -> None:
    event = Event("grade", "ada", "by hand", simulated=False, at=NOW)
    known = records().with_added(event, (FilmGrade("L001", Grade.A),))
    grades = named("a.csv", "film,grade", "L001,B")
    values = [named("b.csv", "film,thickness [um]", "L002,40"), named("c.csv", "film,thickness [um]", "L002,50")]
    asked = ImportRequest("bo", NOW, replace=True)
    plans = plan_sheets([grades, *values], DEFINITION, known, asked)
    assert [(plan.grades, plan.event.who) for plan in plans.gradings] == [((FilmGrade("L001", Grade.B),), "bo")]
    assert plans.readings is not None
    assert [(m.film, m.value, m.n) for m in plans.readings.measurements] == [("L002", 45.0, 2)]
    assert plan_sheets([grades], DEFINITION, known, asked).readings is None
    with pytest.raises(InvalidInputError, match="L001 has the grade A already"):
        plan_sheets([grades], DEFINITION, known, ImportRequest("bo", NOW))


def test_a_sheet_that_says_nothing_new_does_not_hold_up_the_others() -> None:
    grades, values = named("a.csv", "film,grade", "L001,B"), named("b.csv", "film,thickness [um]", "L002,40")
    asked, known = ImportRequest("bo", NOW), records()
    first = plan_sheets([grades, values], DEFINITION, known, asked)
    assert first.readings is not None
    # The power failed between the two: the same call goes on.
    graded = known.with_added(first.gradings[0].event, first.gradings[0].grades)
    again = plan_sheets([grades, values], DEFINITION, graded, asked)
    assert again.gradings == ()
    assert again.readings == first.readings
    assert again.notes == ("passed over: a.csv: has no new grade",)
    more = named("c.csv", "film,grade", "L002,A")
    measured = graded.with_added(first.readings.event, first.readings.measurements)
    plans = plan_sheets([values, more], DEFINITION, measured, asked)
    assert plans.readings is None
    assert [plan.grades[0].film for plan in plans.gradings] == ["L002"]
    with pytest.raises(NothingNewError) as caught:
        plan_sheets([grades, values], DEFINITION, measured, asked)
    assert len(caught.value.faults) == 2


def test_the_faults_of_all_sheets_are_told_together_with_their_sheets() -> None:
    sheets = [
        named("a.csv", "film,grade", "L001,B"),
        named("b.csv", "film,grade", "L009,B"),
        named("c.csv", "film,grade", "L001,B", "L002,A"),
        named("d.csv", "film,thickness [um]", "L002,thick"),
    ]
    with pytest.raises(InvalidInputError) as caught:
        plan_sheets(sheets, DEFINITION, records(), ImportRequest("ada", NOW))
    assert caught.value.faults == (
        "b.csv: A2: there is no film 'L009'",
        "d.csv: B2: 'thick' is no number",
        "sheets: L001 is graded in two of them",
    )
    with pytest.raises(InvalidInputError) as caught:
        plan_sheets(sheets[1:2], DEFINITION, records(), ImportRequest("ada", NOW))
    assert (caught.value.what, caught.value.faults) == ("b.csv", ("A2: there is no film 'L009'",))


def test_a_measurement_sheet_gives_means_of_its_rows_with_censored_and_failed_values(tmp_path: Path) -> None:
    template = measurement_template(DEFINITION, FILMS[:2])
    thickness, strain = (template.header.index(property_column(prop)) for prop in (THICKNESS, STRAIN))
    rows = [list(row) for row in template.rows]
    for row, value in zip(rows, ("41", "42.5 um", "0.0445 mm"), strict=False):
        row[thickness] = value
    rows[0][strain] = "> 500 %"
    rows[3][thickness] = "failed: torn"
    path = tmp_path / "sheet.xlsx"
    write_template(attrs.evolve(template, rows=tuple(tuple(row) for row in rows)), path)
    results = read_measurements(read_grid(RawFile(path.name, path.read_bytes())), DEFINITION, FILMS)
    plan = plan_import(results, DEFINITION, records(), ImportRequest("ada", NOW))
    found = {(m.film, m.property_name): m for m in plan.measurements}
    mean = found["L001", "thickness"]
    assert mean.n == 3
    assert [mean.value, mean.sd] == pytest.approx([42.6667, 1.75594], rel=1e-4)
    assert mean.instrument == "by hand"
    censored = found["L001", "fracture_strain"]
    assert (censored.status, censored.value, censored.reason) == (Status.CENSORED, 5.0, "given as > 500 %")
    failed = found["L002", "thickness"]
    assert (failed.status, failed.value, failed.n, failed.reason) == (Status.FAILED, None, 0, "torn")
    (reading,) = results[0].specimens[-1].readings
    assert (reading.n, reading.note) == (0, "torn")


def test_every_fault_of_a_measurement_sheet_is_told_with_its_cell() -> None:
    raw = csv("film,thickness [um],fracture_strain [fraction]", "L001,abc,", "L9,4,", ",5,", "L002,1e9,", "L003,,12")
    with pytest.raises(InvalidInputError) as caught:
        read_measurements(read_grid(raw), DEFINITION, FILMS)
    faults = caught.value.faults
    assert [fault.split(":")[0] for fault in faults] == ["B2", "A3", "row 4", "B5", "C6"]
    assert "write 12 %" in faults[-1]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (("film,thickness [um]", "L001,", "L002,"), "nothing is filled in"),
        (("film,note", "L001,good"), "row 1: there is no column of a property"),
        (("sample,thickness [um]", "L001,4"), "row 1: there is no column 'film'"),
    ],
)
def test_a_sheet_that_says_nothing_is_refused(lines: tuple[str, ...], fault: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_measurements(read_grid(csv(*lines)), DEFINITION, FILMS)
    assert caught.value.faults[0] == fault


@pytest.mark.parametrize(("text", "percent"), [("1", ""), ("1.01", "1.01 %"), ("100", "100 %"), ("101", "")])
def test_what_is_too_much_for_a_fraction_may_be_percent(text: str, percent: str) -> None:
    reading, fault = parse_cell(text, property_named("residual_ratio"), "B2")
    assert (reading is not None) == (text == "1")
    assert fault.partition("if it is percent, write ")[2] == percent


def test_remarks_above_the_header_do_not_say_what_separates_its_cells() -> None:
    raw = csv('"# filled in by Bo; checked by Al; twice"', "", "# a;b;c", "film,grade,note", "L001,A,a;b;c;d")
    assert grade(raw) == {"L001": FilmGrade("L001", Grade.A, "a;b;c;d")}


def test_a_column_that_is_not_known_is_told_with_the_nearest_one() -> None:
    with pytest.raises(InvalidInputError, match=r"did you mean 'thickness \[um\]'"):
        read_measurements(read_grid(csv("film,thickness", "L001,4")), DEFINITION, FILMS)


def test_a_sheet_that_is_filled_in_further_adds_what_is_new_and_asks_before_it_changes_a_value() -> None:
    def plan(known: Records, *lines: str, replace: bool = False) -> ImportPlan:
        results = read_measurements(read_grid(csv("film,thickness [um]", *lines)), DEFINITION, FILMS)
        return plan_import(results, DEFINITION, known, ImportRequest("ada", NOW, replace=replace))

    first = plan(records(), "L001,40", "L001,42")
    known = records().with_added(first.event, first.measurements)
    second = plan(known, "L001,40", "L001,42", "L002,50")
    assert [m.film for m in second.measurements] == ["L002"]
    assert second.notes == ("1 measurement recorded before",)
    known = known.with_added(second.event, second.measurements)
    with pytest.raises(InvalidInputError, match="says nothing new: its 2 measurements were recorded before"):
        plan(known, "L001,40", "L001,42", "L002,50.0")
    with pytest.raises(InvalidInputError, match=r"L001 has a measurement of thickness already: 41 um, n 2, .* by ada"):
        plan(known, "L001,40", "L002,50")
    changed = plan(known, "L001,40", "L002,50", replace=True)
    assert {m.film: m.n for m in changed.measurements} == {"L001": 1, "L002": 1}
    (note,) = changed.notes
    assert note.startswith("L001 thickness: sets aside 41 um, n 2, instrument file ")


def test_two_instruments_in_one_sheet_are_kept_apart() -> None:
    raw = csv("film,thickness [um],instrument", "L001,40,gauge 1", "L002,50,gauge 2")
    results = read_measurements(read_grid(raw), DEFINITION, FILMS)
    plan = plan_import(results, DEFINITION, records(), ImportRequest("ada", NOW))
    assert {m.film: m.instrument for m in plan.measurements} == {"L001": "gauge 1", "L002": "gauge 2"}


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("42", 42.0, Status.OK),
        ("42,5", 42.5, Status.OK),
        ("0.042 mm", 42.0, Status.OK),
        (">= 1500", 1500.0, Status.CENSORED),
        (">3 um", 3.0, Status.CENSORED),
    ],
)
def test_cells_are_understood(text: str, value: float, status: Status) -> None:
    reading, fault = parse_cell(text, THICKNESS, "B2")
    assert reading is not None and not fault
    assert reading.value == pytest.approx(value)
    assert reading.status is status


@pytest.mark.parametrize("text", ["1,234", "1.2.3", "4 kg", "nan", "inf", "-3", "3000", "4 5", "failed", "=", "> "])
def test_cells_that_are_unsure_are_refused(text: str) -> None:
    reading, fault = parse_cell(text, THICKNESS, "B2")
    assert reading is None
    assert fault.startswith("B2: ")


@pytest.mark.parametrize("text", ["<3 um", "< 3", "<= 3"])
def test_an_upper_bound_is_not_taken_for_a_lower_one(text: str) -> None:
    reading, fault = parse_cell(text, THICKNESS, "B2")
    assert reading is None
    assert "upper bound" in fault


@pytest.mark.parametrize("error", ["#N/A", "#NV", "#REF!", "#DIV/0!", "#BEZUG!", "#NAME?", "#####"])
@pytest.mark.parametrize("row", ["{},42", "L002,{}", ",{}"])
def test_a_row_that_begins_with_an_error_of_the_spreadsheet_is_no_remark(row: str, error: str) -> None:
    with pytest.raises(InvalidInputError, match=f"[AB]3: holds the spreadsheet's error {re.escape(error)}"):
        read_grid(csv("film,thickness [um]", "L001,40", row.format(error)))


def test_columns_of_a_template_may_be_moved(tmp_path: Path) -> None:
    template = measurement_template(DEFINITION, FILMS[:1], readings=1)
    turned = attrs.evolve(
        template,
        header=template.header[::-1],
        help=template.help[::-1],
        rows=tuple(("", "gauge", *["0.5"] * (len(row) - 3), row[0]) for row in template.rows),
        choices=template.choices[::-1],
    )
    for name in ("sheet.csv", "sheet.xlsx"):
        write_template(turned, tmp_path / name)
        grid = read_grid(RawFile(name, (tmp_path / name).read_bytes()))
        (found,) = read_measurements(grid, DEFINITION, FILMS)
        assert [specimen.label for specimen in found.specimens] == ["L001"]
        assert len(found.specimens[0].readings) == len(DEFINITION.properties)


@pytest.mark.parametrize("rest", ["", ",0.7", ",0.76,7"])
def test_a_sheet_that_was_cut_off_is_refused_and_one_that_only_lacks_its_last_line_end_is_not(rest: str) -> None:
    head = f"film,{property_column(THICKNESS)},note\nL001,40,\nL002"
    with pytest.raises(InvalidInputError, match="line 3: the file ends here"):
        read_grid(RawFile("sheet.csv", (head + rest).encode()))
    assert len(read_grid(RawFile("sheet.csv", f"{head},42,thin".encode())).rows) == 2


@given(st.text(max_size=20))
def test_any_cell_is_a_possible_reading_or_a_fault(text: str) -> None:
    reading, fault = parse_cell(text, STRAIN, "B2")
    assert (reading is None) == bool(fault)
    if reading is not None and reading.value is not None:
        assert not STRAIN.impossible(reading.value)


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"film,grade\n"]))
def test_damaged_sheets_are_refused(content: bytes, head: bytes) -> None:
    try:
        grid = read_grid(RawFile("x.xlsx", head + content))
    except InvalidInputError:
        return
    assert all(row.cells for row in grid.rows)


def test_a_cut_excel_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    write_template(grading_template(FILMS), path)
    content = path.read_bytes()
    for size in (30, len(content) // 2, len(content) - 1):
        with pytest.raises(InvalidInputError, match="no readable Excel sheet"):
            read_grid(RawFile("sheet.xlsx", content[:size]))


@pytest.mark.parametrize("lines", [["film", *["L001"] * 100_000], ["film,grade", "," * 500 + "x"]])
def test_a_sheet_that_is_too_large_is_refused(lines: list[str]) -> None:
    with pytest.raises(InvalidInputError, match="more than 100,000 rows or 500 columns"):
        read_grid(csv(*lines))
    assert len(read_grid(csv("film", *["L001"] * 1000)).rows) == 1000


def test_what_excel_made_of_a_value_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    write_template(grading_template(FILMS), path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["B3"], sheet["B4"] = datetime(2026, 5, 3), "=1+1"
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(InvalidInputError) as caught:
        read_grid(RawFile("sheet.xlsx", content.getvalue()))
    assert caught.value.faults[0].startswith("B3: Excel made a date of it")
    assert caught.value.faults[1].startswith("B4: holds a formula")


def excel(*rows: list[object], change: Callable[[Workbook], None]) -> RawFile:
    book = Workbook()
    for row in ([FILM, "thickness [um]"], *rows):
        book.worksheets[0].append(row)
    change(book)
    content = io.BytesIO()
    book.save(content)
    return RawFile("sheet.xlsx", content.getvalue())


@pytest.mark.parametrize(("shown", "value"), [('0.000" mm"', 42.0), ("0.000\\ \\m\\m", 42.0), ("0.000", 0.042)])
def test_a_unit_that_only_the_format_of_a_cell_shows_counts(shown: str, value: float) -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0]["B2"].number_format = shown

    (found,) = read_measurements(read_grid(excel(["L001", 0.042], change=change)), DEFINITION, FILMS)
    assert found.specimens[0].readings[0].value == pytest.approx(value)


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(InvalidInputError, match="B2: 'True' is no number"):
        read_measurements(read_grid(excel(["L001", True], change=lambda _: None)), DEFINITION, FILMS)


@pytest.mark.parametrize(("unit", "value"), [("%", 7.0), ("fraction", 0.07)])
def test_excel_keeps_percent_as_a_fraction_and_it_is_read_as_shown(unit: str, value: float) -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0]["B1"] = property_column(moisture)
        book.worksheets[0]["B2"].number_format = "0.00%"
        book.worksheets[0]["B3"].number_format = '0.00" %"'

    moisture = attrs.evolve(STRAIN, name="moisture", unit=unit)
    grid = read_grid(excel(["L001", 0.07], ["L001", 7], change=change))
    (found,) = read_measurements(grid, attrs.evolve(DEFINITION, properties=(moisture,)), FILMS)
    assert [specimen.readings[0].value for specimen in found.specimens] == pytest.approx([value, value])


def test_a_value_that_was_struck_out_is_refused() -> None:
    def change(book: Workbook) -> None:
        book.worksheets[0]["B3"].font = Font(strike=True)

    with pytest.raises(InvalidInputError, match="B3: is struck out"):
        read_grid(excel(["L001", 42], ["L001", 99], change=change))


def test_films_on_a_further_sheet_are_not_left_out_without_a_word() -> None:
    def change(book: Workbook, *, film: str = FILM) -> None:
        book.create_sheet("more").append([film, "thickness [um]"])
        book["more"].append(["L002", 43])

    with pytest.raises(InvalidInputError, match="its further sheet 'more' has a column 'film' too"):
        read_grid(excel(["L001", 42], change=change))
    remarks = excel(["L001", 42], change=lambda book: change(book, film="remarks"))
    assert len(read_grid(remarks).rows) == 1


def test_cells_are_named_as_in_excel() -> None:
    assert [cell_name(7, at) for at in (0, 2, 25, 26, 701, 702)] == ["A7", "C7", "Z7", "AA7", "ZZ7", "AAA7"]
