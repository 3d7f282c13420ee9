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
# # 1 · A first campaign
#
# A campaign makes films, grades and measures them, learns, and chooses the next films. Here all of it happens in the
# virtual lab: robot, oven, grader and instruments are imagined, and everything that they yield is marked as simulated.

# %%
import os
import tempfile

import matplotlib.pyplot as plt

import lab
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.work import work
from lab.bench import EquippedBench
from lab.errors import DuplicateRecordError
from lab.virtual.bench import VirtualBench
from robot_protocols.fake_robot.virtual_robot import VirtualRobot

# %% [markdown]
# A campaign file says what the campaign is about: materials, properties, stocks, rules. This small one has three
# materials and takes a minute; `lab.create(folder)` without a file creates the campaign of Chen et al. 2024.

# %%
folder = os.environ.get("FILMLAB_NOTEBOOK_FOLDER") or tempfile.mkdtemp(prefix="filmlab-notebook-")
try:
    campaign = lab.create(folder, "small_campaign.toml", seed=7)
except DuplicateRecordError:  # this notebook ran in the folder before: the campaign goes on, with the seed that it has
    campaign = lab.open(folder)
campaign

# %% [markdown]
# `work` does what is due next, one action after another, and records each. It may be stopped and started at any time.

# %%
bench = EquippedBench(VirtualRobot(), VirtualBench(campaign.definition, campaign.seed))
result = work(campaign, bench)
print(f"{result.done} actions done; left: {next_actions(campaign.definition, campaign.records())}")
campaign

# %% [markdown]
# Every film with its composition (as the robot made it), its grade and its measured properties:

# %%
films = campaign.films()
films[films["purpose"] != "library"]

# %%
coloured, along = campaign.definition.material_names[:2]
shown = campaign.definition.properties[0]
measured = films.dropna(subset=[shown.name])
figure, axes = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
dots = axes.scatter(100 * measured[along], measured[shown.name], c=100 * measured[coloured], cmap="viridis")
axes.set(xlabel=f"{along} (wt%)", ylabel=f"{shown.title} ({shown.unit})")
figure.colorbar(dots, label=f"{coloured} (wt%)")
plt.show()

# %%
campaign.close()
