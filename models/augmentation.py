"""Virtual films around measured ones: the "user input principle" of the reference work, and a more careful form.

Chen et al. 2024 add 1,000 virtual films to every measured one, with Gaussian noise of SD 0.05 on the fractions and on
the labels, because films of nearly equal recipes are nearly equal and replicates scatter by 10-20 %.
"""

from typing import Literal

import attrs
import numpy as np

from lab.arrays import Array, Integers, Mask

PAPER_SD = 0.05
"""SD of the noise in the reference work (its published code: ``rng.normal(x, 0.05)``, likewise for labels)."""
CAREFUL_SD = 0.01
"""SD of the careful form's noise on fractions: about what weighing and pipetting leave uncertain."""


@attrs.frozen
class Augmentation:
    """How many virtual films are added, and how they differ from measured ones."""

    ratio: int = attrs.field(validator=attrs.validators.ge(0))
    """Virtual films for each measured one."""
    kind: Literal["paper", "measured"] = "measured"
    """``paper``: noise of SD 0.05 on fractions, which may leave the simplex, and of 0.05 label SDs on labels.
    ``measured``: little noise on fractions, which are closed to 1 again, and the labels' own measured SD."""


@attrs.frozen(eq=False)
class Augmented:
    """Measured films first, then virtual ones."""

    inputs: Array
    """Shape ``(n + n ratio, d)``."""
    label_shift: Array
    """Noise of the labels, shape ``(n + n ratio,)``; 0 for measured films."""
    in_measured_sd: bool
    """Whether it is in SDs of the measured values; else in SDs of all labels."""
    parents: Integers
    """Row of the measured film that each film is or comes from, shape ``(n + n ratio,)``."""


def augment(inputs: Array, fractions: Mask, how: Augmentation, rng: np.random.Generator) -> Augmented:
    """Return measured and virtual films.

    Args:
        inputs: Shape ``(n, d)``.
        fractions: Which inputs are weight fractions of one composition, shape ``(d,)``; the others get no noise.
        how: Ratio and kind.
        rng: Source of the noise.
    """
    films = len(inputs)
    parents = np.concatenate([np.arange(films), np.tile(np.arange(films), how.ratio)])
    virtual = inputs[parents[films:]].copy()
    part = virtual[:, fractions]
    if how.kind == "paper":
        part = part + rng.normal(0.0, PAPER_SD, part.shape)
    else:
        # A material that is not in the film stays out of it.
        part = np.maximum(part + np.where(part > 0, rng.normal(0.0, CAREFUL_SD, part.shape), 0.0), 0.0)
        part = part / np.maximum(part.sum(axis=1, keepdims=True), 1e-9)
    virtual[:, fractions] = part
    shift = np.zeros(len(parents))
    shift[films:] = rng.normal(0.0, PAPER_SD if how.kind == "paper" else 1.0, len(virtual))
    return Augmented(np.concatenate([inputs, virtual]), shift, how.kind == "measured", parents)
