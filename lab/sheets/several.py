"""Several sheets of one call: everything in them is right, or nothing is recorded of any."""

from collections.abc import Iterator, Sequence

import attrs

from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError, NothingNewError
from lab.instruments.importing import ImportPlan, ImportRequest, plan_import
from lab.instruments.raw_files import RawFile
from lab.instruments.results import InstrumentResult
from lab.records import Records
from lab.sheets.grading import GradingPlan, plan_grading
from lab.sheets.grids import read_grid
from lab.sheets.measurements import read_measurements
from lab.sheets.templates import is_grading


@attrs.frozen
class SheetPlans:
    """What is to be recorded of sheets."""

    gradings: tuple[GradingPlan, ...]
    """One a grading sheet."""
    readings: ImportPlan | None
    """Of all measurement sheets, which are replicates of each other as files of one call are; None without one."""
    notes: tuple[str, ...]
    """Which sheets are passed over, as all that they say was recorded before."""


def plan_sheets(
    sheets: Sequence[RawFile], definition: CampaignDefinition, records: Records, request: ImportRequest
) -> SheetPlans:
    """Return what sheets amount to. Of several, those that say nothing new are passed over, as sheets grow one by one.

    Raises:
        InvalidInputError: With every fault of every sheet (see `read_grid`, `plan_grading`, `read_measurements`), and
            every film that two sheets grade.
        NothingNewError: If all that they say was recorded before.
    """
    refused: list[InvalidInputError] = []
    known: list[InvalidInputError] = []
    gradings: list[GradingPlan] = []
    results: list[InstrumentResult] = []
    for sheet in sheets:
        try:
            grid = read_grid(sheet)
            if is_grading(grid.header):
                gradings.append(plan_grading(grid, records, who=request.who, at=request.at, replace=request.replace))
            else:
                results += read_measurements(grid, definition, records.films)
        except NothingNewError as error:
            known.append(error)
        except InvalidInputError as error:
            refused.append(error)
    if twice := list(_graded_twice(gradings)):
        refused.append(InvalidInputError("sheets", twice, hint="grade a film in one of the sheets"))
    if refused:
        raise _one_error(refused)
    readings = None
    try:
        readings = plan_import(results, definition, records, request) if results else None
    except NothingNewError as error:
        known.append(error)
    if known and not gradings and readings is None:
        raise _one_error(known)
    return SheetPlans(tuple(gradings), readings, tuple(f"passed over: {error.message}" for error in known))


def _graded_twice(gradings: Sequence[GradingPlan]) -> Iterator[str]:
    first: dict[str, GradingPlan] = {}
    for plan in gradings:
        for grade in plan.grades:
            if first.setdefault(grade.film, plan) is not plan:
                yield f"{grade.film} is graded in two of them"


def _one_error(refused: Sequence[InvalidInputError]) -> InvalidInputError:
    if len(refused) == 1:
        return refused[0]
    kind = NothingNewError if all(isinstance(error, NothingNewError) for error in refused) else InvalidInputError
    faults = [f"{error.what}: {fault}" for error in refused for fault in error.faults]
    return kind("sheets", faults, hint="; ".join(dict.fromkeys(error.hint for error in refused)))
