"""What the attributes of a batch change: gelatin's source and montmorillonite's lateral size.

They change the light that a film scatters and absorbs much more than its strength and its residue after a flame, as
Chen et al. 2024 found. Attributes and values that the constants do not list change nothing.
"""

from collections.abc import Mapping

from lab.arrays import Array
from lab.virtual.constants import Constants
from lab.virtual.roles import RoleFractions


def batch_factor(material: str, quantity: str, attributes: Mapping[str, str], constants: Constants) -> float:
    """Return by what factor a material's batch changes a quantity.

    Args:
        material: Name of the material.
        quantity: ``depth`` (the optical depth that it causes), ``stacking`` (the content at which half of the
            platelets are stacked), ``strength`` or ``residue``.
        attributes: Attributes of the batches, ``{"gelatin.source": "fish"}``.
        constants: The world's constants.
    """
    product = 1.0
    for key, value in attributes.items():
        if key.split(".")[0] == material:
            product *= constants.get(f"attributes.{key}.{value}.{quantity}", 1.0)
    return product


def film_factor(quantity: str, roles: RoleFractions, attributes: Mapping[str, str], constants: Constants) -> Array:
    """Return by what factor batches change a quantity of the whole film.

    Args:
        quantity: ``strength`` or ``residue`` (the odds of the residue).
        roles: Films by roles.
        attributes: Attributes of the batches, ``{"gelatin.source": "fish"}``.
        constants: The world's constants.

    Returns:
        Shape ``(n,)``: the product of each batch's factor to the power of its fraction.
    """
    of_gelatin = batch_factor("gelatin", quantity, attributes, constants)
    of_clay = batch_factor("MMT", quantity, attributes, constants)
    factor: Array = of_gelatin**roles.gelatin * of_clay**roles.clay
    return factor
