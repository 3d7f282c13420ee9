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
# # 7 · Run the robot
#
# Designs become a plan: protocols for the robot, run cards and dish labels for the person. First an imaginary OT-2 runs
# it, with the true client, journal and ledger; then the same plan waits for a real one.

# %%
import os
import shlex
import tempfile
from pathlib import Path

import pandas as pd

import lab
from active_learning.asking import Oracle
from active_learning.asking.protocols import plan_designs
from robot_protocols.fake_robot.virtual_robot import VirtualRobot

campaign = lab.open(os.environ.get("FILMLAB_WORKSPACE", "../workspace"))
answer = Oracle.of(campaign, old=True).design(["tensile_strength >= 40 MPa", "transmittance_vis >= 60 %"], top=3)
answer

# %%
folder = Path(tempfile.mkdtemp(prefix="filmlab-notebook-")) / "plan"
planned = plan_designs(campaign.definition, answer, folder)
for plan in planned.plans:
    print(f"{plan.label}: {len(plan.films)} films, about {plan.minutes:.0f} min, tips {dict(plan.tips)}")
sorted(str(path) for path in planned.files)

# %% [markdown]
# The imaginary robot: what was asked, and what it delivered.

# %%
outcome = VirtualRobot().run_robot(planned.orders()[0])
pd.DataFrame([{"film": t.film, "stock": t.stock, "uL": t.delivered} for t in outcome.transfers]).pivot_table(
    index="film", columns="stock", values="uL", aggfunc="sum", fill_value=0
).round(0)

# %% [markdown]
# A real one: give its address. Nothing moves before its serial number, pipettes and its own analysis of the protocol
# have been checked, and before you confirm that the deck is loaded as its run card says.
#
#     !filmlab robot run "{folder}" --url http://robot:31950

# %%
address = os.environ.get("FILMLAB_ROBOT_URL", "http://robot:31950")
print(f"filmlab robot run {shlex.quote(str(folder))} --url {address}")
campaign.close()
