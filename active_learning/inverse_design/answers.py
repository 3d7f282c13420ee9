"""What inverse design answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

import attrs

from active_learning.inverse_design.conflicts import Conflict, Diagnosis
from active_learning.inverse_design.dispensing import Dispensed, Unmakeable
from lab.compositions import Composition
from lab.records import Prediction
from lab.simplex import Fractions


@attrs.frozen(eq=False)
class DesignCandidate:
    """A recipe with the promise that is made for it."""

    composition: Fractions
    """Weight fractions in the order of the campaign's materials, ``(k,)``, on its recipe lattice.

    Where the robot cannot dispense that, the nearest recipe that it can, see `dispensed`.
    """
    probability: float
    """Probability that a film of it is usable and meets all requirements: `met` x `usable`."""
    met: float
    """Joint probability that a usable film's measured properties meet all requirements, with what the networks do not
    know, the noise of measurement and the error of dispensing."""
    usable: float
    """Probability of a usable film, see `models.usability`; the quality where the model knows no other."""
    quality: float
    """Predicted quality, which is compared with the campaign's thresholds and promises nothing."""
    predictions: Mapping[str, Prediction]
    """Prediction by property, in the property's unit; none of a property of which no film has given a value."""
    chances: Mapping[str, float]
    """Probability of every requirement by itself, as it was written: the nearest miss shows where it misses."""
    distance: float
    """Total-variation distance to the nearest existing film (half the sum of absolute differences); infinite if none.

    0.05 means that 5 wt% of the film is something else than in the nearest film that was made.
    """
    dispensed: Dispensed | Unmakeable
    """What the robot makes of it, or why it cannot be made from the campaign's stocks."""

    @property
    def makeable(self) -> bool:
        """Whether the robot can make it: only such designs become films."""
        return isinstance(self.dispensed, Dispensed)


@attrs.frozen(eq=False)
class DesignCandidates(Sequence[DesignCandidate]):
    """Recipes for a wish, the most probable first; they differ from each other in at least 5 wt% of the film."""

    candidates: tuple[DesignCandidate, ...]
    materials: tuple[str, ...]
    """Names of the materials, in the order of the compositions."""
    method: str
    """Name of the method that found them."""
    threshold: float
    """Quality that every recipe looked at reaches."""
    searched: int
    """Number of recipes that were looked at."""
    notes: tuple[str, ...] = ()
    """What a person should know about the search; empty where all went as asked."""
    diagnosis: Diagnosis | None = None
    """Why no recipe is likely to meet all requirements; None where one is."""

    @overload
    def __getitem__(self, index: int) -> DesignCandidate: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[DesignCandidate, ...]: ...

    def __getitem__(self, index: int | slice) -> DesignCandidate | tuple[DesignCandidate, ...]:
        return self.candidates[index]

    def __len__(self) -> int:
        return len(self.candidates)

    def __iter__(self) -> Iterator[DesignCandidate]:
        return iter(self.candidates)

    @property
    def note(self) -> str:
        """The notes as one text."""
        return "; ".join(self.notes)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Pairs of requirements that stand in each other's way; empty where a recipe is likely to meet all."""
        return self.diagnosis.conflicts if self.diagnosis else ()

    def compositions(self) -> tuple[Composition, ...]:
        """Return the recipes with the names of their materials."""
        return tuple(Composition.from_vector(self.materials, found.composition) for found in self.candidates)
