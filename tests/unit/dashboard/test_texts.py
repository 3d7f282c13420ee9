import re
from pathlib import Path

import pytest

import dashboard
from active_learning.campaign.actions import ActionKind, Who
from active_learning.campaign.progress import Stage
from dashboard.parts import explained, plain, table_height
from dashboard.texts import counted, text, texts
from lab.errors import InvalidInputError
from lab.records import Purpose

SOURCES = sorted(Path(dashboard.__file__).parent.rglob("*.py"))
COUNTED = {
    key for source in SOURCES for key in re.findall(r"""\bcounted\(["']([^"']+)["']""", source.read_text("utf-8"))
}
USED = {
    key for source in SOURCES for key in re.findall(r"""\btext\(\s*f?["']([^"']+)["']""", source.read_text("utf-8"))
} | {form for key in COUNTED for form in (key, f"{key}_one")}


NAMED = {key for source in SOURCES for key in re.findall(r"""\bname_of\(["'](\w+)["']""", source.read_text("utf-8"))}


def pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{.*?\\\}", ".+", re.escape(key)))


def test_every_text_that_is_asked_for_is_there():
    missing = [key for key in USED if not any(pattern(key).fullmatch(known) for known in texts())]
    assert missing == []


def test_every_text_is_used():
    patterns = [pattern(key) for key in USED]
    inside_choice = " ".join(source.read_text("utf-8") for source in SOURCES)
    plainly = [key for key in texts() if key.split(".")[0] not in NAMED]
    unused = [key for key in plainly if not any(p.fullmatch(key) for p in patterns) and f'"{key}"' not in inside_choice]
    assert unused == []


def test_everything_that_can_be_next_has_a_name():
    keys = [*(f"tasks.{kind}" for kind in ActionKind), *(f"who.{who}" for who in Who)]
    keys += [*(f"stages.{stage}" for stage in Stage), *(f"films.purposes.{purpose}" for purpose in Purpose)]
    assert [key for key in keys if key not in texts()] == []


def test_one_thing_is_not_spoken_of_as_several():
    assert [counted("today.films", count) for count in (0, 1, 2, 1200)] == [
        "0 films",
        "1 film",
        "2 films",
        "1,200 films",
    ]


def test_an_unknown_text_is_an_error():
    with pytest.raises(KeyError):
        text("no.such.text")


def test_markdown_in_a_name_stays_text():
    assert plain("![x](http://a.b)") == r"\!\[x\]\(http\:\/\/a\.b\)".replace(r"\/", "/")
    assert plain("<b>") == r"\<b\>"


def test_a_table_is_as_high_as_its_rows():
    assert [table_height(rows, 280) for rows in (0, 1, 6, 100)] == [73, 73, 248, 280]


def test_options_of_boxes_are_not_escaped_as_they_are_no_markdown():
    found = re.compile(r"format_func=(lambda \w+: )?plain\b")
    assert [source.name for source in SOURCES if found.search(source.read_text("utf-8"))] == []


def test_every_fault_of_an_error_stands_on_a_line_of_its_own():
    said = explained(InvalidInputError("numbers", ["Hours: none", "Area: 2*3"], hint="type *numbers*"))
    lines = said.split("  \n")
    assert len(lines) == 4 and not any("\n" in line for line in lines)
    assert lines[2].endswith(plain("Area: 2*3")) and lines[3].endswith(plain("type *numbers*"))
