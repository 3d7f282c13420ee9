"""Photos of films and residues with a blue square, drawn so that every area is known."""

import io

import numpy as np
from PIL import Image

MARKER_SIDE = 10.0
SCALE = 6.0
"""Pixels a millimetre."""


def canvas(rows: int = 480, columns: int = 640, *, seed: int = 3) -> np.ndarray:
    """Grey-white paper with a gentle gradient of light and noise of a camera."""
    rng = np.random.default_rng(seed)
    light = 0.88 + 0.03 * np.linspace(-1, 1, columns)[None, :, None]
    picture = np.broadcast_to(light, (rows, columns, 3)).copy()
    side = round(MARKER_SIDE * SCALE)
    picture[30 : 30 + side, 30 : 30 + side] = (0.1, 0.2, 0.8)
    return picture + 0.01 * rng.standard_normal(picture.shape)


def rectangle(  # noqa: PLR0917
    picture: np.ndarray, top: int, left: int, rows: int, columns: int, colour: tuple[float, ...]
) -> None:
    noise = 0.01 * np.random.default_rng(top * left).standard_normal((rows, columns, 3))
    picture[top : top + rows, left : left + columns] = np.array(colour) + noise


def encoded(picture: np.ndarray, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.fromarray(np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)).save(content, kind, quality=92)
    return content.getvalue()


def film(*, rows: int = 240, columns: int = 300, colour: tuple[float, ...] = (0.75, 0.65, 0.45)) -> np.ndarray:
    picture = canvas()
    rectangle(picture, 150, 200, rows, columns, colour)
    return picture


def residue(share: float) -> np.ndarray:
    """Dark ash: `share` of the film's area."""
    picture = canvas(seed=4)
    columns = round(300 * share)
    if columns:
        rectangle(picture, 150, 200, 240, columns, (0.15, 0.14, 0.13))
    return picture
