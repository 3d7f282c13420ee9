"""A stand-in for an OT-2: the HTTP API with the behaviours that were measured on robot-server 8.1.0, and faults.

Its deck is imaginary but exact: every microlitre that its pipettes move is written down, so that what a run's journal
says can be held against what happened. It serves in a process of its own (`server`), or without a network
(`transport`), where time is a number and every run is the same.
"""
