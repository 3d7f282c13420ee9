import errno
import os
from unittest.mock import Mock

import pytest

from lab.errors import InvalidInputError, WorkspaceError
from models.network_settings import NetworkSettings
from models.tuning import tune


def wide_is_good(settings: NetworkSettings) -> float:
    return -float(settings.width)


def search(tmp_path, trials: int, name: str = "films"):
    return tune(wide_is_good, journal=tmp_path / "log", name=name, minutes=10, seed=1, most_trials=trials)


def test_defaults_are_tried_first_and_stand_where_nothing_is_better(tmp_path):
    found = search(tmp_path, 1)
    assert found.settings == NetworkSettings()
    assert found.loss == found.default_loss == -NetworkSettings().width


def test_a_search_goes_on_where_it_stopped(tmp_path):
    assert search(tmp_path, 3).trials == 3
    found = search(tmp_path, 6)
    assert found.trials == 9
    assert found.default_loss == -NetworkSettings().width
    assert found.settings.width > NetworkSettings().width and found.loss == -found.settings.width


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError])
def test_defaults_are_tried_first_though_an_earlier_search_ended_in_its_first_trial(tmp_path, end):
    def ending(settings: NetworkSettings) -> float:
        raise end

    with pytest.raises(end):
        tune(ending, journal=tmp_path / "log", name="films", minutes=10, seed=1)
    found = search(tmp_path, 1)
    assert found.settings == NetworkSettings()
    assert found.trials == 1


def test_the_shortest_time_is_enough_for_the_defaults(tmp_path):
    found = tune(wide_is_good, journal=tmp_path / "log", name="films", minutes=1e-12, seed=1)
    assert found.settings == NetworkSettings() and found.trials == 1


def test_another_table_begins_anew(tmp_path):
    search(tmp_path, 2)
    assert search(tmp_path, 1, name="others").trials == 1


def test_a_time_that_is_none_and_a_file_that_is_no_journal_are_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="positive"):
        tune(wide_is_good, journal=tmp_path / "log", name="x", minutes=0, seed=1)
    (tmp_path / "log").write_text("no journal\n")
    with pytest.raises(InvalidInputError, match="no journal"):
        search(tmp_path, 1)


@pytest.mark.parametrize("cut", [1, 40])
def test_a_search_that_a_power_cut_ended_in_the_middle_of_a_line_goes_on(tmp_path, cut):
    search(tmp_path, 3)
    whole = (tmp_path / "log").read_bytes()
    (tmp_path / "log").write_bytes(whole[:-cut])
    assert search(tmp_path, 1).trials == 3
    assert search(tmp_path, 1).trials == 4
    (tmp_path / "log").write_bytes(whole[:7])
    assert search(tmp_path, 1).trials == 1


def test_a_full_disk_is_no_fault_of_the_journal(tmp_path, monkeypatch):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr("optuna.create_study", Mock(side_effect=full))
    with pytest.raises(WorkspaceError, match="No space left"):
        search(tmp_path, 1)
