"""What tests of models share."""

import pytest


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A classifier whose networks hardly learn, for tests of something else."""
    monkeypatch.setattr("models.classifier._STEPS", 20)
