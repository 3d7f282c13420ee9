import attrs
import numpy as np
import pytest

from lab.arrays import Array
from md_sim.cellulose import chains_of, endless
from md_sim.forcefields import force_field
from md_sim.frames import Frame
from md_sim.hydrogen_bonds import between, bonds_by_kind, donors_of, hydrogen_bonds
from md_sim.systems import System


def _pair(distance, angle, cell=20.0, molecules=(1, 1, 2), phases=("CNF", "CNF", "MMT")):
    """A donor O-H on the x axis through the cell's face, and an acceptor at a distance and D-H-A angle."""
    hydrogen = np.array([0.96, 0.0, 0.0])
    # The acceptor lies where the angle at the hydrogen is `angle` and the donor is `distance` away.
    turn = np.radians(180 - angle)
    reach = -0.96 * np.cos(turn) + np.sqrt(distance**2 - (0.96 * np.sin(turn)) ** 2)
    acceptor = hydrogen + reach * np.array([np.cos(turn), np.sin(turn), 0.0])
    start = np.array([cell - 1.5, 5.0, 5.0])
    positions = np.array([start, start + hydrogen, (start + acceptor) % cell])
    system = System(
        cell=np.eye(3) * cell,
        positions=positions,
        types=("glycam:Oh", "glycam:Ho", "glycam:Os"),
        charges=np.zeros(3),
        molecules=np.array(molecules),
        phases=phases,
        bonds=np.array([[0, 1]]),
    )
    return system, Frame(0, system.cell, positions)


@pytest.mark.parametrize(
    ("distance", "angle", "bonded"),
    [(2.8, 175, True), (3.49, 151, True), (3.51, 175, False), (2.8, 149, False)],
)
def test_distance_and_angle_decide_across_the_cell_face(distance, angle, bonded):
    system, frame = _pair(distance, angle)
    found = hydrogen_bonds(frame, donors_of(system, force_field("glycam06j")))
    assert len(found) == int(bonded)
    assert bonds_by_kind(found, system) == ({"CNF-MMT": {(1, 2)}} if bonded else {})


def test_bonds_within_a_chain_are_not_between_molecules():
    system, frame = _pair(2.8, 170, molecules=(1, 1, 1), phases=("CNF", "CNF", "CNF"))
    kinds = bonds_by_kind(hydrogen_bonds(frame, donors_of(system, force_field("glycam06j"))), system)
    # Through the face across x, along which a chain goes on.
    assert kinds == {"CNF inside": {(1, 2)}}
    assert not between(kinds)


def test_an_own_image_beside_the_chain_is_another_chain():
    system, frame = _pair(2.8, 170, molecules=(1, 1, 1), phases=("CNF", "CNF", "CNF"))
    # The same, with the chain's axis across.
    turned = attrs.evolve(system, positions=system.positions[:, [1, 0, 2]])
    kinds = bonds_by_kind(
        hydrogen_bonds(attrs.evolve(frame, positions=turned.positions), donors_of(turned, force_field("glycam06j"))),
        turned,
    )
    assert kinds == {"CNF-CNF": {(1, 2)}}
    assert between(kinds) == {(1, 2)}


def _mdanalysis_count(system: System, positions: Array) -> int:
    """The same criterion in MDAnalysis."""
    mda = pytest.importorskip("MDAnalysis", reason="MDAnalysis (extra dev) is not installed")
    from MDAnalysis.analysis.hydrogenbonds import HydrogenBondAnalysis

    donors = donors_of(system, force_field("glycam06j"))
    universe = mda.Universe.empty(len(system), trajectory=True)
    names = np.full(len(system), "X", dtype=object)
    names[donors.acceptors] = "O"
    names[donors.pairs[:, 1]] = "H"
    universe.add_TopologyAttr("names", names)
    universe.add_TopologyAttr("types", names)
    universe.add_TopologyAttr("bonds", [tuple(pair) for pair in donors.pairs.tolist()])
    universe.atoms.positions = positions
    lengths = np.linalg.norm(system.cell, axis=1)
    a, b, c = system.cell / lengths[:, None]
    angles = np.degrees(np.arccos([b @ c, a @ c, a @ b]))
    universe.dimensions = [*lengths, *angles]
    analysis = HydrogenBondAnalysis(
        universe,
        hydrogens_sel="name H",
        acceptors_sel="name O",
        d_a_cutoff=3.5,
        d_h_a_angle_cutoff=150,
        update_selections=False,
    )
    analysis.run()
    return len(analysis.results.hbonds)


def test_counts_agree_with_mdanalysis_in_a_tilted_crystal():
    system = chains_of((3, 2, 2), endless((3, 2, 2)))
    rng = np.random.default_rng(3)
    for amplitude in (0.0, 0.15):
        positions = system.positions + rng.normal(0, amplitude, system.positions.shape)
        ours = hydrogen_bonds(Frame(0, system.cell, positions), donors_of(system, force_field("glycam06j")))
        assert len(ours) > 50
        assert len(ours) == _mdanalysis_count(system, positions)
