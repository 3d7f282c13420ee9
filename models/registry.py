"""Stored models: a few files whose hash is checked before they are read, and that hold numbers only.

A model is packed into ``model.json`` (everything but arrays), ``arrays.safetensors`` (arrays; a format that cannot run
code when it is read) and ``card.md`` (for people). Equal models give equal bytes.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.errors import FilmlabError
from lab.hashing import canonical_json, sha256_of_bytes, sha256_of_json
from models.cards import committee_card, quality_card
from models.property_committee import PropertyCommittee
from models.quality import QualityModel
from models.stored_forms import (
    committee_arrays,
    committee_from,
    committee_values,
    quality_arrays,
    quality_from,
    quality_values,
)

MODEL, ARRAYS, CARD = "model.json", "arrays.safetensors", "card.md"
FORMAT_VERSION = 1


class StoredModelError(FilmlabError):
    """A stored model is damaged, was changed, or is of a form that this version does not read."""


def pack(model: QualityModel | PropertyCommittee) -> dict[str, bytes]:
    """Return the files of a model: name to content."""
    from safetensors.numpy import save

    values: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    if isinstance(model, QualityModel):
        predicts, values, arrays, card = "quality", quality_values(model), quality_arrays(model), quality_card(model)
    else:
        predicts, values, arrays = "properties", committee_values(model), committee_arrays(model)
        card = committee_card(model)
    head = {"format": "filmlab-model", "version": FORMAT_VERSION, "predicts": predicts}
    return {
        MODEL: (canonical_json(head | values) + "\n").encode(),
        ARRAYS: save({name: np.ascontiguousarray(array) for name, array in arrays.items()}),
        CARD: card.encode(),
    }


def content_hash(files: Mapping[str, bytes]) -> str:
    """Return the hash of a packed model: SHA-256 over the names and hashes of all its files."""
    return sha256_of_json({name: sha256_of_bytes(content) for name, content in files.items()})


def unpack(files: Mapping[str, bytes], expected_sha256: str) -> QualityModel | PropertyCommittee:
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
        return quality_from(values, arrays) if values["predicts"] == "quality" else committee_from(values, arrays)
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
    if values.get("version") != FORMAT_VERSION or values.get("predicts") not in ("quality", "properties"):
        raise StoredModelError(
            f"the model is of form {values.get('version')!r} for {values.get('predicts')!r}; this version of filmlab "
            f"reads form {FORMAT_VERSION} for quality and properties",
            hint="update filmlab, or train the model again",
        )
    return values
