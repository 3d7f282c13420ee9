"""Doers: one module a trade, each a function from an action and the records to the records that it yields."""
