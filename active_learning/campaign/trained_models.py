"""A campaign's trained models, loaded from their stored files."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

import attrs

from active_learning.campaign.trainings import newest_committee, order_of
from lab.errors import StoreError
from lab.records import Model, ModelKind, Records
from lab.records.artefacts import MODEL_CONTENT, model_file
from lab.workspace import ArtefactStore

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee
    from models.quality import QualityModel

_M = TypeVar("_M")


@attrs.define
class TrainedModels:
    """Loads the newest models that records name, and keeps them.

    Models are loaded from their files also right after training, so that a restart predicts the same bits.
    """

    artefacts: ArtefactStore
    _loaded: dict[str, object] = attrs.field(factory=dict)

    def quality(self, records: Records) -> "tuple[str, QualityModel]":
        """Return the newest quality model and its label.

        Raises:
            StoreError: If none is trained yet.
        """
        from models.quality import QualityModel

        of_kind = [model for model in records.models.values() if model.predicts is ModelKind.QUALITY]
        if not of_kind:
            raise _none_yet(ModelKind.QUALITY)
        newest = max(of_kind, key=order_of)
        return newest.label, self._load(records, newest, QualityModel)

    def committee(self, records: Records) -> "tuple[str, PropertyCommittee]":
        """Return the property committee of the newest training and its label.

        Raises:
            StoreError: If there is none.
        """
        found = self.committee_if_any(records)
        if found is None:
            raise _none_yet(ModelKind.PROPERTIES)
        return found

    def committee_if_any(self, records: Records) -> "tuple[str, PropertyCommittee] | None":
        """Return the property committee of the newest training and its label; None before any film has a value."""
        from models.property_committee import PropertyCommittee

        found = newest_committee(records)
        return None if found is None else (found.label, self._load(records, found, PropertyCommittee))

    def at(self, records: Records, label: str) -> "PropertyCommittee | None":
        """Return the property committee of a label; None where there is none."""
        from models.property_committee import PropertyCommittee

        found = records.models.get(label)
        return None if found is None else self._load(records, found, PropertyCommittee)

    def kept(self, name: str, make: Callable[[], _M]) -> _M:
        """Return what was made under a name before, or make it now; the name holds the hash of all it depends on."""
        if name not in self._loaded:
            self._loaded[name] = make()
        return cast("_M", self._loaded[name])

    def _load(self, records: Records, newest: Model, form: type[_M]) -> _M:
        from models.registry import unpack

        if newest.content_sha256 not in self._loaded:
            prefix = model_file(newest.label, f"{MODEL_CONTENT}/")
            files = {
                name.removeprefix(prefix): self.artefacts.read(artefact.sha256)
                for name, artefact in records.artefacts.items()
                if name.startswith(prefix)
            }
            self._loaded[newest.content_sha256] = unpack(files, newest.content_sha256)
        model = self._loaded[newest.content_sha256]
        if not isinstance(model, form):
            raise StoreError(f"{newest.label} is stored as {type(model).__name__}, not as {form.__name__}")
        return model


def _none_yet(kind: ModelKind) -> StoreError:
    return StoreError(f"the campaign has no {kind} model yet", hint="run: filmlab work")
