"""The nouns: what a paper, an edition, a run and a delivery are. Nothing here acts.

Each kind has a module of its own, since a morning without news needs few of them.
"""
