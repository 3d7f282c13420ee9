"""Tensile testers: files to stress-strain curves, and what they say about a film."""
