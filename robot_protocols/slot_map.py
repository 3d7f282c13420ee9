"""The slot map of a run card: the deck from above, as SVG, with what stands where."""

from collections.abc import Iterator, Mapping
from html import escape

from robot_protocols.decks import DeckDefinition, DeckSlot, Place, Use
from robot_protocols.plans import DeckPlan, StockNeed, load_text

SLOT = (128.0, 86.0)
"""Size of a slot in the drawing, one unit a mm of the deck."""
GAP = 5.0
COLOURS = ("#4477aa", "#ee8866", "#228833", "#aa3377", "#ccbb44", "#66ccee", "#bbbbbb", "#994455")
"""Colours of stocks; told apart by most colour-blind people (Paul Tol's bright and light schemes)."""
_ROWS, _COLUMNS = 4, 3
_TRASH = 12
_TWO_LINES = 30.0
"""Height of a drawn container that has room for two lines of text."""
_LONGEST = 10
"""Letters of a film's label that a dish has room for."""


def slot_map_svg(plan: DeckPlan, deck: DeckDefinition) -> str:
    """Return the deck from above, slot 1 in front on the left, as it stands before the operator."""
    width, height = _COLUMNS * (SLOT[0] + GAP) + GAP, _ROWS * (SLOT[1] + GAP) + GAP
    parts = "".join(_Slot(plan, deck, number).svg() for number in range(1, _TRASH + 1))
    return (
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="Slot map of {escape(plan.label)}">{parts}</svg>'
    )


def stock_colours(plan: DeckPlan) -> Mapping[str, str]:
    """Return a colour for each stock of a plan."""
    return {need.stock: COLOURS[index % len(COLOURS)] for index, need in enumerate(plan.stock_needs)}


class _Slot:
    """Draws one slot."""

    def __init__(self, plan: DeckPlan, deck: DeckDefinition, number: int) -> None:
        self.plan = plan
        self.deck = deck
        self.number = number
        row, column = divmod(number - 1, _COLUMNS)
        self.x = GAP + column * (SLOT[0] + GAP)
        self.y = GAP + (_ROWS - 1 - row) * (SLOT[1] + GAP)
        self.item = next((item for item in deck.slots if item.slot == number), None)

    def svg(self) -> str:
        inside = "".join(self._inside())
        return (
            f'<g transform="translate({self.x:g} {self.y:g})">'
            f'<rect class="slot" width="{SLOT[0]:g}" height="{SLOT[1]:g}" rx="3"/>{inside}'
            f'<text class="number" x="4" y="12">{self.number}</text></g>'
        )

    def _inside(self) -> Iterator[str]:
        if self.number == _TRASH:
            yield _text(SLOT[0] / 2, SLOT[1] / 2, "waste bin", "what")
        elif self.item is None:
            yield _text(SLOT[0] / 2, SLOT[1] / 2, "empty", "empty")
        else:
            yield _fitted(22, 11, self.item.labware.title, "title", SLOT[0] - 26, tallest=6.4, centred=False)
            yield from {Use.DISHES: self._dishes, Use.STOCKS: self._stocks, Use.TIPS: self._tips}[self.item.use](
                self.item
            )

    def _dishes(self, item: DeckSlot) -> Iterator[str]:
        films = {film.dish: film.order.label for film in self.plan.films}
        for name, well in item.labware.wells.items():
            label = films.get(Place(item.slot, name))
            # Squeezed below the title; the drawing need not be to scale in y.
            x, y = well.x, 14 + (SLOT[1] - 14) * (1 - well.y / SLOT[1])
            radius = 0.9 * (well.diameter or 10.0) / 2 * (SLOT[1] - 14) / SLOT[1]
            yield f'<circle class="{"dish" if label else "unused"}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
            if label:
                yield _fitted(x, y, _shortened(label), "film", 1.8 * radius, tallest=8.0)
        if not any(place.slot == item.slot for place in films):
            yield _text(SLOT[0] / 2, SLOT[1] / 2 + 8, "not used: may stay empty", "empty")

    def _stocks(self, item: DeckSlot) -> Iterator[str]:
        loaded = [
            (need, place) for need in self.plan.stock_needs for place in need.places if place.place.slot == item.slot
        ]
        if not loaded:
            yield _text(SLOT[0] / 2, SLOT[1] / 2 + 4, "not used: may stay empty", "empty")
        colours = stock_colours(self.plan)
        wells = list(item.labware.wells)
        step = (SLOT[1] - 18) / max(1, len(loaded))
        for index, (need, place) in enumerate(sorted(loaded, key=lambda found: wells.index(found[1].place.well))):
            top, height = 16 + index * step, step - 1.5
            well = f"{place.place.well}: " if len(wells) > 1 else ""
            lines = [f"{well}{need.stock}", f"{load_text(place.volume)} mL"]
            if height < _TWO_LINES:
                lines = [", ".join(lines)]
            yield (
                f'<rect x="6" y="{top:.1f}" width="{SLOT[0] - 12:g}" height="{height:.1f}" rx="2" '
                f'fill="{colours[need.stock]}" fill-opacity="0.22" stroke="{colours[need.stock]}"/>'
            )
            for number, text in enumerate(lines):
                middle = top + height / 2 + 14 * (number - (len(lines) - 1) / 2)
                kind, tallest = ("volume" if number else "stock"), min(12.0, 0.8 * height)
                yield _fitted(SLOT[0] / 2, middle, text, kind, SLOT[0] - 16, tallest=tallest)

    def _tips(self, item: DeckSlot) -> Iterator[str]:
        used = {place for _, place in _tips_used(self.plan)}
        for name, well in item.labware.wells.items():
            x, y = well.x, 16 + (SLOT[1] - 16) * (1 - well.y / SLOT[1])
            state = "tip" if Place(item.slot, name) in used else "spare"
            yield f'<circle class="{state}" cx="{x:.1f}" cy="{y:.1f}" r="2.7"/>'


def _tips_used(plan: DeckPlan) -> Iterator[tuple[str, Place]]:
    for item in plan.passes:
        yield item.pipette, item.tip
    for mixing in plan.mixings:
        yield mixing.pipette, mixing.tip


def tips_by_slot(plan: DeckPlan) -> Mapping[int, int]:
    """Return how many tips are taken from the rack in each slot."""
    counts: dict[int, int] = {}
    for _, place in _tips_used(plan):
        counts[place.slot] = counts.get(place.slot, 0) + 1
    return dict(sorted(counts.items()))


def container_text(need: StockNeed) -> str:
    """Return where a stock stands, in words: "slot 5 A1", or of several containers "slot 5 A1 15.00, A2 2.60 mL"."""
    if len(need.places) == 1:
        return f"slot {need.places[0].place.slot} {need.places[0].place.well}"
    by_slot: dict[int, list[str]] = {}
    for loaded in need.places:
        by_slot.setdefault(loaded.place.slot, []).append(f"{loaded.place.well} {load_text(loaded.volume)}")
    return "; ".join(f"slot {slot} {', '.join(wells)} mL" for slot, wells in by_slot.items())


def _shortened(label: str) -> str:
    """Leave out the middle: what tells films of a series apart stands at the end."""
    return label if len(label) <= _LONGEST else f"{label[:3]}…{label[4 - _LONGEST :]}"


def _fitted(x: float, y: float, text: str, kind: str, width: float, *, tallest: float, centred: bool = True) -> str:
    """Text as large as its width allows, around a point or right of it; a letter is about 0.6 of its size wide."""
    size = min(tallest, width / (0.6 * max(len(text), 3)))
    base, anchor = (y + size / 3, "middle") if centred else (y, "start")
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{base:.1f}" font-size="{size:.1f}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(text)}</text>'
