"""The doors to the world, as the stories see them. `wiring` puts the adapters behind them."""

from digest.ports.delivery import Ledger, Transport, Turn, Witness
from digest.ports.sites import Archive, Endpoint, Fetcher, Source
from digest.ports.state import Desks, Journal, Links, Readers, Repository, Store

__all__ = [
    "Archive",
    "Desks",
    "Endpoint",
    "Fetcher",
    "Journal",
    "Ledger",
    "Links",
    "Readers",
    "Repository",
    "Source",
    "Store",
    "Transport",
    "Turn",
    "Witness",
]
