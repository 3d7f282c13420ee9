"""Of a film that a file was imported for wrongly only what rests on that file is withdrawn."""

from datetime import UTC, datetime

import attrs

from lab.instruments.wrong_films import earlier_films, withdrawn
from lab.measuring import is_rejected
from lab.records import Artefact, Event, Measurement, Record, Records, Status

FILE, OTHER = "a" * 64, "b" * 64
PROPERTIES = ("youngs_modulus", "tensile_strength", "toughness", "fracture_strain", "curve_alpha")


def measured(film: str, name: str, sha256: str | None, n: int = 1) -> Measurement:
    return Measurement(film, name, Status.OK, 2.0, 0.1 if n > 1 else None, n, "tester", sha256)


def recorded(*acts: tuple[Record, ...]) -> Records:
    """The records of several acts."""
    known = Records()
    for number, act in enumerate(acts):
        event = Event(f"import:{number}", "ada", "a.txt", simulated=False, at=datetime(2026, 11, 22, tzinfo=UTC))
        known = known.with_added(event, act)
    return known


def test_only_what_rests_on_the_file_is_withdrawn():
    rejected = attrs.evolve(measured("L001", "curve_alpha", FILE), status=Status.FAILED, value=None, n=0)
    known = recorded(
        (Artefact("a.txt", FILE, "text/plain", 1), measured("L001", "youngs_modulus", FILE), rejected),
        # A mean of several files, of which the first one's hash is kept; one of them is the file.
        (Artefact("c.txt", FILE, "text/plain", 1), measured("L001", "tensile_strength", OTHER, n=3)),
        # A mean of other files, and one value typed in by hand.
        (Artefact("b.txt", OTHER, "text/plain", 1), measured("L001", "toughness", OTHER, n=3)),
        (measured("L001", "fracture_strain", None),),
        # Another film's is not asked about.
        (measured("L003", "youngs_modulus", FILE),),
    )
    gone = {one.property_name: one for one in withdrawn("L001", "L002", PROPERTIES, {FILE}, known)}
    assert set(gone) == {"youngs_modulus", "tensile_strength"}
    for one in gone.values():
        assert (one.film, one.status, one.value, one.sd, one.n) == ("L001", Status.FAILED, None, None, 0)
    assert gone["youngs_modulus"].reason == "rejected: was measured on L002, not on this film"
    assert gone["tensile_strength"].reason == "rejected: was measured, at least in part, on L002, not on this film"
    # The film has not been measured: a promise that it verifies is open, not broken.
    assert all(map(is_rejected, gone.values()))


def test_a_file_may_be_imported_again_for_films_that_have_it_and_those_known_to_be_wrong():
    withdrawn_one = attrs.evolve(measured("L004", "youngs_modulus", FILE), status=Status.FAILED, value=None, n=0)
    films = tuple(measured(label, "youngs_modulus", FILE) for label in ("L001", "L002"))
    known = recorded((*films, withdrawn_one, measured("L003", "youngs_modulus", OTHER)))
    assert earlier_films({"L001"}, None, FILE, known) == ()
    assert earlier_films({"L005"}, None, FILE, known) == ("L001", "L002")
    assert earlier_films({"L005", "L001"}, None, FILE, known) == ("L002",)
    assert earlier_films({"L005"}, "L001", FILE, known) == ("L002",)


def test_files_of_one_act_that_are_not_named_by_a_mean_may_be_of_any_of_its_films():
    third = Artefact("c.txt", "c" * 64, "text/plain", 1)
    means = (measured("L001", "toughness", FILE, n=3), measured("L002", "toughness", OTHER, n=2))
    single = measured("L003", "toughness", "d" * 64)
    known = recorded((third, *means, single))
    assert earlier_films({"L005"}, None, "c" * 64, known) == ("L001", "L002")
    assert earlier_films({"L005"}, "L002", "c" * 64, known) == ()
    assert earlier_films({"L001"}, None, "c" * 64, known) == ()
    # Where a mean names a file, it is known whose it is.
    assert earlier_films({"L005"}, None, OTHER, known) == ("L002",)
