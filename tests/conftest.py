"""What holds for every test: no screen, no settings of a lab, repeatable random data, and no silent skips in CI."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["pytester", "tests.browser", "tests.postgres"]

os.environ.setdefault("MPLBACKEND", "Agg")

# Whoever runs the tests may have a lab: its workspace, database and robot are no place for them.
for name in [name for name in os.environ if name.startswith("FILMLAB_") and not name.startswith("FILMLAB_TEST_")]:
    del os.environ[name]

# Subprocesses that tests start import this checkout too, whichever one is installed.
ROOT = Path(__file__).resolve().parents[1]
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])

# "ci" is the default: the same examples on every run and no time limit a example on a busy machine.
# HYPOTHESIS_PROFILE=explore looks for new counter-examples.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

PROMISED_IN_CI = frozenset({"browser", "md", "postgres", "robot"})
"""Marks of tests that need a program which CI promises to have."""


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures that are made and not drawn, for tests of what stands around them."""
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda figure, file, **how: file.write(b"<svg/>"))


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The reason that a skipped report carries."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, turn the skip of a test with a promised program into a failure."""
    report = yield
    marks = sorted(PROMISED_IN_CI & {mark.name for mark in item.iter_markers()})
    if _in_ci() and report.skipped and marks and not hasattr(report, "wasxfail"):
        report.longrepr = (
            f"skipped in CI, where everything that {', '.join(marks)} tests need has to be installed: {_reason(report)}"
        )
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI, turn the skip of a whole file into a failure.

    A file that skips itself while it is imported cannot say which marks its tests have.
    """
    report = yield
    if _in_ci() and report.skipped:
        report.longrepr = (
            f"the whole file is skipped in CI, where everything has to be installed: "
            f"{_reason(report)}. Skip the tests in it one by one, with marks."
        )
        report.outcome = "failed"
    return report
