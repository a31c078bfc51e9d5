"""backup, restore, export, import and vacuum: care of what the database holds."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from digest import wiring
from digest.cli import common
from digest.counts import plural
from digest.errors import UsageError
from digest.store import backup as backups
from digest.store import restoring, retention
from digest.store.exporting import exported
from digest.store.restoring import Restored
from digest.store.whole import whole_file


def backup(options: argparse.Namespace) -> int:
    """Copy the database into a file."""
    config, file = common.configuration(options), Path(options.file)
    wiring.must_exist(config)
    size = backups.back_up(
        config.state_url,
        file,
        common.clock(options)(),
        replace=options.force,
        progress=common.progress(options),
    )
    _told(options, {"file": str(file), "bytes": size}, f"{file}: {_megabytes(size)}")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a backup in the place of the database."""
    config, file = common.configuration(options), Path(options.file)
    now, progress = common.clock(options)(), common.progress(options)
    done = restoring.restore(config.state_url, file, now, force=options.force, progress=progress)
    lines = [f"{file} is restored: {', '.join(done.newsletters)}"]
    if done.replaced:
        lines.append(f"what was there before is in {done.replaced}")
    if done.ended:
        lines.append(f"{plural(done.ended, 'reader')} who left since then get no mail, as before")
    told = {
        "file": str(file),
        "newsletters": done.newsletters,
        "uncertain": done.uncertain,
        "ended": done.ended,
        "replaced": None if done.replaced is None else str(done.replaced),
    }
    _told(options, told, *lines, *_uncertain(done))
    return 0


def export(options: argparse.Namespace) -> int:
    """Write all of the newsletter as JSON lines."""
    if options.json and options.file is None:
        raise UsageError("export --json: name a FILE, as standard output has the export")
    config, now = common.configuration(options), common.clock(options)()
    with closing(wiring.kept_store(config, common.progress(options))) as store:
        texts = exported(store, [config.newsletter.slug], now, common.progress(options))
        if options.file is None:
            for text in texts:
                sys.stdout.buffer.write(text)
            common.progress(options)("")
            return 0
        file = Path(options.file)
        with whole_file(file, replace=options.force) as part:
            backups.write_lines(part, texts)
    size = file.stat().st_size
    _told(options, {"file": str(file), "bytes": size}, f"{file}: {_megabytes(size)}")
    return 0


def take_in(options: argparse.Namespace) -> int:
    """Take in an export of the newsletter."""
    config, now = common.configuration(options), common.clock(options)()
    with wiring.lock(config):
        done = restoring.take_in(
            config.state_url,
            Path("/dev/stdin" if options.file == "-" else options.file),
            now,
            only=config.newsletter.slug,
            progress=common.progress(options),
        )
    told = {"newsletters": done.newsletters, "uncertain": done.uncertain}
    _told(options, told, f"{', '.join(done.newsletters)} is imported", *_uncertain(done))
    return 0


def vacuum(options: argparse.Namespace) -> int:
    """Forget what is kept no longer, and give back its room."""
    config, now = common.configuration(options), common.clock(options)()
    with closing(wiring.kept_store(config, common.progress(options))) as store:
        before = retention.size(store)
        slug, progress = config.newsletter.slug, common.progress(options)
        forgotten = retention.forget(store, slug, config.retention, now, progress)
        progress("giving room back")
        retention.give_back(store)
        after = retention.size(store)
    progress("")
    gone = [f"{count:,} {kind.replace('_', '-')}" for kind, count in forgotten.items() if count]
    _told(
        options,
        {"forgotten": forgotten, "bytes_before": before, "bytes": after},
        f"forgotten: {', '.join(gone) or 'nothing'}",
        f"database: {_megabytes(before)} before, {_megabytes(after)} now",
    )
    return 0


def _uncertain(done: Restored) -> list[str]:
    """What to do about deliveries of which nobody knows whether they were made."""
    if not done.uncertain:
        return []
    return [
        f"{plural(done.uncertain, 'mail')} still to be sent then may have been sent since, and"
        " so counts as uncertain; `digest deliver --resend-uncertain` sends it all the same"
    ]


def _told(options: argparse.Namespace, told: dict[str, Any], *lines: str) -> None:
    common.progress(options)("")
    if options.json:
        common.print_json(told)
    else:
        common.say(options, *lines)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
