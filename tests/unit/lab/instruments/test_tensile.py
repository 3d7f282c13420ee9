"""Tensile tests of every format give the properties that their curves were made from, or are refused."""

import attrs
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.instruments import ReadOptions, Specimen, read_file
from lab.instruments.tensile.analysis import analyse, fracture, steepest
from lab.instruments.tensile.bezier import bezier, fit
from lab.records import Status
from tests.samples import tensile
from tests.samples.tensile import STRIPS, Strip

FILES = tensile.files()
FORMATS = {
    "bluehill.csv": "instron-bluehill",
    "testxpert.txt": "zwick-testxpert",
    "mts.txt": "mts",
    "tensile.csv": "tensile-csv",
}
CLOSE = {"youngs_modulus": 0.04, "tensile_strength": 0.001, "fracture_strain": 0.002, "toughness": 0.002}


def check(specimen: Specimen, strip: Strip) -> None:
    truth = strip.truth()
    assert {reading.property_name for reading in specimen.readings} == set(truth)
    for reading in specimen.readings:
        name = reading.property_name
        near = pytest.approx(truth[name], rel=CLOSE.get(name), abs=None if name in CLOSE else 0.07)
        assert reading.value == near, name
        assert reading.status is Status.OK


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_known_and_read(name: str) -> None:
    result = read_file(FILES[name], name=name)
    assert result.format == FORMATS[name]
    strips = STRIPS if name == "testxpert.txt" else STRIPS[:1]
    assert [specimen.label for specimen in result.specimens] == [strip.label for strip in strips]
    for specimen, strip in zip(result.specimens, strips, strict=True):
        check(specimen, strip)


@pytest.mark.parametrize("strip", [Strip("a", toe=0.01), Strip("b", modulus=5000, strain=0.015), Strip("c", beta=0.8)])
def test_slack_is_compensated_and_shapes_are_found(strip: Strip) -> None:
    check(read_file(tensile.bluehill(strip).encode()).specimens[0], strip)


def test_the_fit_range_of_the_modulus_is_stated() -> None:
    note = read_file(FILES["bluehill.csv"]).specimens[0].readings[0].note
    assert "fitted between strains 0 and" in note


def test_a_strip_that_does_not_break_gives_lower_bounds() -> None:
    strip = Strip("L001", breaks=False)
    result = read_file(tensile.bluehill(strip).encode())
    found = {reading.property_name: reading for reading in result.specimens[0].readings}
    assert {name for name, reading in found.items() if reading.status is Status.CENSORED} == {
        "tensile_strength",
        "fracture_strain",
        "toughness",
    }
    assert found["curve_alpha"].status is found["curve_beta"].status is Status.FAILED
    assert found["youngs_modulus"].status is Status.OK
    assert "--ends-at-break" in result.warnings[0]
    check(read_file(tensile.bluehill(strip).encode(), options=ReadOptions(ends_at_break=True)).specimens[0], strip)


@pytest.mark.parametrize("remark", ["at the upper grip", "Bruch in der Klemme", "jaw break"])
def test_a_break_at_the_grips_rejects_its_strip_only(remark: str) -> None:
    strips = (STRIPS[0], attrs.evolve(STRIPS[1], remark=remark), STRIPS[2])
    result = read_file(tensile.testxpert(strips).encode("cp1252"))
    assert [bool(specimen.rejected) for specimen in result.specimens] == [False, True, False]
    assert remark.replace(".", ",") in result.specimens[1].rejected


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"Thickness","0.0420","mm"\r\n', "", "thickness of strip 'L001-1' is missing"),
        ('"0.0420","mm"', '"42.0","mm"', "not possible; is its unit right"),
        ('"0.0420","mm"', '"0.0420"', "no length with a unit"),
        ('"(s)","(mm)","(N)"', '"(s)","(mm)","(kg)"', "no unit of force"),
        ('"Time","Extension","Load"', '"Time","Load","Extension"', "no unit of"),
        (
            '"Time","Extension","Load"\r\n"(s)","(mm)","(N)"',
            '"Time","Load","Extension"\r\n"(s)","(N)","(mm)"',
            "swapped",
        ),
        (
            '"Time","Extension","Load"\r\n"(s)","(mm)","(N)"',
            '"Load","Extension","Time"\r\n"(N)","(mm)","(s)"',
            "time goes",
        ),
        ('"(s)","(mm)","(N)"', '"(s)","(mm)","(MN)"', "a stress of 6e.07 MPa is not possible; is its unit"),
        ('"Time","Extension","Load"', '"Time","Foo","Load"', "no known format"),
        ('"0.06000"', '"nan"', "line"),
    ],
)
def test_what_is_unsure_is_refused(old: str, new: str, says: str) -> None:
    text = tensile.bluehill()
    assert old in text
    with pytest.raises(InvalidInputError, match=says):
        read_file(text.replace(old, new).encode(), name="x.csv")


def test_a_size_may_be_given_by_a_person_but_not_against_the_file() -> None:
    text = tensile.bluehill().replace('"Thickness","0.0420","mm"\r\n', "")
    check(read_file(text.encode(), options=ReadOptions(thickness=42.0)).specimens[0], STRIPS[0])
    with pytest.raises(InvalidInputError, match="the file says a width of 5, --width says 6"):
        read_file(FILES["bluehill.csv"], options=ReadOptions(width=6.0))


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ('"Thickness standard deviation","0.004","mm"', True),
        ('"Thickness tolerance","0.002","mm"', True),
        ('"Nominal thickness","42","um"', True),
        ('"Thickness 2","0.0440","mm"', False),
    ],
)
def test_of_several_thicknesses_none_is_taken(line: str, same: bool) -> None:
    text = tensile.bluehill().replace('"Gauge length"', f'{line}\r\n"Gauge length"')
    if not same:
        with pytest.raises(InvalidInputError, match=r"there several times \(give --thickness\)"):
            read_file(text.encode())
    options = None if same else ReadOptions(thickness=42.0)
    check(read_file(text.encode(), options=options).specimens[0], STRIPS[0])


def test_true_stress_is_not_taken_for_stress() -> None:
    strain, stress = STRIPS[0].curve()
    rows = zip(np.log1p(strain), stress * (1 + strain), strain, stress, strict=True)
    lines = [
        "true strain (m/m),true stress (MPa),strain (m/m),stress (MPa)",
        *(",".join(map(repr, map(float, r))) for r in rows),
    ]
    check(read_file(("\n".join(lines) + "\n").encode()).specimens[0], attrs.evolve(STRIPS[0], label=""))


@pytest.mark.parametrize(
    "name", ["Lateral strain (m/m)", "Querdehnung (m/m)", "Strain rate (m/m)", "Crosshead speed (mm/min)"]
)
def test_strain_across_the_strip_and_rates_are_not_taken_for_strain(name: str) -> None:
    rows = zip(*STRIPS[0].curve(), strict=True)
    lines = [f"{name},Strain (m/m),Stress (MPa)", *(f"{0.3 * x:.6f},{x:.5f},{y:.5f}" for x, y in rows)]
    result = read_file(("\n".join(lines) + "\n").encode())
    check(result.specimens[0], attrs.evolve(STRIPS[0], label=""))
    assert not result.warnings


def test_a_stress_in_thousandths_of_a_pascal_is_told() -> None:
    rows = zip(*STRIPS[0].curve(), strict=True)
    lines = ["Strain (m/m),Stress (mPa)", *(f"{x:.5f},{y:.5f}" for x, y in rows)]
    with pytest.raises(InvalidInputError, match="a stress of 6e-08 MPa is not possible"):
        read_file(("\n".join(lines) + "\n").encode())


@pytest.mark.parametrize(("left", "breaks"), [(0.55, True), (0.65, False)])
def test_a_fall_by_two_fifths_is_a_break(left: float, breaks: bool) -> None:
    strain, stress = attrs.evolve(STRIPS[0], breaks=False).curve()
    later = strain[-1] + tensile.STEP * np.arange(1, 20)
    result = analyse(np.append(strain, later), np.append(stress, np.full(19, left * stress[-1])), "")
    assert result.broke == breaks
    assert result.strain[-1] == pytest.approx(strain[-1] if breaks else later[-1], abs=2 * tensile.STEP)


def test_a_curve_of_negative_numbers_is_told_to_be_compression() -> None:
    rows = zip(*STRIPS[0].curve(), strict=True)
    lines = ["Strain (m/m),Stress (MPa)", *(f"{-x:.5f},{-y:.5f}" for x, y in rows)]
    with pytest.raises(InvalidInputError, match="compression counted positive"):
        read_file(("\n".join(lines) + "\n").encode())


def test_the_crosshead_may_go_back_after_the_break() -> None:
    strain, stress = STRIPS[0].curve()
    back = strain[-1] - np.arange(1, 400) * tensile.STEP
    rows = zip([*strain, *back], [*stress, *np.full(399, 0.01)], strict=True)
    lines = ["strain (m/m),stress (MPa)", *(f"{x:.5f},{y:.5f}" for x, y in rows)]
    check(read_file(("\n".join(lines) + "\n").encode()).specimens[0], attrs.evolve(STRIPS[0], label=""))


def test_a_result_table_is_not_taken_for_a_curve() -> None:
    rows = "".join(f'"{n}","12.1","57.{n}","3000.0"\r\n' for n in range(1, 6))
    text = tensile.bluehill().replace('"1","12.600","60.000","3000.0"\r\n', rows)
    assert rows in text
    check(read_file(text.encode()).specimens[0], STRIPS[0])


@pytest.mark.parametrize("between", ["", '"Event","paused"', "the door was opened"])
def test_a_curve_that_is_interrupted_is_refused(between: str) -> None:
    lines = tensile.bluehill().split("\r\n")
    middle = len(lines) // 2
    text = "\r\n".join([*lines[:middle], between, *lines[middle:]])
    with pytest.raises(InvalidInputError, match=rf"lines {middle + 2}-\d+: a curve goes on here"):
        read_file(text.encode(), options=ReadOptions(ends_at_break=True))


def test_the_break_is_the_last_point_before_the_fall() -> None:
    stress = np.array([0.0, 10, 20, 30, 29, 28, 20, 2, 1])
    assert fracture(stress) == 5
    assert fracture(stress[:6]) is None


def test_a_straight_line_with_noise_has_its_slope() -> None:
    rng = np.random.default_rng(5)
    strain = np.linspace(0, 0.02, 800)
    stress = 4000 * strain + 0.2 * rng.standard_normal(800)
    slope = steepest(strain, stress)
    assert slope.modulus == pytest.approx(4000, rel=0.06)


@settings(max_examples=30)
@given(alpha=st.floats(0.05, 0.95), beta=st.floats(0.02, 0.9), steepness=st.floats(1.5, 20))
def test_the_shape_of_a_bezier_is_recovered(alpha: float, beta: float, steepness: float) -> None:
    x, y = bezier(alpha, beta, steepness)
    shape = fit(x * 0.05, y * 40, steepness * 40 / 0.05)
    again = np.stack(bezier(shape.alpha, shape.beta, steepness))
    assert shape.r_squared > 0.9999
    at = np.linspace(0, 1, 50)
    assert np.interp(at, *again) == pytest.approx(np.interp(at, x, y), abs=5e-3)


@settings(max_examples=40)
@given(share=st.floats(0, 1), name=st.sampled_from(sorted(FILES)))
def test_a_file_cut_off_anywhere_gives_right_numbers_bounds_or_a_refusal(share: float, name: str) -> None:
    content = FILES[name][: int(share * len(FILES[name]))]
    try:
        result = read_file(content, name=name)
    except InvalidInputError:
        return
    for specimen, strip in zip(result.specimens, STRIPS, strict=False):
        for reading in specimen.readings:
            true = strip.truth()[reading.property_name]
            if reading.status is Status.CENSORED:
                assert reading.value is not None and reading.value <= true * 1.002
            elif reading.value is not None and reading.property_name in CLOSE:
                assert reading.value == pytest.approx(true, rel=0.1)


def test_a_strain_that_goes_back_to_its_beginning_is_refused_however_small_it_is() -> None:
    nothing = [-1e-180, -1e-180, 2.2e-308, 1e-200, 0.0, -1e-180, 0.0]
    strain = [5e-324, 2.2e-308, 0.1, 1.0, 1.0, 0.1, 1.0, *nothing, 0.1, 1.0]
    stress = [-84, -80, -79, -29, -20, 10, 18, 35, 48, 49, 55, 62.0, 74, 77, 86, 89]
    with pytest.raises(ValueError, match="the strain goes back"):
        analyse(np.array(strain), np.array(stress), "")


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-100, 100)), min_size=10, max_size=40))
def test_any_curve_is_analysed_or_refused(points: list[tuple[float, float]]) -> None:
    strain, stress = np.array(points).T
    try:
        result = analyse(strain, stress, "")
    except ValueError:
        return
    assert all(reading.value is None or np.isfinite(reading.value) for reading in result.readings)


@pytest.mark.parametrize("points", [1, 3, 40])
def test_what_a_load_cell_feels_after_the_break_is_no_strength(points: int) -> None:
    """Taking the torn strip out of the grips pulls harder than a thin film did."""
    strain, stress = STRIPS[0].curve()
    hand = 2.5 * stress.max() * np.sin(np.linspace(0.5, 2.5, points))
    later = strain[-1] + tensile.STEP * np.arange(1, points + 11)
    rows = zip([*strain, *later], [*stress, *hand, *[0.0] * 10], strict=True)
    lines = ["strain (m/m),stress (MPa)", *(f"{x:.5f},{y:.5f}" for x, y in rows)]
    result = read_file(("\n".join(lines) + "\n").encode())
    check(result.specimens[0], attrs.evolve(STRIPS[0], label=""))
    assert "the stress rises again, to" in result.warnings[0]


@pytest.mark.parametrize("strength", [60.0, 0.06])
def test_a_knock_before_the_break_gives_no_strength(strength: float) -> None:
    strain, stress = STRIPS[0].curve()
    stress *= strength / STRIPS[0].strength
    stress[len(stress) // 2] *= 3
    with pytest.raises(ValueError, match="one point far above"):
        analyse(strain, stress, "")


def test_a_coarse_curve_may_jump_before_it_breaks() -> None:
    """No knock: after that the stress would go on as before."""
    stress = np.array([0.0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 60, 0, 0])
    strength = analyse(0.001 * np.arange(14), stress, "").readings[1]
    assert (strength.property_name, strength.value, strength.status) == ("tensile_strength", 60.0, Status.OK)


def test_a_strip_that_slips_and_one_that_is_loaded_twice_are_read_to_their_end() -> None:
    strain, stress = STRIPS[0].curve()
    slipped = np.where((strain > 0.02) & (strain < 0.03), 0.4 * stress, stress)
    assert fracture(slipped) == fracture(stress)
    up = np.linspace(0.0, 0.4 * stress.max(), 100)
    assert fracture(np.concatenate([up, up[::-1], stress])) == 200 + (fracture(stress) or 0)


@pytest.mark.parametrize("points", [60, 100, 300, 2000])
@pytest.mark.parametrize("noise", [0.0, 0.001])
@pytest.mark.parametrize(("law", "within"), [("exponential", 0.04), ("hyperbola", 0.11)])
def test_a_film_that_yields_from_the_start_has_the_tangent_there(
    points: int, noise: float, law: str, within: float
) -> None:
    """2 GPa, 40 MPa, broken at five times the strain where a straight film of that strength would be."""
    strain = np.linspace(0, 0.1, points)
    rising = 2000 * strain / 40
    clean = 40 * ((1 - np.exp(-rising)) if law == "exponential" else rising / (1 + rising))
    found = [
        steepest(strain, clean + 40 * noise * np.random.default_rng(seed).standard_normal(points)).modulus
        for seed in range(5 if noise else 1)
    ]
    assert np.mean(found) == pytest.approx(2000, rel=within)


def test_a_straight_part_is_not_taken_for_the_beginning_of_a_bend() -> None:
    """A parabola or cubic through a straight part and its noise has a slope of its own at each end."""
    strain = np.linspace(0, 0.08, 400)
    clean = np.minimum(2000 * strain, 40 + 40 * (strain - 0.02))
    for seed in range(10):
        noise = 0.02 * np.random.default_rng(seed).standard_normal(400)
        assert steepest(strain, clean + noise).modulus == pytest.approx(2000, rel=0.01)


@example(0.02, 0.08, 13, 200)
@example(0.01, 0.1, 14, 500)
@given(st.floats(0.004, 0.02), st.floats(0.005, 0.1), st.floats(1.5, 15), st.sampled_from([200, 500, 900]))
def test_a_knee_does_not_make_the_straight_part_before_it_steeper(
    knee: float, hardening: float, end: float, points: int
) -> None:
    """A cubic through a knee may be steeper at its beginning than the straight part, and far better than one line."""
    strain = np.round(np.linspace(0, knee * end, points), 7)
    stress = np.round(2000 * np.minimum(strain, knee) + 2000 * hardening * np.maximum(strain - knee, 0), 5)
    assert steepest(strain, stress).modulus == pytest.approx(2000, rel=0.01)


def test_a_curve_that_is_straight_nowhere_has_no_modulus() -> None:
    points = np.arange(41.0)
    with pytest.raises(ValueError, match="straight nowhere"):
        steepest(points / 1000, points + 5 * (points % 2))


@pytest.mark.parametrize("points", [400, 1000])
@pytest.mark.parametrize("yields", [True, False])
def test_a_straight_part_with_noise_is_not_too_steep(points: int, yields: bool) -> None:
    """Of many short lines one is steep by chance; that one is not the modulus."""
    strain = np.linspace(0, 0.08 if yields else 0.02, points)
    clean = np.minimum(2000 * strain, 40 + 40 * (strain - 0.02))
    found = [
        steepest(strain, clean + 0.08 * np.random.default_rng(seed).standard_normal(points)).modulus
        for seed in range(10)
    ]
    assert np.mean(found) == pytest.approx(2000, rel=0.015)


def test_a_strain_of_few_different_values_has_a_modulus() -> None:
    """As of a crosshead that tells hundredths of a millimetre while the force is read a thousand times a second."""
    fine = np.linspace(0, 0.02, 2000)
    slope = steepest(np.floor(fine / 0.0004) * 0.0004, 2000 * fine)
    assert slope.modulus == pytest.approx(2000, rel=0.05)


def beside(first: Strip, second: Strip, *, labels: bool = True, gap: str = "") -> list[str]:
    """Two strips as Shimadzu's Trapezium exports them: in one table, a shorter one with empty cells at its end."""
    columns = [strip.columns() for strip in (first, second)]
    lines = [f'"{first.label}","","",{gap}"{second.label}","",""'] if labels else []
    lines += [f",{gap}".join([heads] * 2) for heads in ('"Time","Stroke","Force"', '"sec","mm","N"')]
    for row in range(max(len(times) for times, _, _ in columns)):
        parts = [[f"{column[row]:.5f}" for column in strip] if row < len(strip[0]) else [""] * 3 for strip in columns]
        lines.append(f",{gap}".join(",".join(part) for part in parts))
    return ["Thickness,0.042,mm", "Width,5,mm", "Gauge length,25,mm", "", *lines, ""]


@pytest.mark.parametrize("strips", [STRIPS[:2], (STRIPS[1], STRIPS[0]), (STRIPS[0], STRIPS[2])])
@pytest.mark.parametrize(("labels", "gap"), [(True, ""), (False, ""), (True, ","), (False, ",")])
def test_strips_beside_each_other_are_read_each(strips: tuple[Strip, Strip], labels: bool, gap: str) -> None:
    result = read_file("\n".join(beside(*strips, labels=labels, gap=gap)).encode())
    assert [specimen.label for specimen in result.specimens] == [strip.label if labels else "" for strip in strips]
    for specimen, strip in zip(result.specimens, strips, strict=True):
        check(specimen, strip)
    assert not result.warnings


def test_strips_beside_each_other_are_refused_where_they_are_interrupted_or_damaged() -> None:
    lines = beside(*STRIPS[:2])
    for damaged, says in (
        ([*lines[:300], "the door was opened", *lines[300:]], "a curve goes on here"),
        ([*lines[:300], lines[300].rpartition(",")[0], *lines[301:]], "line 301: a number is missing"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            read_file("\n".join(damaged).encode())
        assert says in str(caught.value.faults)


def test_bluehill_names_its_parameters_after_what_they_are_of() -> None:
    text = tensile.bluehill()
    for name in ("label", "Width", "Thickness"):
        text = text.replace(f'"Specimen {name}"', f'"{name}"').replace(f'"{name}"', f'"Specimen : {name}"')
    check(read_file(text.encode()).specimens[0], STRIPS[0])
    assert read_file(text.encode()).specimens[0].label == STRIPS[0].label


@pytest.mark.parametrize(
    ("names", "unit"), [("Strain (in/in),Stress (psi)", 0.006894757293), ("Strain,Stress\n(in/in),(ksi)", 6.894757293)]
)
def test_strain_in_inches_an_inch_and_stress_in_pounds_are_read(names: str, unit: float) -> None:
    lines = [names, *(f"{x:.6f},{y / unit:.8f}" for x, y in zip(*STRIPS[0].curve(), strict=True))]
    check(read_file(("\n".join(lines) + "\n").encode()).specimens[0], attrs.evolve(STRIPS[0], label=""))


@pytest.mark.parametrize("names", ["Strain / %;Stress / MPa", "Dehnung in %;Spannung in N/mm²"])
def test_units_may_stand_behind_a_stroke(names: str) -> None:
    rows = "".join(f"{100 * x:.4f};{y:.4f}\n" for x, y in zip(*STRIPS[0].curve(), strict=True))
    result = read_file((names + "\n" + rows.replace(".", ",")).encode())
    check(result.specimens[0], attrs.evolve(STRIPS[0], label=""))
