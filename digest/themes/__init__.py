"""Which theme a paper belongs to, why, and how a day's papers fall into sections."""

BUILTIN = "ai.toml"  # the shipped taxonomy, beside this file
CATEGORIES = "arxiv.toml"  # arXiv's category names, beside this file
