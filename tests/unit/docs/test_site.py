"""The pages make a site without a broken link, and the data dictionary is that of the code."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_site_is_built_without_a_broken_link(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "tutorial" / "a-week-in-the-lab.html").exists()


def test_links_of_the_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_what_the_readme_says_was_measured_stands_on_the_page_that_it_names() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+) \| (.+) \| \[\w+\]\(([\w/.-]+)", readme, re.MULTILINE)
    assert len(rows) > 3
    for question, answer, link in rows:
        page = (ROOT / link).read_text("utf-8")
        numbers = re.findall(r"\d\.\d+|\d{3,}", question + answer)
        assert numbers
        assert [number for number in numbers if not re.search(rf"(?<![\d.]){re.escape(number)}\b", page)] == []


def test_the_data_dictionary_is_that_of_the_code() -> None:
    page = (ROOT / "docs" / "reference" / "data-dictionary.md").read_text("utf-8")
    made = runpy.run_path(str(ROOT / "scripts" / "data_dictionary.py"))["page"]()
    assert page == made, "run: python scripts/data_dictionary.py > docs/reference/data-dictionary.md"
