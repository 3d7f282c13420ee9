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
# # 5 · Bring your own table
#
# Any CSV of films of any materials will do: columns with fractions, columns with what was measured, empty cells where
# something is missing. Here it is the ten measured films that the authors of Chen et al. 2024 printed.

# %%
import os
import tempfile
from importlib import resources
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from models.table_models import fit_table, predict_table

table = Path(str(resources.files("lab.library") / "chen2024" / "films_10.csv"))
inputs, targets = ["MMT", "CNF", "GEL", "GLY"], ["Stress_MPa", "T_Vis_550_pct"]
films = pd.read_csv(table)
films

# %%
folder = Path(tempfile.mkdtemp(prefix="filmlab-notebook-"))
report = fit_table(
    table,
    inputs=inputs,
    targets=targets,
    normalise=True,
    epochs=int(os.environ.get("FILMLAB_NOTEBOOK_EPOCHS", "400")),
    out=folder / "model",
)
pd.Series(report.metrics).filter(regex="mre|r2|coverage").round(2).to_frame("of held-out films")

# %% [markdown]
# What was noticed in the table is named by row and column; here there is nothing, or little.

# %%
[str(finding) for finding in report.findings]

# %% [markdown]
# Ten films teach little, and the model says so: its intervals are wide.

# %%
predicted = folder / "predicted.csv"
predict_table(folder / "model", table, out=predicted, normalise=True)
told = pd.read_csv(predicted)
figure, plots = plt.subplots(1, len(targets), figsize=(3.8 * len(targets), 3.4), layout="constrained", squeeze=False)
for axes, name in zip(plots[0], targets, strict=True):
    low, mean, high = (told[f"{name}_{part}"] for part in ("p05", "mean", "p95"))
    axes.errorbar(films[name], mean, [mean - low, high - mean], fmt="o", capsize=2)
    axes.axline((mean.mean(), mean.mean()), slope=1, color="0.6", zorder=0)
    axes.set(
        xlabel=f"measured {name}",
        ylabel="predicted, 90 % interval",
    )
plt.show()
