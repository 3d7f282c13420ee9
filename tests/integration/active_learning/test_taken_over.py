"""A worker whose leases another one has taken meanwhile does not let the robot move."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from active_learning.campaign.work import work
from lab.bench import DeckOrder, DeckOutcome
from lab.errors import LeaseLostError
from lab.open_campaigns import open_campaign
from lab.store import Store
from lab.store.locks import file_of
from lab.virtual.bench import VirtualBench
from lab.workspace import Workspace

SMALL = Path(__file__).parents[2] / "data" / "small.toml"

pytestmark = pytest.mark.robot


class _SlowBench(VirtualBench):
    """Its computer sleeps before a deck is run."""

    asleep: Callable[[], None]

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        order.confirm()
        self.asleep()
        order.confirm()
        return super().run_robot(order)


def test_a_robot_that_another_worker_has_taken_is_not_moved(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 5, "tests")
    with open_campaign(workspace) as campaign, open_campaign(workspace) as other:
        bench = _SlowBench(campaign.definition, campaign.seed)
        work(campaign, bench, max_actions=3)

        def taken_over() -> None:
            # What a server does whose client does not answer any more.
            file_of(tmp_path / "filmlab.db", 0, f"robot {bench.name}").unlink()
            taken.enter_context(other.store.lease(f"robot {bench.name}"))

        with ExitStack() as taken:
            bench.asleep = taken_over
            with pytest.raises(LeaseLostError, match="robot virtual lab is not this process's any more"):
                work(campaign, bench, max_actions=1)
        assert not campaign.records().runs
