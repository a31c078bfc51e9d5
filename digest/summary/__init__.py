"""Short texts of papers: the sentences of an abstract that carry its claim."""

from digest.summary.extracting import extract

__all__ = ["extract"]
