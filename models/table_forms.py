"""What a model that was learned from a table remembers of it, as JSON and in its card."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lab.hashing import canonical_json
from models.findings import Finding, Severity, of_severity
from models.input_columns import InputColumns
from models.registry import StoredModelError

TABLE = "table.json"


def findings_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON values."""
    return {
        "severity": str(finding.severity),
        "column": finding.column,
        "what": finding.what,
        "rows": list(finding.rows),
        "text": str(finding),
    }


def columns_json(columns: InputColumns, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the stored form of a table's columns and findings."""
    return {
        "inputs": list(columns.names),
        "composition": list(columns.composition),
        "categories": {name: list(levels) for name, levels in columns.categories.items()},
        "logarithms": dict(columns.logarithms),
        "learned": {name: list(ends) for name, ends in columns.learned.items()},
        "findings": [findings_json(finding) for finding in findings],
    }


def table_file(remembered: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the file that keeps what a model remembers of its table."""
    return {TABLE: (canonical_json(remembered) + "\n").encode()}


def columns_from(files: Mapping[str, bytes]) -> InputColumns:
    """Return the columns of a model that was learned from a table.

    Raises:
        StoredModelError: If the model was not learned from a table.
    """
    try:
        values = json.loads(files[TABLE])
        categories = {name: tuple(levels) for name, levels in values["categories"].items()}
        logarithms = {name: float(least) for name, least in values.get("logarithms", {}).items()}
        learned = {name: (float(least), float(largest)) for name, (least, largest) in values.get("learned", {}).items()}
        return InputColumns(tuple(values["inputs"]), tuple(values["composition"]), categories, logarithms, learned)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise StoredModelError(
            f"the stored model does not name its input columns: {error}", hint="fit it from a table"
        ) from error


def findings_markdown(findings: Sequence[Finding]) -> str:
    """Return the findings as a section of a model card."""
    lines = ["\n\n## Findings about the table\n"]
    for severity in Severity:
        lines += [f"- {severity}: {finding}" for finding in of_severity(findings, severity)]
    return "\n".join(lines if findings else [*lines, "none"]) + "\n"
