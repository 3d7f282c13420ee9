"""LAMMPS input scripts of the stages of a simulation: heat, relax, load.

Every stage reads what the stage before has left, or its own newest checkpoint, so that a run that was killed goes on.
"""

from collections.abc import Sequence

import attrs

from md_sim.lammps_data import CMAP_FILE, DataFile
from md_sim.load_cases import LoadCase
from md_sim.profiles import TIMESTEP, Profile

STAGES = ("heat", "relax", "load")
DATA_FILE = "system.data"
CURVE_COLUMNS = (
    *("lx", "ly", "lz", "xy", "xz", "yz", "pxx", "pyy", "pzz", "pxy", "pxz", "pyz", "temp"),
    *("ebond", "eangle", "edihed", "evdwl", "ecoul", "elong"),
)
"""Columns of the curve file after the time step."""
HOTTEST = 1500
"""A run whose temperature exceeds this is stopped, K."""
THERMOSTAT, BAROSTAT = 100, 1000
"""Coupling times of thermostat and barostat, fs: LAMMPS' advice of 100 and 1000 time steps of 1 fs."""
CUTOFF, KSPACE_ACCURACY = 10.0, 1e-4
"""Real-space cutoff, angstrom, and relative error of the forces in reciprocal space."""
CHARMM_CUTOFFS = (10.0, 12.0)
"""Distances between which CHARMM36 switches the Lennard-Jones force off, angstrom: those it was made with."""


@attrs.frozen
class Start:
    """Where a stage starts from."""

    file: str
    """Restart file, or the data file."""
    resumed: bool = False
    """Whether the file is a checkpoint of this very stage."""
    segment: int = 0
    """Number of times that this stage was started before."""


def kspace_of() -> str:
    """Return the command for the long-range part of the Coulomb energy."""
    return f"kspace_style pppm {KSPACE_ACCURACY:g}"


def interactions_of(data: DataFile) -> list[str]:
    """Return the commands that choose the forms of the energy, to be given before the data file is read."""
    if data.charmm:
        return [
            f"pair_style lj/charmmfsw/coul/long {CHARMM_CUTOFFS[0]:g} {CHARMM_CUTOFFS[1]:g}",
            "pair_modify mix arithmetic",
            *(["bond_style harmonic"] if data.has_bonds else []),
            *(["angle_style charmm"] if data.has_angles else []),
            *(["dihedral_style charmmfsw"] if data.has_dihedrals else []),
            *(["improper_style harmonic"] if data.has_impropers else []),
            "special_bonds charmm",
        ]
    return [
        f"pair_style lj/cut/coul/long {CUTOFF:g}",
        "pair_modify mix arithmetic",
        *(["bond_style harmonic"] if data.has_bonds else []),
        *(["angle_style harmonic"] if data.has_angles else []),
        *(["dihedral_style fourier"] if data.has_dihedrals else []),
        "special_bonds lj/coul 0.0 0.0 1.0",
    ]


def _maps(data: DataFile, file: str = CMAP_FILE) -> list[str]:
    """The commands for the correction maps of peptides."""
    return [f"fix maps all cmap {file}", "fix_modify maps energy yes"] if data.has_crossterms else []


def reading_of(data: DataFile, file: str, options: str = "", maps: str = CMAP_FILE) -> list[str]:
    """Return the commands that read a data file.

    Args:
        data: What is in the file.
        file: Its name.
        options: Words for the end of the command.
        maps: File with the correction maps of peptides.
    """
    sections = " fix maps crossterm CMAP" if data.has_crossterms else ""
    return [*_maps(data, maps), f"read_data {file}{sections}{options}"]


def _head(data: DataFile, start: Start, *, tilted: bool = False) -> list[str]:
    fresh = start.file == DATA_FILE
    return [
        "units real",
        "atom_style full",
        *(interactions_of(data) if fresh else []),
        *(reading_of(data, start.file) if fresh else [f"read_restart {start.file}", *_maps(data)]),
        *(["change_box all triclinic"] if tilted else []),
        # After the shape of the box is known: a tilt would undo it.
        kspace_of(),
        "neighbor 2.0 bin",
        "neigh_modify every 1 delay 4 check yes",
        f"timestep {TIMESTEP:g}",
        "thermo_style custom step time temp press pe ke etotal vol",
        "thermo 200",
        "thermo_modify flush yes lost error",
        "variable hottest equal temp",
        f"fix guard all halt 50 v_hottest > {HOTTEST} error hard message yes",
    ]


def _rigid(data: DataFile) -> list[str]:
    """Hold the bonds to hydrogen rigid; not while minimising, where LAMMPS would use springs instead."""
    angles = " ".join(["", "a", *map(str, data.water_angles)]) if data.water_angles else ""
    return [f"fix rigid all shake 1.0e-5 100 0 m 1.008{angles}"] if "H" in data.elements else []


def sample_interval(every: int) -> int:
    """Return the steps between the samples that a point of a curve is the mean of."""
    return 5 if every % 5 == 0 else 1


def _curve(stage: str, start: Start, every: int) -> list[str]:
    """Write means over `every` steps."""
    sample = sample_interval(every)
    names = " ".join(f"v_{name}" for name in CURVE_COLUMNS)
    return [
        *(f"variable {name} equal {name}" for name in CURVE_COLUMNS),
        f"fix curve all ave/time {sample} {every // sample} {every} {names} "
        f"file {stage}.curve.{start.segment} format ' %.8g'",
    ]


def _tail(stage: str, profile: Profile, run: str) -> list[str]:
    return [
        f"restart {profile.checkpoint} {stage}.a.restart {stage}.b.restart",
        run,
        # The name tells that the stage is done, so the file appears under it in one step.
        f"write_restart {stage}.part",
        f"shell mv {stage}.part {stage}.restart",
    ]


def _isobaric(stage: str, profile: Profile, axes: Sequence[str], tilts: Sequence[str], driven: str = "") -> str:
    pressure = " ".join(f"{axis} {profile.pressure:g} {profile.pressure:g} {BAROSTAT}" for axis in axes)
    shear = "".join(f" {tilt} 0.0 0.0 {BAROSTAT}" for tilt in tilts)
    temperature = f"{profile.temperature:g} {profile.temperature:g} {THERMOSTAT}"
    # A tilt that a shear test drives must not follow the height as well.
    kept = f" scale{driven} no" if len(driven) == 2 else ""
    return f"fix {stage}_motion all npt temp {temperature} {pressure}{shear}{kept}"


def heat_script(data: DataFile, profile: Profile, start: Start, velocity_seed: int) -> str:
    """Return the script that minimises the energy and heats the model at constant volume."""
    temperature = f"{profile.temperature:g} {profile.temperature:g} {THERMOSTAT}"
    first = [
        "min_style cg",
        f"minimize 1.0e-6 1.0e-8 {profile.minimisation} {10 * profile.minimisation}",
        "reset_timestep 0",
        f"velocity all create {profile.temperature:g} {velocity_seed} mom yes rot no dist gaussian",
    ]
    steps = profile.steps(profile.heating)
    return "\n".join(
        [
            *_head(data, start),
            *([] if start.resumed else first),
            *_rigid(data),
            f"fix heat_motion all nvt temp {temperature}",
            *_tail("heat", profile, f"run {steps} upto"),
            "",
        ]
    )


def relax_script(data: DataFile, profile: Profile, start: Start) -> str:
    """Return the script that relaxes the cell at constant pressure; its curve file holds the cell."""
    before, steps = profile.steps(profile.heating), profile.steps(profile.relaxation)
    tilts = ("yz",) if data.triclinic else ()
    return "\n".join(
        [
            *_head(data, start),
            *_rigid(data),
            _isobaric("relax", profile, ("x", "y", "z"), tilts),
            *_curve("relax", start, max(5, steps // 50)),
            *_tail("relax", profile, f"run {before + steps} upto"),
            "",
        ]
    )


def load_script(data: DataFile, profile: Profile, case: LoadCase, start: Start) -> str:
    """Return the script of the mechanical test.

    One `run` with `start` and `stop` drives the cell, so that the strain stays relative to the unloaded length when the
    test is resumed.
    """
    steps = profile.loading_steps
    # LAMMPS wants the rate per time unit: 1/fs.
    rate = profile.rate * 1e-15
    tilts = ("yz",) if data.triclinic and case.deformed != "xz" else ()
    elements = " ".join(data.elements)
    tilted = case.deformed == "xz" and not data.triclinic and not start.resumed
    return "\n".join(
        [
            *_head(data, start, tilted=tilted),
            *([] if start.resumed else ["reset_timestep 0"]),
            *_rigid(data),
            _isobaric("load", profile, case.free, tilts, case.deformed),
            f"fix drive all deform 1 {case.deformed} erate {rate:.10g} remap x flip no",
            *_curve("load", start, steps // profile.points),
            f"dump frames all custom {max(1, steps // profile.frames)} load.frames.{start.segment} "
            "id mol type element q x y z ix iy iz",
            f"dump_modify frames sort id element {elements}",
            *_tail("load", profile, f"run {steps} upto start 0 stop {steps}"),
            "",
        ]
    )
