"""Media types are told by names alone."""

import mimetypes

import pytest

from lab.media_types import _TYPES, media_type


def test_a_name_tells_the_type_whatever_its_case():
    assert media_type("decks/deck-001/plan.json") == "application/json"
    assert media_type("L001.JPG") == "image/jpeg"


def test_of_other_files_nothing_is_claimed():
    assert media_type("models/quality-01/content/arrays.safetensors") == "application/octet-stream"
    assert media_type("0123456789abcdef") == "application/octet-stream"


@pytest.mark.parametrize("ending", sorted(_TYPES))
def test_types_are_those_that_are_registered(ending):
    registered = mimetypes.MimeTypes().types_map[True].get(ending)  # of Python alone, not of the machine
    assert registered in (None, media_type(f"a{ending}"))
