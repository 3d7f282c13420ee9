"""Finished runs of a long benchmark, kept in a file, so that it goes on where it was stopped."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lab.errors import InvalidInputError
from lab.user_files import read_text

_R = TypeVar("_R")


class KeptRuns:
    """Results of runs, one JSON line each; what they are is told by the settings that they ran with.

    Args:
        path: The file, which need not exist; None to keep nothing.

    Raises:
        InvalidInputError: If a line of the file is no finished run, as the last one after a full disk.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        hint = "delete these lines, or name another file of runs"
        lines = read_text(path, hint=hint).splitlines() if path and path.exists() else []
        self._results: dict[str, Any] = {}
        wrong = []
        for number, line in enumerate(lines, start=1):
            try:
                one = json.loads(line)
                self._results[_key(one["run"])] = one["result"]
            except (ValueError, TypeError, KeyError):
                wrong.append(f"line {number} is no finished run")
        if wrong:
            raise InvalidInputError(str(path), wrong, hint=hint)

    def result(self, run: Mapping[str, object], do: Callable[[], _R]) -> _R:
        """Return the kept result of a run, or do it and keep what it gives.

        Args:
            run: Settings, which JSON can hold.
            do: Does the run; its result comes back as JSON tells it, tuples as lists.
        """
        key = _key(run)
        if key not in self._results:
            line = json.dumps({"run": dict(run), "result": do()})
            self._results[key] = json.loads(line)["result"]
            if self._path:
                with self._path.open("a") as file:
                    file.write(line + "\n")
        found: _R = self._results[key]
        return found


def _key(run: Mapping[str, object]) -> str:
    return json.dumps(dict(run), sort_keys=True)
