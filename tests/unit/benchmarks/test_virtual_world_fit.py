import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks import virtual_world_fit as fit
from lab.virtual.constants import FILE, constants, entries
from lab.virtual.corrections import Corrections
from lab.virtual.film_world import FilmWorld


def test_refitting_gives_the_constants_of_the_file():
    refitted = fit.fit_formulas(fit.anchors())
    for name, entry in entries().items():
        if "factor" in entry:
            assert refitted[name] == pytest.approx(entry["value"], rel=0.02), name
        elif "within" in entry:
            assert refitted[name] == pytest.approx(entry["value"], abs=0.02 * entry["within"]), name
        elif not isinstance(entry["value"], list):
            assert refitted[name] == entry["value"], name


def test_the_corrections_of_the_file_belong_to_its_constants():
    refitted = fit.fit_corrections(constants(), constants()["corrections.width"])
    written = Corrections.fitted()
    assert set(written.weights) == set(refitted.weights)
    for name, weights in refitted.weights.items():
        np.testing.assert_allclose(written.weights[name], weights, atol=2e-3)


def test_writing_changes_fitted_values_only(tmp_path):
    path = tmp_path / "constants.toml"
    shutil.copy(Path(str(FILE)), path)
    before = path.read_text("utf-8")
    fit.write(constants(), Corrections.fitted(), path)
    assert path.read_text("utf-8") == before
    fit.write({**constants(), "optics.haze": 0.123}, Corrections.fitted(), path)
    changed = [(a, b) for a, b in zip(before.splitlines(), path.read_text("utf-8").splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1].startswith("haze = { value = 0.123, ")


def test_the_report_covers_every_published_label():
    table = fit.report(fit.answers(FilmWorld()))
    assert len(re.findall(r"^\| \w+ \| [\d.]+%", table, re.MULTILINE)) == 10
