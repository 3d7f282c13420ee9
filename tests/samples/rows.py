"""Thickness and balance readings as CSV."""

THICKNESS = {"L001": (41.0, 42.5, 44.5), "L002": (38.25, 40.75)}
"""um"""
MASS = {"L001": 102.35, "L002": 98.71}
"""mg"""


def thickness_long() -> str:
    rows = [f"{film},{value:.2f}" for film, values in THICKNESS.items() for value in values]
    return "\n".join(["film,thickness (µm)", *rows]) + "\n"


def thickness_wide_german() -> str:
    rows = [";".join([film, *(f"{value / 1000:.5f}" for value in values)]) for film, values in THICKNESS.items()]
    lines = ["Messschieber 7", "Probe;Dicke 1 (mm);Dicke 2 (mm);Dicke 3 (mm)", *rows]
    return "\r\n".join(lines).replace(".", ",") + "\r\n"


def balance() -> str:
    rows = [f'"{film}","{mass / 1000:.5f}","g"' for film, mass in MASS.items()]
    return "\r\n".join(['"Sample ID","Weight","Unit"', *rows]) + "\r\n"


def files() -> dict[str, bytes]:
    """Samples by name."""
    return {
        "thickness.csv": thickness_long().encode(),
        "dicke.csv": thickness_wide_german().encode("cp1252"),
        "balance.csv": balance().encode(),
    }
