"""How a day becomes a frozen edition: gather, decide, compose, save, archive."""
