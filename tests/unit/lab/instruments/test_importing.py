"""Readings become records of the right film, or nothing is recorded."""

import json
import unicodedata
from datetime import UTC, datetime

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.campaign_files import builtin_definition
from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.hashing import sha256_of_bytes
from lab.instruments import InstrumentResult, Reading, Specimen, read_file
from lab.instruments.film_labels import film_of, film_of_file
from lab.instruments.importing import ImportPlan, ImportRequest, plan_import
from lab.instruments.repeated import repeated_curves, shared_names
from lab.instruments.replicates import pooled
from lab.records import Artefact, AsMade, Event, Film, Purpose, Records, Status
from tests.samples import spectra

DEFINITION = builtin_definition()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REQUEST = ImportRequest("ada", NOW)


def film(label: str) -> Film:
    return Film(label, Purpose.MANUAL, Composition({"CNF": 0.5, "MMT": 0.5}), 100.0, 4000.0)


def planned(*labels: str) -> Records:
    event = Event("plan", "ada", "by hand", simulated=False, at=NOW)
    return Records().with_added(event, tuple(film(label) for label in labels))


def records(*labels: str) -> Records:
    known = planned(*labels)
    event = Event("make", "ada", "by hand", simulated=False, at=NOW)
    made = tuple(AsMade(one.label, one.asked, {}, one.solids) for one in known.films.values())
    return known.with_added(event, made)


def after(known: Records, plan: ImportPlan) -> Records:
    return known.with_added(plan.event, plan.measurements)


def result(label: str = "L001", name: str = "a.txt", level: float = 0.0) -> InstrumentResult:
    text = spectra.cary((label,), shift=0.0) if level == 0 else spectra.cary(("x", label), shift=level)
    found = read_file(text.encode(), name=name)
    return attrs.evolve(found, specimens=found.specimens[-1:])


def test_a_spectrum_becomes_three_measurements_of_its_film() -> None:
    plan = plan_import([result()], DEFINITION, records("L001", "L002"), REQUEST)
    assert {(m.film, m.property_name): m.value for m in plan.measurements} == pytest.approx(
        {("L001", name): value for name, value in spectra.TRUTH.items()}
    )
    assert all(
        m.status is Status.OK and m.n == 1 and m.sd is None and m.raw_sha256 == result().raw.sha256
        for m in plan.measurements
    )
    assert not plan.event.simulated and plan.event.who == "ada"


def test_a_film_that_was_not_made_has_nothing_to_measure() -> None:
    with pytest.raises(InvalidInputError, match="L001 has not been made yet"):
        plan_import([result()], DEFINITION, planned("L001", "L002"), REQUEST)


def test_several_files_of_a_film_are_replicates() -> None:
    files = [result("L001", f"{i}.csv", 0.01 * i) for i in range(3)]
    plan = plan_import(files, DEFINITION, records("L001"), REQUEST)
    found = next(m for m in plan.measurements if m.property_name == "transmittance_vis")
    assert found.n == 3
    assert [found.value, found.sd] == pytest.approx([0.6755, 0.01])


def test_a_copy_is_no_replicate_whatever_it_is_called() -> None:
    label, known = "L001", records("L001", "L002")
    copy = attrs.evolve(result(label, "copy.csv"), raw=attrs.evolve(result().raw, name="copy.csv", content=b"other"))
    for other in (label, "L002"):
        specimens = tuple(attrs.evolve(specimen, label=other) for specimen in copy.specimens)
        with pytest.raises(InvalidInputError, match=r"copy.csv is point by point the same as .* of a.txt"):
            plan_import([result(label), attrs.evolve(copy, specimens=specimens)], DEFINITION, known, REQUEST)


def test_copies_and_shared_names_are_seen_behind_what_has_no_curve() -> None:
    rejected = Specimen("L002", (), rejected="broke at the grips")
    file = result()
    twice = attrs.evolve(file, specimens=(rejected, *file.specimens, rejected, *file.specimens))
    (copied,), (shared,) = repeated_curves([twice]), shared_names([twice])
    assert (
        copied
        == "specimen 4 ('L001') of a.txt is point by point the same as specimen 2 ('L001') of a.txt; leave one out"
    )
    nameless = attrs.evolve(file, specimens=tuple(attrs.evolve(one, label="") for one in file.specimens))
    (copied,) = repeated_curves([nameless, nameless])
    assert copied == "specimen 1 of a.txt is point by point the same as specimen 1 of a.txt; leave one out"
    assert shared.startswith("specimen 4 (") and " and specimen 2 (" in shared and "both called 'L001'" in shared


def test_curves_without_a_name_and_strips_without_readings_share_none() -> None:
    (one,) = result().specimens
    (two,) = result(level=0.01).specimens
    for first, second in (
        (attrs.evolve(one, label=""), attrs.evolve(two, label="")),
        (attrs.evolve(one, readings=()), two),
        (one, attrs.evolve(two, curve=None)),
    ):
        assert not [*shared_names([attrs.evolve(result(), specimens=(first, second))])]


def test_capitals_matter_where_films_differ_in_nothing_else() -> None:
    films = ("a1", "A1", "b2", "A1-2")
    named = {
        "A1": "A1",
        "a1": "a1",
        "a1-3": "a1",
        "A1-2": "A1-2",
        "a1-2": "A1-2",
        "B2 (3)": "b2",
        "b2x": None,
        "": None,
    }
    assert {label: film_of(label, films) for label in named} == named
    assert film_of("AB", ["ab", "aB"]) is None


def test_two_curves_of_one_name_may_be_two_films() -> None:
    both = read_file(spectra.cary(("L001", "L001")).encode(), name="a.csv")
    with pytest.raises(InvalidInputError, match=r"specimen 2 \(lines .*\) and specimen 1 \(.* both called 'L001'"):
        plan_import([both], DEFINITION, records("L001"), REQUEST)
    said = attrs.evolve(REQUEST, film="L001")
    assert {m.n for m in plan_import([both], DEFINITION, records("L001"), said).measurements} == {2}


def test_opaque_films_may_read_the_same() -> None:
    dark = [result("L001", f"{i}.csv", 0.01 * i) for i in (1, 2)]
    dark = [attrs.evolve(one, specimens=tuple(_without_light(item) for item in one.specimens)) for one in dark]
    assert plan_import(dark, DEFINITION, records("L001"), REQUEST).measurements[0].n == 2


def _without_light(specimen: Specimen) -> Specimen:
    assert specimen.curve is not None
    return attrs.evolve(specimen, curve=attrs.evolve(specimen.curve, y=np.zeros_like(specimen.curve.y)))


def test_the_log_says_where_every_reading_comes_from() -> None:
    files = [result("L001", f"{i}.csv", 0.01 * i) for i in range(3)]
    plan = plan_import(files, DEFINITION, records("L001"), REQUEST)
    log = json.loads(plan.files[-1].content)
    assert len(log) == 9
    assert {entry["file"] for entry in log} == {"0.csv", "1.csv", "2.csv"}
    assert all(entry["where"].startswith("lines 3-") for entry in log)


@pytest.mark.parametrize(
    ("label", "name", "request_", "says"),
    [
        ("L999", "a.txt", REQUEST, "no film of this campaign"),
        ("", "a.txt", REQUEST, "does not say which film"),
        ("L001", "L002.csv", REQUEST, "the file's name says L002"),
        ("L001", "a.txt", attrs.evolve(REQUEST, film="L002"), "says L001 and you say L002"),
        ("L001", "a.txt", attrs.evolve(REQUEST, film="L009"), "there is no film 'L009'"),
        ("L001", "a.txt", attrs.evolve(REQUEST, instead_of="L002"), "needs --film"),
    ],
)
def test_films_that_do_not_exist_or_contradict_are_refused(
    label: str, name: str, request_: ImportRequest, says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        plan_import([result(label, name)], DEFINITION, records("L001", "L002"), request_)


def test_an_import_is_not_repeated_and_an_earlier_value_only_superseded_when_asked() -> None:
    known = records("L001")
    known = after(known, plan_import([result()], DEFINITION, known, REQUEST))
    with pytest.raises(InvalidInputError, match="imported already by ada"):
        plan_import([result()], DEFINITION, known, REQUEST)
    second = result("L001", "b.txt", 0.02)
    with pytest.raises(InvalidInputError, match="has a measurement of transmittance_vis already"):
        plan_import([second], DEFINITION, known, REQUEST)
    again = plan_import([second], DEFINITION, known, attrs.evolve(REQUEST, replace=True))
    value = after(known, again).measurements["L001", "transmittance_vis"].value
    assert value == pytest.approx(0.6855)


def test_a_file_brings_what_it_tells_of_a_property_that_joined_the_campaign_later() -> None:
    fewer = attrs.evolve(DEFINITION, properties=tuple(p for p in DEFINITION.properties if p.name != "transmittance_uv"))
    known = records("L001")
    known = after(known, plan_import([result()], fewer, known, REQUEST))
    newer = plan_import([result("L001", "b.txt", 0.02)], fewer, known, attrs.evolve(REQUEST, replace=True))
    late = plan_import([result()], DEFINITION, known, REQUEST)
    assert [found.property_name for found in late.measurements] == ["transmittance_uv"]
    assert late.event.key not in known.events
    with pytest.raises(InvalidInputError, match="imported already by ada"):
        plan_import([result()], DEFINITION, after(known, late), REQUEST)
    with pytest.raises(
        InvalidInputError, match=r"has a measurement of transmittance_vis already[\s\S]*imported already"
    ):
        plan_import([result()], DEFINITION, after(known, newer), REQUEST)


def test_a_wrong_film_is_put_right_and_says_so() -> None:
    known = records("L001", "L002")
    known = after(known, plan_import([result()], DEFINITION, known, REQUEST))
    request = attrs.evolve(REQUEST, film="L002", instead_of="L001")
    known = after(known, plan_import([result()], DEFINITION, known, request))
    wrong = known.measurements["L001", "transmittance_uv"]
    assert (wrong.status, wrong.value) == (Status.FAILED, None)
    assert "L002" in wrong.reason
    assert known.measurements["L002", "transmittance_uv"].value == pytest.approx(spectra.TRUTH["transmittance_uv"])


def test_a_mean_that_rests_on_a_file_of_another_film_is_withdrawn_as_a_whole() -> None:
    own, others = result("L001", "own.csv"), result("L001", "others.csv", 0.02)
    known = records("L001", "L002")
    plan = plan_import([own, others], DEFINITION, known, REQUEST)
    stored = [Artefact(file.name, sha256_of_bytes(file.content), "text/csv", 1) for file in plan.files]
    known = known.with_added(plan.event, (*stored, *plan.measurements))
    request = attrs.evolve(REQUEST, film="L002", instead_of="L001")
    plan = plan_import([others], DEFINITION, known, request)
    known = after(known, plan)
    wrong = known.measurements["L001", "transmittance_uv"]
    assert (wrong.value, wrong.reason) == (
        None,
        "rejected: was measured, at least in part, on L002, not on this film",
    )
    assert known.measurements["L002", "transmittance_uv"].n == 1


def test_a_value_is_withdrawn_where_the_right_film_has_it_already() -> None:
    known = records("L001", "L002")
    known = after(known, plan_import([result()], DEFINITION, known, REQUEST))
    exported_again = attrs.evolve(result().raw, name="b.txt", content=b"the same readings")
    again = attrs.evolve(result("L001", "b.txt"), raw=exported_again)
    known = after(known, plan_import([again], DEFINITION, known, attrs.evolve(REQUEST, film="L002", instead_of="L001")))
    right = known.measurements["L002", "transmittance_uv"]
    known = after(
        known, plan_import([result()], DEFINITION, known, attrs.evolve(REQUEST, film="L002", instead_of="L001"))
    )
    assert known.measurements["L001", "transmittance_uv"].value is None
    assert known.measurements["L002", "transmittance_uv"] == right


def test_what_was_measured_on_the_right_film_is_superseded_only_when_asked() -> None:
    known = records("L001", "L002")
    known = after(known, plan_import([result()], DEFINITION, known, REQUEST))
    known = after(known, plan_import([result("L002", "b.txt", 0.02)], DEFINITION, known, REQUEST))
    request = attrs.evolve(REQUEST, film="L002", instead_of="L001")
    with pytest.raises(InvalidInputError, match="L002 has a measurement of transmittance_vis already"):
        plan_import([result()], DEFINITION, known, request)
    assert plan_import([result()], DEFINITION, known, attrs.evolve(request, replace=True)).measurements


def test_one_file_is_not_imported_for_two_films() -> None:
    known = records("L001", "L002")
    first = attrs.evolve(REQUEST, film="L001")
    unnamed = result("", "scan.csv")
    known = after(known, plan_import([unnamed], DEFINITION, known, first))
    with pytest.raises(InvalidInputError, match=r"was imported for L001 already .* --instead-of L001"):
        plan_import([unnamed], DEFINITION, known, attrs.evolve(REQUEST, film="L002"))
    with pytest.raises(InvalidInputError, match="--instead-of another one"):
        plan_import([unnamed], DEFINITION, known, attrs.evolve(first, instead_of="L001"))
    assert plan_import([unnamed], DEFINITION, known, attrs.evolve(first, replace=True)).measurements


def test_a_later_file_of_a_mean_is_not_given_to_another_film_either() -> None:
    files = [result("", f"{number}.csv", 0.01 * number) for number in range(2)]
    known = records("L001", "L002", "L003")
    plan = plan_import(files, DEFINITION, known, attrs.evolve(REQUEST, film="L001"))
    stored = [Artefact(file.name, sha256_of_bytes(file.content), "text/csv", 1) for file in plan.files]
    known = known.with_added(plan.event, (*stored, *plan.measurements))
    other = attrs.evolve(REQUEST, film="L002")
    with pytest.raises(InvalidInputError, match=r"was imported for L001 already .* --instead-of L001"):
        plan_import(files[1:], DEFINITION, known, other)
    plan = plan_import(files[1:], DEFINITION, known, attrs.evolve(other, instead_of="L001"))
    assert {found.film: found.status for found in plan.measurements} == {"L001": Status.FAILED, "L002": Status.OK}


def test_a_file_of_another_film_is_not_let_in_by_one_of_the_films_own() -> None:
    own, others = result("", "own.csv"), result("", "others.csv", 0.01)
    known = records("L001", "L002")
    first, second = attrs.evolve(REQUEST, film="L001"), attrs.evolve(REQUEST, film="L002", replace=True)
    known = after(known, plan_import([others], DEFINITION, known, first))
    known = after(known, plan_import([own], DEFINITION, known, second))
    with pytest.raises(InvalidInputError, match=r"others.csv: was imported for L001 already"):
        plan_import([own, others], DEFINITION, known, second)
    plan = plan_import([own, others], DEFINITION, known, attrs.evolve(second, instead_of="L001"))
    assert {found.film for found in plan.measurements} == {"L001", "L002"}


def test_a_value_is_traced_to_the_file_that_has_it_and_not_to_one_that_failed() -> None:
    failed = attrs.evolve(result("L001", "failed.csv"), raw=attrs.evolve(result().raw, content=b"no value"))
    nothing = [attrs.evolve(r, value=None, n=0, status=Status.FAILED) for r in failed.specimens[0].readings]
    failed = attrs.evolve(failed, specimens=(Specimen("L001", tuple(nothing)),))
    good = result("L001", "good.csv", 0.01)
    known = records("L001", "L002")
    known = after(known, plan_import([failed, good], DEFINITION, known, REQUEST))
    request = attrs.evolve(REQUEST, film="L002", instead_of="L001")
    known = after(known, plan_import([good], DEFINITION, known, request))
    assert known.measurements["L001", "transmittance_uv"].value is None


def test_properties_that_the_campaign_does_not_measure_are_named_and_left_out() -> None:
    fewer = attrs.evolve(DEFINITION, properties=DEFINITION.properties[:1])
    plan = plan_import([result()], fewer, records("L001"), REQUEST)
    assert [m.property_name for m in plan.measurements] == [DEFINITION.property_names[0]]
    left_out = ", ".join(name for name in spectra.TRUTH if name != DEFINITION.property_names[0])
    assert f"left out, as the campaign has no such property: {left_out}" in plan.notes


@pytest.mark.parametrize(
    ("label", "film_label"),
    [
        ("L001", "L001"),
        ("l001", "L001"),
        ("L001-2", "L001"),
        ("L001 strip 3", "L001"),
        ("L001 (2)", "L001"),
        ("A03-07", "A03-07"),
        ("A03-07-1", "A03-07"),
        ("A03-7", None),
        ("L0012", None),
        ("L00", None),
        ("", None),
    ],
)
def test_specimens_find_their_film(label: str, film_label: str | None) -> None:
    assert film_of(label, ["L001", "A03-07"]) == film_label


@pytest.mark.parametrize("name", ["A3.1", "A3.1.csv", "A3.1_uv.csv", "a3.1.TXT", "A3/A3.1", "A3.1.txt.csv"])
def test_a_label_may_hold_a_dot_where_files_have_no_suffix(name: str) -> None:
    assert film_of_file(name, ["A3", "A3.1"]) == "A3.1"
    assert film_of_file("A3.2.csv", ["A3", "A3.1"]) == "A3"


def test_a_file_name_that_macos_took_apart_finds_its_film() -> None:
    whole = "F\u00fc1"
    apart = unicodedata.normalize("NFD", whole)
    assert apart != whole
    assert film_of(f"{apart}-uv", ["L001", whole]) == whole
    assert film_of(f"{whole} 2", [apart]) == apart


@given(st.lists(st.lists(st.floats(-100, 100), min_size=1, max_size=6), min_size=1, max_size=5))
def test_pooling_means_gives_the_mean_of_all_values(groups: list[list[float]]) -> None:
    readings = [
        Reading("p", float(np.mean(g)), "MPa", "", sd=float(np.std(g, ddof=1)) if len(g) > 1 else None, n=len(g))
        for g in groups
    ]
    everything = np.concatenate(groups)
    mean, sd, n = pooled(readings)
    assert n == len(everything)
    assert mean == pytest.approx(everything.mean(), abs=1e-9)
    if n > 1:
        assert sd == pytest.approx(everything.std(ddof=1), abs=1e-6)


def test_a_property_that_the_campaign_keeps_in_percent_takes_a_fraction_of_a_file() -> None:
    percent = attrs.evolve(DEFINITION.properties[1], unit="%", upper=100.0)
    assert percent.name in spectra.TRUTH
    definition = attrs.evolve(DEFINITION, properties=(percent,))
    (found,) = plan_import([result()], definition, records("L001"), REQUEST).measurements
    assert found.value == pytest.approx(100 * spectra.TRUTH[percent.name])


def test_a_file_of_other_properties_is_refused_by_their_names() -> None:
    definition = attrs.evolve(DEFINITION, properties=(attrs.evolve(DEFINITION.properties[0], name="haze"),))
    with pytest.raises(InvalidInputError, match=r"it tells .*transmittance_vis.*, and the campaign measures haze"):
        plan_import([result()], definition, records("L001"), REQUEST)
