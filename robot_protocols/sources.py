"""The containers of one stock while they are drawn from."""

import attrs

from robot_protocols.budget import Container
from robot_protocols.decks import Place


@attrs.define
class Source:
    """What is left in each container, uL."""

    left: dict[Place, float]
    dead: float
    """What cannot be taken from each, uL."""

    @classmethod
    def of(cls, container: Container) -> "Source":
        """Return the containers as they are loaded."""
        return cls({loaded.place: loaded.volume for loaded in container.places}, container.dead)

    def draw(self, volume: float) -> tuple[Place, float]:
        """Take a stroke from the first container that still has it; return the place and what is left there."""
        for place, left in self.left.items():
            if left - volume >= self.dead - 0.05:
                self.left[place] = left - volume
                return place, self.left[place]
        place = max(self.left, key=lambda item: self.left[item])
        self.left[place] -= volume
        return place, self.left[place]
