"""Rules about volumes: what a pipette can give and a dish can hold, and that films become what was asked."""

from collections.abc import Iterable, Iterator

from lab.errors import InvalidInputError
from robot_protocols.findings import Finding, Severity
from robot_protocols.mass_balance import dry_film
from robot_protocols.preflight.inspection import Inspection

_EPS = 0.05
"""Half of the step in which volumes are planned, uL."""
_SAME_FRACTION = 1e-4
"""Weight fractions closer than this are the same: an order below what any dose can change."""


def no_empty_stroke(check: Inspection) -> Iterable[Finding]:
    """A stroke moves something: the robot reads a volume of zero as a full tip."""
    for item, stroke in check.plan.strokes:
        if stroke.volume <= 0:
            yield Finding(
                "ZERO_VOLUME",
                f"step {stroke.step} moves {stroke.volume:g} uL of {item.stock}",
                "plan the deck again: a dose of nothing is left out of a plan",
            )


def strokes_within_range(check: Inspection) -> Iterable[Finding]:
    """Every stroke lies within the range of its pipette."""
    for item, stroke in check.plan.strokes:
        pipette = check.pipette(item.pipette)
        if pipette is not None and stroke.volume > 0:
            yield from _range(
                f"step {stroke.step}, {item.stock} for {stroke.film}", stroke.volume, pipette.minimum, pipette.maximum
            )


def mixing_within_range(check: Inspection) -> Iterable[Finding]:
    """Mixing strokes lie within the range of their pipette, and never empty the dish."""
    volumes = {film.order.label: film.order.volume for film in check.plan.films}
    for mixing in check.plan.mixings:
        pipette = check.pipette(mixing.pipette)
        if pipette is not None:
            yield from _range(f"mixing {mixing.film}", mixing.volume, pipette.minimum, pipette.maximum)
        if mixing.volume > 0.9 * volumes.get(mixing.film, float("inf")):
            yield Finding(
                "MIXING_EMPTIES_DISH",
                f"mixing {mixing.film} draws {mixing.volume:g} uL out of {volumes[mixing.film]:g} uL",
                "mix a smaller share of the film",
            )


def _range(what: str, volume: float, minimum: float, maximum: float) -> Iterator[Finding]:
    if volume < minimum - 1e-6:
        yield Finding(
            "VOLUME_BELOW_RANGE",
            f"{what}: {volume:g} uL is below the pipette's minimum of {minimum:g} uL",
            "serve this dose from a weaker stock, or with a smaller pipette",
        )
    if volume > maximum + 1e-6:
        yield Finding(
            "VOLUME_ABOVE_RANGE",
            f"{what}: {volume:g} uL is above the pipette's maximum of {maximum:g} uL",
            "split the dose into more strokes",
        )


def dishes_hold_their_films(check: Inspection) -> Iterable[Finding]:
    """No dish gets more than it holds."""
    fullest = {filling.stroke.dish: filling.in_dish for filling in check.fillings}
    for place, volume in fullest.items():
        well = check.well(place)
        if well is not None and volume > well.capacity + _EPS:
            yield Finding(
                "DISH_OVERFILLED",
                f"dish {place} gets {volume:g} uL and holds {well.capacity:g} uL",
                "cast less volume, or use larger dishes",
            )


def films_get_their_volume(check: Inspection) -> Iterable[Finding]:
    """Every film is cast from the volume that was asked, up to what the smallest pipette cannot give."""
    minimum = min((mounted.pipette.minimum for mounted in check.deck.pipettes), default=0.0)
    cast = {content.film: content.volume for content in check.plan.contents}
    for _, stroke in check.plan.strokes:
        cast[stroke.film] = cast.get(stroke.film, 0.0) + stroke.delivered
    for film in check.plan.films:
        volume = cast.get(film.order.label, 0.0)
        if abs(volume - film.order.volume) > max(minimum, 1.0):
            yield Finding(
                "FILM_VOLUME",
                f"{film.order.label} is cast from {volume:.1f} uL, asked were {film.order.volume:g} uL",
                "plan the deck again",
            )


def compositions_as_expected(check: Inspection) -> Iterable[Finding]:
    """The strokes and the stocks at hand give the compositions that the plan states."""
    for film in check.plan.films:
        try:
            dry = dry_film(check.doses.get(film.order.label, ()), tuple(check.stocks.values()))
        except InvalidInputError as error:
            yield Finding("COMPOSITION_UNKNOWN", f"{film.order.label}: {error.faults[0]}", error.hint)
            continue
        names = {*dry.composition, *film.expected.composition}
        gap = {n: abs(dry.composition.get(n, 0.0) - film.expected.composition.get(n, 0.0)) for n in names}
        worst = max(gap, key=lambda name: (gap[name], name))
        if gap[worst] > _SAME_FRACTION:
            yield Finding(
                "COMPOSITION_WRONG",
                f"{film.order.label} becomes {dry.composition}, the plan states {film.expected.composition}",
                "plan the deck again with the stocks at hand",
            )


def compositions_near_recipe(check: Inspection) -> Iterable[Finding]:
    """Expected compositions are near the recipes, and known well enough."""
    tolerance = check.deck.tolerance
    for film in check.plan.films:
        names = {*film.expected.composition, *film.order.composition}
        bias = max(abs(film.expected.composition.get(n, 0.0) - film.order.composition.get(n, 0.0)) for n in names)
        sd = max(film.expected.sd.values(), default=0.0)
        for code, value, what in (
            ("COMPOSITION_OFF", bias, "misses its recipe by"),
            ("COMPOSITION_UNCERTAIN", sd, "has a weight fraction uncertain by"),
        ):
            if value > tolerance.warn:
                yield Finding(
                    code,
                    f"{film.order.label} {what} {100 * value:.1f} wt%",
                    "use a weaker or better known stock, or cast more solids",
                    Severity.REFUSE if value > tolerance.refuse else Severity.WARN,
                )
