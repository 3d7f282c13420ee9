"""What is told where films cannot be made."""

import pytest

from lab.compositions import Composition
from robot_protocols.diagnosis import Cause, Diagnosis, UnmakeableError


def lines(*diagnoses: Diagnosis) -> list[str]:
    return UnmakeableError(diagnoses).message.splitlines()


def test_the_root_cause_comes_first_with_the_nearest_recipe():
    near = Composition({"CNF": 1.0})
    error = UnmakeableError([
        Diagnosis("A1", Cause.TIPS_SHORT, "no tips", "add a rack"),
        Diagnosis("A1", Cause.MISSING_STOCK, "no gelatin", "make some", near),
    ])  # fmt: skip
    assert error.message.splitlines() == [
        "1 film cannot be made",
        f"  - A1: MISSING_STOCK: no gelatin; nearest that can: {near}",
        "  - A1: TIPS_SHORT: no tips",
    ]
    assert error.hint == "make some"


@pytest.mark.parametrize(("count", "more"), [(2, None), (20, None), (21, "  - and 1 more"), (25, "  - and 5 more")])
def test_twenty_are_told_and_the_rest_is_counted(count: int, more: str | None):
    told = lines(*(Diagnosis(f"F{n}", Cause.STOCK_SHORT, "x", "y") for n in range(count)))
    assert told[0] == f"{count} films cannot be made"
    assert len(told) == 1 + min(count, 20) + (more is not None)
    if more is not None:
        assert told[-1] == more
