"""Take the screenshots of dashboard, report and explanation that the documentation shows.

    python -m scripts.take_screenshots WORKSPACE [FOLDER [UNGRADED]]

WORKSPACE holds a finished campaign, FOLDER is docs/images by default, UNGRADED holds a campaign with dry films that
wait for a grade, and a robot run that ended early. Needs Debian's chromium.
"""

import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import FilePayload, Page, sync_playwright

from dashboard.launch import ADDRESS, command, end, environment, free_port
from tests.samples import tensile

WIDTH, HEIGHT = 1366, 768
_ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
_PATIENCE = 90_000
"""How long a page may take, ms."""
_SETTLE = 4000
"""Milliseconds that plots get to be drawn."""


def take(page: Page, path: Path, *, height: int = HEIGHT) -> None:
    """Save what the page shows, in all its colours: fewer would mix up the thin lines of plots."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.mouse.move(WIDTH - 2, 100)  # a toolbar appears over the plot that the mouse is on
    page.wait_for_timeout(_SETTLE)
    _save(page.screenshot(), path)


def _save(shown: bytes, path: Path) -> None:
    Image.open(BytesIO(shown)).convert("RGB").save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1024:.0f} kB")


def dashboard_pages(page: Page, address: str, folder: Path) -> None:
    """Visit the pages of the dashboard."""
    for name, place, height in (
        ("today", "", HEIGHT),
        ("robot", "robot", 1150),
        ("records", "records", 1150),
        ("films", "films?film=V1-1", 1150),
        ("models", "models", 900),
        ("md", "md", 1400),
        ("campaign", "campaign", 900),
    ):
        page.goto(f"{address}/{place}")
        page.get_by_role("heading", level=1).wait_for()
        take(page, folder / f"dashboard-{name}.png", height=height)
    page.get_by_role("tab", name="Maps").click()
    take(page, folder / "dashboard-maps.png", height=1150)
    explain(page, address, folder)
    design(page, address, folder)
    page.get_by_role("tab", name="Wishes of this campaign").click()
    take(page, folder / "dashboard-designs.png", height=1150)
    measure(page, address, folder)


def explain(page: Page, address: str, folder: Path) -> None:
    """Look at a property that molecular dynamics says something about, too."""
    page.goto(f"{address}/explain")
    page.get_by_role("combobox", name="Property").click()
    page.get_by_role("option", name="Ultimate tensile strength").click()
    page.get_by_text("Molecular dynamics beside it").wait_for()
    take(page, folder / "dashboard-explain.png", height=1150)


def design(page: Page, address: str, folder: Path) -> None:
    """Ask for a film."""
    page.goto(f"{address}/design")
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option").first.click()
    page.get_by_text("Probability").first.wait_for()
    take(page, folder / "dashboard-design.png", height=1150)


def measure(page: Page, address: str, folder: Path) -> None:
    """Look at a tensile file that is not recorded."""
    page.goto(f"{address}/measure")
    content = tensile.bluehill(tensile.Strip("L001-1")).encode()
    file = FilePayload(name="L001.csv", mimeType="text/csv", buffer=content)
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="Record").wait_for()
    take(page, folder / "dashboard-measure.png", height=1150)


def grade(page: Page, address: str, folder: Path) -> None:
    """Grade a film of a campaign that has dry films without a grade."""
    page.goto(f"{address}/grade")
    page.get_by_role("button", name="Record D").wait_for()
    page.keyboard.press("d")
    page.get_by_role("button", name="Record B").wait_for()
    take(page, folder / "dashboard-grade.png")


def failed_run(page: Page, address: str, folder: Path) -> None:
    """Look at a run that ended early, and say what only eyes can tell."""
    page.goto(f"{address}/robot")
    page.get_by_role("tab", name="Runs").click()
    page.get_by_text("yes", exact=True).click()
    page.get_by_text("It is done: go on").wait_for()
    take(page, folder / "dashboard-run.png", height=1150)


def start(page: Page, folder: Path) -> None:
    """Visit the dashboard where there is no workspace yet."""
    with TemporaryDirectory() as empty, served(Path(empty) / "lab") as address:
        page.goto(address)
        page.get_by_role("button", name="Create this campaign").wait_for()
        take(page, folder / "dashboard-start.png", height=860)


def report_sections(page: Page, workspace: Path, folder: Path) -> None:
    """Visit the sections of the report."""
    for name, section in (("summary", ""), ("loops", "#loops"), ("properties", "#properties"), ("designs", "#designs")):
        page.goto((workspace / "report.html").resolve().as_uri() + section)
        take(page, folder / f"report-{name}.png", height=1250)


def explanation(page: Page, workspace: Path, folder: Path) -> None:
    """Visit what was learned of the first property."""
    with TemporaryDirectory() as made:
        asked = ["--workspace", workspace, "--film", "A01-01", "--old-model", "--out", made]
        subprocess.run([sys.executable, "-m", "cli", "explain", *asked], check=True, stdout=subprocess.DEVNULL)
        page.set_viewport_size({"width": 1080, "height": HEIGHT})
        page.goto((Path(made) / "explanation.html").as_uri())
        shown = page.locator("section").first.screenshot()
    _save(shown, folder / "explanation.png")


def main(workspace: Path, folder: Path, ungraded: Path | None) -> None:
    """Take all screenshots."""
    folder.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium")
    if program is None:
        sys.exit("chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(_PATIENCE)
        if ungraded is not None:
            with served(ungraded) as address:
                grade(page, address, folder)
                failed_run(page, address, folder)
        start(page, folder)
        with served(workspace) as address:
            dashboard_pages(page, address, folder)
        report_sections(page, workspace, folder)
        explanation(page, workspace, folder)
        browser.close()


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve a workspace while the block lasts, and yield the address."""
    port = free_port()
    server = subprocess.Popen(command(port), env=environment(workspace), stdout=subprocess.DEVNULL)
    try:
        address = f"http://{ADDRESS}:{port}"
        _await(f"{address}/_stcore/health")
        yield address
    finally:
        end(server)


def _await(url: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - an address of this machine
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the dashboard does not answer")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3, 4):
        sys.exit(__doc__)
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2] if len(sys.argv) > 2 else "docs/images"),
        Path(sys.argv[3]) if len(sys.argv) > 3 else None,
    )
