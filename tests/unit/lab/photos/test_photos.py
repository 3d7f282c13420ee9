"""Photos give the areas that were drawn, or are refused."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lab.errors import InvalidInputError
from lab.instruments import RawFile
from lab.instruments.photos.flame import read_flame
from lab.instruments.photos.hints import hints_of
from lab.instruments.photos.images import read_photo
from lab.instruments.photos.regions import find_regions
from tests.samples import photos
from tests.samples.photos import MARKER_SIDE, SCALE, encoded

BEFORE = RawFile("before.png", encoded(photos.film()))


def after(share: float, kind: str = "PNG") -> RawFile:
    return RawFile("after.png", encoded(photos.residue(share), kind))


@pytest.mark.parametrize("share", [0.1, 0.35, 0.8, 1.0])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_ratio_is_that_of_the_areas_drawn(share: float, kind: str) -> None:
    found = read_flame(BEFORE, after(share, kind), MARKER_SIDE)
    assert found.ratio == pytest.approx(share, abs=0.02)
    assert found.before_area == pytest.approx(240 * 300 / SCALE**2, rel=0.03)
    assert found.result.specimens[0].readings[0].property_name == "residual_ratio"


def test_nothing_left_is_a_ratio_of_zero() -> None:
    assert read_flame(BEFORE, after(0.0), MARKER_SIDE).ratio == 0.0


def test_the_scale_comes_from_the_marker_of_each_photo() -> None:
    half = photos.residue(0.5)
    small = np.asarray(Image.open(io.BytesIO(encoded(half))).resize((320, 240))) / 255
    assert read_flame(BEFORE, RawFile("s.png", encoded(small)), MARKER_SIDE).ratio == pytest.approx(0.5, abs=0.03)


def test_the_overlay_is_a_picture_of_both() -> None:
    found = read_flame(BEFORE, after(0.5), MARKER_SIDE)
    assert Image.open(io.BytesIO(found.overlay)).size == (640 + 10 + 640, 480)


def test_a_wrong_order_or_pair_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="larger than the film"):
        read_flame(RawFile("a.png", after(0.5).content), BEFORE, MARKER_SIDE)


def test_photos_that_cannot_be_measured_are_refused() -> None:
    bare = np.clip(photos.film(), 0, 1)
    bare[:100, :100] = 0.88
    two = photos.film()
    photos.rectangle(two, 30, 400, 60, 60, (0.1, 0.2, 0.8))
    bar = photos.film()
    photos.rectangle(bar, 30, 30, 60, 180, (0.1, 0.2, 0.8))
    edge = photos.film()
    photos.rectangle(edge, 150, 200, 240, 440, (0.75, 0.65, 0.45))
    cases = {
        "has 0 blue squares": bare,
        "has 2 blue squares": two,
        "no square": bar,
        "touches the edge": edge,
        "no film stands out": photos.canvas(),
    }
    for says, picture in cases.items():
        with pytest.raises(InvalidInputError, match=says):
            read_flame(RawFile("x.png", encoded(picture)), after(0.5), MARKER_SIDE)


SAND = (0.75, 0.65, 0.45)


def drawn(top: int, left: int, rows: int, columns: int, colour: tuple[float, ...] = SAND) -> np.ndarray:
    """A film on a photo of 480 x 640 pixels with the blue square at the top left."""
    picture = photos.canvas()
    photos.rectangle(picture, top, left, rows, columns, colour)
    return picture


def area(picture: np.ndarray) -> float:
    """Area of the film, mm^2."""
    return find_regions(read_photo(RawFile("x.png", encoded(picture))), "x.png", MARKER_SIDE).area


@pytest.mark.parametrize("colour", [(0.8, 0.35, 0.05), (0.1, 0.6, 0.2), (0.45, 0.05, 0.1)])
def test_films_of_any_colour_but_blue_are_told_from_the_marker(colour: tuple[float, ...]) -> None:
    assert area(drawn(150, 200, 240, 300, colour)) == pytest.approx(240 * 300 / SCALE**2, rel=0.03)


def test_a_film_may_fill_most_of_the_photo() -> None:
    """What the paper looks like is seen along the edge of the photo."""
    assert area(drawn(110, 25, 350, 590)) == pytest.approx(350 * 590 / SCALE**2, rel=0.03)


@pytest.mark.parametrize(
    ("top", "left", "rows", "columns"),
    [(0, 200, 240, 300), (240, 200, 240, 300), (150, 0, 240, 300), (150, 340, 240, 300)],
)
def test_a_film_that_leaves_the_photo_at_any_edge_is_refused(top: int, left: int, rows: int, columns: int) -> None:
    with pytest.raises(InvalidInputError, match="touches the edge"):
        area(drawn(top, left, rows, columns))


def test_dust_is_no_film() -> None:
    picture = photos.film()
    for at in range(20):
        photos.rectangle(picture, 410 + 25 * (at % 2), 20 + 30 * at, 7, 7, (0.2, 0.2, 0.2))
    assert area(picture) == pytest.approx(240 * 300 / SCALE**2, rel=0.03)
    assert hints_of(RawFile("x.png", encoded(picture)), MARKER_SIDE).pieces == 1


@pytest.mark.parametrize("turned", [20, 45])
def test_the_marker_may_be_turned(turned: float) -> None:
    rows, columns = np.mgrid[:480, :640]
    angle = np.radians(turned)
    along = (rows - 70) * np.cos(angle) + (columns - 70) * np.sin(angle)
    across = (columns - 70) * np.cos(angle) - (rows - 70) * np.sin(angle)
    picture = photos.film()
    picture[:120, :120] = (0.88, 0.88, 0.88)
    picture[np.maximum(np.abs(along), np.abs(across)) < MARKER_SIDE * SCALE / 2] = (0.1, 0.2, 0.8)
    assert area(picture) == pytest.approx(240 * 300 / SCALE**2, rel=0.04)


@pytest.mark.parametrize(("top", "left"), [(40, 40), (55, 55)])
def test_a_marker_with_a_part_missing_is_refused(top: int, left: int) -> None:
    """A frame and a corner are as wide as they are high; by their area a pixel would be too large."""
    picture = photos.film()
    picture[top : top + 40, left : left + 40] = (0.88, 0.88, 0.88)
    with pytest.raises(InvalidInputError, match="no square"):
        area(picture)


@settings(max_examples=10)
@given(share=st.floats(0, 0.99))
def test_a_photo_that_is_cut_off_is_refused(share: float) -> None:
    cut = BEFORE.content[: int(share * len(BEFORE.content))]
    with pytest.raises(InvalidInputError):
        read_flame(RawFile("cut.png", cut), after(0.5), MARKER_SIDE)


@settings(max_examples=8)
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_damaged_photos_are_refused_or_measured(flips: list[tuple[float, int]]) -> None:
    content = bytearray(encoded(photos.film(), "JPEG"))
    for at, byte in flips:
        content[int(at * (len(content) - 1))] = byte
    try:
        found = read_flame(RawFile("damaged.jpg", bytes(content)), after(0.5), MARKER_SIDE)
    except InvalidInputError:
        return
    assert 0 <= found.ratio <= 1


def test_huge_and_tiny_photos_are_refused() -> None:
    content = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(content, "PNG")
    for raw in (content.getvalue(), encoded(np.ones((20, 20, 3)))):
        with pytest.raises(InvalidInputError, match="pixels"):
            read_flame(RawFile("x.png", raw), BEFORE, MARKER_SIDE)


def test_what_is_no_picture_is_called_so() -> None:
    with pytest.raises(InvalidInputError, match="is no JPEG, PNG or TIFF picture") as refusal:
        read_flame(RawFile("x.jpg", b"this is no picture"), BEFORE, MARKER_SIDE)
    assert "object at" not in str(refusal.value)


def test_a_sound_film_has_no_hint_and_a_broken_one_has() -> None:
    assert hints_of(BEFORE, MARKER_SIDE).sentences == ("nothing conspicuous",)
    broken = photos.film()
    photos.rectangle(broken, 150, 330, 240, 20, (0.88, 0.88, 0.88))
    assert hints_of(RawFile("b.png", encoded(broken)), MARKER_SIDE).pieces == 2
    cracked = photos.film()
    for left in (260, 320, 380, 440):
        photos.rectangle(cracked, 170, left, 200, 4, (0.35, 0.3, 0.25))
    assert any("cracks" in hint for hint in hints_of(RawFile("c.png", encoded(cracked)), MARKER_SIDE).sentences)
    curled = photos.film()
    curled[150:390, 200:500] *= np.linspace(0.55, 1.05, 300)[None, :, None]
    assert any("brightness" in hint for hint in hints_of(RawFile("d.png", encoded(curled)), MARKER_SIDE).sentences)
