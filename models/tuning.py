"""Searches for settings of a committee's networks, within a time, and goes on where an earlier search stopped."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from lab.errors import InvalidInputError
from lab.files import DISK_FULL, workspace_error
from models.network_settings import NetworkSettings

if TYPE_CHECKING:
    import optuna

_FIRST = b'{"op_code":'
"""What a journal of optuna's begins with."""
Loss = Callable[[NetworkSettings], float]
"""How well settings do; the smaller, the better."""


@attrs.frozen
class Tuned:
    """What a search found."""

    settings: NetworkSettings
    loss: float
    default_loss: float
    """Of the default settings, on the same held-out films."""
    trials: int
    """Settings that were tried, earlier searches included."""


def tune(loss: Loss, *, journal: Path, name: str, minutes: float, seed: int, most_trials: int | None = None) -> Tuned:
    """Search until the time is over; the default settings are tried first.

    Every trial is written to the journal, so that a search that was stopped, or one with more time, goes on from there.
    Which settings are tried depends on the seed and on the trials before, how many on the machine's speed.

    Args:
        loss: What is made small.
        journal: File of the trials.
        name: What is searched for; trials of another name in the journal are not used.
        minutes: Time for new trials, of which there is at least one. A trial that has begun is finished.
        seed: Seed of the sampler.
        most_trials: New trials at most.

    Raises:
        InvalidInputError: If the time is not positive, or the journal cannot be read.
        WorkspaceError: If the disk is full.
    """
    import optuna
    from optuna.storages.journal import JournalFileBackend

    if not minutes > 0:
        raise InvalidInputError("tuning", [f"{minutes:g} minutes, where a positive time is needed"])
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    journal.parent.mkdir(parents=True, exist_ok=True)
    try:
        _cut_incomplete_line(journal)
        storage = optuna.storages.JournalStorage(JournalFileBackend(str(journal)))
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            sampler=optuna.samplers.TPESampler(seed=seed % 2**32),
            load_if_exists=True,
        )
    except (OSError, ValueError, KeyError) as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            raise workspace_error(journal, error) from error
        raise InvalidInputError(
            str(journal), [f"is no journal of a search: {error}"], hint="move it away to begin anew"
        ) from error
    if not any(trial.value is not None for trial in study.trials):
        # Also where the defaults were begun and not finished.
        study.enqueue_trial(attrs.asdict(NetworkSettings()))
    end = time.monotonic() + 60.0 * minutes
    tried = 0
    while tried == 0 or (time.monotonic() < end and tried != most_trials):
        study.optimize(lambda trial: loss(_settings(trial)), n_trials=1)
        tried += 1
    done = [trial for trial in study.trials if trial.value is not None]
    best = min(done, key=lambda trial: (trial.value, trial.number))
    return Tuned(NetworkSettings(**best.params), float(best.value or 0.0), float(done[0].value or 0.0), len(done))


def _cut_incomplete_line(journal: Path) -> None:
    """Cut off what a power cut or a full disk left of the last line: what comes next would be written behind it."""
    if not journal.is_file():
        return
    with journal.open("r+b") as file:
        content = file.read()
        if content.startswith(_FIRST[: len(content)]):  # what is no journal is left as it is
            file.truncate(content.rfind(b"\n") + 1)


def _settings(trial: "optuna.Trial") -> NetworkSettings:
    return NetworkSettings(
        epochs=trial.suggest_int("epochs", 200, 1000, step=100),
        width=trial.suggest_int("width", 16, 96, step=16),
        learning_rate=trial.suggest_float("learning_rate", 1e-3, 3e-2, log=True),
        weight_decay=trial.suggest_float("weight_decay", 1e-4, 1e-1, log=True),
    )
