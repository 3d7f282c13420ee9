"""The map of every deck that comes with filmlab is a drawing in which nothing hides anything else."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from math import hypot
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from robot_protocols.decks import Use, deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan
from robot_protocols.slot_map import SLOT, slot_map_svg, tips_by_slot
from tests.unit.robot_protocols.examples import STOCKS, order

DECKS = [f"{name}{more}" for name in ("casting-6-dish", "screening-24-well") for more in ("", "-5-stocks", "-troughs")]
LETTER = 0.6
"""Width of a letter in sizes, of most typefaces."""


@cache
def drawn(name: str) -> tuple[DeckPlan, Element]:
    """A plan of films with labels of many lengths, and its map."""
    casting = name.startswith("casting")
    solids, volume = (40.0, 4500.0) if casting else (12.0, 1600.0)
    films = [order("F" + "9" * n, solids, volume, CNF=0.3, MMT=0.2, gelatin=0.4, glycerol=0.1) for n in range(18)]
    plan = plan_decks(films, STOCKS, deck_named(name))[0]
    return plan, ElementTree.fromstring(slot_map_svg(plan, deck_named(name)))  # noqa: S314 - drawn by us


def slots(name: str) -> Iterator[tuple[int, Element]]:
    for group in drawn(name)[1]:
        (number,) = (text.text for text in group if text.get("class") == "number")
        yield int(number or ""), group


def numbers(element: Element, *names: str) -> list[float]:
    return [float(element.get(name, "nan")) for name in names]


def parts(group: Element, tag: str) -> list[Element]:
    return [part for part in group if part.tag.rsplit("}")[-1] == tag]


@pytest.mark.parametrize("name", DECKS)
def test_slots_lie_on_the_sheet_side_by_side(name: str):
    width, height = (float(value) for value in drawn(name)[1].get("viewBox", "").split()[2:])
    corners = []
    for _, group in slots(name):
        x, y = (float(value) for value in re.findall(r"[\d.]+", group.get("transform", "")))
        assert 0 < x < x + SLOT[0] < width and 0 < y < y + SLOT[1] < height
        corners.append((x, y))
    assert len(corners) == 12
    assert all(abs(a[0] - b[0]) > SLOT[0] or abs(a[1] - b[1]) > SLOT[1] for a, b in combinations(corners, 2))
    # The margin is the same on all sides.
    assert min(x for x, _ in corners) == pytest.approx(width - SLOT[0] - max(x for x, _ in corners))
    assert min(y for _, y in corners) == pytest.approx(height - SLOT[1] - max(y for _, y in corners))


@pytest.mark.parametrize("name", DECKS)
def test_dishes_and_tips_lie_in_their_slot_and_do_not_touch(name: str):
    plan, _ = drawn(name)
    deck = deck_named(name)
    seen = {"dish": 0, "tip": 0}
    for number, group in slots(name):
        kinds = [part.get("class") for part in parts(group, "circle")]
        circles = [numbers(part, "cx", "cy", "r") for part in parts(group, "circle")]
        for x, y, radius in circles:
            assert radius > 2
            assert radius <= x <= SLOT[0] - radius
            assert 13 + radius <= y <= SLOT[1] - radius  # below the title
        for a, b in combinations(circles, 2):
            assert hypot(a[0] - b[0], a[1] - b[1]) >= a[2] + b[2]
        item = next((item for item in deck.slots if item.slot == number), None)
        if item is not None and item.use is not Use.STOCKS:
            assert len(circles) == len(item.labware.wells)
        assert kinds.count("tip") == tips_by_slot(plan).get(number, 0)
        seen = {kind: count + kinds.count(kind) for kind, count in seen.items()}
    assert seen["dish"] == len(plan.films) > 1


@pytest.mark.parametrize("name", DECKS)
def test_containers_lie_in_their_slot_and_hold_their_text(name: str):
    plan, _ = drawn(name)
    boxes = 0
    for number, group in slots(name):
        inside = []
        for part in parts(group, "rect"):
            if part.get("class") == "slot":
                continue
            x, y, width, height = numbers(part, "x", "y", "width", "height")
            assert 0 < x < x + width < SLOT[0] and 13 < y < y + height <= SLOT[1]
            inside.append((y, y + height))
        assert all(a[1] < b[0] or b[1] < a[0] for a, b in combinations(inside, 2))
        boxes += len(inside)
        loaded = [p for need in plan.stock_needs for p in need.places if p.place.slot == number]
        assert len(inside) == len(loaded)
        texts = [part for part in parts(group, "text") if part.get("class") in {"stock", "volume"}]
        for part in texts:
            base, size = numbers(part, "y", "font-size")
            assert any(top < base - 0.7 * size and base + 0.2 * size < bottom for top, bottom in inside)
        assert len(texts) in {len(loaded), 2 * len(loaded)}
    assert boxes > 0


@pytest.mark.parametrize("name", DECKS)
def test_every_text_stays_in_its_slot(name: str):
    for _, group in slots(name):
        for part in parts(group, "text"):
            x, y = numbers(part, "x", "y")
            size = float(part.get("font-size", 6.0))
            width = LETTER * size * len(part.text or "")
            left = x - width / 2 if part.get("text-anchor") == "middle" else x
            assert left >= -0.1 and left + width <= SLOT[0] + 0.1, part.text
            assert 0.7 * size <= y <= SLOT[1]
        for part in parts(group, "text"):
            if part.get("class") == "film":
                (circle,) = (
                    numbers(one, "cx", "cy", "r")
                    for one in parts(group, "circle")
                    if numbers(one, "cx") == numbers(part, "x")
                    and abs(numbers(one, "cy")[0] - numbers(part, "y")[0]) < 5
                )
                assert LETTER * float(part.get("font-size", "nan")) * len(part.text or "") <= 2 * circle[2]
