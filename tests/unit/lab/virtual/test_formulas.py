import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.campaign_files import builtin_definition
from lab.library import published_films
from lab.stocks import Stock
from lab.virtual import curve, packing
from lab.virtual.constants import constants, entries
from lab.virtual.corrections import Corrections, published_coordinates
from lab.virtual.film_world import FilmWorld
from lab.virtual.robot_errors import least_composition_sd, relative_errors, smallest_error
from lab.virtual.roles import RoleMap

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")
unit = st.floats(0.01, 0.99)


def area_by_quadrature(strength, strain, modulus, alpha, beta):
    t = np.linspace(0, 1, 20_001)
    basis = np.stack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
    abscissas, ordinates = curve.control_points(np.array(alpha), np.array(beta), np.array(modulus * strain / strength))
    return strength * strain * np.trapz(ordinates @ basis, abscissas @ basis)


@given(alpha=unit, beta=unit, steepness=st.floats(1.01, 50))
def test_toughness_is_the_area_under_the_curve(alpha, beta, steepness):
    strength, strain = 50.0, 0.04
    modulus = steepness * strength / strain
    exact = curve.toughness(*(np.array([v]) for v in (strength, strain, modulus, alpha, beta)))[0]
    assert exact == pytest.approx(area_by_quadrature(strength, strain, modulus, alpha, beta), rel=1e-6)
    # Between the triangle below the chord and the rectangle.
    assert 0.5 * strength * strain * 0.999 <= exact <= strength * strain


def test_a_straight_line_has_half_the_area_of_its_rectangle():
    one = np.ones(1)
    assert curve.toughness(80 * one, 0.02 * one, 4000 * one, 0.4 * one, 0.3 * one)[0] == pytest.approx(0.8)


def test_the_curve_agrees_with_the_published_toughness():
    # Chen et al. 2024 do not print the control points; with these the published films agree to a few percent.
    ratios = []
    for film in published_films():
        v = {name: np.array([value]) for name, value in film.values.items()}
        area = curve.toughness(
            v["tensile_strength"], v["fracture_strain"], v["youngs_modulus"], v["curve_alpha"], v["curve_beta"]
        )
        ratios.append(area[0] / film.values["toughness"])
    assert np.median(np.abs(np.array(ratios) - 1)) < 0.05


def test_the_world_is_consistent_with_its_own_curves():
    points = np.random.default_rng(1).dirichlet(np.ones(4), 500)
    t = FilmWorld().truth(points)
    names = ("tensile_strength", "fracture_strain", "youngs_modulus", "curve_alpha", "curve_beta")
    np.testing.assert_allclose(t["toughness"], curve.toughness(*(t[name] for name in names)))
    assert (t["youngs_modulus"] * t["fracture_strain"] / t["tensile_strength"] > 1).all()


def test_density_and_thickness_of_pure_films():
    roles = RoleMap(MATERIALS, {})(np.array([[1.0, 0, 0, 0], [0, 0, 1.0, 0]]))
    # CNF nanopaper: 1.29-1.55 g/cm^3 published, 1.08 with the full 28 % of pores; gelatin: no pores.
    density = packing.density(roles, constants())
    assert density[0] == pytest.approx(1.5 * 0.72)
    assert density[1] == pytest.approx(1.35)
    assert packing.thickness(roles, 2.7, constants())[1] == pytest.approx(20.0)


def test_every_constant_has_a_value_a_unit_and_a_source():
    for name, entry in entries().items():
        assert entry["unit"], name
        assert len(entry["source"]) > 5, name
        if "prior" in entry:
            assert ("factor" in entry) != ("within" in entry), name
            assert "fitted" in entry["source"], name
    assert len(constants()) > 100


def test_fitted_constants_stay_within_three_tolerances_of_their_priors():
    for name, entry in entries().items():
        if "factor" in entry:
            assert abs(np.log(entry["value"] / entry["prior"])) <= 3 * np.log(entry["factor"]), name
        elif "within" in entry:
            assert abs(entry["value"] - entry["prior"]) <= 3 * entry["within"], name


def test_corrections_fade_away_from_the_published_films():
    corrections = Corrections.fitted()
    far = np.array([[0.0, 0.0, 0.0, 1.0]])
    assert np.linalg.norm(published_coordinates() - far, axis=1).min() > 0.5
    assert all(abs(shift[0]) < 1e-3 for shift in corrections.at(far).values())
    assert Corrections.none().at(far) == {}


def test_pipette_errors_are_the_published_ones():
    assert relative_errors("p300", 20) == pytest.approx((0.04, 0.025))
    assert relative_errors("p300", 300) == pytest.approx((0.006, 0.003))
    assert relative_errors("p1000", 1000) == pytest.approx((0.007, 0.0015))
    assert 0.006 < relative_errors("p300", 200)[0] < 0.01


def test_small_volumes_are_worse_and_no_pipette_is_used_below_its_range():
    assert smallest_error(0.5) == 1.0
    assert smallest_error(2) > smallest_error(10) > smallest_error(300)
    # 100 uL: the p300 is better than the p1000.
    assert smallest_error(100) < relative_errors("p1000", 100)[0] / np.sqrt(3)


def test_least_composition_sd_is_zero_for_what_is_not_there_and_small_elsewhere():
    stocks = builtin_definition().stocks
    sd = least_composition_sd(np.array([0.5, 0.5, 0.0, 0.0]), MATERIALS, 40.0, stocks)
    assert sd[2] == sd[3] == 0
    # Stocks are known to 1 % and pipettes to about 1 %: half of each at a half and half mixture.
    assert sd[0] == pytest.approx(0.5 * 0.5 * np.sqrt(2) * np.hypot(0.01, 0.006 / np.sqrt(3)), rel=0.1)
    certain = [Stock(s.name, s.material, s.concentration) for s in stocks]
    assert (least_composition_sd(np.full(4, 0.25), MATERIALS, 40.0, certain) < sd[0]).all()


def test_the_least_doubt_about_a_material_is_that_of_its_weakest_stock():
    weak, strong = Stock("weak", "CNF", 10.0, 0.3), Stock("strong", "CNF", 40.0, 4.0)
    other = Stock("other", "MMT", 5.0, 5.0)
    fractions = np.array([0.5, 0.5, 0.0])
    # 20 mg at 10 mg/mL; half of a relative error of half a film.
    only = 0.25 * np.hypot(smallest_error(2000.0), 0.03)
    found = least_composition_sd(fractions, ["CNF", "gelatin", "MMT"], 40.0, [strong, weak, other])
    assert found == pytest.approx([only, only, 0.0])
