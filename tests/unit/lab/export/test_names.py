"""Places in a crate."""

from lab.export.names import safe_part


def test_parts_of_places_fit_file_systems_and_stay_apart() -> None:
    labels = ["L1", "L 1", "L_1", *("\u819c" * count for count in (66, 67, 100)), "a" + "/" * 99]
    parts = {safe_part(label) for label in labels}
    assert len(parts) == len(labels)
    assert safe_part("L1") == "L1" and safe_part("\u819c" * 66) == "\u819c" * 66
    assert max(len(part.encode()) for part in parts) < 255
