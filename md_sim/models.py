"""The atomic models that the films are explained with, by name and size."""

from collections.abc import Callable

import attrs

from lab.errors import UnknownNameError
from md_sim.forcefields import ForceField, force_field
from md_sim.montmorillonite import sheet
from md_sim.systems import System, check_system

#: Magnesium ions a unit cell of the sheet, and elementary charges: the lower end of smectites (0.4 to 1.2 e a cell).
LAYER_CHARGE = 0.5


@attrs.frozen
class Model:
    """An atomic model."""

    name: str
    meaning: str
    build: Callable[[bool, int], System]
    """Called with whether it shall have its full size, and the seed."""
    field: Callable[[], ForceField]

    def system(self, *, large: bool, seed: int) -> System:
        """Build the model and check it.

        Raises:
            InvalidInputError: If it cannot be simulated.
        """
        system = self.build(large, seed)
        check_system(system)
        return system


def _montmorillonite(large: bool, seed: int) -> System:
    cells = (6, 4) if large else (4, 3)
    return sheet(cells, round(LAYER_CHARGE * cells[0] * cells[1]), seed=seed)


MODELS = {
    model.name: model
    for model in (
        Model(
            "mmt",
            "a periodic stack of dry sodium montmorillonite sheets",
            _montmorillonite,
            lambda: force_field("clayff"),
        ),
    )
}


def model_named(name: str) -> Model:
    """Return a model.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    try:
        return MODELS[name]
    except KeyError as error:
        raise UnknownNameError(f"no model {name!r}", hint=f"choose one of {', '.join(MODELS)}") from error
