"""Stored models: a few files whose hash is checked before they are read, and that hold numbers only.

A model is packed into ``model.json`` (everything but arrays), ``arrays.safetensors`` (arrays; a format that cannot run
code when it is read) and ``card.md`` with its page ``card.html`` (for people). Equal models give equal bytes.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from lab.errors import FilmlabError
from lab.hashing import canonical_json, sha256_of_bytes, sha256_of_json
from models import card_figures, cards, stored_forms
from models.card_pages import card_page
from models.classifier import Classifier
from models.property_committee import PropertyCommittee
from models.quality import QualityModel

MODEL, ARRAYS, CARD, CARD_PAGE = "model.json", "arrays.safetensors", "card.md", "card.html"
FORMAT_VERSION = 1

AnyModel: TypeAlias = QualityModel | PropertyCommittee | Classifier


class StoredModelError(FilmlabError):
    """A stored model is damaged, was changed, or is of a form that this version does not read."""


@attrs.frozen
class _Form:
    """How one kind of model is stored."""

    model: type
    values: Callable[[Any], dict[str, Any]]
    arrays: Callable[[Any], dict[str, NDArray[Any]]]
    card: Callable[[Any], str]
    figure: Callable[[Any], str]
    """A drawing for the card's page, SVG; empty for none."""
    read: Callable[[dict[str, Any], Mapping[str, NDArray[Any]]], AnyModel]


_FORMS = {
    "quality": _Form(
        QualityModel,
        stored_forms.quality_values,
        stored_forms.quality_arrays,
        cards.quality_card,
        card_figures.no_figure,
        stored_forms.quality_from,
    ),
    "properties": _Form(
        PropertyCommittee,
        stored_forms.committee_values,
        stored_forms.committee_arrays,
        cards.committee_card,
        card_figures.no_figure,
        stored_forms.committee_from,
    ),
    "probability": _Form(
        Classifier,
        stored_forms.classifier_values,
        stored_forms.classifier_arrays,
        cards.classifier_card,
        card_figures.reliability_figure,
        stored_forms.classifier_from,
    ),
}
"""Kinds of models by what they predict."""


def pack(model: AnyModel, *, card_part: str = "", added: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the files of a model: name to content.

    Args:
        model: The model.
        card_part: Markdown to add to its card.
        added: Further files that belong to it.
    """
    from safetensors.numpy import save

    predicts, form = next((name, form) for name, form in _FORMS.items() if isinstance(model, form.model))
    head = {"format": "filmlab-model", "version": FORMAT_VERSION, "predicts": predicts}
    card = form.card(model) + card_part
    return {
        MODEL: (canonical_json(head | form.values(model)) + "\n").encode(),
        ARRAYS: save({name: np.ascontiguousarray(array) for name, array in form.arrays(model).items()}),
        CARD: card.encode(),
        CARD_PAGE: card_page(card, form.figure(model)).encode(),
        **(added or {}),
    }


def content_hash(files: Mapping[str, bytes]) -> str:
    """Return the hash of a packed model: SHA-256 over the names and hashes of all its files."""
    return sha256_of_json({name: sha256_of_bytes(content) for name, content in files.items()})


def unpack(files: Mapping[str, bytes], expected_sha256: str) -> AnyModel:
    """Return the model in the files, after checking that they are what was stored.

    Args:
        files: Name to content, as `pack` returned them.
        expected_sha256: What `content_hash` was when the model was stored.

    Raises:
        StoredModelError: If the hash differs, a file is missing, or the form is not known to this version.
    """
    found = content_hash(files)
    if found != expected_sha256:
        raise StoredModelError(
            f"the stored model has changed: its content hash is {found[:12]}..., expected {expected_sha256[:12]}...",
            hint="restore the model's files from a backup, or train it again",
        )
    missing = [name for name in (MODEL, ARRAYS) if name not in files]
    if missing:
        raise StoredModelError(f"the stored model lacks {' and '.join(missing)}", hint="train the model again")
    values = _values(files[MODEL])
    try:
        from safetensors.numpy import load

        arrays = load(files[ARRAYS])
        return _FORMS[values["predicts"]].read(values, arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise StoredModelError(
            f"the stored model cannot be read: {type(error).__name__}: {error}", hint="train the model again"
        ) from error


def _values(content: bytes) -> dict[str, Any]:
    try:
        values = json.loads(content)
    except ValueError as error:
        raise StoredModelError(f"{MODEL} is no JSON: {error}", hint="train the model again") from error
    if not isinstance(values, dict) or values.get("format") != "filmlab-model":
        raise StoredModelError(f"{MODEL} is not a model of filmlab", hint="give a folder that filmlab has written")
    if values.get("version") != FORMAT_VERSION or values.get("predicts") not in _FORMS:
        raise StoredModelError(
            f"the model is of form {values.get('version')!r} for {values.get('predicts')!r}; this version of filmlab "
            f"reads form {FORMAT_VERSION} for {', '.join(_FORMS)}",
            hint="update filmlab, or train the model again",
        )
    return values
