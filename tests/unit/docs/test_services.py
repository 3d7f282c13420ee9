"""The units in deploy/systemd are units, and start commands that there are."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.docs.test_commands_in_docs import faults

ROOT = Path(__file__).parents[3]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


def test_services_start_commands_that_there_are() -> None:
    assert len(SERVICES) == 5
    for unit in SERVICES:
        (words,) = re.findall(r"/bin/filmlab ([^\n']+)", unit.read_text())
        assert list(faults(words.split())) == [], unit.name


def test_the_page_speaks_of_every_unit_and_no_other() -> None:
    page = (ROOT / "docs" / "how-to" / "set-up-a-lab-pc.md").read_text("utf-8")
    told = re.findall(r"^\| `(filmlab-[\w.-]+)` \|", page, flags=re.MULTILINE)
    started = {unit.stem for unit in SERVICES} - {"filmlab-backup"} | {"filmlab-backup.timer"}
    assert set(told) == started


def test_systemd_finds_nothing_wrong_with_them(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed")
    for unit in UNITS:
        # What is started is not installed here.
        text = re.sub(r"/srv/filmlab/filmlab/.venv/bin/filmlab", "/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text)
    command = [program, "verify", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
