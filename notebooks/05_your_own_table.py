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
films = pd.read_csv(table)
films

# %%
folder = Path(tempfile.mkdtemp(prefix="filmlab-notebook-"))
report = fit_table(
    table,
    inputs=["MMT", "CNF", "GEL", "GLY"],
    targets=["Stress_MPa", "T_Vis_550_pct"],
    normalise=True,
    epochs=int(os.environ.get("FILMLAB_NOTEBOOK_EPOCHS", "400")),
    out=folder / "model",
)
pd.Series(report.metrics).filter(regex="mre|r2|coverage").round(2).to_frame("of held-out films")

# %% [markdown]
# Ten films teach little, and the model says so: its intervals are wide.

# %%
predicted = folder / "predicted.csv"
predict_table(folder / "model", table, out=predicted, normalise=True)
told = pd.read_csv(predicted)
figure, axes = plt.subplots(figsize=(4.2, 3.6), layout="constrained")
error = [told["Stress_MPa_mean"] - told["Stress_MPa_p05"], told["Stress_MPa_p95"] - told["Stress_MPa_mean"]]
axes.errorbar(films["Stress_MPa"], told["Stress_MPa_mean"], error, fmt="o", capsize=2)
axes.plot([0, 100], [0, 100], color="0.6", zorder=0)
axes.set(xlabel="measured strength (MPa)", ylabel="predicted strength (MPa), 90 % interval")
plt.show()
