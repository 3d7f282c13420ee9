"""The whole story of one film."""

import attrs
import pandas as pd

from dashboard.texts import text
from lab.campaigns import CampaignDefinition
from lab.export.promises import is_of_another_recipe
from lab.export.summary import film_is_simulated
from lab.export.wording import name_text, unit_text
from lab.measuring import is_rejected
from lab.records import Design, Film, FilmGrade, Measurement, Record, Records, Suggestion


@attrs.frozen
class FilmStory:
    """Everything that is known about one film."""

    film: Film
    recipe: pd.DataFrame
    """Material, asked and made in wt%, standard deviation of what was made."""
    transfers: pd.DataFrame
    grade: FilmGrade | None
    measurements: pd.DataFrame
    suggestion: Suggestion | None
    design: Design | None
    """The design that it verifies; None also where a person gave it another recipe."""
    timeline: pd.DataFrame
    simulated: bool


def film_story(
    definition: CampaignDefinition, records: Records, label: str, unseen: pd.DataFrame | None = None
) -> FilmStory:
    """Return everything that is known about a film of the campaign.

    Args:
        definition: The campaign's definition.
        records: Its records.
        label: The film.
        unseen: What models say of films that they had not seen (`dashboard.views.models.held_out_table`).

    Raises:
        KeyError: If there is no such film.
    """
    film = records.films[label]
    return FilmStory(
        film=film,
        recipe=_recipe(definition, records, film),
        transfers=_transfers(records, label),
        grade=records.grades.get(label),
        measurements=_measurements(definition, records, film, unseen),
        suggestion=records.suggestions.get(label),
        design=_design_of(records, film),
        timeline=_timeline(records, film),
        simulated=film_is_simulated(records, label, definition.property_names),
    )


def _design_of(records: Records, film: Film) -> Design | None:
    return None if is_of_another_recipe(film, records) else records.designs.get(film.design or "")


def _recipe(definition: CampaignDefinition, records: Records, film: Film) -> pd.DataFrame:
    made = records.as_made.get(film.label)
    rows = [
        {
            "material": name,
            "asked": 100 * film.asked.get(name, 0.0),
            "made": 100 * made.composition.get(name, 0.0) if made else None,
            "made_sd": 100 * made.sd.get(name, 0.0) if made else None,
        }
        for name in definition.material_names
    ]
    return pd.DataFrame(rows, columns=["material", "asked", "made", "made_sd"])


def _transfers(records: Records, label: str) -> pd.DataFrame:
    rows = [
        {
            "deck": transfer.deck,
            "step": transfer.step,
            "stock": transfer.stock,
            "requested": transfer.requested,
            "delivered": transfer.delivered,
            "sd": transfer.sd,
        }
        for transfer in records.transfers
        if transfer.film == label
    ]
    return pd.DataFrame(rows, columns=["deck", "step", "stock", "requested", "delivered", "sd"])


def _measurements(
    definition: CampaignDefinition, records: Records, film: Film, unseen: pd.DataFrame | None
) -> pd.DataFrame:
    design = _design_of(records, film)
    predicted = _predicted(film.label, unseen)
    rows = []
    for prop in definition.properties:
        found = records.measurements.get((film.label, prop.name))
        promised = design.predictions.get(prop.name) if design else None
        if found is None and promised is None:
            continue
        rows.append(
            {
                "property": prop.name,
                "unit": unit_text(prop.unit),
                "value": found.value if found else None,
                "sd": found.sd if found else None,
                "n": found.n if found else None,
                "predicted": predicted.get(prop.name, (None, None))[0],
                "predicted sd": predicted.get(prop.name, (None, None))[1],
                "promised": promised.mean if promised else None,
                "p05": promised.p05 if promised else None,
                "p95": promised.p95 if promised else None,
                "status": found.status.value if found else "",
                "reason": found.reason if found else "",
            }
        )
    columns = ["property", "unit", "value", "sd", "n", "predicted", "predicted sd"]
    return pd.DataFrame(rows, columns=[*columns, "promised", "p05", "p95", "status", "reason"])


def _predicted(label: str, unseen: pd.DataFrame | None) -> dict[str, tuple[float, float]]:
    """Return mean and standard deviation that were predicted of a film, by property."""
    if unseen is None:
        return {}
    own = unseen[unseen["film"] == label]
    return dict(zip(own["property"], zip(own["predicted"], own["predicted_sd"], strict=True), strict=True))


def _timeline(records: Records, film: Film) -> pd.DataFrame:
    about: list[tuple[str, Record]] = [(text("story.planned"), film)]
    if decided := records.approvals.get(film.label):
        about.append((_noted(text(f"story.{decided.verdict}"), decided.note), decided))
    for deck in records.decks.values():
        places = [place for place in deck.positions if place.film == film.label]
        about += [(text("story.place", deck=deck.label, slot=p.slot, well=p.well), deck) for p in places]
        run = records.runs.get(deck.label)
        if places and run:
            about.append((text("story.run", status=run.status.value, robot=run.robot), run))
    if made := records.as_made.get(film.label):
        about.append((text("story.as_made"), made))
    if dried := records.dryings.get(film.label):
        about.append((text("story.dried", hours=dried.hours, temperature=dried.temperature), dried))
    if graded := records.grades.get(film.label):
        about.append((_noted(text("story.graded", grade=graded.grade.value), graded.note), graded))
    measured: dict[str, list[Measurement]] = {}
    for found in records.measurements_of.get(film.label, ()):
        measured.setdefault(records.event_of(found).key, []).append(found)
    for group in measured.values():
        names = ", ".join(name_text(found.property_name) for found in group)
        # A rejection takes the place of the value that it is about.
        if is_rejected(group[0]):
            about.append((_noted(names, group[0].reason), group[0]))
        else:
            about.append((text("story.measured", names=names), group[0]))
    about.sort(key=lambda one: records.place_of(one[1]))
    rows = [(records.event_of(record), what) for what, record in about]
    return pd.DataFrame(
        [(event.at, what, event.who, event.source, event.simulated) for event, what in rows],
        columns=["when", "what", "who", "source", "simulated"],
    )


def _noted(words: str, note: str) -> str:
    return f"{words}: {note}" if note else words
