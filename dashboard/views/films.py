"""Films: a table of them, and pages of those that are asked for."""

import math
from collections.abc import Iterable

import attrs
import pandas as pd

from lab.campaigns import CampaignDefinition
from lab.export.summary import film_is_simulated
from lab.records import Film, Records, Status
from lab.store import FilmQuery, Store

NOT_GRADED = "–"


def film_table(definition: CampaignDefinition, records: Records, labels: Iterable[str] | None = None) -> pd.DataFrame:
    """Return one row a film: what it is for, its recipe as made (else as asked) in wt%, its grade and its values.

    A bound, as "> 500 %", is no value: it stands on the film's page.

    Args:
        definition: The campaign's definition.
        records: Its records.
        labels: Labels of the films, all if left out; those that the records do not have yet are left out.
    """
    known = records.films
    films = known.values() if labels is None else [known[label] for label in labels if label in known]
    rows = [_row(definition, records, film) for film in films]
    columns = ["film", "purpose", "loop", "grade", "made", "measured", *definition.material_names]
    table = pd.DataFrame(rows, columns=[*columns, *definition.property_names, "simulated"])
    return table.astype({"loop": "Int64"})


def _row(definition: CampaignDefinition, records: Records, film: Film) -> dict[str, object]:
    made = records.as_made.get(film.label)
    recipe = made.composition if made else film.asked
    grade = records.grades.get(film.label)
    found = {name: records.measurements.get((film.label, name)) for name in definition.property_names}
    return {
        "film": film.label,
        "purpose": film.purpose.value,
        "loop": film.loop,
        "grade": grade.grade.value if grade else NOT_GRADED,
        "made": made is not None,
        "measured": sum(m is not None and m.status is not Status.FAILED for m in found.values()),
        **{name: 100 * recipe.get(name, 0.0) for name in definition.material_names},
        **{name: m.value if m and m.status is Status.OK else None for name, m in found.items()},
        "simulated": film_is_simulated(records, film.label, definition.property_names),
    }


PAGE = 100
"""Films that are shown at once."""
_STRIDE = 1_000


@attrs.frozen(eq=False)
class FilmPage:
    """Some of the films that were asked for."""

    number: int
    """From 1; the last one where a later one was asked for."""
    pages: int
    total: int
    """Films that were asked for, on all pages."""
    labels: tuple[str, ...]

    @property
    def first(self) -> int:
        """Number of the page's first film among all that were asked for, from 1; 0 where there is none."""
        return PAGE * (self.number - 1) + 1 if self.labels else 0

    @property
    def last(self) -> int:
        """Number of its last film."""
        return PAGE * (self.number - 1) + len(self.labels)


def film_page(store: Store, campaign: str, query: FilmQuery, number: int) -> FilmPage:
    """Ask the store for a page of films.

    Raises:
        FilmlabError: If the store cannot be read.
    """
    total = store.count_films(campaign, query)
    pages = max(1, math.ceil(total / PAGE))
    number = min(max(1, number), pages)
    lines = store.films_page(campaign, PAGE * (number - 1), PAGE, query)
    return FilmPage(number, pages, total, tuple(line.label for line in lines))


def labels_of(store: Store, campaign: str, query: FilmQuery) -> list[str]:
    """Return the labels of all films that are asked for."""
    total = store.count_films(campaign, query)
    pages = (store.films_page(campaign, start, _STRIDE, query) for start in range(0, total, _STRIDE))
    return [line.label for lines in pages for line in lines]
