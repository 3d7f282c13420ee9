"""How long grading 24 films by keyboard takes: ``python -m benchmarks.dashboard_grading [--pause 0.15]``.

A workspace with 24 dry films is opened in Debian's Chromium. For every film the keys of a random grade are typed as
quickly as a hand does (D and F where they apply, then Enter), without waiting for an answer to each; the next film is
begun as soon as the page shows it. So the time is what a person waits for and types; what is left of two minutes is
theirs to look at films. Afterwards the grades in the store are compared with what was typed.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.dashboard import UNGRADED, fill
from dashboard.launch import ADDRESS, command, end, environment, free_port
from lab.grades import Grade
from lab.seeds import generator
from lab.store import Store
from lab.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARGUMENTS = ("--no-sandbox", "--disable-gpu")


def type_grades(page: "Page", letters: list[Grade], pause: float) -> tuple[dict[str, Grade], list[float]]:
    """Grade film after film; return what was typed, and how long each film took, s."""
    typed: dict[str, Grade] = {}
    took = []
    heading = page.get_by_role("heading", level=3)
    for letter in letters:
        started = time.perf_counter()
        page.wait_for_function(
            "done => { const found = document.querySelector('h3');"
            " return found && found.innerText.startsWith('Film ') && !done.includes(found.innerText.slice(5)); }",
            arg=list(typed),
        )
        film = heading.inner_text().removeprefix("Film ")
        for key in [*("d" * letter.detachable), *("f" * letter.flat), "Enter"]:
            page.keyboard.press(key)
            page.wait_for_timeout(1000 * pause)
        typed[film] = letter
        took.append(time.perf_counter() - started)
    page.get_by_text("All films are graded").wait_for()
    return typed, took


def grade_all(root: Path, pause: float) -> tuple[dict[str, Grade], list[float]]:
    """Serve a workspace and grade its films in a browser."""
    from playwright.sync_api import sync_playwright

    port = free_port(8900)
    server = subprocess.Popen(command(port), env=environment(root), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        await_server(f"http://{ADDRESS}:{port}/_stcore/health")
        program = os.environ.get("FILMLAB_TEST_CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.set_default_timeout(120_000)
            page.goto(f"http://{ADDRESS}:{port}/grade")
            page.get_by_role("button", name="Record D").wait_for()
            letters = [Grade(str(letter)) for letter in generator(1, "benchmark", "grading").choice(list("ABCD"), 24)]
            found = type_grades(page, letters, pause)
            browser.close()
        return found
    finally:
        end(server)


def await_server(url: str) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + 120.0
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - an address of this machine
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def main() -> None:
    """Grade 24 films and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pause", type=float, default=0.15, help="between two keys, s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace: Workspace = fill(Path(folder) / "lab", UNGRADED)
        typed, took = grade_all(workspace.root, options.pause)
        with Store.open(workspace.database_url) as store:
            grades = store.records(store.campaigns()[0].name).grades
    wrong = [film for film, letter in typed.items() if film not in grades or grades[film].grade is not letter]
    print(f"{len(typed)} films in {sum(took):.1f} s; a film: median {np.median(took):.2f} s, longest {max(took):.2f} s")
    print(f"grades that are not what was typed: {len(wrong)} {wrong}")
    print(f"left of two minutes to look at a film: {(120 - sum(took)) / len(typed):.1f} s")


if __name__ == "__main__":
    main()
