"""serve: the editions when they are due, beside the pages where readers subscribe and leave."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

from digest.cli import common, posting
from digest.config import Config
from digest.delivery.stopping import Stop
from digest.errors import UsageError

NAP = 0.2  # seconds; how long a stop may go unnoticed


def serve(options: argparse.Namespace) -> int:
    """Begin what is due and answer at the pages, until a signal says stop."""
    config, stop = common.configuration(options), Stop(time.monotonic)
    work = partial(_wait, stop) if options.no_web else _pages(options, config, stop)
    beside = nullcontext() if options.web_only else _schedule(options, config, stop)
    with posting.stoppable(stop), beside:
        work()
    return 0


def _wait(stop: Stop) -> None:
    while not stop.asked:
        time.sleep(NAP)


def _pages(options: argparse.Namespace, config: Config, stop: Stop) -> Callable[[], None]:
    if not config.web.url:
        raise UsageError(
            "web.url: set the public address of the pages first, and a link key;"
            " or serve without pages: digest serve --no-web"
        )
    try:
        from digest.web.serving import serve as answer
    except ModuleNotFoundError as error:
        raise UsageError(
            "the pages need Starlette and uvicorn: pip install 'papertide[web]';"
            " or serve without them: digest serve --no-web"
        ) from error
    clock, tell = common.passing_clock(options), partial(_tell, options)
    return partial(answer, config, clock, stop, tell, common.warn)


@contextmanager
def _schedule(options: argparse.Namespace, config: Config, stop: Stop) -> Iterator[None]:
    from digest.schedule import Keeper, Program, at_each_minute

    clock, letter = common.passing_clock(options), config.newsletter

    def words() -> list[str]:
        volume = ["-q"] * options.quiet + ["-v"] * options.verbose
        now = ["--now", clock().isoformat()] if options.now else []
        return ["--config", options.config, *volume, *now]

    keeper = Keeper(config, clock, Program(words, stop, common.warn), common.warn)
    when = f"{letter.send_at:%H:%M}, {letter.timezone}"
    _tell(options, f"{letter.title}: editions are made and delivered at {when}")
    with at_each_minute(keeper.look, clock):
        try:
            yield
        finally:
            stop.ask()  # whatever ends the pages


def _tell(options: argparse.Namespace, text: str) -> None:
    common.say(options, text)
    sys.stdout.flush()  # or a log would have it once we end
