"""Numbers of things in words."""


def counted(number: int, thing: str, things: str = "") -> str:
    """Return a number of things: "1 film", "2,500 films".

    Args:
        number: How many.
        thing: The word for one of them.
        things: The word for several; `thing` with an s if left out.
    """
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
