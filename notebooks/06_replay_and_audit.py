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
# # 6 · Replay and audit a suggestion
#
# Any suggestion can be derived again from the records of that time, bit for bit; and every record says who made it,
# when and from what.

# %%
import os

import pandas as pd

import lab
from active_learning.campaign.replaying import replay

campaign = lab.open(os.environ.get("FILMLAB_WORKSPACE", "../workspace"))
records = campaign.records()
campaign

# %% [markdown]
# Train the models of the first loop again, let them choose again, and compare:

# %%
again = replay(campaign, 1)
print("every bit is the same" if not again.differences else "\n".join(again.differences))
pd.DataFrame([{"film": one.film, **dict(one.composition), "score": one.score} for one in again.suggestions])

# %% [markdown]
# The story of one film: who did what, when.

# %%
film = next(iter(records.suggestions))
pd.DataFrame(
    [
        {"when": entry.event.at, "who": entry.event.who, "what": entry.event.key, "seal": entry.seal[:12]}
        for entry in campaign.store.audit(campaign.name, film)
    ]
)

# %% [markdown]
# The store keeps its own seal: what was changed behind its back would be found.

# %%
print(campaign.store.check() or "nothing was changed")
campaign.close()
