"""Which function does which kind of action."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.doing import bench_work, choosing, explaining, planning, reporting, simulating, training
from active_learning.campaign.doing.context import DoingContext, Outcome
from lab.records import Records

Doer = Callable[[DoingContext, Action, Records], Outcome]

DOERS: Mapping[ActionKind, Doer] = MappingProxyType(
    {
        ActionKind.PLAN_LIBRARY: planning.plan_library,
        ActionKind.PLAN_DECK: planning.plan_decks,
        ActionKind.PREPARE_DECK: bench_work.prepare_deck,
        ActionKind.RUN_ROBOT: bench_work.run_robot,
        ActionKind.DRY: bench_work.dry,
        ActionKind.GRADE: bench_work.grade,
        ActionKind.MEASURE: bench_work.measure,
        ActionKind.TRAIN: training.train,
        ActionKind.REVIEW: choosing.review,
        ActionKind.SUGGEST: choosing.suggest,
        ActionKind.EXPLAIN: explaining.explain,
        ActionKind.DESIGN: choosing.design,
        ActionKind.VERIFY: planning.plan_verification,
        ActionKind.REPORT: reporting.report,
        ActionKind.SIMULATE: simulating.simulate,
    }
)
"""The doer of every kind of action."""
