"""How well the cubic Bezier of two shape numbers fits smooth stress-strain curves of other laws.

    python -m benchmarks.curve_fit

Three laws that polymer films are described by, at several steepnesses m = modulus x fracture strain / strength. Of the
ten published films of Chen et al. 2024, m is 0.8 to 4.5 but for one (15.6). Printed is the share of variance (R2) that
the fit explains, the least and the median over moduli, strengths and hardening.
"""

import numpy as np
from numpy.typing import NDArray

from lab.instruments.tensile.bezier import fit

Array = NDArray[np.float64]

STEEPNESSES = (1.2, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 16.0)
_STRAIN = np.linspace(0.0, 1.0, 400)
_MODULI, _STRENGTHS = (500.0, 3000.0, 10000.0), (10.0, 40.0, 100.0)


def voce(modulus: float, strength: float, hardening: float, fracture: float) -> tuple[Array, Array]:
    """Return strain and stress of an exponential approach to a plateau that rises by a share of the modulus."""
    strain = _STRAIN * fracture
    plateau = strength * (1 - np.exp(-modulus * (1 - hardening) * strain / strength))
    return strain, plateau + hardening * modulus * strain


def hyperbolic(modulus: float, strength: float, fracture: float) -> tuple[Array, Array]:
    """Return strain and stress of a hyperbolic tangent."""
    strain = _STRAIN * fracture
    return strain, strength * np.tanh(modulus * strain / strength)


def linear(modulus: float, fracture: float) -> tuple[Array, Array]:
    """Return strain and stress of a film that breaks before it yields."""
    strain = _STRAIN * fracture
    return strain, modulus * strain


def main() -> None:
    """Print the table."""
    print("| m | exponential, least | median | hyperbolic tangent |\n|---|---|---|---|")
    for steepness in STEEPNESSES:
        found: dict[str, list[float]] = {"exponential": [], "tanh": []}
        for modulus in _MODULI:
            for strength in _STRENGTHS:
                fracture = steepness * strength / modulus
                for hardening in (0.0, 0.02, 0.1):
                    curve = voce(modulus, strength, hardening, fracture)
                    found["exponential"].append(fit(*curve, modulus).r_squared)
                found["tanh"].append(fit(*hyperbolic(modulus, strength, fracture), modulus).r_squared)
        least, median = min(found["exponential"]), float(np.median(found["exponential"]))
        print(f"| {steepness:g} | {least:.4f} | {median:.4f} | {min(found['tanh']):.4f} |")
    print(f"straight line: {fit(*linear(3000.0, 0.01), 3000.0).r_squared:.4f}")


if __name__ == "__main__":
    main()
