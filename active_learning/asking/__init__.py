"""Asking a campaign what it has learned: predictions, designs with receipts, explanations. Nothing is recorded here."""

from active_learning.asking.oracle import Oracle

__all__ = ["Oracle"]
