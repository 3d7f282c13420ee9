"""How many seeded faults the vendor's simulator lets through, beside our preflight.

Run from the project's root: python -m benchmarks.preflight_vs_vendor
Prints the table of docs/reference/preflight.md. The faults are those of the unit tests.
"""

from robot_protocols.preflight import preflight
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.vendor import VendorReport, VendorSimulator
from tests.unit.robot_protocols.faults import FAULTS, Fault


def verdicts(fault: Fault, simulator: VendorSimulator) -> tuple[str, str]:
    """What preflight and the vendor's simulator say of one fault."""
    plan, deck, stocks, options = fault.make()
    findings = preflight(plan, deck, stocks, **options)
    found = next((finding for finding in findings if finding.code == fault.code), None)
    ours = f"{found.severity}s: {found.code}" if found else "accepts"
    report = simulator.simulate({fault.name: write_protocol(plan, deck)})[fault.name]
    return ours, _words(report)


def _words(report: VendorReport) -> str:
    if not report.asked:
        return "not asked"
    return "accepts" if report.ok else "refuses"


def main() -> None:
    """Print one row a fault and the counts."""
    counts = {"ours": 0, "vendor": 0}
    print("| fault | preflight | vendor's simulator |")
    print("|---|---|---|")
    with VendorSimulator() as simulator:
        for fault in FAULTS:
            ours, theirs = verdicts(fault, simulator)
            counts["ours"] += ours != "accepts"
            counts["vendor"] += theirs == "refuses"
            print(f"| {fault.name} | {ours} | {theirs} |")
    print()
    print(f"{len(FAULTS)} faults: preflight finds {counts['ours']}, the vendor's simulator refuses {counts['vendor']}.")


if __name__ == "__main__":
    main()
