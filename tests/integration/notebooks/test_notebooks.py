"""The notebooks run as they are, on the small campaign that the first of them makes."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from md_sim.loader import lammps_status

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))


def test_there_are_eight_and_no_helper_code() -> None:
    assert [path.name[:2] for path in SOURCES] == [f"0{number}" for number in range(1, 9)]
    for path in SOURCES:
        text = path.read_text("utf-8")
        assert text.count("# %% [markdown]") >= 2
        assert "def " not in text and "class " not in text


@pytest.mark.slow
def test_all_run_and_show_something(tmp_path: Path) -> None:
    if not (lammps := lammps_status()).available:
        pytest.skip(lammps.message)
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "render_notebooks.py"), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for source in SOURCES:
        notebook = nbformat.read(tmp_path / f"{source.stem}.ipynb", as_version=4)
        outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        assert all(output.output_type != "error" for output in outputs)
        assert any(output.output_type in ("execute_result", "display_data", "stream") for output in outputs)
    replayed = (tmp_path / "06_replay_and_audit.ipynb").read_text("utf-8")
    assert "every bit is the same" in replayed and "nothing was changed" in replayed
