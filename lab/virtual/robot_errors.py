"""How far a robot's pipettes may be off: the least doubt about a film's composition that the virtual lab accepts.

The published systematic error is a limit: it is the half-width of a uniform distribution, whose standard deviation is
smaller by sqrt 3 (GUM 4.3.7).
"""

from collections.abc import Sequence

import numpy as np

from lab.arrays import Array
from lab.stocks import Stock

# Single-channel GEN2 pipettes: volume in uL, systematic error in %, CV in % (Opentrons OT-2 documentation,
# system description, pipettes; aqueous liquids).
_PUBLISHED = {
    "p20": ((1.0, 10.0, 20.0), (15.0, 2.0, 1.5), (5.0, 1.0, 0.8)),
    "p300": ((20.0, 150.0, 300.0), (4.0, 1.0, 0.6), (2.5, 0.4, 0.3)),
    "p1000": ((100.0, 500.0, 1000.0), (2.0, 1.0, 0.7), (1.0, 0.2, 0.15)),
}


def relative_errors(pipette: str, volume: float) -> tuple[float, float]:
    """Return the systematic and the random relative error of a stroke, interpolated in the logarithm of the volume.

    Args:
        pipette: ``p20``, ``p300`` or ``p1000``.
        volume: Volume of the stroke, uL; outside the published volumes the nearest one's errors hold.
    """
    volumes, systematic, random = _PUBLISHED[pipette]
    at = np.log(volume)
    logs = np.log(volumes)
    return float(np.interp(at, logs, systematic)) / 100, float(np.interp(at, logs, random)) / 100


def smallest_error(volume: float) -> float:
    """Return the relative standard deviation, of both errors, with the pipette that is best for a volume in uL."""
    errors = []
    for pipette, (volumes, _, _) in _PUBLISHED.items():
        if volume >= volumes[0]:
            strokes = np.ceil(volume / volumes[-1])
            systematic, random = relative_errors(pipette, volume / strokes)
            errors.append(np.hypot(systematic / np.sqrt(3), random / np.sqrt(strokes)))
    return float(min(errors, default=1.0))


def least_composition_sd(fractions: Array, materials: Sequence[str], solids: float, stocks: Sequence[Stock]) -> Array:
    """Return the least standard deviation that each weight fraction of a pipetted film can have.

    Of several stocks of a material the weakest is taken, whose volume is the largest and so the most exact: the result
    is a floor. Errors of the masses are independent; the fractions follow by closing them again. A volume below every
    pipette's range may be off by all of it.

    Args:
        fractions: Weight fractions of the film, shape ``(k,)``.
        materials: Names of the materials, k of them.
        solids: Dry material of the film, mg.
        stocks: Stocks of the campaign.

    Returns:
        Shape ``(k,)``.
    """
    relative = np.zeros(len(materials))
    for index, name in enumerate(materials):
        of_material = [stock for stock in stocks if stock.material == name]
        if of_material and fractions[index] > 0:
            stock = min(of_material, key=lambda item: item.concentration)
            volume = 1000 * fractions[index] * solids / stock.concentration
            relative[index] = np.hypot(smallest_error(volume), stock.concentration_sd / stock.concentration)
    # d x_i = x_i (e_i - sum_j x_j e_j) to first order.
    jacobian = fractions[:, None] * (np.eye(len(fractions)) - fractions[None, :])
    sd: Array = np.sqrt((jacobian**2) @ relative**2)
    return sd
