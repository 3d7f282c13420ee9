"""What a photo of a film shows: pieces, cracks, a ragged outline, uneven brightness. Hints for the grader, no grade."""

import attrs
import numpy as np

from lab.arrays import Mask
from lab.instruments.photos.images import Pixels, read_photo
from lab.instruments.photos.regions import find_regions
from lab.instruments.raw_files import RawFile

_CRACK_SHARE = 0.01
_RAGGED = 0.93
_UNEVEN = 0.12


@attrs.frozen
class FilmHints:
    """Numbers and what they may mean."""

    pieces: int
    solidity: float
    """Area over the area of the convex outline; flat whole films are near 1."""
    crack_share: float
    """Share of the film's area that thin dark lines cover."""
    unevenness: float
    """Spread of the brightness over large parts of the film, relative to its mean; curls cast shadows."""
    sentences: tuple[str, ...]


def hints_of(raw: RawFile, marker_side: float) -> FilmHints:
    """Return hints about the film in a photo with a blue square beside it.

    Raises:
        InvalidInputError: If the photo cannot be read, or no film is found in it.
    """
    from skimage.measure import regionprops

    photo = read_photo(raw)
    regions = find_regions(photo, raw.name, marker_side)
    whole = regionprops(regions.film.astype(np.uint8))[0]
    solidity, cracks, uneven = (
        float(whole.solidity),
        _crack_share(photo, regions.film),
        _unevenness(photo, regions.film),
    )
    checks = (
        (regions.pieces > 1, f"it lies in {regions.pieces} pieces: broken?"),
        (cracks > _CRACK_SHARE, f"thin dark lines cover {100 * cracks:.1f} % of it: cracks?"),
        (solidity < _RAGGED, f"its outline is ragged (solidity {solidity:.2f}): torn or curled?"),
        (uneven > _UNEVEN, f"its brightness varies by {100 * uneven:.0f} %: curled or uneven?"),
    )
    said = tuple(sentence for holds, sentence in checks if holds)
    return FilmHints(regions.pieces, solidity, cracks, uneven, said or ("nothing conspicuous",))


def _inner(film: Mask) -> Mask:
    from skimage.morphology import disk, erosion

    inner: Mask = erosion(film, disk(max(2, int(0.02 * np.sqrt(film.sum())))))
    return inner


def _crack_share(photo: Pixels, film: Mask) -> float:
    from scipy.ndimage import binary_fill_holes
    from skimage.color import rgb2gray
    from skimage.morphology import black_tophat, disk

    # A crack through which the background shows is a hole in the film: look there too.
    inner = _inner(binary_fill_holes(film))
    if not inner.any():
        return 0.0
    grey = rgb2gray(photo)
    dark = black_tophat(grey, disk(5)) > 0.1
    return float((dark & inner).sum() / inner.sum())


def _unevenness(photo: Pixels, film: Mask) -> float:
    from skimage.color import rgb2gray
    from skimage.filters import gaussian

    inner = _inner(film)
    if not inner.any():
        return 0.0
    size = 0.05 * float(np.sqrt(film.sum()))
    weight = gaussian(film.astype(float), size)
    smooth = gaussian(rgb2gray(photo) * film, size) / np.maximum(weight, 1e-6)
    return float(smooth[inner].std() / smooth[inner].mean())
