"""How long the page Design takes to answer: ``python -m benchmarks.dashboard_design --workspace W [--asks 10]``.

A finished workspace is opened in Debian's Chromium. The page loads the models when it is opened, while a person chooses
what to ask for. When it has come to rest a preset is chosen, which asks for the first time; then a slider is
moved step by step, each step a question that was not asked before. Times run from the choice or the key until the page
has come to rest with the answer drawn, as a person sees it.
"""

import argparse
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.dashboard_grading import ARGUMENTS, await_server
from dashboard.launch import ADDRESS, command, end, environment, free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Streamlit writes on the page whether its script is running.
_WATCH = """
() => {
  const app = document.querySelector('[data-testid=stApp]');
  window.runsDone = 0;
  new MutationObserver(() => {
    if (app.dataset.testScriptState === 'notRunning') window.runsDone += 1;
  }).observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
}
"""


def seconds_until_answered(page: "Page", act: Callable[[], None]) -> float:
    """Do something that asks anew, and return how long the answer took, s."""
    page.evaluate("window.runsDone = 0")
    started = time.perf_counter()
    act()
    page.wait_for_function("window.runsDone > 0", polling=20)
    page.get_by_text("Probability").first.wait_for()
    return time.perf_counter() - started


def time_answers(page: "Page", address: str, preset: int, asks: int) -> tuple[float, float, list[float]]:
    """Return how long it took to open the page, to give the first answer, and to give each of the others, s."""
    started = time.perf_counter()
    page.goto(f"{address}/design")
    page.get_by_role("combobox", name="Start from").wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    opened = time.perf_counter() - started
    page.get_by_role("combobox", name="Start from").click()
    page.evaluate(_WATCH)
    first = seconds_until_answered(page, page.get_by_role("option").nth(preset).click)
    handle = page.get_by_role("slider").first
    handle.focus()
    page.wait_for_timeout(1000)
    others = []
    for _ in range(asks):
        others.append(seconds_until_answered(page, partial(handle.press, "ArrowRight")))
        page.wait_for_timeout(300)
    return opened, first, others


def main() -> None:
    """Ask, and print how long the answers took."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True, help="a finished one: make run")
    parser.add_argument("--preset", type=int, default=0, help="which of the presets is asked first, from 0")
    parser.add_argument("--asks", type=int, default=10)
    options = parser.parse_args()
    port = free_port(8900)
    server = subprocess.Popen(
        command(port), env=environment(options.workspace), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        await_server(f"http://{ADDRESS}:{port}/_stcore/health")
        with sync_playwright() as playwright:
            program = os.environ.get("FILMLAB_TEST_CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.set_default_timeout(120_000)
            opened, first, others = time_answers(page, f"http://{ADDRESS}:{port}", options.preset, options.asks)
            browser.close()
    finally:
        end(server)
    print(f"opening the page, with loading the models: {opened:.2f} s")
    print(f"first answer: {first:.2f} s")
    print(f"{len(others)} others: median {np.median(others):.2f} s, longest {max(others):.2f} s")


if __name__ == "__main__":
    main()
