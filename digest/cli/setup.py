"""init and demo: the first two things anybody asks for."""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import time
from functools import partial
from pathlib import Path

from digest.cli import common
from digest.errors import UsageError

MARK = ".papertide-demo"  # a folder with it is ours to empty
DAYS = (dt.date(2026, 3, 2), dt.date(2026, 3, 3), dt.date(2026, 3, 4))
SETTINGS = """\
# The demo's own configuration: the shipped sample stands in for the network.
[newsletter]
slug = "demo"
title = "Papertide demo"

[[source]]
kind = "huggingface"
name = "sample"

[mail]
to = ["reader@example.org"]
"""


def init(options: argparse.Namespace) -> int:
    """Write a commented configuration where none is."""
    from digest.config import TEMPLATE

    file = Path(options.config)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(TEMPLATE)
    except FileExistsError:
        raise UsageError(f"{file} exists: edit it, or name another with --config") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    common.say(options, f"{file} is written. Read it, then try: digest run --dry-run")
    return 0


def demo(options: argparse.Namespace) -> int:
    """Run three sample days in a row, offline, and say where everything is."""
    from digest import wiring
    from digest.cli import report
    from digest.config import load
    from digest.delivery import deliver
    from digest.delivery.stopping import Stop
    from digest.edition.newsroom import Orders
    from digest.edition.run import run

    folder = _own_folder(Path(options.out))
    (folder / "digest.toml").write_text(SETTINGS, encoding="utf-8")
    config = load(folder / "digest.toml", {})
    with wiring.newsroom(config, fetcher=wiring.sample()) as room:
        for day in DAYS:
            now = dt.datetime.combine(day, dt.time(7, 30), tzinfo=dt.UTC)
            told = run(room, Orders(date=day, now=now))
            with wiring.post_office(room, partial(_same, now), Stop(time.monotonic)) as office:
                deliver(office)
            report.show_day(options, day, told)
            for section in told.sections:
                common.say(options, f"  {section.label}: {len(section.papers)}")
            for form in ("eml", "md"):
                content = wiring.preview(config, wiring.edition(config, day), form)
                (folder / f"{day}.{form}").write_bytes(content)
    common.say(
        options,
        f"archive   {folder / 'site' / 'index.html'}",
        f"mail      {folder / str(DAYS[0])}.eml, and all of it as a Maildir in {folder / 'outbox'}",
        f"Markdown  {folder / str(DAYS[0])}.md",
    )
    return 0


def _same(instant: dt.datetime) -> dt.datetime:
    """The time, on a day that does not pass."""
    return instant


def _own_folder(folder: Path) -> Path:
    """An empty folder for the demo: a new one, or that of an earlier demo."""
    if folder.exists():
        if not (folder / MARK).exists():
            raise UsageError(f"{folder} exists and is not a demo's: name another with --out")
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True)
        (folder / MARK).touch()
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error
    return folder.resolve()
