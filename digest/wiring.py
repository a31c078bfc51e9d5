"""Which adapter stands behind which door. The only room that names them all.

An adapter is imported inside the function that needs it: a command pays for what it uses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digest.addresses import mailbox
from digest.config import Config
from digest.errors import UsageError

if TYPE_CHECKING:
    import jinja2

    from digest.archive.site import Site
    from digest.delivery import PostOffice
    from digest.edition.newsroom import Newsroom
    from digest.fetch.endpoint import ChatEndpoint
    from digest.model.deliveries import Result
    from digest.model.editions import FrozenEdition
    from digest.ports import Fetcher
    from digest.store.engine import SqlStore
    from digest.store.journal import SqlJournal
    from digest.themes.taxonomy import Taxonomy


def lock(config: Config) -> AbstractContextManager[None]:
    """The newsletter's lock. Raises Busy where another run holds it."""
    from digest.store.lock import newsletter_lock

    return newsletter_lock(config.state_url, config.newsletter.slug)


def journal(config: Config) -> SqlJournal:
    """The journal; it makes no database."""
    from digest.store.journal import open_journal

    return open_journal(config.state_url)


def store(config: Config) -> SqlStore:
    """The store, made or brought up to date where need be."""
    from digest.store.engine import open_store

    return open_store(config.state_url)


def kept_store(config: Config) -> SqlStore:
    """The store of earlier runs. Raises UsageError where there was none: looking makes nothing."""
    from digest.store.database import database

    if not database(config.state_url).exists():
        raise UsageError("nothing was run yet; `digest run` makes the first edition")
    return store(config)


@contextmanager
def newsroom(
    config: Config,
    *,
    rehearsal: bool = False,
    fetcher: Fetcher | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Newsroom]:
    """All that a daily run works with, under the newsletter's lock. Raises Busy.

    For a rehearsal, a state that is not there yet is made for as long as it lasts.
    """
    import random
    import time
    from contextlib import ExitStack, closing
    from functools import cache

    from digest.edition.newsroom import Newsroom
    from digest.fetch import Fetchers
    from digest.sources import source_for
    from digest.store.database import database
    from digest.store.pace import open_gates

    with ExitStack() as stack:
        if rehearsal and not database(config.state_url).exists():
            from tempfile import TemporaryDirectory  # slow to load

            folder = stack.enter_context(TemporaryDirectory())
            config = config._replace(state_url=f"sqlite:///{folder}/digest.db")
        stack.enter_context(lock(config))
        web = Fetchers(
            config.fetch.contact,
            config.fetch.allow_private,
            pacing=open_gates(config.state_url, time.time, time.sleep).gate,
            sleep=time.sleep,
            monotonic=time.monotonic,
            random=random.random,
        )
        yield Newsroom(
            config=config,
            sources=[source_for(source) for source in config.sources],
            fetcher=fetcher or stack.enter_context(web),
            journal=stack.enter_context(closing(journal(config))),
            store=cache(lambda: stack.enter_context(closing(store(config)))),
            archive=cache(partial(site, config)),
            taxonomy=cache(partial(taxonomy, config)),
            endpoint=cache(lambda: stack.enter_context(closing(endpoint(config)))),
            monotonic=time.monotonic,
            progress=progress,
        )


@contextmanager
def post_office(
    room: Newsroom,
    clock: Callable[[], dt.datetime],
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[PostOffice]:
    """All that delivery works with, on the newsroom's store and under its lock."""
    from contextlib import closing

    from digest.delivery import PostOffice
    from digest.transport import transport_for

    newsletter, mail = room.config.newsletter, room.config.mail
    opened = room.store()
    with closing(transport_for(mail.transport, mail.password)) as transport:
        yield PostOffice(
            newsletter=newsletter.slug,
            zone=newsletter.timezone,
            store=opened,
            ledger=opened,
            transport=transport,
            sender=_envelope_sender(room.config),
            letters=partial(letters, room.config),
            clock=clock,
            progress=progress,
        )


def letters(
    config: Config, frozen: FrozenEdition, *, mark: str = "", copy: str = ""
) -> Callable[[str], bytes]:
    """What builds the message of an edition for an address; the edition is rendered once.

    `mark` stands before the subject; `copy`, if not "", gives messages identifiers of their own.
    """
    from digest.mailing import letters as make

    return make(config, frozen, environment(config), mark=mark, copy=copy)


def send_test(config: Config, frozen: FrozenEdition, address: str, copy: str) -> Result:
    """Send an edition to an address outside the books, as a copy. Raises TransportDown."""
    from contextlib import closing

    from digest.transport import transport_for

    message = letters(config, frozen, mark="[Test] ", copy=copy)(address)
    with closing(transport_for(config.mail.transport, config.mail.password)) as transport:
        return transport.send(message, _envelope_sender(config), address, lambda: None)


def _envelope_sender(config: Config) -> str:
    """The bare address that is told of mail which cannot be delivered."""
    return mailbox(config.mail.agent or config.mail.sender)[1]


def edition(config: Config, date: dt.date | None = None) -> FrozenEdition:
    """The edition of a date, or the newest. Raises UsageError where there is none."""
    from contextlib import closing

    with closing(kept_store(config)) as opened:
        frozen = opened.edition(config.newsletter.slug, date)
    if frozen is None:
        which, command = (f"of {date}", "backfill") if date else ("yet", "run")
        raise UsageError(f"there is no edition {which}; `digest {command}` makes one")
    return frozen


def preview(config: Config, frozen: FrozenEdition, form: str) -> bytes:
    """An edition as json, html, text or md; or as eml, the message to the first reader."""
    if form == "json":
        return frozen.document
    if form == "eml":
        from digest.mailing import first_reader

        return letters(config, frozen)(first_reader(config))
    if form == "md":
        from digest.render import markdown

        site = config.newsletter.base_url
        return markdown(environment(config), frozen.edition, site=site).encode()
    from digest.mailing import rendered

    mail = rendered(config, frozen, environment(config))
    return (mail.html if form == "html" else mail.text).encode()


def taxonomy(config: Config) -> Taxonomy:
    """The shipped taxonomies that are used, under the user's changes to them."""
    from digest.taxonomies import taxonomy as make

    return make(config)


def endpoint(config: Config) -> ChatEndpoint:
    """The language model that writes summaries."""
    import time

    from digest.fetch.endpoint import ChatEndpoint

    summary = config.summary
    return ChatEndpoint(summary.endpoint, summary.key, sleep=time.sleep, monotonic=time.monotonic)


def environment(config: Config) -> jinja2.Environment:
    """The templates: the user's own win over ours, file by file."""
    import jinja2

    from digest.compiled import CompiledTemplates
    from digest.render import environment as make

    own = [config.templates_path] if config.templates_path else []
    return make(
        jinja2.ChoiceLoader([jinja2.FileSystemLoader(folder) for folder in [*own, templates()]]),
        CompiledTemplates(),
    )


def site(config: Config) -> Site:
    """The static site."""
    from digest.archive.site import Site

    newsletter = config.newsletter
    return Site(
        config.archive_path,
        partial(environment, config),
        title=newsletter.title,
        base_url=newsletter.base_url,
    )


def sample() -> Fetcher:
    """The shipped sample in place of the web."""
    from importlib.resources import files

    from digest.fetch.sample import SampleFetcher

    return SampleFetcher(files("digest.sample"))


def templates() -> Path:
    """Our templates: in the wheel inside the package, in a checkout beside it."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
