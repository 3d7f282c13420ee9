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
# # 3 · A film in place of a plastic
#
# A preset holds what a plastic or a use demands, every number with its source.

# %%
import os
import tempfile
from pathlib import Path

import pandas as pd

import lab
from active_learning.asking import Oracle
from lab.export.promise_scores import promise_scores
from lab.presets import presets

pd.Series({name: f"{one.title}: {', '.join(one.demanded)}" for name, one in presets().items()}).to_frame(
    "asks for"
).style

# %%
campaign = lab.open(os.environ.get("FILMLAB_WORKSPACE", "../workspace"))
oracle = Oracle.of(campaign, old=True)
answer = oracle.design(["minimise cost"], preset="pp-file-folder", top=3)
answer

# %% [markdown]
# The receipt of a design: what is promised and why, what it costs, and the plastic that it replaces.

# %%
answer[0]

# %% [markdown]
# The whole receipt, with curve, neighbours and Shapley values, is a page of its own:

# %%
page = Path(tempfile.mkdtemp(prefix="filmlab-notebook-")) / "receipts.html"
page.write_text(answer.page(), encoding="utf-8")
print(page)

# %% [markdown]
# Where nothing fits, the answer says what stands in the way, and what one requirement costs of the other.

# %%
impossible = oracle.design(["tensile_strength >= 60 MPa", "fracture_strain >= 5 %"], top=3)
print(*(impossible.obstacles or ["nothing: some recipe is likely to meet both"]), sep="\n")
impossible.fronts().round(3)

# %% [markdown]
# What became of promises so far:

# %%
print(promise_scores(campaign.definition, campaign.records()).summary())
campaign.close()
