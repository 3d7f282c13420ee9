from collections.abc import Callable, Iterable
from datetime import date

import attrs
import pytest

from robot_protocols.decks import Place, deck_named
from robot_protocols.decks.checks import DECK_RULES
from robot_protocols.planner import plan_decks
from robot_protocols.preflight import RULES, Finding, Inspection, RobotFacts, Severity, preflight, refused
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, stocks_with
from tests.unit.robot_protocols.faults import FAULTS, Fault
from tests.unit.robot_protocols.seeding import (
    P300,
    P1000,
    TIPS_300,
    Case,
    filter_tips,
    first_stroke,
    good,
    need_of,
    with_mixing,
    with_pass,
    with_stroke,
)


def test_a_good_plan_has_no_findings():
    plan, deck, stocks, _ = good()
    robot = RobotFacts(pipettes={"left": P1000, "right": P300})
    assert preflight(plan, deck, stocks, signed_sha256=plan.sha256, robot=robot) == ()


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_seeded_fault_is_found(fault: Fault):
    plan, deck, stocks, options = fault.make()
    findings = preflight(plan, deck, stocks, **options)
    found = [finding for finding in findings if finding.code == fault.code]
    assert found, f"found only {[finding.code for finding in findings]}"
    assert all(finding.message and finding.hint for finding in findings)
    if fault.warns_only:
        assert {finding.severity for finding in found} == {Severity.WARN}
        assert not refused(findings)
    else:
        assert refused(found)


def test_there_are_faults_for_every_rule():
    assert len({fault.code for fault in FAULTS}) >= 30
    found: dict[str, set[str]] = {rule.__name__: set() for rule in (*RULES, *DECK_RULES)}
    for fault in FAULTS:
        plan, deck, stocks, options = fault.make()
        check = Inspection(plan, deck, {stock.name: stock for stock in stocks}, **options)
        answers: list[tuple[str, Iterable[Finding]]] = [(rule.__name__, rule(check)) for rule in RULES]
        answers += [(rule.__name__, rule(deck)) for rule in DECK_RULES]
        for name, findings in answers:
            found[name] |= {finding.code for finding in findings} & {fault.code}
    assert [name for name, codes in found.items() if not codes] == []


def codes(case: Case) -> list[str]:
    return [finding.code for finding in preflight(case.plan, case.deck, case.stocks, **case.options)]


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("STOCK_CHANGED", lambda: good()._replace(stocks=stocks_with("CNF-10", material="MMT"))),
        ("WRONG_WELL", lambda: with_mixing(0, dish=four_film_plan().films[1].dish)),
        ("UNKNOWN_WELL", lambda: with_mixing(0, dish=Place(1, "H12"))),
        ("UNKNOWN_WELL", lambda: with_stroke("MMT-10", source=Place(1, "H12"))),
        ("TIP_TWICE", lambda: with_mixing(0, tip=four_film_plan().mixings[1].tip)),
        ("TIP_USED_BEFORE", lambda: good()._replace(options={"used_tips": [four_film_plan().mixings[0].tip]})),
        ("TIP_TOUCHES_FILM", lambda: with_stroke("CNF-10", dish_height=-5.0)),
        ("TIP_MISSING", lambda: with_pass(0, tip=four_film_plan().films[0].dish)),
        ("TIP_MISSING", lambda: with_pass(0, tip=Place(TIPS_300, "P24"))),
    ],
)
def test_what_mixes_and_what_is_drawn_is_checked_like_what_is_dosed(code: str, make: Callable[[], Case]):
    assert code in codes(make())


def test_the_largest_stroke_of_a_tip_has_to_fit_into_it():
    case = filter_tips()
    found = [finding.message for finding in preflight(*case[:3]) if finding.code == "TIP_TOO_SMALL"]
    # The glycerol's tip makes a stroke of 60 uL before that of 240 uL.
    assert found == [f"{P300} draws 240 uL for {stock} into a tip of 200 uL" for stock in ("glycerol-20", "MMT-10")]


def test_what_mixes_fits_into_its_tip():
    case = filter_tips()
    mixing = attrs.evolve(case.plan.mixings[0], pipette=P300, volume=240.0, tip=Place(TIPS_300, "H12"))
    findings = preflight(attrs.evolve(case.plan, mixings=(mixing,)), case.deck, STOCKS)
    assert any(found.code == "TIP_TOO_SMALL" and "mixing" in found.message for found in findings)


@pytest.mark.parametrize(("volume", "code"), [(20.0, None), (19.9, "VOLUME_BELOW_RANGE"), (300.0, None)])
def test_a_pipette_gives_its_minimum_and_its_maximum(volume: float, code: str | None):
    found = {code for code in codes(with_stroke("glycerol-20", P300, volume=volume)) if code.startswith("VOLUME")}
    assert found == ({code} if code else set())


@pytest.mark.parametrize(("more", "told"), [(-25.0, True), (-15.0, False), (15.0, False), (25.0, True)])
def test_a_film_is_cast_from_its_volume_but_for_what_the_smallest_pipette_gives(more: float, told: bool):
    volume = first_stroke("water", P1000).volume
    assert ("FILM_VOLUME" in codes(with_stroke("water", P1000, volume=volume + more))) == told


def test_every_container_keeps_what_cannot_be_taken_from_it():
    """Of a stock in two troughs twice the dead volume stays."""
    deck = deck_named("casting-6-dish-troughs")
    films = [order(f"A{n}", 40.0, 4500.0, CNF=0.5, gelatin=0.5) for n in range(12)]
    stocks = [attrs.evolve(stock, dead_volume=500.0) for stock in STOCKS]
    (plan,) = plan_decks(films, stocks, deck)
    need = next(need for need in plan.stock_needs if need.stock == "CNF-10")
    assert len(need.places) == 2

    def found(volume: float) -> list[str]:
        at_hand = [attrs.evolve(s, volume=volume) if s.name == "CNF-10" else s for s in stocks]
        return codes(Case(plan, deck, at_hand, {}))

    assert need.dead >= 500.0
    wanted = need.needed + 2 * need.dead
    assert "STOCK_SHORT" in found(wanted - 1.0)
    assert found(wanted + 1.0) == ["RESERVE_SMALL"]
    assert found(wanted + deck.reserve * need.needed - 1.0) == ["RESERVE_SMALL"]
    assert found(wanted + deck.reserve * need.needed + 1.0) == []


@pytest.mark.parametrize(
    ("today", "code"),
    [
        (date(2025, 12, 31), ["STOCK_FROM_FUTURE"]),
        (date(2026, 1, 1), []),
        (date(2026, 1, 15), []),
        (date(2026, 1, 16), ["STOCK_EXPIRED"]),
    ],
)
def test_a_stock_keeps_through_its_last_day(today: date, code: list[str]):
    stocks = stocks_with("CNF-10", made_on=date(2026, 1, 1), keeps_days=14)
    assert codes(good()._replace(stocks=stocks, options={"today": today})) == code


def test_a_container_is_dry_when_less_is_left_than_is_out_of_reach():
    need = need_of("MMT-10")
    (loaded,) = need.places

    def found(spare: float) -> list[str]:
        place = attrs.evolve(loaded, volume=need.needed + need.dead + spare)
        needs = [attrs.evolve(n, places=(place,)) if n.stock == "MMT-10" else n for n in four_film_plan().stock_needs]
        return codes(good()._replace(plan=attrs.evolve(four_film_plan(), stock_needs=tuple(needs))))

    assert "CONTAINER_RUNS_DRY" in found(-1.0)
    assert "CONTAINER_RUNS_DRY" not in found(0.0)


def test_a_stock_that_is_short_is_told_with_what_is_missing():
    need = need_of("CNF-10")
    stocks = stocks_with("CNF-10", volume=need.needed + need.dead * len(need.places) - 1_500.0)
    (found,) = [f for f in preflight(*good()._replace(stocks=stocks)[:3]) if f.code == "STOCK_SHORT"]
    assert found.hint == "prepare 1.5 mL more"


def test_a_wrong_source_is_told_once():
    number = next(n for n, item in enumerate(four_film_plan().passes) if len(item.strokes) > 2)
    item = four_film_plan().passes[number]
    other = next(need for need in four_film_plan().stock_needs if need.stock != item.stock).places[0].place
    case = with_pass(number, strokes=tuple(attrs.evolve(stroke, source=other) for stroke in item.strokes))
    assert codes(case).count("WRONG_STOCK") == 1
