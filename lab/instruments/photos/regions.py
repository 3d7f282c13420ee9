"""What in a photo is film, what is background, and how large a pixel is."""

import attrs
import numpy as np

from lab.arrays import Mask
from lab.errors import InvalidInputError
from lab.instruments.photos.images import Pixels

_BORDER = 0.03
_MARKER_HUES = (0.55, 0.72)
"""Blue: neither film, ash, paper nor bench has it."""
_MARKER_SATURATION = 0.5
_LEAST_MARKER = 4e-4
_SQUARE = 0.85
_LEAST_DISTANCE = 8.0
"""Distance in CIELAB from the background (just noticeable: 2.3) below which nothing counts as film."""
_SMALLEST_PIECE = 5e-4
"""Pieces smaller than this share of the photo are dust."""
_HINT = (
    "put the film on plain paper that differs from it, not touching the edge of the photo, with a blue square beside it"
)


@attrs.frozen(eq=False)
class Regions:
    """What was found in a photo."""

    film: Mask
    marker: Mask
    pieces: int
    """Separate pieces of film."""
    mm_per_pixel: float

    @property
    def area(self) -> float:
        """Area of the film, mm^2."""
        return float(self.film.sum()) * self.mm_per_pixel**2


def find_regions(photo: Pixels, name: str, marker_side: float, *, may_be_empty: bool = False) -> Regions:
    """Find the film and the blue square of known side in a photo.

    Args:
        photo: The photo.
        name: Its name, for messages.
        marker_side: Side of the square, mm.
        may_be_empty: Whether there may be nothing left of the film.

    Raises:
        InvalidInputError: If there is no square, or no film that stands out from an even background.
    """
    from skimage.measure import label

    marker = find_marker(photo, name)
    film = find_film(photo, marker)
    faults = []
    if not film.any() and not may_be_empty:
        faults.append("no film stands out from the background")
    edge = np.concatenate([film[0], film[-1], film[:, 0], film[:, -1]])
    if edge.any():
        faults.append("what is taken for film touches the edge of the photo")
    if faults:
        raise InvalidInputError(name, faults, hint=_HINT)
    return Regions(film, marker, int(label(film).max()), marker_side / float(np.sqrt(marker.sum())))


def find_marker(photo: Pixels, name: str) -> Mask:
    """Return the one blue square in a photo.

    Raises:
        InvalidInputError: If there is none, or it is no square.
    """
    from skimage.color import rgb2hsv
    from skimage.measure import label, regionprops

    hsv = rgb2hsv(photo)
    low, high = _MARKER_HUES
    blue = (hsv[..., 0] > low) & (hsv[..., 0] < high) & (hsv[..., 1] > _MARKER_SATURATION) & (hsv[..., 2] > 0.2)
    regions = sorted(regionprops(label(blue)), key=lambda region: -region.area)
    large = [region for region in regions if region.area > _LEAST_MARKER * blue.size]
    if len(large) != 1:
        raise InvalidInputError(name, [f"has {len(large)} blue squares, needs one"], hint=_HINT)
    found = large[0]
    # A square seen from above, however it is turned: its area and its extreme axes agree.
    sides = found.axis_minor_length / found.axis_major_length
    if found.solidity < _SQUARE or sides < _SQUARE:
        raise InvalidInputError(name, ["the blue marker is no square seen from above"], hint=_HINT)
    marker: Mask = np.zeros(blue.shape, dtype=bool)
    marker[tuple(found.coords.T)] = True
    return marker


def find_film(photo: Pixels, marker: Mask) -> Mask:
    """Return what differs from the background, which is the colour along the edge of the photo, without the marker."""
    from skimage.color import rgb2lab
    from skimage.filters import gaussian, threshold_otsu
    from skimage.morphology import dilation, disk, remove_small_objects

    lab = rgb2lab(gaussian(photo, 1.0, channel_axis=2))
    width = max(2, int(_BORDER * min(marker.shape)))
    border = np.ones(marker.shape, dtype=bool)
    border[width:-width, width:-width] = False
    near_marker = dilation(marker, disk(7))
    background = np.median(lab[border & ~near_marker], axis=0)
    distance = np.linalg.norm(lab - background, axis=2)
    distance[near_marker] = 0.0
    threshold = max(float(threshold_otsu(distance[~near_marker])), _LEAST_DISTANCE)
    film: Mask = distance > threshold
    film = remove_small_objects(film, max_size=int(_SMALLEST_PIECE * film.size))
    return film
