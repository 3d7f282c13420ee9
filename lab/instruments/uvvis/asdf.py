"""The packed numbers of JCAMP-DX (ASDF): AFFN, PAC, SQZ, DIF and DUP, as McDonald and Wilks define them (1988)."""

import re
from collections.abc import Iterator, Sequence

_SQZ = {"@": 0} | {c: i for i, c in enumerate("ABCDEFGHI", 1)} | {c: -i for i, c in enumerate("abcdefghi", 1)}
_DIF = {"%": 0} | {c: i for i, c in enumerate("JKLMNOPQR", 1)} | {c: -i for i, c in enumerate("jklmnopqr", 1)}
_DUP = {c: i for i, c in enumerate("STUVWXYZ", 1)} | {"s": 9}
_MAX_COPIES = 100_000
_MAX_VALUES = 1_000_000
# An exponent needs its sign here: without one the letter is a packed digit.
_TOKEN = re.compile(
    r"(?P<affn>[+-]?(\d+\.?\d*|\.\d+)([Ee][+-]\d+)?)"
    r"|(?P<sqz>[@A-Ia-i]\d*\.?\d*)|(?P<dif>[%J-Rj-r]\d*)|(?P<dup>[S-Zs]\d*)|(?P<space>[\s,]+)"
)


class AsdfError(ValueError):
    """Packed numbers that cannot be read; the text names the line."""


def ordinates(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, float, list[float]]]:
    """Return the number, the x and the y values of every line of a ``(X++(Y..Y))`` table.

    A line that ends in a difference is followed by one that begins with the same y again, as a check; that value is
    compared and dropped. A last line that holds nothing but the check is dropped too.

    Raises:
        AsdfError: If a line cannot be read or fails its check.
    """
    check: float | None = None
    for number, line in lines:
        x, values, ends_in_difference = _line(number, line)
        if check is not None:
            if not values or abs(values[0] - check) > 1e-6 * max(1.0, abs(check)):
                raise AsdfError(f"line {number}: does not begin with the y that the line before ends with")
            values = values[1:]
        if values or check is None:
            yield number, x, values
        check = values[-1] if ends_in_difference and values else None


def _line(number: int, line: str) -> tuple[float, list[float], bool]:
    tokens = list(_tokens(number, line))
    if len(tokens) < 2 or tokens[0][0] != "affn":
        raise AsdfError(f"line {number}: does not begin with an x and a y")
    values: list[float] = []
    step: float | None = None
    for kind, text in tokens[1:]:
        if len(values) > _MAX_VALUES:
            raise AsdfError(f"line {number}: more than {_MAX_VALUES:,} points")
        if kind == "dup":
            copies = int(f"{_DUP[text[0]]}{text[1:]}")
            if not values or not 1 <= copies <= _MAX_COPIES:
                raise AsdfError(f"line {number}: {text!r} repeats nothing, or too often")
            for _ in range(copies - 1):
                values.append(values[-1] + (step or 0.0))
        elif kind == "dif":
            if not values:
                raise AsdfError(f"line {number}: begins with a difference")
            step = _signed(_DIF[text[0]], text[1:])
            values.append(values[-1] + step)
        else:
            step = None
            values.append(float(text) if kind == "affn" else _signed(_SQZ[text[0]], text[1:]))
    return float(tokens[0][1]), values, step is not None


def _tokens(number: int, line: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(line):
        found = _TOKEN.match(line, at)
        if not found:
            raise AsdfError(f"line {number}: {line[at : at + 10]!r} is no number of JCAMP-DX")
        kind = next(name for name in ("affn", "sqz", "dif", "dup", "space") if found[name] is not None)
        if kind != "space":
            yield kind, found[0]
        at = found.end()


def _signed(digit: int, rest: str) -> float:
    sign = "-" if digit < 0 else ""
    return float(f"{sign}{abs(digit)}{rest}")
