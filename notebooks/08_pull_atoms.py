# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8 · Pull the atoms apart
#
# Molecular dynamics shows how the ingredients of the films fail. The smoke profile takes seconds and proves that
# everything runs; its numbers mean nothing. With "demo" instead the same cells take minutes and show what the reference
# page tells.

# %%
import tempfile
from pathlib import Path

import pandas as pd
from IPython.display import HTML

from md_sim import comparison_plots as plots
from md_sim.comparison import conclusion, find_runs, groups_of
from md_sim.runs import run_test
from md_sim.viewer import view

models, test, profile = ("mmt", "cnf"), "tension", "smoke"
folder = Path(tempfile.mkdtemp(prefix="filmlab-md-"))
results = [run_test(model, test, profile, seed=1, out=folder) for model in models]
pd.DataFrame([result.summary() for result in results]).set_index("model")[
    ["force_field", "atoms", "modulus_gpa", "strength_gpa", "hbonds_start", "hbonds_end", "failure_mode", "rate_per_s"]
]

# %%
groups = groups_of(find_runs([folder]))
HTML(f'<img src="{plots.stress_plot(groups, test).uri}" width="520">')

# %%
conclusion(groups)

# %% [markdown]
# The relaxed models against the measured crystals:

# %%
pd.DataFrame(
    [
        {"model": result.model, "length": length.name, "relaxed": length.relaxed, "measured": length.measured}
        for result in results
        for length in result.analysis.relaxed.lattice
    ]
).round(2)

# %% [markdown]
# The last model, here staggered chains of cellulose, at its highest stress, to be turned with the mouse. The view loads
# 3Dmol.js from the network.

# %%
view(next(group.runs[0].folder for group in groups if group.model == models[-1]), "peak")
