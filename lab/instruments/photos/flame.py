"""The residual area ratio of a flame test: area of what is left over the area of the film before."""

import attrs
import numpy as np

from lab.errors import InvalidInputError
from lab.instruments.photos.images import Pixels, as_png, read_photo
from lab.instruments.photos.regions import Regions, find_regions
from lab.instruments.raw_files import RawFile
from lab.instruments.results import InstrumentResult, Reading, Specimen

FORMAT = "flame-photos"
_GROWTH = 1.02
"""A residue this much larger than its film is noise of the outlines; a larger one is a wrong pair or a wrong scale."""
_RED = (0.9, 0.1, 0.1)


@attrs.frozen(eq=False)
class FlameResult:
    """A proposed ratio with the picture to judge it by."""

    ratio: float
    before_area: float
    """mm^2"""
    after_area: float
    """mm^2"""
    overlay: bytes
    """PNG: both photos with the outlines that were measured."""
    result: InstrumentResult


def read_flame(before: RawFile, after: RawFile, marker_side: float) -> FlameResult:
    """Measure a pair of photos.

    Args:
        before: Photo of the film before the flame, with a blue square beside it.
        after: Photo of what is left, with the same square.
        marker_side: Side of the square, mm.

    Raises:
        InvalidInputError: If a photo cannot be read or measured, it is given twice, or the residue is larger than the
            film.
    """
    if not marker_side > 0:
        raise InvalidInputError("marker", ["its side must be above 0 mm"])
    if before.sha256 == after.sha256:
        raise InvalidInputError(after.name, ["is the same photo as that before the flame"], hint="give both photos")
    photos = read_photo(before), read_photo(after)
    film = find_regions(photos[0], before.name, marker_side)
    residue = find_regions(photos[1], after.name, marker_side, may_be_empty=True)
    ratio = residue.area / film.area
    if ratio > _GROWTH:
        fault = f"the residue ({residue.area:.0f} mm^2) is larger than the film ({film.area:.0f} mm^2)"
        raise InvalidInputError(after.name, [fault], hint="check the pair, their order and the marker")
    note = f"{residue.area:.1f} of {film.area:.1f} mm^2 left, in {residue.pieces} pieces"
    reading = Reading("residual_ratio", min(ratio, 1.0), "fraction", f"{before.name}, {after.name}", note=note)
    overlay = as_png(_side_by_side(_outlined(photos[0], film), _outlined(photos[1], residue)))
    others = (before, RawFile(f"{after.name}.overlay.png", overlay))
    result = InstrumentResult(FORMAT, "flame test, photos", after, (Specimen("", (reading,)),), others=others)
    return FlameResult(min(ratio, 1.0), film.area, residue.area, overlay, result)


def _outlined(photo: Pixels, regions: Regions) -> Pixels:
    from skimage.segmentation import mark_boundaries

    marked: Pixels = mark_boundaries(photo, regions.film.astype(int), color=_RED, mode="thick")
    marked = mark_boundaries(marked, regions.marker.astype(int), color=(1.0, 0.6, 0.0), mode="thick")
    return marked


def _side_by_side(left: Pixels, right: Pixels) -> Pixels:
    rows = max(left.shape[0], right.shape[0])
    picture = np.ones((rows, left.shape[1] + 10 + right.shape[1], 3))
    picture[: left.shape[0], : left.shape[1]] = left
    picture[: right.shape[0], left.shape[1] + 10 :] = right
    return picture
