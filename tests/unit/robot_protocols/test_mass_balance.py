import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.records import Transfer
from lab.seeds import generator
from robot_protocols.mass_balance import Dose, as_made, dry_film
from tests.unit.robot_protocols.examples import MATERIALS, STOCKS, stocks_with

volume = st.floats(20, 1000)


def transfer(stock: str, delivered: float, film: str = "F", sd: float = 1.0) -> Transfer:
    return Transfer("deck-001", 1, film, stock, "p300_single_gen2", delivered, delivered, sd)


@given(st.lists(volume, min_size=4, max_size=4), volume)
def test_masses_add_up(volumes: list[float], water: float):
    transfers = [transfer(stock.name, v) for stock, v in zip(STOCKS, volumes, strict=True)]
    made = as_made("F", [*transfers, transfer("water", water), transfer("CNF-10", 500.0, film="other")], STOCKS)
    masses = {s.material: v * s.concentration / 1000 for s, v in zip(STOCKS, volumes, strict=True)}
    assert made.solids == pytest.approx(sum(masses.values()))
    assert sum(made.composition.values()) == pytest.approx(1.0)
    for name in MATERIALS:
        assert made.composition[name] * made.solids == pytest.approx(masses[name])


@given(st.lists(volume, min_size=4, max_size=4), st.floats(0.1, 10))
def test_doing_more_of_everything_changes_solids_only(volumes: list[float], factor: float):
    def film(scale: float):
        return dry_film([Dose(s.name, "p", v * scale, 0.0) for s, v in zip(STOCKS, volumes, strict=True)], STOCKS)

    one, many = film(1.0), film(factor)
    assert many.solids == pytest.approx(factor * one.solids)
    assert dict(many.composition) == pytest.approx(dict(one.composition))


def test_standard_deviations_agree_with_drawn_errors():
    doses = [
        Dose("CNF-10", "p1000", 600.0, 12.0),
        Dose("MMT-10", "p300", 240.0, 3.0),
        Dose("gelatin-20", "p300", 60.0, 1.0),
    ]
    film = dry_film(doses, STOCKS)
    rng = generator(1, "mass balance")
    n = 40_000
    drawn = {
        "CNF": rng.normal(600, 12, n) * rng.normal(10, 0.1, n),
        "MMT": rng.normal(240, 3, n) * rng.normal(10, 0.1, n),
        "gelatin": rng.normal(60, 1, n) * rng.normal(20, 0.2, n),
    }
    total = np.sum(list(drawn.values()), axis=0)
    for name, mass in drawn.items():
        assert film.sd[name] == pytest.approx(float(np.std(mass / total)), rel=0.02)
    assert film.sd["glycerol"] == 0.0


def test_errors_of_one_pipette_add_up_and_of_two_do_not():
    other = Dose("MMT-10", "p300", 500.0, 0.0)
    same = dry_film([Dose("CNF-10", "p300", 250.0, 3.0)] * 2 + [other], stocks_with("CNF-10", concentration_sd=0.0))
    two = dry_film(
        [Dose("CNF-10", "p300", 250.0, 3.0), Dose("CNF-10", "p1000", 250.0, 3.0), other],
        stocks_with("CNF-10", concentration_sd=0.0),
    )
    assert same.sd["CNF"] > two.sd["CNF"]


@pytest.mark.parametrize(
    "doses",
    [[], [Dose("water", "p", 100.0, 1.0)], [Dose("ink", "p", 100.0, 1.0)], [Dose("CNF-10", "p", -1.0, 1.0)]],
)
def test_what_is_no_film_is_refused(doses: list[Dose]):
    with pytest.raises(InvalidInputError):
        dry_film(doses, STOCKS)
