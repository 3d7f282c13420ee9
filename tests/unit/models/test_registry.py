import json
from collections.abc import Callable

import numpy as np
import pytest

from lab.grades import Grade
from lab.library import property_named
from lab.simplex import lattice
from models.committee import PropertyCommittee, fit_committee
from models.quality import QualityModel, fit_quality
from models.registry import StoredModelError, content_hash, pack, unpack
from models.stored_forms import (
    committee_arrays,
    committee_from,
    committee_values,
    quality_arrays,
    quality_from,
    quality_values,
)
from models.target_choice import property_for

POINTS = lattice(3, 0.25)
GRADES = [Grade.A if point[0] > 0.4 else Grade.C for point in POINTS]


def small_committee() -> PropertyCommittee:
    strength, strain = property_named("tensile_strength"), property_named("fracture_strain")
    targets = np.stack([50 + 30 * POINTS[:, 0], np.full(len(POINTS), np.nan)], axis=1)
    return fit_committee(POINTS, targets, 0.1 * targets, [strength, strain], members=3, epochs=20, seed=1)


def small_quality(kind) -> QualityModel:
    return fit_quality(POINTS, GRADES, [Grade.A], kind=kind, seed=1)


MODELS: dict[str, Callable[[], QualityModel | PropertyCommittee]] = {
    "committee": small_committee,
    "paper": lambda: small_quality("paper"),
    "calibrated": lambda: small_quality("calibrated"),
}


@pytest.mark.parametrize("name", MODELS)
def test_equal_models_give_equal_bytes(name):
    assert pack(MODELS[name]()) == pack(MODELS[name]())


@pytest.mark.parametrize("name", MODELS)
def test_a_model_comes_back_as_it_was(name):
    files = pack(MODELS[name]())
    model = unpack(files, content_hash(files))
    assert pack(model) == files
    if isinstance(model, PropertyCommittee):
        np.testing.assert_array_equal(model.predict(POINTS).p95, small_committee().predict(POINTS).p95)
    elif isinstance(model, QualityModel):
        np.testing.assert_array_equal(model.predict(POINTS), small_quality(name).predict(POINTS))
        promised = small_quality(name).usable_probability(POINTS)
        np.testing.assert_array_equal(model.usable_probability(POINTS), promised)


def test_a_committee_of_before_inputs_were_bent_or_had_directions_sees_them_as_they_are():
    stored = small_committee()
    arrays = committee_arrays(stored)
    for name in ("process_power", "process_regard", "process_directions"):
        del arrays[name]
    old = committee_from(committee_values(stored), arrays)

    assert old.processes is not None and (old.processes.hyperparameters.power == 1.0).all()
    assert old.processes.hyperparameters.directions.shape == (old.inputs, 0)
    np.testing.assert_array_equal(old.predict(POINTS).mean, stored.predict(POINTS).mean)


def test_a_quality_model_of_before_probabilities_promises_its_quality():
    stored = small_quality("paper")
    values = quality_values(stored)
    del values["usability"]
    model = quality_from(values, quality_arrays(stored))

    np.testing.assert_array_equal(model.usable_probability(POINTS), stored.predict(POINTS))


def test_a_quality_model_of_before_directions_has_a_length_scale_for_each_material():
    stored = small_quality("paper")
    arrays = quality_arrays(stored)
    arrays["lengths"] = 1.0 / np.diag(arrays.pop("axes"))
    old = quality_from(quality_values(stored), arrays)

    np.testing.assert_allclose(old.usable_probability(POINTS), stored.usable_probability(POINTS))


def test_what_is_added_to_a_model_is_one_of_its_files():
    model = small_quality("paper")
    alone, more = pack(model), pack(model, added={"cross-validation.csv": b"film"})
    assert more == alone | {"cross-validation.csv": b"film"}
    assert content_hash(more) != content_hash(alone)


@pytest.mark.parametrize("file", ["model.json", "arrays.safetensors", "card.md"])
def test_a_changed_model_is_refused(file):
    files = pack(small_quality("paper"))
    expected = content_hash(files)
    files[file] += b" "
    with pytest.raises(StoredModelError, match="has changed"):
        unpack(files, expected)


def test_what_is_no_model_of_ours_is_refused():
    good = pack(small_quality("paper"))
    values = json.loads(good["model.json"])
    broken = [
        {name: content for name, content in good.items() if name != "arrays.safetensors"},
        good | {"model.json": b"not json"},
        good | {"model.json": b"[]"},
        good | {"model.json": json.dumps(values | {"version": 99}).encode()},
        good | {"model.json": json.dumps({k: v for k, v in values.items() if k != "kind"}).encode()},
    ]
    for files in broken:
        with pytest.raises(StoredModelError) as caught:
            unpack(files, content_hash(files))
        assert caught.value.hint


@pytest.mark.parametrize("name", MODELS)
def test_the_card_says_what_a_reader_needs(name):
    model = MODELS[name]()
    card = pack(model)["card.md"].decode()
    assert model.data_sha256 in card
    assert "Uncertainty" in card
    assert "torch" in card


def test_the_card_names_properties_as_people_do_and_columns_as_their_table_does():
    known = pack(small_committee())["card.md"].decode()
    assert "| tensile strength, MPa |" in known and "| fracture strain |" in known
    model = committee_of_column("Stress_MPa")
    assert "| Stress_MPa |" in pack(model)["card.md"].decode()


def test_a_bar_in_a_columns_name_is_no_border_in_the_card():
    files = pack(committee_of_column("stress | MPa"))
    assert r"| stress \| MPa |" in files["card.md"].decode()
    assert "<td>stress | MPa</td>" in files["card.html"].decode()


def committee_of_column(name: str) -> PropertyCommittee:
    labels = 50 + 30 * POINTS[:, :1]
    column = property_for(name, labels[:, 0], POINTS)
    return fit_committee(POINTS, labels, np.ones_like(labels), [column], members=2, epochs=5, seed=1)
