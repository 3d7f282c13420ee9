"""Finished simulations side by side: mean and spread over seeds, and what may be said about them."""

import csv
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from lab.errors import InvalidInputError
from md_sim.analysis import CURVE_FILE, SNAPSHOT_FILE
from md_sim.failure import UNBROKEN
from md_sim.models import MODELS
from md_sim.profiles import FEWEST_SEEDS, PROFILES, SMOKE, SMOKE_NOTE
from md_sim.results import RESULT_FILE, Result, read_result

AVERAGED = (
    "modulus_gpa",
    "strength_gpa",
    "strain_at_strength",
    "hbonds_start",
    "hbonds_peak",
    "hbonds_end",
    "hbonds_kept",
    "wall_s",
)
"""Numbers that are averaged over seeds."""


@attrs.frozen(eq=False)
class Run:
    """A finished simulation with its tables."""

    folder: Path
    result: Result
    curve: Mapping[str, tuple[float, ...]]
    """Columns of the curve file."""
    snapshots: Mapping[str, tuple[float, ...]]
    """Columns of the snapshot file; NaN where there is no value."""


@attrs.frozen(eq=False)
class Group:
    """Simulations that differ in the seed only."""

    model: str
    test: str
    profile: str
    force_field: str
    rate_per_s: float
    temperature_k: float
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        """The model, with its force field, rate and temperature where these are not the usual ones."""
        known, usual = MODELS.get(self.model), PROFILES.get(self.profile)
        unusual = []
        if known is not None and known.force_field().name != self.force_field:
            unusual.append(self.force_field)
        if usual is not None and usual.rate != self.rate_per_s:
            unusual.append(f"{self.rate_per_s:.0e} 1/s")
        if usual is not None and usual.temperature != self.temperature_k:
            unusual.append(f"{self.temperature_k:g} K")
        return f"{self.model} ({', '.join(unusual)})" if unusual else self.model

    @property
    def conditions(self) -> tuple[str, str, float, float]:
        """Test, profile, rate and temperature."""
        return (self.test, self.profile, self.rate_per_s, self.temperature_k)

    @property
    def sound(self) -> tuple[Run, ...]:
        """Runs that ended well and have a curve."""
        return tuple(run for run in self.runs if run.result.status == "ok" and run.result.analysis.mechanics)

    @property
    def sound_seeds(self) -> tuple[int, ...]:
        """Seeds of these, each once: the same seed with other processes, or another version, is no replicate."""
        return tuple(sorted({run.result.seed for run in self.sound}))

    def by_seed(self, value: Callable[[Run], float | None]) -> list[float]:
        """Return a number of every sound seed that has it; the mean, where a seed was run more than once."""
        found = defaultdict(list)
        for run in self.sound:
            if (one := value(run)) is not None:
                found[run.result.seed].append(float(one))
        return [statistics.fmean(values) for values in found.values()]

    def row(self) -> dict[str, Any]:
        """Return mean and standard deviation over seeds of what `Result.summary` holds."""
        summaries = [run.result.summary() for run in self.sound]
        row: dict[str, Any] = {
            "model": self.model,
            "name": self.name,
            "test": self.test,
            "profile": self.profile,
            "seeds": sorted({run.result.seed for run in self.runs}),
            "failed_seeds": sorted({run.result.seed for run in self.runs if run.result.status != "ok"}),
            "atoms": self.runs[0].result.atoms,
            "rate_per_s": self.rate_per_s,
            "temperature_k": self.temperature_k,
            "force_field": self.force_field,
        }
        for name in AVERAGED:
            values = self.by_seed(partial(_summarised, name))
            row[name] = statistics.fmean(values) if values else None
            row[f"{name}_sd"] = statistics.stdev(values) if len(values) > 1 else None
        modes = Counter(str(summary["failure_mode"]) for summary in summaries)
        row["failure_mode"] = modes.most_common(1)[0][0] if modes else None
        row["failure_modes"] = dict(sorted(modes.items()))
        return row


def _summarised(name: str, run: Run) -> float | None:
    value: float | None = run.result.summary()[name]
    return value


def _columns(path: Path) -> dict[str, tuple[float, ...]]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = rows[0].keys() if rows else ()
    return {name: tuple(float(row[name]) if row[name] else math.nan for row in rows) for name in names}


def read_run(folder: Path) -> Run | None:
    """Return the simulation in a folder, or None where none has ended there."""
    result = read_result(folder)
    if result is None:
        return None
    return Run(
        folder=folder,
        result=result,
        curve=_columns(folder / CURVE_FILE),
        snapshots=_columns(folder / SNAPSHOT_FILE),
    )


def find_runs(folders: Sequence[Path]) -> tuple[Run, ...]:
    """Return every finished simulation in folders and their subfolders, each once.

    Raises:
        InvalidInputError: If a folder does not exist or holds none; all such folders are named.
    """
    faults, found = [], {}
    for folder in folders:
        results = sorted(folder.rglob(RESULT_FILE)) if folder.is_dir() else []
        runs = [run for path in results if (run := read_run(path.parent)) is not None]
        if not runs:
            faults.append(f"{folder} {'holds no finished simulation' if folder.is_dir() else 'does not exist'}")
        for run in runs:
            found[run.result.key] = run
    if faults:
        raise InvalidInputError("the folders to compare", faults, hint="name folders that `filmlab md run` has filled")
    return tuple(found.values())


def groups_of(runs: Sequence[Run]) -> tuple[Group, ...]:
    """Return simulations grouped by test, model, profile, force field, rate and temperature, in this order."""
    keys = sorted({_group_key(run) for run in runs})
    return tuple(
        Group(
            model=model,
            test=test,
            profile=profile,
            force_field=field,
            rate_per_s=rate,
            temperature_k=temperature,
            runs=tuple(
                sorted(
                    (run for run in runs if _group_key(run) == (test, model, profile, field, rate, temperature)),
                    key=lambda run: run.result.seed,
                )
            ),
        )
        for test, model, profile, field, rate, temperature in keys
    )


def _group_key(run: Run) -> tuple[str, str, str, str, float, float]:
    result = run.result
    field, rate, temperature = result.force_field, result.rate_per_s, result.temperature_k
    return (result.test, result.model, result.profile, field, rate, temperature)


def conclusion(groups: Sequence[Group]) -> str:
    """Return one paragraph about the tension tests, written from the numbers; empty where there are none."""
    chosen = [group for group in groups if group.test == "tension" and group.sound]
    if not chosen:
        return ""
    sentences = [_sentence(group.name, group.row()) for group in chosen]
    sentences += [text for group in chosen if group.model == "mmt-cnf" and (text := _laminate_sentence(group, chosen))]
    if any(group.profile == SMOKE for group in chosen):
        sentences.append(SMOKE_NOTE)
    elif min(len(group.sound_seeds) for group in chosen) < FEWEST_SEEDS:
        sentences.append(f"Where there are fewer than {FEWEST_SEEDS} seeds the numbers have no reliable spread.")
    return " ".join(sentences)


def _laminate_sentence(laminate: Group, groups: Sequence[Group]) -> str:
    """How a laminate compares with its parts under the same conditions; empty where there is no cellulose."""
    fields = laminate.force_field.split(" + ")
    beside = {
        group.model: group.row()
        for group in groups
        if group.conditions == laminate.conditions and group.force_field in fields
    }
    if "cnf" not in beside:
        return ""
    whole = laminate.row()
    ratio = whole["strength_gpa"] / beside["cnf"]["strength_gpa"]
    text = f"With {laminate.force_field} the laminate carries {ratio:.1f} times the stress of the staggered cellulose"
    if whole["failure_mode"] == UNBROKEN:
        return f"{text} and has not failed at the end of the test."
    names = {"cnf": "the cellulose", "mmt": "the clay"}
    parts = {name: beside[model] for model, name in names.items() if model in beside}
    same = [name for name, row in parts.items() if row["failure_mode"] == whole["failure_mode"]]
    if same:
        return f"{text} and fails like {' and '.join(same)}."
    others = " and ".join(f"{name} ({row['failure_mode']})" for name, row in parts.items())
    return f"{text} and fails otherwise ({whole['failure_mode']}) than {others}."


def _sentence(model: str, row: Mapping[str, Any]) -> str:
    modes = " or ".join(row["failure_modes"])
    modulus = (
        f"a modulus of {_value(row, 'modulus_gpa', 0)} GPa"
        if row["modulus_gpa"] > 0
        else "no modulus, as its stress does not rise at first,"
    )
    how = "has not failed at the end of the test" if modes == UNBROKEN else f"fails by {modes}"
    text = (
        f"{model} reaches {_value(row, 'strength_gpa', 1)} GPa at a strain of {row['strain_at_strength']:.2f} "
        f"with {modulus} and {how}"
    )
    if row["hbonds_start"]:
        text += (
            f"; hydrogen bonds between molecules go from {row['hbonds_start']:.0f} over {row['hbonds_peak']:.0f} "
            f"at the highest stress to {row['hbonds_end']:.0f} at the end, of which {row['hbonds_kept']:.0f} "
            "were there at the start and the others have formed anew"
        )
    return text + "."


def _value(row: Mapping[str, Any], name: str, digits: int) -> str:
    spread = row[f"{name}_sd"]
    return f"{row[name]:.{digits}f}" + (f" ± {spread:.{digits}f}" if spread is not None else "")
