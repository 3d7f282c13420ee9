"""Grades of a film after drying: can it be taken off the dish, and is it flat?"""

from enum import StrEnum

from lab.errors import InvalidInputError


class Grade(StrEnum):
    """A film's grade from detachability and flatness (Chen et al. 2024, doi 10.1038/s41565-024-01635-z).

    A is detachable and flat. The paper does not say how B and C differ; B (on the gelatin-free, curling edge) is taken
    as detachable but not flat, C (cracked or stuck) as flat but not detachable, D (sticky) as neither.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @classmethod
    def from_findings(cls, *, detachable: bool, flat: bool) -> "Grade":
        """Return the grade that belongs to the two findings."""
        return {(True, True): cls.A, (True, False): cls.B, (False, True): cls.C, (False, False): cls.D}[
            (detachable, flat)
        ]

    @classmethod
    def parse(cls, text: str) -> "Grade":
        """Return the grade named by a letter.

        Raises:
            InvalidInputError: If the text is not A, B, C or D.
        """
        try:
            return cls(text.strip().upper())
        except ValueError:
            raise InvalidInputError("grade", [f"{text!r} is no grade"], hint="use A, B, C or D") from None

    @property
    def detachable(self) -> bool:
        """Whether the film comes off its dish in one piece."""
        return self in (Grade.A, Grade.B)

    @property
    def flat(self) -> bool:
        """Whether the film is flat and even."""
        return self in (Grade.A, Grade.C)

    @property
    def score(self) -> float:
        """The number that the reference work's regression SVM learns: A 1, B 2/3, C 1/3, D 0."""
        return {Grade.A: 1.0, Grade.B: 2 / 3, Grade.C: 1 / 3, Grade.D: 0.0}[self]
