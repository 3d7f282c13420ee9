"""How the networks of a committee are built and trained: what a search may change."""

import attrs


@attrs.frozen
class NetworkSettings:
    """Settings of the networks of a committee."""

    epochs: int = 400
    """Optimiser steps."""
    width: int = 48
    """Width of each of the two hidden layers."""
    learning_rate: float = 0.01
    """Peak of the one-cycle schedule."""
    weight_decay: float = 1e-3
