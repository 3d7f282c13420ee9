"""Ways to damage a file, and ways to say the same in another file."""

from collections.abc import Callable, Mapping


def changed(content: bytes, noise: bytes) -> bytes:
    """Return a file with one kind of damage, which the noise (at least 8 bytes) chooses."""
    kind, at, rest = noise[0] % 8, int.from_bytes(noise[1:5]) % max(1, len(content)), noise[5:]
    lines = content.split(b"\n")
    line = at % len(lines)
    match kind:
        case 0:
            return content[:at]
        case 1:
            return content[:at] + rest + content[at + len(rest) :]
        case 2:
            return content[:at] + rest + content[at:]
        case 3:
            return b"\n".join([*lines[:line], *lines[line + 1 :]])
        case 4:
            return b"\n".join([*lines[:line], lines[line], *lines[line:]])
        case 5:
            words = (b"nan", b"inf", b"1e999", b"-", b"", b"1.234,5", b"OVER", b"\x00", "µ".encode())
            cells = lines[line].replace(b"\t", b",").replace(b";", b",").split(b",")
            if cells:
                cells[rest[0] % len(cells)] = words[rest[-1] % len(words)]
            return b"\n".join([*lines[:line], _mark(lines[line]).join(cells), *lines[line + 1 :]])
        case 6:
            return columns_reversed(content)
        case _:
            return content.replace(b".", b",") if rest[0] % 2 else content.replace(b",", b";")


def columns_reversed(content: bytes) -> bytes:
    """Return a file whose lines hold their cells in the opposite order, the names of the columns included."""
    return b"\n".join(mark.join(reversed(line.split(mark))) for line in content.split(b"\n") for mark in [_mark(line)])


def _mark(line: bytes) -> bytes:
    return b"\t" if b"\t" in line else b";" if b";" in line else b","


def _as_utf16(content: bytes) -> bytes:
    return _text(content).encode("utf-16")


def _with_mark(content: bytes) -> bytes:
    return _text(content).encode("utf-8-sig")


def _text(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


REWRITINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "UTF-16": _as_utf16,
    "byte order mark": _with_mark,
    "ends of lines of Unix": lambda content: _text(content).replace("\r\n", "\n").encode("utf-8"),
    "ends of lines of Windows": lambda content: _text(content).replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    "empty lines between": lambda content: _text(content).replace("\n", "\n\n").encode("utf-8"),
    "columns in the opposite order": lambda content: columns_reversed(_text(content).encode("utf-8")),
}
"""Other ways to say the same, by name."""
