"""Simulations as records of a campaign, with their files, so that they can be set beside its films."""

from datetime import UTC, datetime
from pathlib import Path

import attrs

from lab.compositions import Composition
from lab.hashing import sha256_of_file
from lab.open_campaigns import OpenCampaign
from lab.records import Artefact, Event, Record, Records, Simulation, SimulationStatus
from lab.workspace import ArtefactStore
from md_sim.analysis import CURVE_FILE, SNAPSHOT_FILE
from md_sim.atom_files import ATOMS_FILE
from md_sim.results import RESULT_FILE, Result
from md_sim.runs import MOVIE_FILE

KEPT_FILES = (RESULT_FILE, CURVE_FILE, SNAPSHOT_FILE, ATOMS_FILE, MOVIE_FILE)
"""Files of a simulation that the campaign keeps."""
NUMBERS = (
    "modulus_gpa",
    "strength_gpa",
    "strain_at_strength",
    "toughness_mj_m3",
    "hbonds_start",
    "hbonds_peak",
    "hbonds_end",
    "hbonds_kept",
    "density_g_cm3",
    "interaction_kcal_mol",
    "wall_s",
)
"""Numbers of `Result.summary` that a record holds."""


def artefact_name(label: str, file: str) -> str:
    """Return the name of a simulation's file among the campaign's artefacts."""
    return f"md/{label}/{file}"


def to_record(label: str, result: Result) -> Simulation:
    """Return the record of a result.

    Args:
        label: The name of the simulation's folder.
        result: The result.
    """
    summary = result.summary()
    return Simulation(
        label=label,
        content_sha256=result.key,
        model=result.model,
        test=result.test,
        profile=result.profile,
        force_field=result.force_field,
        composition=Composition(result.composition),
        seed=result.seed,
        atoms=result.atoms,
        rate_per_s=result.rate_per_s,
        temperature=result.temperature_k,
        status=SimulationStatus(result.status),
        failure_mode=summary["failure_mode"] or "",
        reason=result.reason,
        numbers={name: float(summary[name]) for name in NUMBERS if summary[name] is not None},
        versions=result.versions,
    )


def record(campaign: OpenCampaign, folder: Path, result: Result, who: str) -> bool:
    """Add a simulation and its files to a campaign; one that is there already is left as it is.

    Args:
        campaign: The campaign.
        folder: Folder of the simulation.
        result: Its result.
        who: Who asked for it.

    Returns:
        Whether something was added.

    Raises:
        StoreError: If the store refuses it.
        WorkspaceError: If the disk is full.
    """
    new = new_records(campaign.artefacts, campaign.records(), folder, result)
    if not new:
        return False
    content = sha256_of_file(folder / RESULT_FILE)
    event = Event(
        # A simulation that failed and was run again has another result, and so another event.
        key=f"simulation:{folder.name}:{content[:12]}",
        who=who,
        source=source_of(result),
        simulated=False,
        at=datetime.now(UTC),
    )
    campaign.store.append(campaign.name, event, new, supersede=True)
    return True


def new_records(artefacts: ArtefactStore, known: Records, folder: Path, result: Result) -> list[Record]:
    """Store the files of a simulation, and return the records of it that a campaign does not have yet.

    Args:
        artefacts: Where files are stored.
        known: The campaign's records.
        folder: Folder of the simulation.
        result: Its result.

    Raises:
        WorkspaceError: If the disk is full.
    """
    label = folder.name
    files: list[Artefact] = [
        artefacts.put(artefact_name(label, name), (folder / name).read_bytes())
        for name in KEPT_FILES
        if (folder / name).exists()
    ]
    simulation = to_record(label, result)
    changed = [] if known.simulations.get(label) == simulation else [simulation]
    return [*changed, *(file for file in files if known.artefacts.get(file.name) != file)]


def source_of(result: Result) -> str:
    """Return what a simulation's records come from, for their event."""
    return f"molecular dynamics, LAMMPS {result.versions['lammps']}"


@attrs.frozen
class Beside:
    """A simulation and how far its composition is from a film's."""

    simulation: Simulation
    distance: float
    """Half the sum of the differences of the weight fractions: 0 for the same composition, 1 for none in common."""


def nearest(simulations: tuple[Simulation, ...], composition: Composition) -> tuple[Beside, ...]:
    """Return the simulations, that of the most similar composition first.

    Args:
        simulations: For example ``tuple(records.simulations.values())``.
        composition: Of a film.
    """
    found = [Beside(one, _distance(one.composition, composition)) for one in simulations]
    return tuple(sorted(found, key=lambda beside: (beside.distance, beside.simulation.label)))


def _distance(one: Composition, other: Composition) -> float:
    names = {*one, *other}
    return sum(abs(float(one.get(name, 0.0)) - float(other.get(name, 0.0))) for name in names) / 2
