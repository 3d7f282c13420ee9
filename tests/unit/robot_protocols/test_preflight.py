from collections.abc import Iterable

import pytest

from robot_protocols.decks.checks import DECK_RULES
from robot_protocols.preflight import RULES, Finding, Inspection, RobotFacts, Severity, preflight, refused
from tests.unit.robot_protocols.faults import FAULTS, Fault
from tests.unit.robot_protocols.seeding import P300, P1000, good


def test_a_good_plan_has_no_findings():
    plan, deck, stocks, _ = good()
    robot = RobotFacts(pipettes={"left": P1000, "right": P300})
    assert preflight(plan, deck, stocks, signed_sha256=plan.sha256, robot=robot) == ()


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_seeded_fault_is_found(fault: Fault):
    plan, deck, stocks, options = fault.make()
    findings = preflight(plan, deck, stocks, **options)
    found = [finding for finding in findings if finding.code == fault.code]
    assert found, f"found only {[finding.code for finding in findings]}"
    assert all(finding.message and finding.hint for finding in findings)
    if fault.warns_only:
        assert {finding.severity for finding in found} == {Severity.WARN}
        assert not refused(findings)
    else:
        assert refused(found)


def test_there_are_faults_for_every_rule():
    assert len({fault.code for fault in FAULTS}) >= 30
    found: dict[str, set[str]] = {rule.__name__: set() for rule in (*RULES, *DECK_RULES)}
    for fault in FAULTS:
        plan, deck, stocks, options = fault.make()
        check = Inspection(plan, deck, {stock.name: stock for stock in stocks}, **options)
        answers: list[tuple[str, Iterable[Finding]]] = [(rule.__name__, rule(check)) for rule in RULES]
        answers += [(rule.__name__, rule(deck)) for rule in DECK_RULES]
        for name, findings in answers:
            found[name] |= {finding.code for finding in findings} & {fault.code}
    assert [name for name, codes in found.items() if not codes] == []
