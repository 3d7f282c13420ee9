"""The rules of tests/conftest.py: tests keep away from a lab; in CI a test with a promised program must not skip."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SKIPS = """
    import pytest

    @pytest.mark.{mark}
    def test_skips_itself():
        pytest.skip("no program here")

    @pytest.mark.{mark}
    @pytest.mark.skipif(True, reason="no program here")
    def test_is_skipped_by_a_mark():
        raise AssertionError

    @pytest.fixture
    def program():
        pytest.skip("no program here")

    @pytest.mark.{mark}
    def test_needs_a_fixture_that_skips(program):
        raise AssertionError

    @pytest.mark.{mark}
    @pytest.mark.xfail(reason="known", strict=True)
    def test_is_known_to_fail():
        raise AssertionError
"""

WHOLE_FILE = """
    import pytest

    pytest.importorskip("a_module_that_is_not_there")
"""


SETTINGS = """
    import os

    from lab.settings import load_settings

    def test_sees_nothing_of_a_lab():
        assert load_settings().database_url is None
        assert "FILMLAB_ROBOT_URL" not in os.environ and os.environ["FILMLAB_TEST_CHROMIUM"] == "mine"
"""


def _run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, source: str, *, ci: str) -> pytest.RunResult:
    """Run a test file under this project's conftest with CI set as given."""
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nmarkers =\n  postgres\n  browser\n  robot\n  md\n  slow\n")
    pytester.makepyfile(source)
    return pytester.runpytest_subprocess("-p", "tests.conftest", "-ra", "--import-mode=importlib")


@pytest.mark.parametrize("mark", ["postgres", "browser", "robot", "md"])
def test_skip_of_a_promised_program_fails_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    result = _run(pytester, monkeypatch, SKIPS.format(mark=mark), ci="true")
    outcomes = result.parseoutcomes()
    assert outcomes.get("skipped", 0) == 0
    assert outcomes["xfailed"] == 1
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 3
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"*skipped in CI*{mark} tests need*no program here*"])


@pytest.mark.parametrize(("mark", "ci"), [("postgres", ""), ("slow", "true")])
def test_other_skips_stay_skips(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, mark: str, ci: str) -> None:
    result = _run(pytester, monkeypatch, SKIPS.format(mark=mark), ci=ci)
    result.assert_outcomes(skipped=3, xfailed=1)
    assert result.ret == pytest.ExitCode.OK


def test_skip_of_a_whole_file_fails_in_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _run(pytester, monkeypatch, WHOLE_FILE, ci="true")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the whole file is skipped in CI*a_module_that_is_not_there*"])


def test_skip_of_a_whole_file_stays_a_skip_outside_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(pytester, monkeypatch, WHOLE_FILE, ci="").assert_outcomes(skipped=1)


def test_no_settings_of_a_lab_reach_a_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMLAB_DATABASE_URL", "postgresql+psycopg://user@host/lab")
    monkeypatch.setenv("FILMLAB_ROBOT_URL", "http://robot:31950")
    monkeypatch.setenv("FILMLAB_TEST_CHROMIUM", "mine")
    _run(pytester, monkeypatch, SETTINGS, ci="").assert_outcomes(passed=1)
