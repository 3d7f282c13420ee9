"""Molecular dynamics of the films' ingredients: builders, force fields, loading tests, analysis."""
