"""Photos to arrays: checked before they are unpacked, turned upright, and made small enough to work with."""

import io
from typing import Any

import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile

Pixels = Array
"""Red, green, blue between 0 and 1, shape ``(rows, columns, 3)``."""

_MOST_PIXELS = 100_000_000
_FEWEST = 100
_WORKING_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "TIFF")
_HINT = "give a sharp JPEG, PNG or TIFF photo, taken from above"


def read_photo(raw: RawFile) -> Pixels:
    """Return a photo, at most 1600 pixels long.

    Raises:
        InvalidInputError: If it is no JPEG, PNG or TIFF, is damaged, too small, or larger than 100 megapixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(raw.content), formats=_FORMATS) as image:
            columns, rows = image.size
            if columns * rows > _MOST_PIXELS or min(columns, rows) < _FEWEST:
                raise InvalidInputError(raw.name, [f"is {columns} x {rows} pixels"], hint=_HINT)
            upright: Any = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
            return np.asarray(upright, dtype=float) / 255
    except InvalidInputError:
        raise
    except UnidentifiedImageError as error:
        raise InvalidInputError(raw.name, ["is no JPEG, PNG or TIFF picture"], hint=_HINT) from error
    except Exception as error:  # Pillow's decoders raise whatever they stumble over in a damaged file
        raise InvalidInputError(raw.name, [f"is no readable photo: {error}"], hint=_HINT) from error


def as_png(pixels: Pixels) -> bytes:
    """Return a photo as PNG."""
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(np.round(np.clip(pixels, 0, 1) * 255).astype(np.uint8)).save(content, "PNG")
    return content.getvalue()
