"""What models learn from: the records of films as arrays."""

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from active_learning.campaign.varied_batches import VariedBatches
from lab.campaigns import CampaignDefinition
from lab.grades import Grade
from lab.hashing import sha256_of_json
from lab.records import Film, Records, Status
from lab.simplex import Fractions


@attrs.frozen(eq=False)
class GradedFilms:
    """Films with a grade, at their as-made compositions."""

    labels: tuple[str, ...]
    compositions: Fractions
    """Shape ``(n, k)``."""
    grades: tuple[Grade, ...]

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
    values: NDArray[np.float64]
    """Means of the readings, shape ``(n, p)``, in the properties' units."""
    standard_errors: NDArray[np.float64]
    """Standard deviations of these means, shape ``(n, p)``."""
    at_least: NDArray[np.float64]
    """Values that censored measurements lie beyond, shape ``(n, p)``."""
    batches: NDArray[np.float64] = attrs.field(
        default=attrs.Factory(lambda films: np.empty((len(films.labels), 0)), takes_self=True)
    )
    """Columns of the attributes that the campaign varies, shape ``(n, a)``, see `VariedBatches`."""

    @property
    def inputs(self) -> NDArray[np.float64]:
        """What models learn the properties from, shape ``(n, k + a)``."""
        return np.hstack([self.compositions, self.batches])

    def only(self, rows: NDArray[np.bool_]) -> "MeasuredFilms":
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
    """Return every film with at least one measured value, in the order the films were planned.

    Failed measurements are facts about the measurement and give no value; censored ones give a bound.
    """
    names = definition.property_names
    rows: list[tuple[Film, list[float], list[float], list[float]]] = []
    for film in records.films.values():
        values, errors, bounds = [], [], []
        for name in names:
            found = records.measurements.get((film.label, name))
            known = found is not None and found.status is Status.OK and found.value is not None
            values.append(found.value if known and found is not None and found.value is not None else np.nan)
            error = found.sd / np.sqrt(found.n) if known and found is not None and found.sd is not None else np.nan
            errors.append(float(error))
            censored = found is not None and found.status is Status.CENSORED and found.value is not None
            bounds.append(found.value if censored and found is not None and found.value is not None else np.nan)
        if film.label in records.as_made and not np.isnan(values).all():
            rows.append((film, values, errors, bounds))
    films = [film for film, *_ in rows]
    shape = (len(rows), len(names))
    return MeasuredFilms(
        labels=tuple(film.label for film in films),
        compositions=as_made_compositions(definition, records, films),
        values=np.array([values for _, values, _, _ in rows], dtype=float).reshape(shape),
        standard_errors=np.array([errors for _, _, errors, _ in rows], dtype=float).reshape(shape),
        at_least=np.array([bounds for _, _, _, bounds in rows], dtype=float).reshape(shape),
        batches=VariedBatches.of(definition).all_columns([film.attributes for film in films]),
    )


def as_made_compositions(definition: CampaignDefinition, records: Records, films: Sequence[Film]) -> Fractions:
    """Return the as-made compositions of films, shape ``(n, k)``."""
    names = definition.material_names
    return np.array([records.as_made[f.label].composition.vector(names) for f in films]).reshape(-1, len(names))
