"""Labels of films and names of people as they are typed: records keep letters with accents in one piece."""

from typing import Any

from lab.names import in_one_piece


def as_recorded(typed: Any) -> Any:
    """Return a label, or several, as records keep them; a callback of options and arguments, so nothing stays nothing.

    Args:
        typed: Text, texts, or None where the option is left out.
    """
    if isinstance(typed, str):
        return in_one_piece(typed)
    return None if typed is None else [in_one_piece(one) for one in typed]
