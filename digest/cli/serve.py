"""serve: the editions when they are due, beside the pages where readers subscribe and leave."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from digest import logs
from digest.cli import alerting, common, posting
from digest.config import TEXT, Config, load, read
from digest.delivery.stopping import Stop
from digest.errors import ConfigError, UsageError

NAP = 0.2  # seconds; how long a stop may go unnoticed
LONGEST = 30_000  # characters that surely fit into a variable; runs read a longer file anew

Changed = Callable[[], Config | None]


def serve(options: argparse.Namespace) -> int:
    """Begin what is due and answer at the pages, until a signal says stop."""
    environ, stop = dict(os.environ), Stop(time.monotonic)
    config = common.configuration(options, partial(_read, environ))
    work = partial(_wait, stop) if options.no_web else _pages(options, config, stop)
    with posting.stoppable(stop), _rereading(options, config, environ) as changed:
        if options.web_only:
            work(changed=changed)
        else:
            with _schedule(options, config, stop, environ, changed) as scheduled:
                work(changed=scheduled)
    logs.event("ended", "asked to stop")
    return 0


def _read(environ: dict[str, str], path: Path) -> Config:
    """The configuration as its file has it now, which `environ` then has for the runs."""
    text = read(path)
    config = load(path, os.environ | {TEXT: text})
    environ[TEXT] = text if len(text) < LONGEST else ""
    return config


@contextmanager
def _rereading(
    options: argparse.Namespace, config: Config, environ: dict[str, str]
) -> Iterator[Changed]:
    """What gives the configuration anew, once after each SIGHUP, if it is right."""
    hung_up: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _: hung_up.append(number))

    def changed() -> Config | None:
        nonlocal config
        if not hung_up:
            return None
        hung_up.clear()
        clock = common.passing_clock(options)
        try:
            config = _read(environ, Path(options.config))
        except ConfigError as error:
            common.warn(f"the configuration stays as it was, as this is wrong:\n{error}")
            alerting.read_again(config, error.problems, clock)
            return None
        common.log_as(config, quiet=options.quiet, verbose=options.verbose)
        _tell(options, "the configuration was read again")
        alerting.read_again(config, [], clock)
        return config

    try:
        yield changed
    finally:
        signal.signal(signal.SIGHUP, before)


def _wait(stop: Stop, changed: Changed) -> None:
    while not stop.asked:
        changed()
        time.sleep(NAP)


def _pages(options: argparse.Namespace, config: Config, stop: Stop) -> Callable[..., None]:
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
def _schedule(
    options: argparse.Namespace,
    config: Config,
    stop: Stop,
    environ: Mapping[str, str],
    changed: Changed,
) -> Iterator[Changed]:
    """Keep the schedule; what this gives tells it of a new configuration, too."""
    from digest.schedule import Keeper, Program, at_each_minute, when

    clock, tell = common.passing_clock(options), partial(_tell, options)

    def words() -> list[str]:
        volume = ["-q"] * options.quiet + ["-v"] * options.verbose
        now = ["--now", clock().isoformat()] if options.now else []
        return ["--config", options.config, *volume, *now]

    program = Program(words, stop, common.warn, environ)
    with closing(Keeper(config, clock, program, tell, common.warn)) as keeper:
        tell(f"{config.newsletter.title}: {when(config)}")
        with at_each_minute(keeper.look, clock) as alarm:

            def scheduled() -> Config | None:
                if fresh := changed():
                    keeper.change(fresh)
                    alarm.add_job(keeper.look, misfire_grace_time=None)
                    tell(f"{fresh.newsletter.title}: {when(fresh)}")
                return fresh

            try:
                yield scheduled
            finally:
                stop.ask()  # whatever ends the pages


def _tell(options: argparse.Namespace, text: str) -> None:
    logs.event("serving", text)
    if not logs.in_words():
        return
    common.say(options, text)
    sys.stdout.flush()  # or a log would have it once we end
