"""Sheets for people: templates out, filled sheets back in; what a template asks for is what its reader checks."""

from lab.sheets.filled import check_replaceable
from lab.sheets.grading import GradingPlan, plan_grading, record_grading
from lab.sheets.grids import Grid, read_grid
from lab.sheets.measurements import read_measurements
from lab.sheets.several import SheetPlans, plan_sheets
from lab.sheets.templates import grading_template, is_grading, measurement_template, write_template

__all__ = [
    "GradingPlan",
    "Grid",
    "SheetPlans",
    "check_replaceable",
    "grading_template",
    "is_grading",
    "measurement_template",
    "plan_grading",
    "plan_sheets",
    "read_grid",
    "read_measurements",
    "record_grading",
    "write_template",
]
