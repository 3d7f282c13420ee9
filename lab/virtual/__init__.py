"""The virtual lab: a film world that answers as a real one would, and a bench that makes and measures films in it.

What it yields is simulated and marked so in every record. What learns (models, active_learning) must not import it.
"""
