"""Papertide: the day's research papers as one edition that readers get exactly once."""

__version__ = "0.1.0"
