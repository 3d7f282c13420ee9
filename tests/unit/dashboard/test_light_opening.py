"""Today, the first page, opens without what only work needs: it is loaded while somebody waits."""

import subprocess
import sys

HEAVY = {"scipy.stats", "torch", "sklearn", "shap"}


def test_the_first_page_loads_nothing_that_only_work_needs():
    program = f"import sys, dashboard.views.today; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
