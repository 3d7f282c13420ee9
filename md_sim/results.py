"""The record of a simulation: what was computed, with everything that a number has to be read with."""

import json
from pathlib import Path
from typing import Any

import attrs
import cattrs

from lab.errors import InvalidInputError
from lab.files import write_atomically
from md_sim.analysis import Analysis

RESULT_FILE = "result.json"
FORMAT = 3
"""Version of the record's form; another one is not read."""


@attrs.frozen
class Result:
    """A simulation that ended, well or not."""

    key: str
    """Hash of everything that decides the outcome."""
    model: str
    test: str
    profile: str
    seed: int
    status: str
    """"ok" or "failed"."""
    reason: str
    """Why it failed, with the log file; empty where it did not."""
    lasting: bool
    """Whether it would come out the same again; not where it was killed or the disk was full."""
    composition: dict[str, float]
    """Weight fractions of the materials "CNF" and "MMT", the clay with its ions, so that a model can be set beside
    films."""
    force_field: str
    force_field_sources: tuple[str, ...]
    force_field_sha256: str
    atoms: int
    cell: tuple[float, float, float]
    """Cell lengths as built, angstrom."""
    rate_per_s: float
    temperature_k: float
    timestep_fs: float
    versions: dict[str, str]
    processes: int
    wall_s: float
    analysis: Analysis

    def summary(self) -> dict[str, Any]:
        """Return the numbers that `filmlab md` prints for a run; None where there is none."""
        mechanics, failure = self.analysis.mechanics, self.analysis.failure
        bonds = {at: kinds.get("between") for at, kinds in self.analysis.hydrogen_bonds.items()}
        return {
            "model": self.model,
            "test": self.test,
            "profile": self.profile,
            "seed": self.seed,
            "status": self.status,
            "reason": self.reason,
            "modulus_gpa": mechanics.modulus_gpa if mechanics else None,
            "modulus_fit_r2": mechanics.fit_r2 if mechanics else None,
            "strength_gpa": mechanics.strength_gpa if mechanics else None,
            "strain_at_strength": mechanics.strain_at_strength if mechanics else None,
            "toughness_mj_m3": mechanics.toughness_mj_m3 if mechanics else None,
            "hbonds_start": bonds.get("start"),
            "hbonds_peak": bonds.get("peak"),
            "hbonds_end": bonds.get("end"),
            "hbonds_kept": self.analysis.hydrogen_bonds.get("end", {}).get("kept"),
            "failure_mode": failure.mode if failure else None,
            "density_g_cm3": self.analysis.relaxed.density if self.analysis.relaxed else None,
            "interaction_kcal_mol": self.analysis.interaction,
            "composition": self.composition,
            "atoms": self.atoms,
            "rate_per_s": self.rate_per_s,
            "force_field": self.force_field,
            "wall_s": self.wall_s,
            "notes": list(self.analysis.notes),
        }


_converter = cattrs.Converter(forbid_extra_keys=True)


def write_result(folder: Path, result: Result) -> None:
    """Write a result into its folder."""
    content = {"format": FORMAT, **_converter.unstructure(result)}
    write_atomically(folder / RESULT_FILE, json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n")


def read_result(folder: Path) -> Result | None:
    """Return the result in a folder, or None where there is none of this form.

    Raises:
        InvalidInputError: If the file is not a result.
    """
    path = folder / RESULT_FILE
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("format", None) != FORMAT:
            return None
        return _converter.structure(content, Result)
    except (ValueError, AttributeError, cattrs.BaseValidationError) as error:
        raise InvalidInputError(
            str(path), ["it is not the result of a simulation"], hint="delete it and run the simulation again"
        ) from error
