"""The table of predictions for films that a model had not seen."""

from lab.export.cross_validation import cross_validation_text, read_cross_validation
from lab.export.parity import CrossValidationRow


def test_films_with_commas_and_quotes_in_their_labels_are_read_as_they_were_stored() -> None:
    films = ("Ada, 3", 'the "thick" one', "line\u2028separator", "ö")
    text = cross_validation_text((film, "thickness", 0.1, 0.02, 1 / 3, 0.5) for film in films)
    assert read_cross_validation(text.encode()) == [
        CrossValidationRow(film, "thickness", 0.1, 1 / 3, 0.5) for film in films
    ]
