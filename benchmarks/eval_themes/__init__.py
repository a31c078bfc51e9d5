"""How well papers find their themes, and how much a day's sections can be relied on."""
