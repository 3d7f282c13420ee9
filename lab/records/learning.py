"""What was learned from films, and which films were chosen by it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import attrs

from lab.compositions import Composition
from lab.read_only import read_only


class ModelKind(StrEnum):
    """What a model predicts."""

    QUALITY = "quality"
    PROPERTIES = "properties"


@attrs.frozen
class Model:
    """A trained model, stored as a folder of artefacts."""

    kind: ClassVar[str] = "model"
    label: str
    """quality-00, properties-03: the number is the loop after which it was trained."""
    predicts: ModelKind
    loop: int
    films: int
    """Number of films that it learned from."""
    data_sha256: str
    """Hash of the training table."""
    content_sha256: str
    """Hash of the stored model; it is loaded only if this matches."""
    metrics: Mapping[str, float] = attrs.field(factory=dict, converter=read_only)

    @property
    def key(self) -> tuple[str, ...]:
        """The model's label."""
        return (self.label,)


@attrs.frozen
class Suggestion:
    """A recipe that the loop chose, with its reasons."""

    kind: ClassVar[str] = "suggestion"
    film: str
    """Label of the film that makes it."""
    loop: int
    rank: int
    rule: str
    models: tuple[str, ...]
    """Labels of the models that were asked."""
    composition: Composition
    quality: float
    """Predicted quality at the composition."""
    score: float
    """The rule's score of the batch that it belongs to."""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.film,)
