"""The pages at work: they answer, and what readers are to get is mailed beside them."""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from functools import partial

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from digest import logs, wiring
from digest.config import Config
from digest.delivery.links import mail_links
from digest.delivery.stopping import Stop
from digest.errors import DigestError, StoreError, UsageError
from digest.model.deliveries import EditionRef
from digest.model.readers import Frequency
from digest.store.engine import SqlStore
from digest.web.app import application
from digest.web.handlers import Pages
from digest.web.watching import Watch, watching

ROUND = 0.5  # seconds from one look for mail that is due to the next

Clock = Callable[[], dt.datetime]  # UTC
Tell = Callable[[str], None]


def serve(
    config: Config,
    clock: Clock,
    stop: Stop,
    tell: Tell,
    warn: Tell,
    *,
    changed: Callable[[], Config | None] = lambda: None,
) -> None:
    """Answer and mail until somebody asks to stop. Warns of what a mail server refuses.

    `changed` is asked again and again for a configuration to go by from then on; where it
    listens, and which database and newsletter it is for, stays as it was.
    Raises UsageError where `web.listen` is taken.
    """
    host, port = config.web.listen
    with ExitStack() as stack:
        bound = stack.enter_context(_bound(host, port))
        store = stack.enter_context(closing(wiring.store(config)))
        watch = stack.enter_context(watching(config, store))
        begin = partial(_answering, clock=clock, tell=warn, store=store, watch=watch)
        pages = stack.enter_context(closing(_Changing(config, stop, begin, warn)))
        settings = uvicorn.Config(
            watch.watched(pages),
            log_level="warning",
            log_config=uvicorn.config.LOGGING_CONFIG if logs.in_words() else None,
            access_log=False,  # which would tell tokens and addresses
            server_header=False,
            timeout_graceful_shutdown=8,
            http="h11",  # others have no limit on a head
            h11_max_incomplete_event_size=16_384,
            proxy_headers=False,  # the pages look at them, and know whom to trust
        )
        server = _Server(settings, stop, changed, pages)
        tell(f"{config.newsletter.title}: {config.web.url} is answered at {host}, port {port}")
        server.run([bound])


@contextmanager
def service(config: Config, clock: Clock, stop: Stop, tell: Tell) -> Iterator[ASGIApp]:
    """The pages as an application, and the mailing beside them for as long as this lasts."""
    with (
        closing(wiring.store(config)) as store,
        watching(config, store) as watch,
        _answering(config, stop, clock=clock, tell=tell, store=store, watch=watch) as pages,
    ):
        yield watch.watched(pages)


@contextmanager
def _answering(
    config: Config, stop: Stop, *, clock: Clock, tell: Tell, store: SqlStore, watch: Watch
) -> Iterator[ASGIApp]:
    """The pages, and the mailing beside them, by one configuration."""
    recent = _Recent(config, store)
    made = _pages(config, store, clock, recent)
    with wiring.link_post(config, store, clock, stop) as post:

        def once() -> None:
            made.desk.know_links()
            store.forget_late(config.newsletter.slug, clock())
            recent.look()
            watch.mailed(mail_links(post))

        made.desk.know_links()
        with _again_and_again(once, stop, tell):
            yield application(made)


class _Changing:
    """The pages by the newest configuration; what was asked before goes on by the one before."""

    def __init__(
        self,
        config: Config,
        stop: Stop,
        begin: Callable[[Config, Stop], AbstractContextManager[ASGIApp]],
        warn: Tell,
    ) -> None:
        self._begin = begin
        self._stop = stop
        self._warn = warn
        self._begun(config)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def change(self, config: Config) -> None:
        """Go by another configuration; where that cannot be, this is told and nothing changes."""
        before = self._stack
        try:
            if not config.web.url:
                raise UsageError("web.url: there is none any more")
            self._begun(config)
        except DigestError as error:
            self._warn(f"the pages stay as they were: {error}")
            return
        before.close()

    def close(self) -> None:
        """End the mailing."""
        self._stack.close()

    def _begun(self, config: Config) -> None:
        with ExitStack() as stack:
            stop = Stop(time.monotonic, within=self._stop)
            self._app = stack.enter_context(self._begin(config, stop))
            self._stack = stack.pop_all()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
        # What asyncio does by itself is left out for sockets made like this one; without it, each
        # answer waits 40 ms for the acknowledgement of its own head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(f"web.listen: {host}, port {port} cannot be used: {why}") from error


class _Server(uvicorn.Server):
    """Ends when it is asked to stop, by whomever: signals are its caller's business."""

    def __init__(
        self,
        settings: uvicorn.Config,
        stop: Stop,
        changed: Callable[[], Config | None],
        pages: _Changing,
    ) -> None:
        super().__init__(settings)
        self._stop = stop
        self._changed = changed
        self._pages = pages

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def on_tick(self, counter: int) -> bool:
        if config := self._changed():
            await run_in_threadpool(self._pages.change, config)
        return self._stop.asked or await super().on_tick(counter)


class _Recent:
    """What the pages tell of the last editions; looked up anew when there is a new one."""

    themes: Sequence[tuple[str, str, int]] = ()
    latest: tuple[dt.date, str] | None = None

    def __init__(self, config: Config, store: SqlStore) -> None:
        self.site = config.newsletter.base_url
        self._config = config
        self._store = store
        self._newest: EditionRef | None = None
        self.look()

    def look(self) -> None:
        newest = self._store.newest(self._config.newsletter.slug, Frequency.DAILY)
        if newest and newest != self._newest:
            self.themes = wiring.recent_themes(self._config, self._store, newest.date)
            self.latest = newest.date, f"{self.site}/{newest.date:%Y/%m/%d}/"
            self._newest = newest


def _pages(config: Config, store: SqlStore, clock: Clock, recent: _Recent) -> Pages:
    return Pages(
        desk=wiring.desk(config, store, clock),
        env=wiring.environment(config),
        title=config.newsletter.title,
        url=config.web.url,
        archive=config.archive_path,
        themes=lambda: recent.themes,
        editions=recent.site,
        latest=lambda: recent.latest,
        weekly=config.newsletter.weekly is not None,
        sample=wiring.last_mail(config, store),
        language=(config.summary.language or "English") if config.summary.endpoint else "",
        ready=partial(_is_ready, store, config.newsletter.slug),
        origins=config.web.origins,
        proxies=config.web.trusted_proxies,
    )


def _is_ready(store: SqlStore, newsletter: str) -> bool:
    with suppress(StoreError):
        store.edition_dates(newsletter)
        return True
    return False


@contextmanager
def _again_and_again(once: Callable[[], None], stop: Stop, tell: Tell) -> Iterator[None]:
    """Do something twice a second in a thread, as long as this lasts."""
    over = threading.Event()
    thread = threading.Thread(target=_rounds, args=(once, over, tell))
    thread.start()
    try:
        yield
    finally:
        stop.ask()
        over.set()
        thread.join()


def _rounds(once: Callable[[], None], over: threading.Event, tell: Tell) -> None:
    told = ""
    while not over.wait(ROUND):
        try:
            once()
            told = ""
        except DigestError as error:
            if str(error) != told:  # once, while it lasts
                told = str(error)
                tell(told)
