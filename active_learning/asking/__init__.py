"""Asking a campaign what it has learned: predictions, designs with receipts, explanations.

Only `recording` adds records: designs that somebody wants made.
"""

from active_learning.asking.oracle import Oracle

__all__ = ["Oracle"]
