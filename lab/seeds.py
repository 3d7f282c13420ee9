"""One way to get random numbers: a generator derived from the campaign's seed and the name of what it is for.

A draw depends on nothing but the seed and its labels, not on how many draws came before it, so that an action done
again after a crash draws the same numbers.
"""

import hashlib

import numpy as np


def derived_seed(seed: int, *labels: str | int) -> int:
    """Return a 63-bit seed for the purpose that the labels name.

    Args:
        seed: The campaign's seed.
        labels: What the random numbers are for, for example ``("measure", "A03-07", "tensile_strength")``.
    """
    text = "\x1f".join([str(seed), *map(str, labels)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *labels: str | int) -> np.random.Generator:
    """Return numpy's generator for the purpose that the labels name (see `derived_seed`)."""
    return np.random.Generator(np.random.PCG64(derived_seed(seed, *labels)))
