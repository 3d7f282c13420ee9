"""One composition with its names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.compositions import Composition
from lab.errors import CompositionError
from lab.simplex import close


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.floats(0.01, 1.0), min_size=1, max_size=6))
def test_a_composition_is_a_mapping_and_a_vector(shares: dict[str, float]) -> None:
    names = list(shares)
    fractions = close(list(shares.values()))
    composition = Composition.from_vector(names, fractions)
    assert dict(composition) == dict(zip(names, fractions.tolist(), strict=True))
    assert Composition(composition) == composition
    assert hash(Composition(composition)) == hash(composition)
    backwards = names[::-1]
    assert composition.vector(backwards).tolist() == fractions.tolist()[::-1]
    assert composition.vector([*names, "more than eight characters"])[-1] == 0.0
    with pytest.raises(KeyError):
        composition["more than eight characters"]


def test_a_composition_of_other_materials_has_no_vector() -> None:
    composition = Composition({"CNF": 0.4, "chitosan": 0.6, "MMT": 0.0})
    assert composition.vector(["chitosan", "CNF"]).tolist() == [0.6, 0.4]
    with pytest.raises(CompositionError, match="chitosan is not among"):
        composition.vector(["CNF", "MMT"])


def test_a_composition_reads_well() -> None:
    assert str(Composition({"CNF": 0.125, "MMT": 0.875})) == "CNF 12.5 / MMT 87.5 wt%"


def test_names_and_fractions_go_together() -> None:
    with pytest.raises(ValueError, match="argument"):
        Composition.from_vector(["CNF"], [0.5, 0.5])
    with pytest.raises(CompositionError):
        Composition({"CNF": 0.5})
