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
# # 2 · Ask the models, in both directions
#
# From a composition to properties, and from those properties back to compositions. `make run` makes the workspace.

# %%
import os

import matplotlib.pyplot as plt

import lab
from active_learning.asking import Oracle

campaign = lab.open(os.environ.get("FILMLAB_WORKSPACE", "../workspace"))
oracle = Oracle.of(campaign, old=True)
campaign

# %% [markdown]
# ## Composition → properties
# Parts are closed to 100 %; the interval holds nine measurements of ten.

# %%
recipe = {"CNF": 55, "MMT": 15, "gelatin": 30}
answer = oracle.predict(recipe)
answer[["property", "mean", "p05", "p95", "unit"]].round(3)

# %% [markdown]
# ## Properties → compositions
# Ask for a strength and a transmittance a little below what was just predicted: recipes like ours must be possible.

# %%
mean = answer.set_index("property")["mean"]
found = oracle.design(
    [
        f"tensile_strength >= {0.9 * mean['tensile_strength']:.3g} MPa",
        f"transmittance_vis >= {0.9 * mean['transmittance_vis']:.3g}",
    ]
)
found

# %%
back = oracle.predict([receipt.composition for receipt in found.receipts])
strength = back[back["property"] == "tensile_strength"]
figure, axes = plt.subplots(figsize=(5.5, 3), layout="constrained")
error = [strength["mean"] - strength["p05"], strength["p95"] - strength["mean"]]
axes.errorbar(range(1, len(strength) + 1), strength["mean"], error, fmt="o", capsize=3)
axes.axhline(mean["tensile_strength"], color="0.5", linestyle=":", label="the recipe that we began with")
axes.set(xlabel="design", ylabel="tensile strength (MPa)", xticks=range(1, len(strength) + 1))
axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1))
plt.show()

# %%
campaign.close()
