"""What a person sees while `work` runs: bars on a terminal, one line an action elsewhere."""

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import typer

from cli.output import interactive
from cli.robot_access import ProgressLine, progress_text

if TYPE_CHECKING:
    from active_learning.campaign.actions import Action
    from active_learning.campaign.work import WorkStep
    from lab.campaigns import CampaignDefinition
    from lab.records import Records
    from robot_protocols.running.following import Progress


class WorkDisplay:
    """Shows which action is being done and how far the campaign is."""

    def __init__(self, definition: "CampaignDefinition", started: float) -> None:
        self.definition = definition
        self.started = started
        self._stack = ExitStack()
        self._bars: _Bars | None = None
        self._line = ProgressLine()

    def __enter__(self) -> Self:
        if interactive():
            self._bars = self._stack.enter_context(_Bars(self.definition))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def before(self, action: "Action", records: "Records") -> None:
        """Show that an action begins."""
        if self._bars:
            self._bars.show(records, f"{action.kind}: {action.subject}")

    def robot(self, progress: "Progress") -> None:
        """Show how far a robot's run is."""
        if self._bars:
            self._bars.name(progress_text(progress))
        else:
            self._line(progress)

    def after(self, step: "WorkStep") -> None:
        """Show that an action is recorded."""
        if self._bars:
            self._bars.show(step.records, f"{step.action.kind}: {step.action.subject} done")
        else:
            seconds = time.monotonic() - self.started
            typer.echo(f"[{seconds:6.1f} s] {step.action.kind:<13} {step.action.why}", err=True)


class _Bars:
    """Bars for the library, the loops and the verification, and a line that names the action."""

    def __init__(self, definition: "CampaignDefinition") -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self.definition = definition
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        library, loops = len(definition.library()), definition.loop
        self.library = self.progress.add_task("library graded", total=library)
        self.loops = self.progress.add_task("loops done", total=loops.loops)
        self.designs = self.progress.add_task("designs verified", total=None)
        self.action = self.progress.add_task("", total=None)

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.progress.stop()

    def show(self, records: "Records", doing: str) -> None:
        """Redraw with these records."""
        from active_learning.campaign.batches import films_of
        from lab.export.summary import progress
        from lab.records import Purpose

        reached = progress(self.definition, records)
        graded = sum(film.label in records.grades for film in films_of(records, Purpose.LIBRARY))
        self.progress.update(self.library, completed=graded)
        self.progress.update(self.loops, completed=reached.loops_done)
        self.progress.update(self.designs, completed=reached.designs_verified, total=reached.designs or None)
        self.name(doing)

    def name(self, doing: str) -> None:
        """Say what is being done."""
        self.progress.update(self.action, description=doing)
