"""How well the cubic Bezier of two shape numbers fits smooth stress-strain curves of other laws.

    python -m benchmarks.curve_fit

Three laws that polymer films are described by, at several steepnesses m = modulus x fracture strain / strength. Of the
ten published films of Chen et al. 2024, m is 0.8 to 4.5 but for one (15.6). Printed is the share of variance (R2) that
the fit explains, the least and the median over moduli, strengths and hardening; and the least R2 that a cubic Bezier
would reach whose third control point were free, which takes three shape numbers instead of two.
"""

import numpy as np

from lab.arrays import Array
from lab.instruments.tensile.bezier import fit

_T = np.linspace(0.0, 1.0, 401)
_BASIS = np.stack([(1 - _T) ** 3, 3 * _T * (1 - _T) ** 2, 3 * _T**2 * (1 - _T), _T**3])

STEEPNESSES = (1.2, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 16.0)
_STRAIN = np.linspace(0.0, 1.0, 400)
_MODULI, _STRENGTHS, _HARDENING = (500.0, 3000.0, 10000.0), (10.0, 40.0, 100.0), (0.0, 0.02, 0.1)


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


def free_r_squared(strain: Array, stress: Array, modulus: float) -> float:
    """Return R2 of a cubic Bezier that starts with the modulus and has its third control point free."""
    from scipy.optimize import least_squares

    wanted = stress / stress.max()
    steepness = modulus * float(strain[-1]) / float(stress.max())

    def misfit(shape: Array) -> Array:
        x = np.array([0.0, shape[0] / steepness, shape[1], 1.0]) @ _BASIS
        y = np.array([0.0, shape[0], shape[2], 1.0]) @ _BASIS
        left: Array = np.interp(_STRAIN, x, y) - wanted
        return left

    starts = ((0.5, 0.5, 0.9), (0.8, 0.2, 0.9), (0.95, 0.05, 1.0))
    cost = min(least_squares(misfit, start, bounds=(0.0, 1.0)).cost for start in starts)
    return 1 - 2 * float(cost) / float(((wanted - wanted.mean()) ** 2).sum())


def main() -> None:
    """Print the table."""
    print(
        "| m | exponential, least | median | hyperbolic tangent | exponential, third point free | tangent, likewise |"
    )
    print("|---" * 6 + "|")
    for steepness in STEEPNESSES:
        found: dict[str, list[float]] = {"exponential": [], "tanh": []}
        for modulus in _MODULI:
            for strength in _STRENGTHS:
                fracture = steepness * strength / modulus
                for hardening in _HARDENING:
                    curve = voce(modulus, strength, hardening, fracture)
                    found["exponential"].append(fit(*curve, modulus).r_squared)
                found["tanh"].append(fit(*hyperbolic(modulus, strength, fracture), modulus).r_squared)
        least, median = min(found["exponential"]), float(np.median(found["exponential"]))
        # A curve's shape depends on the steepness and the hardening alone, so one modulus and one strength are enough.
        modulus, strength = _MODULI[0], _STRENGTHS[0]
        fracture = steepness * strength / modulus
        free = min(free_r_squared(*voce(modulus, strength, share, fracture), modulus) for share in _HARDENING)
        tangent = free_r_squared(*hyperbolic(modulus, strength, fracture), modulus)
        tried = f"{least:.4f} | {median:.4f} | {min(found['tanh']):.4f} | {free:.4f} | {tangent:.4f}"
        print(f"| {steepness:g} | {tried} |", flush=True)
    print(f"straight line: {fit(*linear(3000.0, 0.01), 3000.0).r_squared:.4f}")


if __name__ == "__main__":
    main()
