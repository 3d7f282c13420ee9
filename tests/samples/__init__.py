"""Instrument files made by a script, in the forms in which the instruments write them, from numbers that are known."""
