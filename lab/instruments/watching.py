"""A watched folder: new files are read once they are complete. The files in it are never changed, moved or removed."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import attrs

from lab.errors import DuplicateRecordError, FilmlabError, InvalidInputError, StoreError, WorkspaceError
from lab.instruments.film_labels import film_of_file
from lab.instruments.importing import ImportPlan, ImportRequest, plan_import
from lab.instruments.raw_files import RawFile, open_raw
from lab.instruments.recording import record_import
from lab.instruments.registry import read_file
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.open_campaigns import OpenCampaign, up_to_date

_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".swp")
"""What programs call a file that they are still writing."""
_PHOTOS = (".jpg", ".jpeg", ".png", ".tif", ".tiff")

_NOT_THE_FILES_FAULT = (StoreError, WorkspaceError)

State = tuple[int, int, int]
"""Size, time of change in ns, inode: a file of which they are the same was not written to."""


@attrs.frozen
class Seen:
    """What became of a file, or of several files of one film."""

    paths: tuple[Path, ...]
    plan: ImportPlan | None = None
    """What was recorded; None where the files were refused."""
    refused: FilmlabError | None = None


@attrs.frozen(eq=False)
class _Found:
    path: Path
    state: State
    result: InstrumentResult


class FolderWatch:
    """Says which files of a folder are new and complete. It goes by its own clock, so a jump of the time does nothing.

    Args:
        folder: The folder; folders in it are watched too.
        settle: How long a file must not have changed, in seconds.
        clock: Seconds that never go back.
    """

    def __init__(self, folder: Path, settle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._settle, self._clock = folder, settle, clock
        self._changed: dict[Path, tuple[State, float]] = {}
        self._done: dict[Path, State] = {}
        self._refused: dict[Path, tuple[State, str]] = {}
        self._basis: object = None

    def ready(self) -> list[tuple[Path, State]]:
        """Return the files that are complete and were not returned to `done`, in the order of their names.

        Folders in it that cannot be looked into are returned like files, so that somebody is told.

        Raises:
            WorkspaceError: If the folder itself is not there, as when a network drive is away.
        """
        if not self._folder.is_dir():
            raise WorkspaceError(
                f"the watched folder {self._folder} is not there", hint="bring it back; its files are looked for again"
            )
        now = self._clock()
        present = dict(_files(self._folder))
        self._changed = {
            path: known if (known := self._changed.get(path)) and known[0] == state else (state, now)
            for path, state in present.items()
        }
        return [
            (path, state)
            for path, (state, since) in sorted(self._changed.items())
            if now - since >= self._settle and self._done.get(path) != state
        ]

    def done(self, path: Path, state: State) -> None:
        """Do not return a file again unless it changes."""
        self._done[path] = state
        self._refused.pop(path, None)

    def refused(self, path: Path, state: State, why: str) -> bool:
        """Do not return a file again unless it changes or there is a new basis; return whether that is news."""
        self._done[path] = state
        known = self._refused.get(path)
        self._refused[path] = state, why
        return known != (state, why)

    def judge_by(self, basis: object) -> None:
        """Return files that were refused once more where what they are judged by is another than before."""
        if basis != self._basis:
            self._basis = basis
            for path in self._refused:
                self._done.pop(path, None)


def take_in(watch: FolderWatch, campaign: OpenCampaign, who: str, options: ReadOptions) -> Iterator[Seen]:
    """Record what the complete new files say.

    Files of one film and format that are complete at the same time are replicates, as in one `filmlab import`. A file
    that is refused is looked at again when it changes, and when films were made or the campaign was extended; one that
    could not be recorded (the disk is full, the database is away) the next time. Files that the campaign has are passed
    over, and so are copies of one another.
    """
    records = campaign.records()
    campaign = up_to_date(campaign, records)
    watch.judge_by((set(records.as_made), campaign.definition))
    groups: dict[tuple[str, str], list[_Found]] = {}
    known = {artefact.sha256 for artefact in records.artefacts.values()}
    for path, state in watch.ready():
        try:
            raw = open_raw(path)
            if state == _state(path) and raw.sha256 not in known:
                result = _read(raw, options)
                film = film_of_file(raw.name, records.films) or raw.name
                group = groups.setdefault((film, result.format), [])
                if all(found.result.raw.sha256 != raw.sha256 for found in group):
                    group.append(_Found(path, state, result))
                    continue
        except FilmlabError as error:
            if watch.refused(path, state, str(error)):
                yield Seen((path,), refused=error)
        else:
            watch.done(path, state)
    for group in groups.values():
        for found, seen in _record(group, campaign, who):
            if not isinstance(seen.refused, _NOT_THE_FILES_FAULT) or isinstance(seen.refused, DuplicateRecordError):
                news = [_settle(watch, one, seen) for one in found]
                if not any(news):
                    continue
            yield seen


def _settle(watch: FolderWatch, found: _Found, seen: Seen) -> bool:
    """Put a file aside; return whether what became of it is news."""
    if seen.refused is not None:
        return watch.refused(found.path, found.state, str(seen.refused))
    watch.done(found.path, found.state)
    return True


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    if raw.name.lower().endswith(_PHOTOS):
        raise FilmlabError(
            f"{raw.name} is a photo, and somebody has to look at what is measured in it",
            hint="use: filmlab photo flame, or filmlab photo hints",
        )
    return read_file(raw.content, name=raw.name, options=options)


def _record(group: Sequence[_Found], campaign: OpenCampaign, who: str) -> Iterator[tuple[Sequence[_Found], Seen]]:
    paths = tuple(found.path for found in group)
    try:
        plan = _plan(group, campaign, who)
        record_import(campaign, plan)
    except FilmlabError as error:
        if len(group) > 1:  # one of them is at fault: the others need not wait for it, and are replicates still
            sound = [one for one in group if _stands_alone(one, campaign, who)]
            if len(sound) == len(group):
                sound = []  # only together are they at fault
            for one in group:
                if one not in sound:
                    yield from _record([one], campaign, who)
            if sound:
                yield from _record(sound, campaign, who)
        else:
            yield group, Seen(paths, refused=error)
    else:
        yield group, Seen(paths, plan)


def _plan(group: Sequence[_Found], campaign: OpenCampaign, who: str) -> ImportPlan:
    request = ImportRequest(who, datetime.now(UTC))
    return plan_import([found.result for found in group], campaign.definition, campaign.records(), request)


def _stands_alone(one: _Found, campaign: OpenCampaign, who: str) -> bool:
    try:
        _plan([one], campaign, who)
    except InvalidInputError:
        return False
    return True


def _files(folder: Path) -> Iterator[tuple[Path, State]]:
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if not name.startswith((".", "~$")) and not name.lower().endswith(_UNFINISHED):
                state = _state(path)
                if state is not None:
                    yield path, state
    for error in closed:
        path = Path(error.filename)
        state = _state(path)
        if state is not None:
            yield path, state


def _state(path: Path) -> State | None:
    try:
        found = path.stat()
    except OSError:
        return None  # it was there a moment ago
    return found.st_size, found.st_mtime_ns, found.st_ino
