"""Running the `filmlab` command as users do: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "data" / "small.toml"
SEED = "3"
"""Of the campaign that others are compared with."""
COMMAND = [sys.executable, "-m", "cli"]
TIME_LIMIT = 300


def environment(**more: str) -> dict[str, str]:
    """Return the environment of the tests with more in it."""
    return {**os.environ, **more}


def filmlab(*arguments: str | Path, expect: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `filmlab` and check its exit code."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        env=environment(**more),
        check=False,
    )
    assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


def status(workspace: Path) -> dict[str, Any]:
    """Return `filmlab status --json` of a workspace."""
    found: dict[str, Any] = json.loads(filmlab("status", "--workspace", workspace, "--json").stdout)
    return found


def tables(workspace: Path, out: Path) -> dict[str, bytes]:
    """Return the bytes of every table that `filmlab tables` writes."""
    filmlab("tables", "--workspace", workspace, "--out", out)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}
