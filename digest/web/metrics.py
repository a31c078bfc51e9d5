"""What the pages tell Prometheus, at an address of its own: how many, and never who."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp

from digest.errors import StoreError, UsageError
from digest.web.observing import Answered, observed

_SIGN_UPS = frozenset(["/subscribe", "/api/subscribe"])
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

Counts = Callable[[], Mapping[str, int]]  # by state


class Metrics:
    """What is counted of requests and mails.

    Readers, and deliveries of the last edition, are counted anew for each who asks.
    """

    def __init__(self, *, readers: Counts, deliveries: Counts) -> None:
        own = self._registry = CollectorRegistry()
        own.register(_States("papertide_readers", "Readers", readers))
        own.register(_States("papertide_deliveries", "Deliveries of the last edition", deliveries))
        labels = ("route", "method", "status")
        self._requests = Counter("papertide_requests", "Requests answered", labels, registry=own)
        self._seconds = Histogram(
            "papertide_request_seconds",
            "From a request to the end of its answer",
            ("route",),
            registry=own,
            buckets=_SECONDS,
        )
        self._sign_ups = Counter(
            "papertide_sign_ups", "Sign-ups taken, a mail follows or not", registry=own
        )
        self._mails = Counter(
            "papertide_links_mailed", "Mails to who signed up that were accepted", registry=own
        )

    def watched(self, app: ASGIApp) -> ASGIApp:
        """An application whose requests are counted."""
        return observed(app, self._note)

    def mailed(self, mails: int) -> None:
        """Note that mails to who signed up were accepted."""
        self._mails.inc(mails)

    @contextmanager
    def served(self, host: str, port: int) -> Iterator[None]:
        """Tell who asks, for as long as this lasts. Raises UsageError where that is taken."""
        try:
            server, thread = start_http_server(port, host, self._registry)
        except OSError as error:
            raise UsageError(
                f"web.metrics: {host}, port {port} cannot be used: {error.strerror}"
            ) from error
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _note(self, kind: Answered, seconds: float) -> None:
        status = f"{kind.status // 100}xx"
        self._requests.labels(kind.route, kind.method, status).inc()
        self._seconds.labels(kind.route).observe(seconds)
        if kind.route in _SIGN_UPS and (kind.method, kind.status) == ("POST", 200):
            self._sign_ups.inc()


@dataclass(frozen=True, slots=True)
class _States(Collector):
    """A metric with a value for each state."""

    name: str
    words: str
    count: Counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Look it up; without a store that answers, there is none."""
        told = GaugeMetricFamily(self.name, self.words, labels=["state"])
        with suppress(StoreError):
            for state, many in self.count().items():
                told.add_metric([state], many)
        yield told
