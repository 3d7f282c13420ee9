"""Why a recipe cannot be made, root cause first, and which recipe near it can."""

from collections.abc import Sequence
from enum import IntEnum

import attrs

from lab.compositions import Composition
from lab.errors import RecipeError


class Cause(IntEnum):
    """Causes in the order from root to symptom: what comes first explains what comes after."""

    OUTSIDE_BOUNDS = 1
    MISSING_STOCK = 2
    STOCK_TOO_THICK = 3
    OVER_DISH_CAPACITY = 4
    STOCK_TOO_WEAK = 5
    BELOW_PIPETTE_MINIMUM = 6
    TOO_UNCERTAIN = 7
    NO_PLACE_FOR_STOCK = 8
    STOCK_SHORT = 9
    TIPS_SHORT = 10


@attrs.frozen
class Diagnosis:
    """One reason why one film cannot be made."""

    film: str
    cause: Cause
    message: str
    hint: str
    nearest: Composition | None = None
    """The nearest recipe that can be made with the same stocks, solids and volume; None if there is none."""

    @property
    def code(self) -> str:
        """Name of the cause, for programs."""
        return self.cause.name


class UnmakeableError(RecipeError):
    """Films cannot be made with the stocks, pipettes and dishes at hand; nothing has been planned.

    Args:
        diagnoses: Every reason for every film that cannot be made.
    """

    def __init__(self, diagnoses: Sequence[Diagnosis]) -> None:
        self.diagnoses = tuple(sorted(diagnoses, key=lambda item: item.cause))
        films = list(dict.fromkeys(item.film for item in diagnoses))
        lines = [f"{len(films)} {'film' if len(films) == 1 else 'films'} cannot be made"]
        for item in self.diagnoses[:20]:
            nearest = f"; nearest that can: {item.nearest}" if item.nearest is not None else ""
            lines.append(f"  - {item.film}: {item.code}: {item.message}{nearest}")
        if len(self.diagnoses) > 20:
            lines.append(f"  - and {len(self.diagnoses) - 20} more")
        super().__init__("\n".join(lines), hint=self.diagnoses[0].hint)
