"""What models learn from: the records of films as arrays."""

from collections.abc import Sequence

import attrs
import numpy as np

from active_learning.campaign.varied_batches import VariedBatches
from lab.arrays import Array, Mask
from lab.campaigns import CampaignDefinition
from lab.grades import Grade
from lab.hashing import sha256_of_json
from lab.records import Film, Measurement, Records, Status
from lab.simplex import Fractions


@attrs.frozen(eq=False)
class GradedFilms:
    """Films with a grade, at their as-made compositions."""

    labels: tuple[str, ...]
    compositions: Fractions
    """Shape ``(n, k)``."""
    grades: tuple[Grade, ...]

    def only(self, rows: Mask) -> "GradedFilms":
        """Return some of the films, chosen by a boolean array ``(n,)``."""
        return GradedFilms(
            tuple(label for label, kept in zip(self.labels, rows, strict=True) if kept),
            self.compositions[rows],
            tuple(grade for grade, kept in zip(self.grades, rows, strict=True) if kept),
        )

    @property
    def sha256(self) -> str:
        """Hash of the table."""
        rows = zip(self.labels, self.compositions.tolist(), map(str, self.grades), strict=True)
        return sha256_of_json([list(row) for row in rows])


@attrs.frozen(eq=False)
class MeasuredFilms:
    """Films with measured properties, at their as-made compositions; NaN where there is no value."""

    labels: tuple[str, ...]
    compositions: Fractions
    """Shape ``(n, k)``."""
    values: Array
    """Means of the readings, shape ``(n, p)``, in the properties' units."""
    standard_errors: Array
    """Standard deviations of these means, shape ``(n, p)``."""
    at_least: Array
    """Values that censored measurements lie beyond, shape ``(n, p)``."""
    batches: Array = attrs.field(default=attrs.Factory(lambda films: np.empty((len(films.labels), 0)), takes_self=True))
    """Columns of the attributes that the campaign varies, shape ``(n, a)``, see `VariedBatches`."""

    @property
    def inputs(self) -> Array:
        """What models learn the properties from, shape ``(n, k + a)``."""
        return np.hstack([self.compositions, self.batches])

    def only(self, rows: Mask) -> "MeasuredFilms":
        """Return some of the films, chosen by a boolean array ``(n,)``."""
        return MeasuredFilms(
            tuple(label for label, kept in zip(self.labels, rows, strict=True) if kept),
            self.compositions[rows],
            self.values[rows],
            self.standard_errors[rows],
            self.at_least[rows],
            self.batches[rows],
        )

    @property
    def sha256(self) -> str:
        """Hash of the table."""
        tables = [self.compositions, self.values, self.standard_errors]
        tables += [self.at_least] if np.isfinite(self.at_least).any() else []
        tables += [self.batches] if self.batches.size else []
        return sha256_of_json([list(self.labels), *([[repr(x) for x in row] for row in t.tolist()] for t in tables)])


def graded_films(definition: CampaignDefinition, records: Records) -> GradedFilms:
    """Return every graded film, in the order the films were planned."""
    films = [f for f in records.films.values() if f.label in records.grades and f.label in records.as_made]
    return GradedFilms(
        labels=tuple(f.label for f in films),
        compositions=as_made_compositions(definition, records, films),
        grades=tuple(records.grades[f.label].grade for f in films),
    )


def measured_films(definition: CampaignDefinition, records: Records) -> MeasuredFilms:
    """Return every film with a measured value or a bound, in the order the films were planned.

    Failed measurements are facts about the measurement and give no value; censored ones give a bound. There are no
    films before any has a value: bounds alone teach nothing.
    """
    names = definition.property_names
    made = [film for film in records.films.values() if film.label in records.as_made]
    numbers = np.array(
        [[_numbers(records.measurements.get((film.label, name))) for name in names] for film in made], dtype=float
    ).reshape(len(made), len(names), 3)
    values, bounds = np.isfinite(numbers[:, :, 0]), np.isfinite(numbers[:, :, 2])
    kept = (values | bounds).any(axis=1) & values.any()
    films = [film for film, is_known in zip(made, kept, strict=True) if is_known]
    # In one piece each: the order of additions, and with it the last bits of models, depends on how arrays lie.
    values, standard_errors, at_least = np.ascontiguousarray(np.moveaxis(numbers[kept], 2, 0))
    return MeasuredFilms(
        labels=tuple(film.label for film in films),
        compositions=as_made_compositions(definition, records, films),
        values=values,
        standard_errors=standard_errors,
        at_least=at_least,
        batches=VariedBatches.of(definition).all_columns([film.attributes for film in films]),
    )


def _numbers(found: Measurement | None) -> tuple[float, float, float]:
    """Return the mean, its standard deviation, and what the true value lies beyond; NaN for what is not known."""
    if found is None or found.value is None or found.status is Status.FAILED:
        return np.nan, np.nan, np.nan
    if found.status is Status.CENSORED:
        return np.nan, np.nan, found.value
    return found.value, np.nan if found.sd is None else found.sd / np.sqrt(found.n), np.nan


def as_made_compositions(definition: CampaignDefinition, records: Records, films: Sequence[Film]) -> Fractions:
    """Return the as-made compositions of films, shape ``(n, k)``."""
    names = definition.material_names
    return np.array([records.as_made[f.label].composition.vector(names) for f in films]).reshape(-1, len(names))
