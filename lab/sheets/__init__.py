"""Sheets for people: templates out, filled sheets back in; what a template asks for is what its reader checks."""

from lab.sheets.grading import GradingPlan, plan_grading
from lab.sheets.grids import Grid, read_grid
from lab.sheets.measurements import read_measurements
from lab.sheets.templates import grading_template, is_grading, measurement_template, write_template

__all__ = [
    "GradingPlan",
    "Grid",
    "grading_template",
    "is_grading",
    "measurement_template",
    "plan_grading",
    "read_grid",
    "read_measurements",
    "write_template",
]
