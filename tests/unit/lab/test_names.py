"""Which known name was probably meant."""

import random

from lab.names import in_one, known_hint, near_name

KNOWN = ("CNF", "MMT", "gelatin", "glycerol")


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one():
    assert near_name("gelatine", KNOWN) == "gelatin"
    assert near_name("cnf", KNOWN) == "CNF"
    assert known_hint("Glycerole", KNOWN) == "did you mean glycerol?"


def test_for_a_name_like_no_other_all_are_listed():
    assert near_name("zirconia", KNOWN) is None
    assert known_hint("zirconia", iter(KNOWN)) == "known: CNF, MMT, gelatin, glycerol"
    assert known_hint("zirconia", []) == "known: none"


def test_how_alike_a_name_must_be_can_be_said():
    assert near_name("gel", KNOWN) == "gelatin"
    assert near_name("gel", KNOWN, likeness=0.9) is None


def test_of_very_many_names_some_are_listed_and_the_others_counted():
    films = [f"A{number:03d}" for number in range(1, 301)]
    hint = known_hint("zirconia", films)
    assert "A020 and 280 more" in hint and "A021" not in hint
    assert known_hint("zirconia", films[:20]).endswith("A020")


def test_few_names_are_one_as_they_are_and_many_by_a_hash_of_all():
    assert in_one(["A1", "A2"]) == "A1+A2"
    many = [f"{random.Random(i).getrandbits(300):075x}" for i in range(200)]
    assert in_one(many).startswith(f"{many[0]}+199-more-")
    assert len(in_one(["\u00e9" * 100] * 30).encode()) < 2_704
    assert len({in_one(many), in_one(many[:-1]), in_one([many[0], *many[:0:-1]])}) == 3
