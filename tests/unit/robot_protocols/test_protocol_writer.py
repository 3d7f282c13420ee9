import ast
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.protocol_writer import readable_at, write_protocol
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, own_deck, screening

NASTY = ['"', "'", "'''", '"""', "\\", "\n", "\r\n", "*/", "#", "{", "@@PLAN@@", "\u2028", "\x00", "\ud7ff", "😀"]
labels = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), min_size=1, max_size=6).map("".join)


def literals(text: str) -> dict[str, Any]:
    """What the constants of a protocol file say, read without running it."""
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def test_the_same_plan_gives_the_same_bytes():
    assert write_protocol(four_film_plan(), screening()) == write_protocol(four_film_plan(), screening())


def test_the_plan_inside_is_the_plan():
    constants = literals(write_protocol(four_film_plan(), screening()))
    assert constants["PLAN_JSON"] == four_film_plan().to_json()
    assert hashlib.sha256(constants["PLAN_JSON"].encode()).hexdigest() == constants["metadata"]["planSha256"]
    assert constants["requirements"] == {"robotType": "OT-2", "apiLevel": "2.20"}


def test_only_the_standard_library_is_imported():
    tree = ast.parse(write_protocol(four_film_plan(), screening()))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


@given(labels)
def test_no_label_becomes_code(label: str):
    plan = plan_decks([order(label, CNF=1.0)], STOCKS, screening())[0]
    text = write_protocol(plan, screening())
    plain = write_protocol(plan_decks([order("A", CNF=1.0)], STOCKS, screening())[0], screening())
    assert text.isascii()
    assert json.loads(literals(text)["PLAN_JSON"])["films"][0]["order"]["label"] == label
    without_literals = [ast.dump(node) for node in ast.parse(text).body if not isinstance(node, ast.Assign | ast.Expr)]
    assert without_literals == [
        ast.dump(node) for node in ast.parse(plain).body if not isinstance(node, ast.Assign | ast.Expr)
    ]


def test_names_stand_in_the_title_without_signs_that_could_end_it(tmp_path: Path):
    file = own_deck(tmp_path / "mine")
    file.write_text(file.read_text().replace('name = "mine"', 'name = "größe_2.b-c"'))
    deck = deck_named(file)
    (plan,) = plan_decks([order("A", 40.0, 4500.0, CNF=1.0)], STOCKS, deck)
    text = write_protocol(attrs.evolve(plan, label='x"""\\\n1'), deck)
    assert ast.get_docstring(ast.parse(text), clean=False) is not None
    assert text.splitlines()[0] == '"""x.....1: 1 film on the deck gr..e_2.b-c.'


def test_a_robot_reads_protocols_of_its_level_and_below():
    assert [readable_at(level) for level in ("2.19", "2.9", "2.20", "2.21", "3.0", "2")] == [
        False, False, True, True, True, False
    ]  # fmt: skip
