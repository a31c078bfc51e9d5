"""The pages as a server: this process answers, and mails the links to confirm beside it."""

from __future__ import annotations

import datetime as dt
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import TypeVar

import uvicorn

from digest import wiring
from digest.config import Config
from digest.delivery.links import LinkPost, mail_links
from digest.delivery.stopping import Stop
from digest.errors import StoreError, TransportDown, UsageError
from digest.store.engine import SqlStore
from digest.web.app import application
from digest.web.handlers import Pages

ROUND = 2.0  # seconds from one look for mail that is due to the next
FRESH = 600.0  # seconds for which the themes of late are kept

T = TypeVar("T")
Tell = Callable[[str], None]


def serve(config: Config, clock: Callable[[], dt.datetime], tell: Tell) -> None:
    """Answer and mail links until a signal says stop. Raises UsageError without `web.url`.

    What a mail server refuses is told, and tried again.
    """
    if not config.web.url:
        raise UsageError("web.url: set the public address of the pages first, and a link key")
    host, port = config.web.listen
    stop = Stop(time.monotonic)
    with closing(wiring.store(config)) as store, _mailing(config, store, clock, stop, tell):
        settings = uvicorn.Config(
            application(pages(config, store, clock)),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # which would tell tokens and addresses
            server_header=False,
            timeout_graceful_shutdown=8,
            h11_max_incomplete_event_size=16_384,
            proxy_headers=False,  # the pages look at them, and know whom to trust
        )
        server = _Server(settings)
        tell(f"{config.newsletter.title}: {config.web.url} is answered at {host}, port {port}")
        server.run()


class _Server(uvicorn.Server):
    """Ends in peace: the library's would raise the signal once more."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        numbers = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def pages(config: Config, store: SqlStore, clock: Callable[[], dt.datetime]) -> Pages:
    """What the pages are made of."""

    def themes() -> Sequence[tuple[str, str, int]]:
        zone = config.newsletter.timezone
        return wiring.recent_themes(config, store, clock().astimezone(zone).date())

    return Pages(
        desk=wiring.desk(config, store, clock),
        env=wiring.environment(config),
        title=config.newsletter.title,
        url=config.web.url,
        themes=_kept(themes),
        ready=partial(_is_ready, store, config.newsletter.slug),
        origins=config.web.origins,
        proxies=config.web.trusted_proxies,
    )


def _kept(ask: Callable[[], T]) -> Callable[[], T]:
    """What was answered last, for as long as that is fresh."""
    lock = threading.Lock()
    answers: list[tuple[float, T]] = []

    def kept() -> T:
        with lock:
            if not answers or time.monotonic() - answers[0][0] > FRESH:
                answers[:] = [(time.monotonic(), ask())]
            return answers[0][1]

    return kept


def _is_ready(store: SqlStore, newsletter: str) -> bool:
    with suppress(StoreError):
        store.edition_dates(newsletter)
        return True
    return False


@contextmanager
def _mailing(
    config: Config, store: SqlStore, clock: Callable[[], dt.datetime], stop: Stop, tell: Tell
) -> Iterator[None]:
    """Mail links in a thread, as long as this lasts."""
    with wiring.link_post(config, store, clock, stop) as post:
        over = threading.Event()
        thread = threading.Thread(target=_mail, args=(post, over, tell))
        thread.start()
        try:
            yield
        finally:
            stop.ask()
            over.set()
            thread.join()


def _mail(post: LinkPost, over: threading.Event, tell: Tell) -> None:
    told = ""
    while not over.wait(ROUND):
        try:
            mail_links(post)
            told = ""
        except (TransportDown, StoreError) as error:
            if str(error) != told:  # once, while it lasts
                told = str(error)
                tell(told)
