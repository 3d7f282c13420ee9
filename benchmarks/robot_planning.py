"""How long it takes to plan, check, write and simulate the 286-film library.

Run from the project's root: python -m benchmarks.robot_planning
The targets are 2 s for planning, preflight and writing together, and 40 s for the vendor's simulator.
"""

import tempfile
import time
from pathlib import Path

from lab.simplex import lattice
from robot_protocols.plan_folder import PlannedFolder, plan_recipes_file
from robot_protocols.vendor import simulate

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")


def library_csv() -> str:
    """The 286 recipes of the 10 wt% lattice as a recipe file."""
    rows = [
        f"L{number:03d},{','.join(f'{value:.1f}' for value in row)}" for number, row in enumerate(lattice(4, 0.1), 1)
    ]
    return "\n".join([f"film,{','.join(MATERIALS)}", *rows])


def plan_library(folder: Path) -> tuple[PlannedFolder, float]:
    """Plan the library into a folder; return what was planned, and the seconds it took."""
    recipes = folder / "recipes.csv"
    recipes.write_text(library_csv())
    start = time.perf_counter()
    planned = plan_recipes_file(recipes, folder / "plan")
    return planned, time.perf_counter() - start


def main() -> None:
    """Print the times."""
    with tempfile.TemporaryDirectory() as name:
        planned, seconds = plan_library(Path(name))
        print(f"plan, preflight and write {planned.films} films on {len(planned.plans)} decks: {seconds:.2f} s")
        texts = {plan.label: (planned.folder / f"protocols/{plan.label}.py").read_text() for plan in planned.plans}
    for processes in (1, 2):
        start = time.perf_counter()
        reports = simulate(texts, processes=processes)
        seconds = time.perf_counter() - start
        commands = sum(report.commands for report in reports.values())
        wrong = sum(len(reports[plan.label].differences(plan)) for plan in planned.plans)
        print(f"vendor's simulator, {processes} process(es): {seconds:.1f} s, {commands} commands, {wrong} differences")


if __name__ == "__main__":
    main()
