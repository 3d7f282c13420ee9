"""Stress-strain curves: reading what LAMMPS averaged, and modulus, strength and toughness from them."""

from pathlib import Path

import attrs
import numpy as np
import scipy.integrate

from lab.arrays import Array
from lab.errors import InvalidInputError
from md_sim.load_cases import LoadCase
from md_sim.scripts import CURVE_COLUMNS

GPA_PER_ATM = 1.01325e-4
"""Atmospheres to GPa (1 atm = 101325 Pa); LAMMPS' pressure is positive in compression."""
FIT_END = 0.03
"""The modulus is the slope of the straight line through the curve up to this strain. It has an intercept: a model that
was not relaxed to exactly zero stress starts beside the origin."""
FIT_POINTS = 3
"""Points that the fit needs."""
SMOOTHING = 0.01
"""The strength is the highest mean of the stress over this strain: a single point is noise in a small cell."""


def read_curve(folder: Path, stage: str) -> dict[str, Array]:
    """Return the columns that LAMMPS averaged in a stage, by name, with "step"; later segments replace earlier rows.

    Args:
        folder: Folder of the simulation.
        stage: "relax" or "load".

    Returns:
        Arrays (m,), sorted by step; empty arrays where nothing was written.
    """
    names = ("step", *CURVE_COLUMNS)
    rows: dict[int, list[float]] = {}
    segments = sorted(folder.glob(f"{stage}.curve.*"), key=lambda path: int(path.suffix[1:]))
    for segment in segments:
        for line in segment.read_text(encoding="utf-8").splitlines(keepends=True):
            values = line.split()
            # A line that a kill has cut short is dropped: the resumed run writes it again.
            if line.startswith("#") or not line.endswith("\n") or len(values) != len(names):
                continue
            rows[int(values[0])] = [float(value) for value in values]
    table = np.array([rows[step] for step in sorted(rows)]).reshape(-1, len(names))
    return {name: table[:, column] for column, name in enumerate(names)}


@attrs.frozen(eq=False)
class StressStrain:
    """A stress-strain curve."""

    strain: Array
    """(m,) engineering strain; of a shear, the tangent of the angle."""
    stress: Array
    """(m,) GPa, positive in tension."""


@attrs.frozen
class Mechanics:
    """What a stress-strain curve says."""

    modulus_gpa: float
    fit_range: tuple[float, float]
    fit_r2: float
    strength_gpa: float
    strain_at_strength: float
    toughness_mj_m3: float
    """Area under the curve up to its end."""
    final_strain: float
    final_stress_gpa: float
    """Mean stress over the last `SMOOTHING` of strain."""

    def doubts(self) -> tuple[str, ...]:
        """Return why the modulus is none, for people; nothing where it may be one."""
        if self.modulus_gpa > 0:
            return ()
        return (
            f"no modulus: the stress does not rise up to a strain of {self.fit_range[1]:.2g}; the model slips at once,"
            " or the run is too short for its thermal noise",
        )


def stress_strain(columns: dict[str, Array], case: LoadCase, rate: float, timestep: float, sample: int) -> StressStrain:
    """Return the curve of a test. The cell is driven at a constant engineering rate, so the time gives the strain.

    Args:
        columns: What `read_curve` returned for the stage "load".
        case: The test.
        rate: Strain rate, 1/s.
        timestep: Time step, fs.
        sample: Steps between the samples that a row is the mean of.
    """
    steps = columns["step"]
    every = float(np.median(np.diff(steps))) if len(steps) > 1 else sample
    middle = steps - (every - sample) / 2
    return StressStrain(strain=rate * 1e-15 * timestep * middle, stress=-columns[case.stress] * GPA_PER_ATM)


def smoothed(curve: StressStrain, width: float = SMOOTHING) -> Array:
    """Return the running mean (m,) of the stress over a width of strain, centred; narrower at the ends."""
    half = width / 2
    near = np.abs(curve.strain[:, None] - curve.strain[None, :]) <= half + 1e-12
    return np.asarray((near * curve.stress[None, :]).sum(axis=1) / near.sum(axis=1))


def mechanics(curve: StressStrain) -> Mechanics:
    """Return modulus, strength and toughness of a curve.

    Args:
        curve: At least `FIT_POINTS` points below `FIT_END`.

    Raises:
        InvalidInputError: If the curve is too short or holds numbers that are not finite.
    """
    strain, stress = curve.strain, curve.stress
    inside = (strain >= 0) & (strain <= FIT_END)
    faults = []
    if not (np.all(np.isfinite(strain)) and np.all(np.isfinite(stress))):
        faults.append("it holds numbers that are not finite")
    if int(inside.sum()) < FIT_POINTS:
        faults.append(f"it has {int(inside.sum())} points up to a strain of {FIT_END:g}; {FIT_POINTS} are needed")
    if faults:
        raise InvalidInputError("the stress-strain curve", faults, hint="look into the simulation's log")
    slope, intercept = np.polyfit(strain[inside], stress[inside], 1)
    residual = stress[inside] - (slope * strain[inside] + intercept)
    spread = stress[inside] - stress[inside].mean()
    mean = smoothed(curve)
    peak = int(np.argmax(mean))
    return Mechanics(
        modulus_gpa=float(slope),
        fit_range=(float(strain[inside].min()), float(strain[inside].max())),
        fit_r2=float(1 - (residual @ residual) / max(float(spread @ spread), 1e-30)),
        strength_gpa=float(mean[peak]),
        strain_at_strength=float(strain[peak]),
        toughness_mj_m3=1000 * float(scipy.integrate.trapezoid(stress, strain)),
        final_strain=float(strain[-1]),
        final_stress_gpa=float(mean[-1]),
    )
