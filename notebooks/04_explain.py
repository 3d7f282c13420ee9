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
# # 4 · What was learned
#
# Shapley values share out each prediction among the materials. Every question that is asked is a recipe of 100 %.

# %%
import os

import pandas as pd

import lab
from active_learning.asking import Oracle
from active_learning.asking import explain_figures as figures
from active_learning.asking.simulated import beside_simulations

campaign = lab.open(os.environ.get("FILMLAB_WORKSPACE", "../workspace"))
oracle = Oracle.of(campaign, old=True)
found = oracle.explain()
found

# %% [markdown]
# Which materials make a film strong, and do they do it together?

# %%
figures.beeswarm(found, "tensile_strength")

# %%
figures.dependence(found, "tensile_strength")

# %%
pd.Series(found.synergies("tensile_strength")).round(2).to_frame("together (MPa)")

# %% [markdown]
# Where the campaign holds simulations (`filmlab md study`): who carries the load, by them and by what was learned?

# %%
beside_simulations(oracle, found) or "this campaign holds no two simulated models"

# %% [markdown]
# One film, step by step from the mean of all films to its prediction:

# %%
figures.waterfall(found, found.films[0], "tensile_strength")

# %%
figures.ternary_maps(oracle, "tensile_strength") or "maps need three or four materials"

# %% [markdown]
# The other question: what would a film be without a material, its place taken by the rest in proportion?

# %%
rest = oracle.explain("rest")
pd.DataFrame(
    {
        "reference": dict(zip(found.players, found.importance[:, 0], strict=True)),
        "rest": dict(zip(rest.players, rest.importance[:, 0], strict=True)),
    }
).round(2)

# %%
campaign.close()
