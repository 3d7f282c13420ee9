import attrs
import numpy as np
import pytest

from lab.errors import InvalidInputError
from md_sim.checks import check_system
from md_sim.montmorillonite import sheet
from md_sim.systems import System, joined


def _two(distance, charges=(1.0, -1.0)):
    return System(
        cell=np.diag([20.0, 20.0, 20.0]),
        positions=np.array([[0.1, 5.0, 5.0], [0.1 + distance, 5.0, 5.0]]),
        types=("clayff:Na", "clayff:ob"),
        charges=np.array(charges),
        molecules=np.array([1, 2]),
        phases=("ion", "MMT"),
    )


def test_a_sound_system_passes():
    check_system(_two(2.0))


def test_every_fault_is_named_at_once():
    bad = attrs.evolve(_two(2.0, (1.0, -0.5)), cell=np.array([[20.0, 1.0, 0.0], [0.0, 20.0, 0.0], [0.0, 0.0, 20.0]]))
    with pytest.raises(InvalidInputError) as caught:
        check_system(bad)
    assert len(caught.value.faults) == 2
    assert "+0.500000 e" in str(caught.value)


@pytest.mark.parametrize("distance", [0.3, 19.8])
def test_overlaps_are_found_across_cell_faces_too(distance):
    with pytest.raises(InvalidInputError, match="overlap"):
        check_system(_two(distance))


def test_joining_numbers_atoms_and_molecules_on():
    part = sheet((2, 2), 1, seed=0)
    whole = joined([part, part.moved([0, 0, 30.0])], np.diag([*np.diag(part.cell)[:2], 60.0]))
    assert len(whole) == 2 * len(part)
    assert whole.molecules.max() == 2 * part.molecules.max()
    assert np.array_equal(whole.bonds[len(part.bonds) :], part.bonds + len(part))
    check_system(whole)
