"""Take the screenshots of dashboard and report that the documentation shows.

    python scripts/take_screenshots.py WORKSPACE [FOLDER]

WORKSPACE holds a finished campaign, FOLDER is docs/images by default. Needs Debian's chromium.
"""

import shutil
import subprocess
import sys
import time
import urllib.request
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from dashboard.launch import ADDRESS, command, environment, free_port

WIDTH, HEIGHT = 1366, 768
_ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
_SETTLE = 4000
"""Milliseconds that plots get to be drawn."""


def take(page: Page, path: Path, *, height: int = HEIGHT) -> None:
    """Save what the page shows, with few colours so that the file stays small."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_timeout(_SETTLE)
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    image.quantize(colors=200, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {path.stat().st_size / 1024:.0f} kB")


def dashboard_pages(page: Page, address: str, folder: Path) -> None:
    """Visit the pages of the dashboard."""
    for name, place in (("today", ""), ("designs", "designs"), ("records", "records"), ("films", "films?film=V1-1")):
        page.goto(f"{address}/{place}")
        page.get_by_role("heading", level=1).wait_for()
        take(page, folder / f"dashboard-{name}.png", height=HEIGHT if name == "today" else 1150)
    page.goto(f"{address}/campaign")
    page.get_by_role("heading", level=1).wait_for()
    take(page, folder / "dashboard-campaign.png", height=900)
    page.get_by_role("tab", name="Maps").click()
    take(page, folder / "dashboard-maps.png", height=1150)


def report_sections(page: Page, workspace: Path, folder: Path) -> None:
    """Visit the sections of the report."""
    for name, section in (("summary", ""), ("loops", "#loops"), ("properties", "#properties"), ("designs", "#designs")):
        page.goto((workspace / "report.html").resolve().as_uri() + section)
        take(page, folder / f"report-{name}.png", height=1250)


def main(workspace: Path, folder: Path) -> None:
    """Take all screenshots."""
    folder.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium")
    if program is None:
        sys.exit("chromium is missing: apt-get install chromium")
    port = free_port()
    server = subprocess.Popen(command(port), env=environment(workspace), stdout=subprocess.DEVNULL)
    try:
        address = f"http://{ADDRESS}:{port}"
        _await(f"{address}/_stcore/health")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            dashboard_pages(page, address, folder)
            report_sections(page, workspace, folder)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _await(url: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - an address of this machine
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the dashboard does not answer")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) == 3 else "docs/images"))
