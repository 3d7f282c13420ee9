import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lab.errors import InvalidInputError, WorkspaceError
from lab.seeds import generator
from lab.simplex import sample_uniform
from models import input_columns
from models.committee import fit_committee
from models.input_columns import choose_columns
from models.network_settings import NetworkSettings
from models.registry import StoredModelError
from models.table_models import fit_table, predict_table
from models.table_quality import fit_quality_table, predict_quality_table, read_label
from models.target_choice import property_for
from models.text_tables import read_table
from models.training_table import read_training_table
from models.tuning import Tuned

QUICK: dict[str, Any] = {"members": 2, "epochs": 30}


def films(n: int = 40) -> Any:
    rng = generator(1, "films")
    points = sample_uniform(rng, n, 3)
    return pd.DataFrame(
        {
            "A": points[:, 0],
            "B": points[:, 1],
            "C": points[:, 2],
            "gelatin.source": np.where(rng.random(n) < 0.5, "bovine", "fish"),
            "hours": rng.uniform(1, 50, n),
            "tensile_strength": np.exp(3 + points[:, 0] + 0.1 * rng.normal(size=n)),
            "tensile_strength_sd": 2.0,
            "TransVis": 100 / (1 + np.exp(-1 + 4 * points[:, 1] + 0.1 * rng.normal(size=n))),
            "Grade": np.where(points[:, 0] > 0.3, "A", "C"),
        }
    )


@pytest.fixture
def csv(tmp_path):
    def write(table: pd.DataFrame, name: str = "films.csv"):
        table.to_csv(tmp_path / name, index=False)
        return tmp_path / name

    return write


def read(path, **changes):
    return read_training_table(path, **({"inputs": ["A", "B", "C"], "targets": ["tensile_strength"]} | changes))


def texts(findings) -> str:
    return "\n".join(f"{finding.severity}: {finding}" for finding in findings)


def test_fit_and_predict_write_what_the_contract_says(csv, tmp_path):
    table = films()
    path = csv(table)
    report = fit_table(
        path,
        inputs=["A", "B", "C", "gelatin.source", "hours"],
        targets=["tensile_strength", "TransVis"],
        sd={"tensile_strength": "tensile_strength_sd"},
        composition=["A", "B", "C"],
        out=tmp_path / "model",
        **QUICK,
    )
    assert report.rows == report.learned_rows == 40
    assert json.loads(json.dumps(report.as_json()))["metrics"]["tensile_strength.labels"] == 40
    result = predict_table(tmp_path / "model", path, out=tmp_path / "out.csv")
    predicted = pd.read_csv(tmp_path / "out.csv")
    wanted = [
        f"{target}_{name}" for target in ("tensile_strength", "TransVis") for name in ("mean", "sd", "p05", "p95")
    ]
    assert list(predicted.columns) == wanted
    assert len(predicted) == result.rows == 40
    assert (predicted["TransVis_p05"] < predicted["TransVis_mean"]).all()
    assert predicted["TransVis_p95"].max() <= 100
    card = (tmp_path / "model" / "card.md").read_text()
    assert "gelatin.source" in card and "scale `log`" in card


def test_a_folder_that_cannot_be_written_is_known_before_anything_is_learned(csv, monkeypatch):
    def learn(*_: object, **__: object) -> None:
        raise AssertionError("learned before the folder was looked at")

    monkeypatch.setattr("models.table_models.fit_committee", learn)
    monkeypatch.setattr("models.table_quality.fit_classifier", learn)
    path = csv(films())
    inside_a_file = path / "model"
    with pytest.raises(WorkspaceError, match=r"cannot write .*: Not a directory"):
        fit_table(path, inputs=["A", "B", "C"], targets=["tensile_strength"], out=inside_a_file)
    with pytest.raises(WorkspaceError, match=r"cannot write .*: Not a directory"):
        fit_quality_table(path, inputs=["A", "B", "C"], label="Grade", out=inside_a_file)


def test_learning_that_takes_long_is_told_beforehand(csv, tmp_path, monkeypatch):
    told: list[str] = []
    request: dict[str, Any] = {"inputs": ["A", "B", "C"], "targets": ["tensile_strength"], "told": told.append, **QUICK}
    fit_table(csv(films()), **request, out=tmp_path / "short")
    assert told == []
    monkeypatch.setattr("models.table_models._WORTH_TELLING", 0.0)
    fit_table(csv(films()), **request, out=tmp_path / "long")
    assert len(told) == 1 and told[0].startswith("learning 1 target from 40 rows; that takes about 1 min on ")


def test_a_search_learns_for_its_trials_alone_and_apart_for_each_number_of_members(csv, tmp_path, monkeypatch):
    learned, names = [], []

    def tune(loss, *, name, **request):
        names.append(name)
        return Tuned(NetworkSettings(epochs=5, width=16), 0.0, 0.0, 1)

    def fit(*films, settings, **request):
        learned.append(settings)
        return fit_committee(*films, settings=settings, **request)

    monkeypatch.setattr("models.table_models.tune", tune)
    monkeypatch.setattr("models.table_models.fit_committee", fit)
    path = csv(films(12))
    for members in (2, 3):
        request: dict[str, Any] = {"inputs": ["A", "B", "C"], "targets": ["TransVis"], "members": members}
        fit_table(path, **request, tune_minutes=1.0, out=tmp_path / "model")
    assert [settings.width for settings in learned] == [16, 16]
    assert len(set(names)) == 2


def test_same_seed_gives_the_same_files(csv, tmp_path):
    path = csv(films(12))
    hashes = [
        fit_table(
            path, inputs=["A", "B", "C"], targets=["TransVis"], out=tmp_path / name, seed=3, **QUICK
        ).content_sha256
        for name in ("one", "two")
    ]
    assert hashes[0] == hashes[1]


def test_rows_that_cannot_be_predicted_are_empty_and_reported(csv, tmp_path):
    fit_table(
        csv(films()), inputs=["A", "B", "C", "gelatin.source"], targets=["TransVis"], out=tmp_path / "model", **QUICK
    )
    new = films(5).astype({"A": object})
    new.loc[1, "A"] = "a lot"
    new.loc[2, "B"] = -0.1
    new.loc[3, "gelatin.source"] = "porcine"
    report = predict_table(tmp_path / "model", csv(new, "new.csv"), out=tmp_path / "out.csv")
    predicted = pd.read_csv(tmp_path / "out.csv", skip_blank_lines=False)
    assert predicted["TransVis_mean"].isna().tolist() == [False, True, True, True, False]
    assert report.predicted_rows == 2
    assert "A, row 2: text" in texts(report.findings)
    assert "B, row 3: a negative fraction" in texts(report.findings)
    assert "gelatin.source, row 4: a category that the model does not know" in texts(report.findings)


def test_rows_far_from_all_that_was_learned_from_are_predicted_and_named(csv, tmp_path):
    rng = generator(8, "far")
    table = films(40).assign(salt=10 ** rng.uniform(-4, 0, 40), hours=np.linspace(10, 50, 40), days=28.0)
    inputs = ["A", "B", "C", "hours", "salt", "days"]
    fit_table(csv(table), inputs=inputs, targets=["TransVis"], out=tmp_path / "model", members=2, epochs=2)
    asked = table.head(6).copy()
    asked["hours"] = [-10.1, -9.9, 10, 50, 69.9, 70.1]
    asked["salt"] = [0.01, 0.01, 0.01, 1, 10, 1e3]
    asked["days"] = [28.0, 28.0, 28.0, 28.0, 28.0, 27.0]
    report = predict_table(tmp_path / "model", csv(asked, "new.csv"), out=tmp_path / "out.csv")
    assert report.predicted_rows == 6
    assert {finding.column: finding.rows for finding in report.findings} == {
        "hours": (1, 6),
        "salt": (6,),
        "days": (6,),
    }
    assert "hours, rows 1, 6: far from all that was learned from, 10 to 50" in texts(report.findings)
    seen = predict_table(tmp_path / "model", csv(table, "seen.csv"), out=tmp_path / "out.csv")
    assert seen.findings == ()


def test_missing_columns_are_all_named_with_the_nearest(csv):
    with pytest.raises(InvalidInputError) as caught:
        read(csv(films()), inputs=["a", "B", "Z"], targets=["tensile_strenght"])
    assert len(caught.value.faults) == 3
    assert "did you mean 'tensile_strength'" in str(caught.value)


@pytest.mark.parametrize("composition", [["A", "B", "C"], None])
def test_percent_for_fractions_is_a_fault_and_can_be_normalised(csv, composition):
    table = films()
    table[["A", "B", "C"]] *= 100
    path = csv(table)
    with pytest.raises(InvalidInputError, match="percent, where weight fractions"):
        read(path, composition=composition)
    done = read(path, composition=composition, normalise=True)
    np.testing.assert_allclose(done.inputs.sum(axis=1), 1.0)
    assert "divided by their sum, as asked" in texts(done.findings)


@pytest.mark.parametrize("composition", [["A", "B", "C"], None])
def test_rows_that_are_no_composition_are_left_out_and_named(csv, composition):
    table = films()
    table.loc[4, "A"] += 0.3
    table.loc[7, "B"] += 0.004
    table.loc[9, ["A", "B", "C"]] *= 100
    table.loc[11, "C"] = -0.1
    done = read(csv(table), composition=composition)
    assert len(done.inputs) == 37
    assert "C, row 12: a negative fraction" in texts(done.findings)
    assert "row 5: do not sum to 1 (the worst to 1.3)" in texts(done.findings)
    assert "note: A, B, C, row 8: sum to 1 only within" in texts(done.findings)
    assert "row 10: sum to 100" in texts(done.findings)


def test_impossible_values_and_text_leave_a_label_out_but_not_the_film(csv):
    table = films().astype({"tensile_strength": object})
    table.loc[0, "TransVis"] = 275.0
    table.loc[1, "tensile_strength"] = "broke"
    table.loc[2, "tensile_strength"] = -4.0
    done = read(csv(table), targets=["tensile_strength", "TransVis"])
    assert len(done.inputs) == 40
    assert np.isnan(done.targets[[1, 2], 0]).all() and np.isnan(done.targets[0, 1])
    assert np.isfinite(done.targets).sum() == 77
    assert "TransVis, row 1: impossible values (as 275)" in texts(done.findings)
    assert "tensile_strength, row 2: text" in texts(done.findings)
    assert "tensile_strength, row 3: impossible" in texts(done.findings)


@pytest.mark.parametrize("number", [1e308, -1e200, np.inf])
def test_numbers_that_no_float_can_square_are_named(csv, number):
    table = films()
    table.loc[3, "hours"] = table.loc[4, "tensile_strength"] = number
    done = read(csv(table), inputs=["A", "B", "C", "hours"])
    assert len(done.inputs) == 38
    for column, row in (("hours", 4), ("tensile_strength", 5)):
        assert f"{column}, row {row}: text where a number is needed (or one beyond 1e+100), as '" in texts(
            done.findings
        )


def test_a_transmittance_of_275_percent_is_impossible_as_a_fraction_too(csv):
    table = films()
    table["TransVis"] /= 100.0
    table.loc[4, "TransVis"] = 2.75
    done = read(csv(table), targets=["TransVis"])
    assert "TransVis, row 5: impossible values (as 2.75), outside 0 to 1" in texts(done.findings)


def test_a_known_fraction_in_percent_is_a_fault(csv):
    table = films().rename(columns={"TransVis": "transmittance_vis"})
    with pytest.raises(InvalidInputError, match="looks like percent"):
        read(csv(table), targets=["transmittance_vis"])


@pytest.mark.parametrize(
    ("name", "factor", "unit"), [("fracture_strain", 0.4, "as a fraction"), ("toughness", 30.0, "in MJ/m^3")]
)
def test_a_known_property_in_another_unit_is_a_fault(csv, name, factor, unit):
    table = films()
    table[name] = factor * table.pop("TransVis")
    with pytest.raises(InvalidInputError, match=f"outside .*: give {name} {re.escape(unit)}, or"):
        read(csv(table), targets=[name])


def test_what_a_person_should_know_is_noted(csv):
    table = films(12)
    table["hours"] = 24
    table["never"] = np.nan
    table.loc[1, ["A", "B", "C"]] = table.loc[0, ["A", "B", "C"]]
    table.loc[1, "tensile_strength"] = 900.0
    done = read(
        csv(table), inputs=["A", "B", "C", "hours"], targets=["tensile_strength", "never"], composition=["A", "B", "C"]
    )
    found = texts(done.findings)
    assert "hours: is 24 in every row" in found
    assert "never: was never measured" in found
    assert "tensile_strength, rows 1, 2: equal inputs with labels that disagree" in found


def test_three_rows_are_learned_from_with_a_note(csv, tmp_path):
    report = fit_table(csv(films(3)), inputs=["A", "B", "C"], targets=["TransVis"], out=tmp_path / "model", **QUICK)
    assert "only 3 rows" in texts(report.findings)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"A,t\n", "no rows"),
        (b"A,A,t\n1,2,3\n", "2 times"),
        (b'A,t\n"1,2\n', "cannot be read"),
        (b"A;t\n0,5;2\n", "separated by semicolons"),
        (b"A\tt\n0.5\t2\n", "separated by tabs"),
        (b"a;other\n0,5;2\n", "separated by semicolons"),
        (b"A,t\n1,2,7\n3,4,\n", "lines 2, 3: more cells than the 2 of the header"),
        (b"A,t\n1,2\n3,4,5\n", "line 3: more cells"),
        (b"\nA,t\n1,2\n3,4,5\n", "line 4: more cells than the 2 of the header"),
        ("A,t\n1,2 µm\n".encode("latin-1"), "row 2: byte 0xb5 is not UTF-8"),
        ("A,t\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\x00\xff", "is a spreadsheet"),
    ],
)
def test_tables_that_are_no_tables_are_refused(tmp_path, content, what):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=what):
        read(path, inputs=["A"], targets=["t"])


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "excel.csv"
    path.write_bytes("\ufeffA,B,C,t\r\n0.5,0.3,0.2,1\r\n".encode())
    assert len(read(path, targets=["t"]).inputs) == 1


def test_a_missing_file_is_said_so(tmp_path):
    with pytest.raises(InvalidInputError, match="does not exist"):
        read(tmp_path / "none.csv")
    with pytest.raises(InvalidInputError, match="is a folder"):
        read(tmp_path)


def test_requests_that_contradict_themselves_are_refused(csv):
    with pytest.raises(InvalidInputError) as caught:
        read(csv(films()), inputs=["A", "A", "TransVis"], targets=["TransVis"], composition=["Z"], sd={"hours": "A"})
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("predict", [predict_table, predict_quality_table])
def test_a_table_is_not_lost_to_what_is_predicted_of_it(csv, tmp_path, predict):
    table = csv(films())
    before = table.read_bytes()
    (tmp_path / "link.csv").symlink_to(table)
    for out in (table, tmp_path / "link.csv"):
        with pytest.raises(WorkspaceError, match="is the table itself"):
            predict(tmp_path / "model", table, out=out)
    assert table.read_bytes() == before


def test_none_is_a_category_among_words_and_a_missing_cell_among_numbers(csv):
    cells = {"crosslinker": ["glyoxal", "none", "none", "NA", ""], "time": ["1", "2", "none", "4", "5"]}
    table = read_table(csv(pd.DataFrame(cells)), ["crosslinker", "time"])
    columns, _ = choose_columns(table, ["crosslinker", "time"], None)
    assert columns.categories == {"crosslinker": ("glyoxal", "none")}
    encoded = columns.encode(table)
    assert encoded.usable.tolist() == [True, True, False, False, False]
    assert encoded.values[:2].tolist() == [[1.0, 1.0, 0.0], [2.0, 0.0, 1.0]]
    assert texts(encoded.findings) == "left out: time, row 3: no value\nleft out: crosslinker, rows 4, 5: no value"


def test_compositions_are_recognised_by_their_sum(csv):
    table = read_table(csv(films()), ["A", "B", "C", "hours", "gelatin.source"])
    columns, _ = choose_columns(table, ["A", "B", "C", "gelatin.source"], None)
    assert columns.composition == ("A", "B", "C")
    assert columns.categories == {"gelatin.source": ("bovine", "fish")}
    columns, _ = choose_columns(table, ["A", "B", "hours"], None)
    assert columns.composition == ()
    columns, _ = choose_columns(table, ["A", "hours", "B", "C"], None)
    assert columns.composition == ("A", "B", "C")
    assert columns.numbers == ("hours",)


@pytest.mark.parametrize(
    ("cells", "severity"),
    [
        (["20 °C", "40 °C"], "note"),
        (["0,5", "1,25", "2"], "note"),
        ([f"{i} mg/mL" for i in range(40)], "fault"),
        ([f"{i},000" for i in range(40)], "fault"),
        (["2-propanol", "1,4-dioxane", "water"], None),
    ],
)
def test_texts_that_look_like_numbers_are_said_to(csv, cells, severity):
    table = films().assign(X=np.resize(cells, 40))
    _, findings = choose_columns(read_table(csv(table), ["X"]), ["X"], None)
    told = [finding.severity for finding in findings if "look like numbers" in finding.what]
    assert told == ([severity] if severity else [])
    assert "'1,25'" in texts(findings) or "1,25" not in cells


@pytest.mark.parametrize(
    ("levels", "rows", "fine"), [(40, 80, True), (40, 79, False), (30, 30, True), (101, 900, False)]
)
def test_a_category_may_have_many_levels_that_recur(csv, levels, rows, fine):
    table = pd.DataFrame({"solvent": [f"s{i % levels}" for i in range(rows)], "Y": np.arange(rows, dtype=float)})
    columns, findings = choose_columns(read_table(csv(table), ["solvent"]), ["solvent"], None)
    assert len(columns.categories["solvent"]) == levels
    assert ("a category has at most" in texts(findings)) != fine


def test_an_example_of_a_text_where_a_number_is_needed_is_shown(csv):
    table = films().astype({"tensile_strength": object})
    table.loc[2, "tensile_strength"] = "<0.1"
    assert "tensile_strength, row 3: text where" in (told := texts(read(csv(table)).findings)) and "as '<0.1'" in told


@pytest.mark.parametrize("unit", [1.0, 1e-3])
def test_a_small_number_beside_fractions_is_none_of_them(csv, unit):
    table = films()
    table["thickness"] = unit * np.linspace(0.02, 0.05, len(table))
    names = ["A", "thickness", "B", "C"]
    columns, _ = choose_columns(read_table(csv(table), names), names, None)
    assert columns.composition == ("A", "B", "C")
    assert columns.numbers == ("thickness",)


def test_several_small_numbers_beside_fractions_are_none_of_them(csv):
    rng, table = generator(5, "small"), films()
    table["volume"], table["shift"] = 1e-5 * rng.uniform(1, 2, len(table)), 2e-5 * rng.normal(size=len(table))
    table["thickness"] = rng.uniform(0.01, 0.03, len(table))
    names = ["volume", "A", "B", "shift", "C", "thickness"]
    columns, _ = choose_columns(read_table(csv(table), names), names, None)
    assert columns.composition == ("A", "B", "C")


def test_percent_is_a_fault_beside_other_numbers_too(csv):
    table = films()
    table[["A", "B", "C"]] *= 100.0
    with pytest.raises(InvalidInputError, match="A, B, C: these sum to 100") as caught:
        read(csv(table.assign(Y=500.0 + table.hours)), inputs=["hours", "A", "B", "C"], targets=["Y"])
    assert "impossible" not in str(caught.value.faults)  # what is possible is told by usable rows: there are none


def test_the_same_columns_are_looked_through_for_a_composition_once(csv, monkeypatch):
    looked, look = [], input_columns._without_strangers

    def counted(columns: Any, names: list[str]) -> list[str]:
        looked.append(names)
        return look(columns, names)

    monkeypatch.setattr(input_columns, "_without_strangers", counted)
    values = generator(0, "test", "no composition").random((50, 5))
    names = list("abcde")
    columns, _ = choose_columns(read_table(csv(pd.DataFrame(values, columns=names)), names), names, None)
    assert (columns.composition, looked) == ((), [names])


def test_columns_without_one_are_as_far_from_a_whole_as_these_alone():
    rng = generator(0, "test", "without one")
    columns = dict(zip("ABC", rng.dirichlet(np.ones(3), 60).T.copy(), strict=True))
    columns |= {
        "amount": 10.0 ** rng.uniform(0, 20, 60),
        "shift": rng.normal(0.5, 0.3, 60),
        "never": np.full(60, np.nan),
    }
    for name in "ABC":
        columns[name][rng.random(60) < 0.1] = np.nan
    for names in (
        list("ABC"),
        ["A", "amount", "B", "C"],
        ["shift", *"ABC", "amount"],
        ["never", *"ABC"],
        ["A", "shift"],
    ):
        alone = [input_columns._distance(columns, [name for name in names if name != out]) for out in names]
        np.testing.assert_allclose(input_columns._distances_without(columns, names), alone, rtol=1e-9, atol=1e-15)


def test_a_composition_among_many_columns_is_looked_for_in_linearly_many_sums(csv, monkeypatch):
    asked, sums = [], input_columns._sums

    def counted(columns: Any, names: Any) -> Any:
        asked.append(len(names))
        return sums(columns, names)

    monkeypatch.setattr(input_columns, "_sums", counted)
    rng, table = generator(0, "test", "many columns"), films()
    table = table.assign(**{f"x{i}": rng.uniform(20, 80, len(table)) for i in range(20)})
    names = [*(f"x{i}" for i in range(10)), "A", "B", "C", *(f"x{i}" for i in range(10, 20))]
    columns, _ = choose_columns(read_table(csv(table), names), names, None)
    assert columns.composition == ("A", "B", "C")
    assert len(asked) < 4 * len(names)


def test_a_composition_is_recognised_in_a_long_table(csv, monkeypatch):
    looked, look = [], input_columns._without_strangers

    def counted(columns: Any, names: list[str]) -> list[str]:
        looked.append(len(columns["A"]))
        return look(columns, names)

    monkeypatch.setattr(input_columns, "_without_strangers", counted)
    monkeypatch.setattr(input_columns, "_CELLS_LOOKED_AT", 10_000)
    rng = generator(0, "test", "long")
    parts = dict(zip("ABC", rng.dirichlet(np.ones(3), 9000).T.round(3), strict=True))
    table = pd.DataFrame(parts | {"hours": rng.uniform(0, 1, 9000).round(3)}).mask(rng.random((9000, 4)) < 0.2)
    names = ["A", "hours", "B", "C"]
    columns, _ = choose_columns(read_table(csv(table), names), names, None)
    assert columns.composition == ("A", "B", "C") and set(looked) == {2500}
    looked.clear()
    monkeypatch.setattr(input_columns, "_CELLS_LOOKED_AT", 400)
    columns, _ = choose_columns(read_table(csv(table), names), names, None)
    assert columns.composition == ("A", "B", "C") and set(looked) == {1000}


def test_a_column_is_read_as_numbers_once(csv, monkeypatch):
    read_as_numbers, to_numeric = [], pd.to_numeric

    def counted(cells: Any, **how: Any) -> Any:
        read_as_numbers.append(cells.name)
        return to_numeric(cells, **how)

    monkeypatch.setattr(pd, "to_numeric", counted)
    names = ["A", "B", "C", "hours", "gelatin.source"]
    read(csv(films()), inputs=names, targets=["tensile_strength"])
    assert sorted(read_as_numbers) == sorted([*names, "tensile_strength"])


def test_settings_that_never_change_are_no_composition(csv):
    table = films().assign(warmth=60.0, damp=40.0)
    names = ["hours", "warmth", "damp"]
    columns, _ = choose_columns(read_table(csv(table), names), names, None)
    assert columns.composition == ()


@pytest.mark.parametrize("levels", [(0.0, 1.0), (20.0, 80.0)])
@pytest.mark.parametrize("opposite", [21, 22, 24, 26])
def test_settings_of_two_levels_are_no_composition(csv, levels, opposite):
    table = films()
    table["humid"] = np.resize(levels, 40)
    # Opposite in `opposite` rows of 40, where the sum is 1 or 100.
    table["warm"] = np.where(generator(opposite).permutation(40) < opposite, sum(levels) - table.humid, table.humid)
    names = ["hours", "humid", "warm"]
    assert np.isin(table.humid + table.warm, (1.0, 100.0)).mean() > 0.5
    assert len(read(csv(table), inputs=names, targets=["tensile_strength"]).inputs) == 40
    table[["A", "B", "C"]] = table[["A", "B", "C"]].round(3)
    names = ["humid", "A", "B", "warm", "C"]
    columns, _ = choose_columns(read_table(csv(table), names), names, None)
    assert columns.composition == ("A", "B", "C")


def test_fractions_that_are_rounded_are_all_kept(csv):
    table = films()
    rare = np.where(np.arange(len(table)) % 9 == 0, 0.004, 0.0)
    for name in "ABC":
        table[name] = (table[name] * (1.0 - rare)).round(3)
    names = ["A", "B", "C", "D"]
    columns, _ = choose_columns(read_table(csv(table.assign(D=rare)), names), names, None)
    assert columns.composition == ("A", "B", "C", "D")


def test_many_rows_are_sampled_and_said_so(csv, monkeypatch):
    monkeypatch.setattr("models.training_table.MOST_ROWS", 25)
    done = read(csv(films()))
    assert len(done.inputs) == 25
    assert "a random 25 of 40 usable rows" in texts(done.findings)


@pytest.mark.parametrize(
    ("name", "values", "scale"),
    [
        ("tensile_strength", [1.0, 2.0], "log"),
        ("TransVis", [50.0, 60.0, 80.0], "identity"),
        ("shift", [-1.0, 0.0, 3.0], "identity"),
        ("empty", [np.nan, np.nan], "identity"),
    ],
)
def test_scales_of_targets(name, values, scale):
    labels: Any = np.array(values, dtype=float)
    prop = property_for(name, labels, np.linspace(0, 1, len(values))[:, None])
    assert prop.transform == scale


@pytest.mark.parametrize(
    "name", ["elongation (%)", "water_uptake_percent", "glass_transition_C", "oxygen_transmission_rate", "transport"]
)
def test_what_may_exceed_a_hundred_keeps_its_largest_labels(name):
    labels: Any = np.append(np.linspace(40.0, 99.0, 19), 103.0)
    assert property_for(name, labels, np.linspace(0, 1, 20)[:, None]).upper > 103.0


@pytest.mark.parametrize("name", ["TransVis", "trans_uv", "Trans", "T transmittance (%)", "haze_%", "translucency"])
def test_no_share_of_the_light_exceeds_a_hundred(name):
    labels: Any = np.append(np.linspace(40.0, 99.0, 19), 275.0)
    assert property_for(name, labels, np.linspace(0, 1, 20)[:, None]).upper == 100.0


def test_the_scale_of_many_labels_is_chosen_in_little_memory():
    rng = generator(3, "many")
    inputs = rng.uniform(size=(60_000, 2))
    assert property_for("x", np.exp(3 * inputs[:, 0] + rng.normal(size=60_000)), inputs).transform == "log"


def test_a_heavy_tail_is_learned_as_logarithm_and_a_normal_spread_as_it_is():
    rng = generator(2, "tail")
    inputs = rng.uniform(size=(200, 2))
    signal: Any = inputs[:, 0] + 0.3 * rng.normal(size=200)
    assert property_for("x", np.exp(3 * signal), inputs).transform == "log"
    assert property_for("x", 10 + signal, inputs).transform == "identity"
    assert property_for("share", 1 / (1 + np.exp(-6 * (signal - 0.5))), inputs).transform == "logit"


def test_labels_over_decades_below_1_are_learned_as_logarithm():
    rng = generator(5, "decades")
    inputs = rng.uniform(size=(60, 2))
    conductivity: Any = 10 ** (-7 + 6 * inputs[:, 0] + 0.3 * rng.normal(size=60))
    prop = property_for("conductivity", conductivity, inputs)
    assert prop.transform == "log"
    assert prop.upper > 1.0


def test_numbers_that_span_decades_are_learned_as_logarithms(csv, tmp_path):
    rng = generator(6, "decades")
    salt = 10 ** rng.uniform(-6, 0, 80)
    table = pd.DataFrame({"salt": salt, "temperature": rng.uniform(20, 400, 80), "rate": np.log10(salt)})
    path, asked, out = csv(table.iloc[:60]), csv(table.iloc[60:], "asked.csv"), tmp_path / "out.csv"
    report = fit_table(
        path, inputs=["salt", "temperature"], targets=["rate"], out=tmp_path / "model", members=2, epochs=5
    )
    assert "salt: spans decades, so it is learned as logarithm" in texts(report.findings)
    assert "temperature: spans" not in texts(report.findings)
    predict_table(tmp_path / "model", asked, out=out)
    errors = pd.read_csv(out)["rate_mean"] - table["rate"].iloc[60:].to_numpy()
    assert np.sqrt(np.mean(errors**2)) < 0.5  # of a rate whose SD is 1.7

    none = csv(table.assign(salt=[0.0, *salt[1:]]), "none.csv")
    assert "not positive, where the logarithm was learned" in texts(
        predict_table(tmp_path / "model", none, out=out).findings
    )
    assert pd.read_csv(out)["rate_mean"].notna().all()


def test_quality_is_learned_and_predicted(csv, tmp_path):
    table = films(80)
    report = fit_quality_table(csv(table), inputs=["A", "B", "C"], label="Grade", out=tmp_path / "model")
    assert report.metrics["accuracy"] > 0.85
    predict_quality_table(tmp_path / "model", csv(films(80).drop(columns="Grade"), "new.csv"), out=tmp_path / "out.csv")
    predicted = pd.read_csv(tmp_path / "out.csv")
    assert list(predicted.columns) == ["probability"]
    good = table["Grade"] == "A"
    assert predicted["probability"][good].mean() > predicted["probability"][~good].mean() + 0.4


@pytest.mark.parametrize(
    ("labels", "positive", "good"),
    [
        (["A", "B", "D"], None, [True, False, False]),
        (["1", "0.67", "0"], None, [True, False, False]),
        (["True", "false", "yes"], None, [True, False, True]),
        (["good", "bad", "bad"], "good", [True, False, False]),
        (["3", "2", "3.0"], "3", [True, False, True]),
        (["B", "b", "A"], "B", [True, True, False]),
    ],
)
def test_labels_of_many_kinds(csv, labels, positive, good):
    table = read_table(csv(pd.DataFrame({"L": labels})), ["L"])
    found = read_label(table, "L", positive)
    assert found.good.tolist() == good
    assert found.findings == ()


@pytest.mark.parametrize(("labels", "positive"), [(["good", "bad"], None), (["3", "4"], None), (["A", "B"], "E")])
def test_a_label_whose_good_side_is_unknown_is_a_fault(csv, labels, positive):
    table = films(2)
    table["L"] = labels
    with pytest.raises(InvalidInputError, match="there are"):
        fit_quality_table(csv(table), inputs=["A", "B", "C"], label="L", positive=positive, out=csv(table).parent / "m")


@pytest.mark.usefixtures("few_steps")
def test_films_of_one_recipe_with_labels_that_disagree_are_noted(csv, tmp_path):
    table = films()
    table.loc[1, ["A", "B", "C"]] = table.loc[0, ["A", "B", "C"]]
    table.loc[[0, 1], "Grade"] = ["A", "C"]
    report = fit_quality_table(csv(table), inputs=["A", "B", "C"], label="Grade", out=tmp_path / "model")
    assert "Grade, rows 1, 2: equal inputs with labels that disagree" in texts(report.findings)


def test_one_class_only_is_noted_and_not_promised_as_certain(csv, tmp_path):
    table = films(20).assign(Grade="A")
    report = fit_quality_table(csv(table), inputs=["A", "B", "C"], label="Grade", out=tmp_path / "model")
    assert "all are good" in texts(report.findings)
    predict_quality_table(tmp_path / "model", csv(table), out=tmp_path / "out.csv")
    probability = pd.read_csv(tmp_path / "out.csv")["probability"]
    assert probability.nunique() == 1 and 0.8 < probability[0] < 1.0


@pytest.mark.usefixtures("few_steps")
def test_rows_without_a_positive_weight_are_left_out_and_named(csv, tmp_path):
    table = films(20).assign(graders="2").astype(object)
    table.loc[[3, 5, 7], "graders"] = ["0", "", "many"]
    report = fit_quality_table(
        csv(table), inputs=["A", "B", "C"], label="Grade", weight="graders", out=tmp_path / "model"
    )
    assert report.learned_rows == 17
    told = texts(report.findings)
    assert "left out: graders, row 4: a weight that is not positive" in told
    assert "left out: graders, row 6: no value" in told
    assert "left out: graders, row 8: text" in told
    assert "counts by its graders" in (tmp_path / "model" / "card.md").read_text()


@pytest.mark.usefixtures("few_steps")
def test_a_model_is_used_only_for_what_it_predicts_and_as_it_was_stored(csv, tmp_path):
    path = csv(films(20))
    fit_quality_table(path, inputs=["A", "B", "C"], label="Grade", out=tmp_path / "quality")
    fit_table(path, inputs=["A", "B", "C"], targets=["TransVis"], out=tmp_path / "model", **QUICK)
    with pytest.raises(StoredModelError, match="not properties"):
        predict_table(tmp_path / "quality", path, out=tmp_path / "out.csv")
    with pytest.raises(StoredModelError, match="does not predict"):
        predict_quality_table(tmp_path / "model", path, out=tmp_path / "out.csv")
    with pytest.raises(StoredModelError, match="no stored model"):
        predict_table(tmp_path, path, out=tmp_path / "out.csv")
    (tmp_path / "model" / "table.json").write_text("{}")
    with pytest.raises(StoredModelError, match="has changed"):
        predict_table(tmp_path / "model", path, out=tmp_path / "out.csv")


def test_an_empty_line_is_an_empty_cell_where_there_is_one_column(tmp_path):
    (tmp_path / "one.csv").write_text("\nT\n1\n\n3\n")
    (tmp_path / "two.csv").write_text("T,U\n1,2\n\n3,4\n\n")
    assert list(read_table(tmp_path / "one.csv", ["T"]).texts("T")) == ["1", "", "3"]
    assert list(read_table(tmp_path / "two.csv", ["T"]).texts("T")) == ["1", "3"]
