import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import attrs
import pytest

from robot_protocols.decks import Place, deck_named
from robot_protocols.labels import PER_SHEET, dish_labels_html, label_size
from robot_protocols.planner import plan_decks
from robot_protocols.plans import LoadedPlace
from robot_protocols.run_card import run_card_html
from robot_protocols.slot_map import container_text, slot_map_svg
from robot_protocols.timing import duration_text
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, library, order, screening, stocks_with


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_card_says_what_to_load_where():
    plan = four_film_plan()
    text = Page(run_card_html(plan, screening())).text
    for need in plan.stock_needs:
        assert need.stock in text
        assert f"slot {need.places[0].place.slot}" in text
    for film in plan.films:
        assert film.order.label in text
    assert plan.sha256 in text
    assert "signature" in text


def test_the_map_says_what_each_of_many_troughs_holds_in_letters_that_fit_between_them():
    plan = plan_decks(library()[:20], STOCKS, deck_named("screening-24-well-troughs"))[0]
    page = run_card_html(plan, deck_named("screening-24-well-troughs"))
    drawn = re.findall(r'<text class="stock"[^>]* font-size="([\d.]+)"[^>]*>(\w+): (.+?), [\d.]+ mL</text>', page)
    wells = [(loaded.place.well, need.stock) for need in plan.stock_needs for loaded in need.places]
    assert sorted((well, stock) for _, well, stock in drawn) == sorted(wells)
    assert all(float(size) < 68 / len(drawn) for size, _, _ in drawn)


def test_the_card_needs_nothing_from_elsewhere():
    text = run_card_html(four_film_plan(), screening())
    assert re.findall(r"(?:src|href)=|https?://(?!www\.w3\.org/2000/svg)|url\(", text) == []


def test_the_card_shows_warnings():
    plan = plan_decks([order("A1", CNF=0.99, gelatin=0.01)], STOCKS, screening())[0]
    assert "gelatin is left out" in Page(run_card_html(plan, screening())).text


@pytest.mark.parametrize(
    ("count", "last"), [(6, "note 6"), (7, "and 1 more, see the plan"), (9, "and 3 more, see the plan")]
)
def test_warnings_that_do_not_fit_on_the_card_are_counted(count: int, last: str):
    plan = attrs.evolve(four_film_plan(), notes=tuple(f"note {n}" for n in range(1, count + 1)))
    text = Page(run_card_html(plan, screening())).text
    told = re.findall(r"note \d|and \d more, see the plan", text)
    assert told == list(dict.fromkeys([*(f"note {n}" for n in range(1, 7)), last]))


def test_the_card_says_until_when_warm_gelatin_is_drawn():
    plan, deck = four_film_plan(), screening()
    stays = deck.handling["warm-gelatin"].liquid_minutes
    text = " ".join(Page(run_card_html(plan, deck)).text.split())
    (minutes,) = re.findall(rf"gelatin-20 is loaded warm .* until (\d+) min .* stays liquid for {stays:g} min", text)
    # Water and gelatin come first; glycerol, clay and fibres take the rest of the run.
    assert 0 < float(minutes) < plan.minutes
    assert "CNF-10 is loaded warm" not in text


def test_labels_of_films_never_become_markup():
    plan = plan_decks([order("<script>alert(1)</script>", CNF=1.0)], STOCKS, screening())[0]
    for page in (run_card_html(plan, screening()), dish_labels_html([plan])):
        assert "script" not in Page(page).tags


def test_every_film_gets_a_sticker_with_a_code():
    plans = plan_decks(library()[:100], STOCKS, screening())
    page = dish_labels_html(plans)
    assert page.count('class="sticker"') == 100
    assert page.count('class="sheet"') == -(-100 // PER_SHEET)
    assert page.count("<svg") == 100


@pytest.mark.parametrize(
    ("minutes", "text"), [(0.6, "1 min"), (59.4, "59 min"), (60.0, "1 h 00 min"), (227.4, "3 h 47 min")]
)
def test_durations_are_written_in_words(minutes: float, text: str):
    assert duration_text(minutes) == text


def test_the_map_shows_slots_and_dishes_as_they_lie_before_the_operator():
    """An OT-2's slot 1 is in front on the left, 12 at the back on the right; A1 of a plate is at the back left."""
    (plan,) = plan_decks(library()[:24], STOCKS, screening())
    drawn = ElementTree.fromstring(slot_map_svg(plan, screening()))  # noqa: S314 - drawn by us
    at: dict[int, tuple[float, float]] = {}
    dishes: dict[str, tuple[float, float]] = {}
    for group in drawn:
        texts = {(text.get("class"), text.text): text for text in group if text.tag.endswith("text")}
        (slot,) = (int(label or "") for kind, label in texts if kind == "number")
        x, y = re.findall(r"[\d.]+", group.get("transform", ""))
        at[slot] = (float(x), float(y))
        dishes |= {
            str(label): (float(text.get("x", "")), float(text.get("y", "")))
            for (kind, label), text in texts.items()
            if kind == "film"
        }
    columns, rows = [sorted({place[axis] for place in at.values()}) for axis in (0, 1)]
    assert at == {slot: (columns[(slot - 1) % 3], rows[3 - (slot - 1) // 3]) for slot in range(1, 13)}
    places = {film.order.label: film.dish.well for film in plan.films}
    assert len({film.dish.slot for film in plan.films}) == 1
    columns, rows = [sorted({place[axis] for place in dishes.values()}) for axis in (0, 1)]
    assert dishes == {film: (columns[int(well[1:]) - 1], rows["ABCD".index(well[0])]) for film, well in places.items()}


def test_films_of_a_series_are_told_apart_on_the_map():
    films = [order(f"screening-batch-{n:02d}", CNF=0.5, gelatin=0.5) for n in (1, 2, 12)]
    (plan,) = plan_decks(films, STOCKS, screening())
    shown = re.findall(r'<text class="film"[^>]*>([^<]*)</text>', slot_map_svg(plan, screening()))
    assert shown == ["scr…tch-01", "scr…tch-02", "scr…tch-12"]


@pytest.mark.parametrize("letters", [1, 4, 8, 9, 15, 22, 40, 80])
@pytest.mark.parametrize("lines", [1, 2, 4])
def test_a_label_fits_on_its_sticker(letters: int, lines: int):
    """The text beside the code has 53 x 53 pt."""
    size = label_size("M" * letters, lines)
    rows = -(-letters // int(53 / (0.72 * size)))
    assert rows * size * 1.22 + lines * 6.4 * 1.22 <= 53
    assert size >= 3.5
    assert size == 9.5 or letters > 7


@pytest.mark.parametrize("letters", [1, 21, 63, 64, 100])
@pytest.mark.parametrize("materials", [1, 4, 8, 9, 13, 40])
def test_a_sticker_has_room_for_every_label_and_recipe(letters: int, materials: int):
    """Any label that may be recorded, and any number of materials; text beside the code has 53 x 53 pt."""
    composition = {f"m{n:03d}": (n + 1) / (materials * (materials + 1) / 2) for n in range(materials)}
    film = order("M" * letters, **composition)
    plan = four_film_plan()
    only = attrs.evolve(plan, films=(attrs.evolve(plan.films[0], order=film),))
    (sticker,) = re.findall(r"<p><b.*?</p>", dish_labels_html([only]))
    size = float(re.findall(r"font-size: ([\d.]+)pt", sticker)[0])
    below = sticker.count("<br>")
    assert -(-letters // int(53 / (0.72 * size))) * size * 1.22 + below * 6.4 * 1.22 <= 53
    assert size == 9.5 or letters > 1
    shown = re.findall(r"m\d{3}", sticker)
    assert ("…" in sticker) == (len(shown) < materials)
    # What there is most of is what a person knows a film by.
    assert shown == list(composition)[materials - len(shown) :]


def test_the_map_makes_room_for_many_stocks_so_that_the_card_stays_on_one_sheet():
    heights = []
    for count in (0, 6, 14):
        needs = four_film_plan().stock_needs
        more = tuple(attrs.evolve(needs[0], stock=f"stock-{n}") for n in range(count))
        card = run_card_html(attrs.evolve(four_film_plan(), stock_needs=(*needs, *more)), screening())
        heights.append(float(re.findall(r"max-height: ([\d.]+)mm", card)[0]))
    assert heights[0] == 152.0
    assert 70.0 <= heights[2] < heights[1] < heights[0]


def test_the_card_says_how_much_of_a_stock_goes_into_each_of_its_containers():
    need = four_film_plan().stock_needs[0]
    places = (LoadedPlace(Place(5, "A1"), 15_000.0), LoadedPlace(Place(5, "A2"), 2602.0))
    assert container_text(attrs.evolve(need, places=places)) == "slot 5 A1 15.00, A2 2.61 mL"
    assert container_text(attrs.evolve(need, places=places[:1])) == "slot 5 A1"


def test_who_loads_what_the_card_says_has_enough():
    """Of a small tube, 50 uL less would be a dose less."""
    (plan,) = plan_decks(
        [order("A1", CNF=0.98, gelatin=0.02)], stocks_with("gelatin-20", dead_volume=100.0), screening()
    )
    card = run_card_html(plan, screening())
    told = dict(re.findall(r"</span>([^<]+)</td>.*?<b>([\d.]+)</b>", card, re.DOTALL))
    assert set(told) == {need.stock for need in plan.stock_needs}
    for need in plan.stock_needs:
        assert need.load - 1e-6 <= 1000 * float(told[need.stock]) < need.load + 10
        assert f">{told[need.stock]} mL</text>" in card
