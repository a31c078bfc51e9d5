"""What makes editions and shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Config
from digest.wiring.publishing import publisher
from digest.wiring.state import journal, store

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import jinja2

    from digest.archive.site import Site
    from digest.edition.newsroom import Newsroom
    from digest.fetch import Fetchers
    from digest.fetch.endpoint import ChatEndpoint
    from digest.model.catalogue import Naming
    from digest.model.replies import Pace
    from digest.ports import Fetcher
    from digest.themes.taxonomy import Taxonomy

    Pacing = Callable[[Pace], AbstractContextManager[None]]


@contextmanager
def newsroom(
    config: Config,
    *,
    rehearsal: bool = False,
    fetcher: Fetcher | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Newsroom]:
    """All that a daily run works with. Who makes an edition with it holds the newsletter's lock.

    For a rehearsal, a state that is not there yet is made for as long as it lasts.
    """
    import time
    from contextlib import ExitStack, closing
    from functools import cache

    from digest.edition.newsroom import Newsroom
    from digest.sources import source_for
    from digest.store.database import database

    with ExitStack() as stack:
        if rehearsal and not database(config.state_url).exists():
            from tempfile import TemporaryDirectory  # slow to load

            folder = stack.enter_context(TemporaryDirectory())
            config = config._replace(state_url=f"sqlite:///{folder}/digest.db")
        yield Newsroom(
            config=config,
            sources=[source_for(source) for source in config.sources],
            fetcher=fetcher or stack.enter_context(fetchers(config)),
            journal=stack.enter_context(closing(journal(config, progress))),
            store=cache(lambda: stack.enter_context(closing(store(config, progress)))),
            archive=cache(partial(site, config, progress)),
            taxonomy=cache(partial(taxonomy, config)),
            endpoint=cache(lambda: stack.enter_context(closing(endpoint(config)))),
            monotonic=time.monotonic,
            progress=progress,
        )


def fetchers(config: Config, watched: Callable[[Pacing], Pacing] = lambda gate: gate) -> Fetchers:
    """What asks sources; `watched` may see how long each waits for its site's pace."""
    import random
    import time

    from digest.fetch import Fetchers
    from digest.store.pace import open_gates

    return Fetchers(
        config.fetch.contact,
        config.fetch.allow_private,
        pacing=watched(open_gates(config.state_url, time.time, time.sleep).gate),
        sleep=time.sleep,
        monotonic=time.monotonic,
        random=random.random,
    )


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


def site(config: Config, progress: Callable[[str], None] = lambda _: None) -> Site:
    """The static site."""
    from functools import cache

    from digest.archive.site import Site

    newsletter, url, to_publish = config.newsletter, config.web.url, publisher(config)
    return Site(
        config.archive_path,
        partial(environment, config),
        title=newsletter.title,
        base_url=newsletter.base_url,
        naming=cache(partial(_naming, config)),
        subscribe=url and f"{url}/subscribe",
        searchable=_searchable,
        progress=progress,
        announce=to_publish.owe if to_publish else lambda: None,
    )


def _searchable() -> bool:
    """Whether what searches a site is installed."""
    from digest.archive.pagefind import available

    return available()


def _naming(config: Config) -> Naming:
    """What the site calls the themes of the taxonomy."""
    from digest.model.catalogue import Naming
    from digest.model.editions import ALSO

    found = taxonomy(config)
    return Naming(
        labels={**found.labels, ALSO: "Other topics"},
        about={
            **{theme.id: theme.description for theme in found.themes if theme.description},
            ALSO: "Papers that speak of no theme, or of several alike.",
        },
    )


def sample() -> Fetcher:
    """The shipped sample in place of the web."""
    from importlib.resources import files

    from digest.fetch.sample import SampleFetcher

    return SampleFetcher(files("digest.sample"))


def templates() -> Path:
    """Our templates: in the wheel inside the package, in a checkout beside it."""
    package = Path(__file__).parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
