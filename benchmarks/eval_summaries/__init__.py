"""How well the sentences that stand for an abstract carry its claim."""
