"""What several commands do the same way."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest import logs, wiring
from digest.config import Config, load, secrets, wanted_form
from digest.errors import ConfigError

if TYPE_CHECKING:
    from digest.model.editions import Edition


def configuration(
    options: argparse.Namespace, find: Callable[[Path], Config] | None = None
) -> Config:
    """The configuration that the command line names; what happens is logged as it says.

    `find` makes it of its path otherwise than by a mere `load`.
    """
    path = Path(options.config)
    try:
        config = find(path) if find else load(path, os.environ)
    except ConfigError:
        logs.begin(wanted_form(path, os.environ))
        raise
    log_as(config, quiet=options.quiet, verbose=options.verbose)
    return config


def log_as(config: Config, *, quiet: bool = False, verbose: bool = False) -> None:
    """Log as a configuration says."""
    form = config.logs.format
    usual = logs.NOTICE if form == logs.WORDS else logs.INFO
    level = logs.WARNING if quiet else logs.DEBUG if verbose else usual
    logs.begin(
        form, level=level, newsletter=config.newsletter.slug, secrets=lambda: secrets(config)
    )


def editions(config: Config, *, newest_first: bool = False) -> Iterator[Edition]:
    """The newsletter's editions, read one by one. Raises UsageError where nothing was run yet."""
    slug = config.newsletter.slug
    with closing(wiring.kept_store(config)) as store:
        dates = store.edition_dates(slug)
        for date in reversed(dates) if newest_first else dates:
            if frozen := store.edition(slug, date):
                yield frozen.edition


def clock(options: argparse.Namespace) -> Callable[[], dt.datetime]:
    """The time in UTC, or the instant that is rehearsed."""
    if options.now:
        return lambda: options.now
    return lambda: dt.datetime.now(dt.UTC)


def passing_clock(options: argparse.Namespace) -> Callable[[], dt.datetime]:
    """The time in UTC, or as it passes from the instant that is rehearsed."""
    if not options.now:
        return clock(options)
    began = time.monotonic()
    return lambda: options.now + dt.timedelta(seconds=time.monotonic() - began)


def progress(options: argparse.Namespace) -> Callable[[str], None]:
    """What goes on, on stderr: one line on a terminal, each step a line with -v, else nothing."""
    if not logs.in_words():
        return lambda text: logs.event("progress", text, logs.DEBUG) if text else None
    if options.verbose:
        return lambda text: print(text, file=sys.stderr) if text else None
    if options.quiet or not sys.stderr.isatty():
        return lambda _: None

    def show(text: str) -> None:
        # What is wider than the terminal would stay behind on the line above.
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        sys.stderr.write(f"\r\x1b[K{text[: width - 1]}")
        sys.stderr.flush()

    return show


def say(options: argparse.Namespace, *lines: str) -> None:
    """Print to standard output unless asked to be quiet."""
    if not options.quiet:
        for line in lines:
            print(line)


def warn(text: str, *, logged: bool = False) -> None:
    """Tell trouble on standard error. Where it is `logged`, programs have an event of it."""
    if not logged or logs.in_words():
        logs.tell("trouble", text)


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object."""
    print(json.dumps(data, ensure_ascii=False, indent=2))
