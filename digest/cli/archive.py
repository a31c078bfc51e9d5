"""archive: build the site, and publish it."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from digest import wiring
from digest.cli import common
from digest.counts import plural
from digest.errors import Busy, DigestError, UsageError

if TYPE_CHECKING:
    from digest.archive.publishing import Publisher
    from digest.config import Config

SEARCHLESS = (
    "it has no search; for one, `pip install 'papertide[archive]'` and"
    " `digest archive build --full`"
)


def build(options: argparse.Namespace) -> int:
    """Write what the site lacks, or all of it anew; then publish it where that is set up."""
    config, progress = common.configuration(options), common.progress(options)
    slug = config.newsletter.slug
    with _alone(config), closing(wiring.kept_store(config, progress)) as store:
        site, dates = wiring.site(config, progress), store.edition_dates(slug)
        # What only the site holds is a file of an elder database, and stays on it.
        wanted = sorted({*dates, *site.held()}) if options.full else site.missing(dates)
        editions = (store.edition(slug, date) or site.edition(date) for date in wanted)
        built = site.build(filter(None, editions), anew=options.full)
    progress("")
    for name in built.own:
        common.warn(f"{site.path / name} is a file of yours; it stays, and ours is left out")
    if options.json:
        common.print_json({"files": built.changed, "own": list(built.own)})
    else:
        common.say(options, f"{plural(built.changed, 'file')} written into {site.path}")
        if not site.searchable():
            common.say(options, SEARCHLESS)
    if publisher := wiring.publisher(config):
        _publish(options, publisher)
    return 0


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """The newsletter's lock: a run that has it may be done with the site."""
    try:
        with wiring.lock(config):
            yield
    except Busy:
        raise DigestError(
            f"another run of {config.newsletter.slug} is at work; build the site when it has ended"
        ) from None


def publish_owed(config: Config) -> str:
    """Publish what a run has changed, or an earlier one could not publish; what went wrong."""
    publisher = wiring.publisher(config)
    try:
        if publisher and publisher.owed() and config.archive_path.exists():
            publisher.publish()
    except DigestError as error:
        return str(error)
    return ""


def publish(options: argparse.Namespace) -> int:
    """Publish the site as it stands."""
    publisher = wiring.publisher(common.configuration(options))
    if publisher is None:
        raise UsageError("archive.publish says nowhere to publish; docs/archive.md tells how")
    _publish(options, publisher)
    common.say(options, "published")
    return 0


def _publish(options: argparse.Namespace, publisher: Publisher) -> None:
    """Publish while somebody waits, who may stop it: the first time may take long."""
    common.progress(options)("publishing")
    publisher.publish(math.inf)
    common.progress(options)("")
