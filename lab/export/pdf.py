"""A report as PDF, printed by the browser that is on the machine: nothing renders the page as exactly."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from lab.errors import WorkspaceError
from lab.files import write_atomically

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SECONDS = 180


def print_pdf(page: Path) -> Path:
    """Print an HTML file to a PDF of the same name beside it.

    Raises:
        WorkspaceError: If there is no Chromium here, or it does not print the page.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise WorkspaceError(
            "a PDF needs Chromium, which is not installed",
            hint="install it (Debian: apt-get install chromium), or print the HTML file from any browser",
        )
    target = page.resolve().with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="filmlab-pdf-") as folder:
        made = Path(folder) / "report.pdf"
        # A profile of its own: a browser that somebody has open would take the order and not print. Without the
        # sandbox, which root has not: the page is our own and loads nothing.
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        command += ["--no-pdf-header-footer", f"--print-to-pdf={made}", page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            done = None
        if done is None or not made.exists():
            said = done.stderr.strip().splitlines()[-1:] if done else ["it took too long"]
            raise WorkspaceError(
                f"{browser} did not print {page}: {' '.join(said)}", hint="print the HTML file from any browser"
            )
        write_atomically(target, made.read_bytes())
    return target
