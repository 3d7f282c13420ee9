"""Names of trainings, and of what they yield.

Models are trained after the library (loop 0) and after every loop. Where a campaign's definition is replaced by a wider
one, they are trained once more for it, after the loop in which that happened; and once more whenever somebody asks, or
where something was graded or measured between a training and the next choice.
"""

import re

import attrs

from lab.open_campaigns import DEFINITION_FILE, definition_files
from lab.records import FilmGrade, Measurement, Model, ModelKind, Records

_NAME = re.compile(r"loop-(\d+)(?:-definition-(\d+))?(?:-again-(\d+))?")


@attrs.frozen(order=True)
class Training:
    """A training of the models."""

    loop: int
    """The loop after which it is; 0: after the library."""
    definition: int = 1
    """Number of the definition for which it is once more; 1 for all others."""
    again: int = 0
    """How many times it is once more, as somebody asked or results came late; 0 for those of the plan."""

    @property
    def name(self) -> str:
        """Name of the training: loop-03, loop-14-definition-2, loop-03-again-1."""
        return f"loop-{self.loop:02d}{self._suffix}"

    @property
    def quality(self) -> str:
        """Label of the quality model."""
        return f"quality-{self.loop:02d}{self._suffix}"

    @property
    def properties(self) -> str:
        """Label of the property committee."""
        return f"properties-{self.loop:02d}{self._suffix}"

    @property
    def planned(self) -> "Training":
        """The training of the plan that this one is, or is once more."""
        return attrs.evolve(self, again=0)

    @property
    def _suffix(self) -> str:
        definition = f"-definition-{self.definition}" if self.definition > 1 else ""
        return definition + (f"-again-{self.again}" if self.again else "")

    @classmethod
    def named(cls, name: str) -> "Training":
        """Return the training of a name.

        Raises:
            ValueError: If it is no name of a training.
        """
        found = _NAME.fullmatch(name)
        if found is None:
            raise ValueError(f"{name!r} is no name of a training")
        return cls(int(found[1]), int(found[2] or 1), int(found[3] or 0))


def newest_definition(records: Records) -> Training | None:
    """Return number and loop of the definition that replaced the first one; None where none did."""
    files = definition_files(records)
    newest = DEFINITION_FILE.fullmatch(files[-1]) if files else None
    return None if newest is None else Training(int(newest[2]), int(newest[1]))


def last_training(loops: int, records: Records) -> Training:
    """Return the last training of the plan that was done or is due after so many loops."""
    widened = newest_definition(records)
    return widened if widened is not None and widened.loop == loops else Training(loops)


def newest_training(records: Records) -> Training | None:
    """Return the training that the newest models come from; None where there are no models yet."""
    return max(map(order_of, records.models.values()), default=None)


def newest_committee(records: Records) -> Model | None:
    """Return the property committee of the newest training.

    None where no film had a value by then, whatever others learned earlier: what was withdrawn since teaches nobody.
    """
    newest = newest_training(records)
    committees = [model for model in records.models.values() if model.predicts is ModelKind.PROPERTIES]
    return next((model for model in committees if order_of(model) == newest), None)


def newest_of(planned: Training, records: Records) -> Training:
    """Return the newest training that was done in place of one of the plan, or that one."""
    return max([planned, *(one for one in map(order_of, records.models.values()) if one.planned == planned)])


def is_outdated(records: Records) -> bool:
    """Return whether a grade or measurement was recorded after the newest models were trained."""
    if not records.models:
        return False
    later = records.events_after(max(records.models.values(), key=order_of))
    return any(records.has_from(kind, later) for kind in (FilmGrade, Measurement))


def order_of(model: Model) -> Training:
    """Return the training that a model comes from; of two trainings the later one is the greater."""
    return Training.named(model.label.replace(model.predicts.value, "loop", 1))
