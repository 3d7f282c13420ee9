"""Scannable codes: small QR codes as SVG, to find a film or a plan again from paper."""

import segno
from markupsafe import Markup

_MASK = 2
"""Any of the eight masks is a valid code; trying all of them takes most of the time of a sheet of labels."""


def qr_svg(text: str) -> Markup:
    """Return a QR code as an SVG element without a size of its own."""
    rows = segno.make_qr(text, error="m", boost_error=False, mask=_MASK).matrix
    size = len(rows) + 2
    path = "".join(
        f"M{column + 1} {row + 1}h1v1h-1z" for row, bits in enumerate(rows) for column, bit in enumerate(bits) if bit
    )
    return Markup(  # noqa: S704 - drawn from bits alone
        f'<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
