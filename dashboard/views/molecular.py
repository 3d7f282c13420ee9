"""Molecular dynamics beside the films: simulations of the campaign, their curves, hydrogen bonds and atoms."""

import io
import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import attrs
import numpy as np
import pandas as pd

from lab.errors import FilmlabError, InvalidInputError
from lab.export.report import ReadArtefact
from lab.records import Records
from md_sim.atom_files import ATOMS_FILE
from md_sim.recording import artefact_name
from md_sim.results import RESULT_FILE
from md_sim.runs import MOVIE_FILE

NUMBERS = ("modulus_gpa", "strength_gpa", "strain_at_strength", "toughness_mj_m3")
"""What a simulation says of the mechanics of its atoms."""
_LONGEST_XYZ = 40_000_000
_MOST_ATOMS = 20_000
"""As many atoms as a browser turns smoothly; of more, every second, third, ... is drawn."""


@attrs.frozen(eq=False)
class Simulation:
    """A simulation whose files the campaign holds."""

    label: str
    about: dict[str, Any]
    """What its `result.json` says."""

    @property
    def title(self) -> str:
        """What was simulated, in words."""
        said = [str(self.about.get(name, "?")) for name in ("model", "test", "profile", "force_field")]
        return " · ".join([*said, f"seed {self.about.get('seed', '?')}"])


def simulations(records: Records, read_artefact: ReadArtefact) -> tuple[list[Simulation], list[str]]:
    """Return the campaign's simulations, and what is wrong with those that cannot be read."""
    found, problems = [], []
    for name, artefact in records.artefacts.items():
        label = PurePosixPath(name).parent.name
        if name != artefact_name(label, RESULT_FILE):
            continue
        try:
            about = json.loads(read_artefact(artefact.sha256))
            found.append(Simulation(label, dict(about)))
        except (FilmlabError, ValueError, TypeError) as error:
            problems.append(f"{label}: {error}")
    return found, problems


def simulation_table(found: Sequence[Simulation]) -> pd.DataFrame:
    """Return one row a simulation: what, how it ended, its composition in wt% and its mechanics (GPa, MJ/m^3)."""
    rows = []
    for one in found:
        analysis = one.about.get("analysis") or {}
        mechanics, failure = analysis.get("mechanics") or {}, analysis.get("failure") or {}
        composition = one.about.get("composition") or {}
        rows.append(
            {
                "simulation": one.label,
                **{name: one.about.get(name) for name in ("model", "test", "profile", "force_field", "seed")},
                **{name: one.about.get(name) for name in ("status", "atoms")},
                **{f"{name}, wt%": 100 * float(value) for name, value in composition.items()},
                **{name: mechanics.get(name) for name in NUMBERS},
                "failure": failure.get("mode"),
                "reason": one.about.get("reason", ""),
            }
        )
    return pd.DataFrame(rows)


def table_of(records: Records, label: str, file: str, read_artefact: ReadArtefact) -> pd.DataFrame | None:
    """Return a simulation's stored table, ``curve.csv`` or ``snapshots.csv``; None where it has none.

    Raises:
        FilmlabError: If the file is damaged.
    """
    artefact = records.artefacts.get(artefact_name(label, file))
    if artefact is None:
        return None
    try:
        return pd.read_csv(io.BytesIO(read_artefact(artefact.sha256)))
    except (ValueError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{label}/{file}", [f"is no table: {error}"]) from error


def movie_of(records: Records, label: str, read_artefact: ReadArtefact) -> bytes | None:
    """Return the moving picture of a simulation; None where it has none."""
    artefact = records.artefacts.get(artefact_name(label, MOVIE_FILE))
    return read_artefact(artefact.sha256) if artefact else None


def atoms_of(records: Records, label: str, read_artefact: ReadArtefact) -> dict[str, pd.DataFrame]:
    """Return the atoms of a simulation by moment (start, peak, end): element, x, y, z in angstrom, phase.

    Raises:
        FilmlabError: If the file is damaged, or too large to show.
    """
    artefact = records.artefacts.get(artefact_name(label, ATOMS_FILE))
    if artefact is None:
        return {}
    if artefact.size > _LONGEST_XYZ:
        raise InvalidInputError(label, [f"has {artefact.size / 1e6:.0f} MB of atoms, too many to show"])
    return read_extended_xyz(read_artefact(artefact.sha256).decode("utf-8", "replace"), label)


def read_extended_xyz(text: str, label: str) -> dict[str, pd.DataFrame]:
    """Read frames of an extended XYZ file whose first columns are species and position.

    Raises:
        InvalidInputError: If it is none.
    """
    lines = text.splitlines()
    frames: dict[str, pd.DataFrame] = {}
    start = 0
    try:
        while start < len(lines) and lines[start].strip():
            count = int(lines[start])
            about = lines[start + 1]
            body = [line.split() for line in lines[start + 2 : start + 2 + count]]
            step = max(1, -(-count // _MOST_ATOMS))
            table = pd.DataFrame(
                {
                    "element": [row[0] for row in body[::step]],
                    **{axis: np.array([float(row[at]) for row in body[::step]]) for at, axis in enumerate("xyz", 1)},
                    "phase": [row[-1] if len(row) > 4 else "" for row in body[::step]],
                }
            )
            moment = about.split("moment=")[1].split()[0] if "moment=" in about else str(len(frames) + 1)
            frames[moment] = table
            start += 2 + count
    except (ValueError, IndexError) as error:
        raise InvalidInputError(label, [f"the atoms cannot be read: {error}"]) from error
    return frames


def joined(curves: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the curves of several simulations in one table, with a column that names them."""
    return pd.concat([table.assign(simulation=label) for label, table in curves.items()], ignore_index=True)
