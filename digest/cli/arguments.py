"""What may be asked of the `digest` command, and how."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest import __version__

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

YEARS = range(1900, 3000)  # of dates and instants; the calendar's ends are hard to reckon with

EXIT_CODES = """\
exit codes:
  0  fine, also when nothing is new
  1  a source or a delivery failed and the rest went on
  2  the command line or the configuration is wrong
  3  a guard holds the edition
"""


def instant(text: str) -> dt.datetime:
    """An ISO 8601 instant; UTC where it names no offset."""
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.year in YEARS:
            return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except ValueError:
        pass
    problem = f"{text!r} is no instant; write it as 2026-01-31T07:30:00Z"
    raise argparse.ArgumentTypeError(problem)


def day(text: str) -> dt.date:
    """An ISO 8601 date."""
    try:
        date = dt.date.fromisoformat(text)
        if date.year in YEARS:
            return date
    except ValueError:
        pass
    problem = f"{text!r} is no date; write it as 2026-01-31"
    raise argparse.ArgumentTypeError(problem)


def parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The command line, as far as the words on it can need it."""
    top = argparse.ArgumentParser(
        prog="digest",
        description="The day's research papers as one digest.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--config", default="digest.toml", metavar="FILE", help="digest.toml")
    top.add_argument("--now", type=instant, metavar="ISO-8601", help="instead of the clock's time")
    volume = top.add_mutually_exclusive_group()
    volume.add_argument("-v", "--verbose", action="store_true", help="tell more, on stderr")
    volume.add_argument("-q", "--quiet", action="store_true", help="print nothing but trouble")
    top.add_argument("--version", action="version", version=f"papertide {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, prog=top.prog)
    _daily(commands)
    _looking(commands)
    _archive(commands)
    _themes(commands)
    _subscribers(commands, words)
    _bounces(commands)
    _care(commands)
    _serving(commands)
    return top


def _add(commands: Commands, name: str, module: str, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(module=module, function=name)
    return command


def _daily(commands: Commands) -> None:
    _add(commands, "init", "setup", "write a commented digest.toml")
    demo = _add(commands, "demo", "setup", "run three sample days, offline")
    demo.add_argument("--out", default="demo", metavar="DIR", help="where to (default: demo)")
    run = _add(commands, "run", "daily", "make today's edition and deliver it")
    run.add_argument("--date", type=day, metavar="D", help="the local date")
    only = run.add_mutually_exclusive_group()
    only.add_argument("--dry-run", action="store_true", help="tell what would be; change nothing")
    text = "ask sources that were not in yet; keep what is new for the next edition"
    only.add_argument("--poll", action="store_true", help=text)
    run.add_argument("--no-deliver", action="store_true", help="make the edition, send nothing")
    run.add_argument("--force", action="store_true", help="past the guards that hold an edition")
    _json(run)
    deliver = _add(commands, "deliver", "posting", "send what is due")
    deliver.set_defaults(function="command")
    deliver.add_argument("--limit", type=int, metavar="N", help="at most N messages")
    deliver.add_argument("--force", action="store_true", help="past what holds delivery")
    deliver.add_argument(
        "--resend-uncertain", action="store_true", help="also what may have arrived; asks first"
    )
    deliver.add_argument("--yes", action="store_true", help="do not ask")
    _json(deliver)
    test = _add(commands, "send-test", "sending", "send an edition to an address or a channel")
    test.set_defaults(function="send_test")
    test.add_argument("address", metavar="ADDRESS", help="of a mailbox, or a channel's name")
    test.add_argument("--date", type=day, metavar="D", help="default: the newest edition")
    backfill = _add(commands, "backfill", "daily", "make past editions for the archive; no mail")
    for name in ("--from", "--to"):
        backfill.add_argument(
            name,
            dest=name.strip("-") + "_date",
            required=True,
            metavar="D",
            type=day,
        )


def _looking(commands: Commands) -> None:
    preview = _add(commands, "preview", "looking", "print an edition")
    preview.add_argument("date", nargs="?", type=day, metavar="DATE", help="default: the newest")
    preview.add_argument("--format", choices=("html", "text", "md", "eml", "json"))
    preview.add_argument("--open", action="store_true", help="show the mail in a browser")
    explain = _add(commands, "explain", "looking", "tell why a paper is where it is")
    explain.add_argument("key", metavar="KEY", help="a key, an arXiv id, a DOI, a link or a title")
    _json(explain)
    search = _add(commands, "search", "search", "find papers of past editions")
    words = 'words, "a phrase", an id; after --, also -WORD for those without it'
    search.add_argument("words", nargs="*", metavar="WORDS", help=words)
    for name, metavar, what in (
        ("--theme", "ID", "of this theme or group of `digest themes list` alone"),
        ("--source", "NAME", "shown by this source alone"),
        ("--month", "YYYY-MM", "in editions of this month alone"),
    ):
        search.add_argument(name, metavar=metavar, help=what)
    search.add_argument(
        "--sort", choices=("date", "relevance"), default="relevance", help="default: relevance"
    )
    search.add_argument("--limit", type=int, default=20, metavar="N", help="default: 20")
    _json(search)
    _json(_add(commands, "status", "status", "tell how things stand"))
    doctor = _add(commands, "doctor", "doctor", "look for what is wrong, and say what to do")
    doctor.add_argument("--offline", action="store_true", help="ask nothing but this machine")
    _json(doctor)


def _archive(commands: Commands) -> None:
    text = "build the site of all editions, and publish it"
    group = commands.add_parser("archive", help=text, description=text)
    archive = group.add_subparsers(metavar="COMMAND", required=True)
    build = _add(archive, "build", "archive", "write what the site lacks; publish it if set up")
    build.add_argument("--full", action="store_true", help="write all of it anew")
    _json(build)
    _add(archive, "publish", "archive", "publish the site where archive.publish says")


def _themes(commands: Commands) -> None:
    text = "see, try and check the themes that papers are grouped by"
    group = commands.add_parser("themes", help=text, description=text)
    themes = group.add_subparsers(metavar="COMMAND", required=True)
    shown = _add(themes, "list", "themes", "list the themes in their groups")
    shown.set_defaults(function="show")
    shown.add_argument("--all", action="store_true", help="those of the sources' categories, too")
    test = _add(themes, "test", "themes", "tell which theme a text would get, and why")
    test.add_argument(
        "text", metavar="TEXT", help="a title; in further lines, its abstract; -: stdin"
    )
    check = _add(themes, "check", "themes", "say what is wrong with your themes")
    check.add_argument("file", nargs="?", metavar="FILE", help="in place of themes.path")
    propose = _add(themes, "propose", "propose", "show new phrases of the last days as themes")
    propose.add_argument("--days", type=int, default=28, metavar="N", help="default: 28")
    for command in (shown, test, propose):
        _json(command)


def _subscribers(commands: Commands, words: Sequence[str]) -> None:
    text = "add, show and remove readers"
    group = commands.add_parser("subscribers", help=text, description=text)
    if "subscribers" not in words:
        return  # to tell of its commands takes as long as of half the others
    subscribers = group.add_subparsers(metavar="COMMAND", required=True)
    add = _reader(subscribers, "add", "add a reader, or change what one wants")
    add.add_argument("--frequency", metavar="F", help="daily or weekly")
    add.add_argument("--zone", metavar="Z", help="such as Europe/Berlin; default: the newsletter's")
    add.add_argument("--hour", metavar="H", help="0 to 23, local; default: at once")
    for name, metavar, what in (
        ("--theme", "ID", "show this theme or group of `digest themes list` alone"),
        ("--not-theme", "ID", "leave this theme or group out"),
        ("--keyword", "W", "put papers with this word first"),
        ("--author", "A", "put papers of this author first"),
    ):
        more = f"{what}; may be repeated, '' is none"
        add.add_argument(name, action="append", metavar=metavar, help=more)
    add.add_argument("--cap", metavar="N", help="at most N papers in a mail; 0: no limit")
    add.add_argument("--summaries", metavar="S", help="original: the papers' own words alone")
    add.add_argument("--consent", default="", metavar="WORDS", help="how they gave it")
    _looking_at_readers(subscribers)
    pause = _reader(subscribers, "pause", "send a reader nothing for a while")
    pause.add_argument("--until", type=day, metavar="D", help="the first day with mail again")
    _reader(subscribers, "resume", "send a paused reader mail again")
    _reader(subscribers, "remove", "let a reader leave")
    erase = _reader(subscribers, "erase", "forget a reader, but that they get no mail")
    erase.add_argument("--yes", action="store_true", help="do not ask")


def _looking_at_readers(subscribers: Commands) -> None:
    shown = _add(subscribers, "list", "readership", "list the readers")
    shown.set_defaults(function="show_all")
    shown.add_argument("--state", metavar="S", help="only those who are active, paused, …")
    _json(shown)
    _json(_reader(subscribers, "show", "tell all that is kept of a reader"))
    into = _add(subscribers, "import", "readership", "add readers from CSV or JSON lines")
    into.set_defaults(function="take_in")
    into.add_argument("file", metavar="FILE", help="- is standard input")
    into.add_argument("--consent", default="", metavar="WORDS", help="how they gave it")
    _json(into)
    out = _add(subscribers, "export", "readership", "print the readers as CSV or JSON lines")
    for command in (into, out):
        command.add_argument("--format", choices=("csv", "jsonl"))


def _reader(subscribers: Commands, name: str, text: str) -> argparse.ArgumentParser:
    command = _add(subscribers, name, "subscribers", text)
    command.add_argument("address", metavar="ADDRESS")
    return command


def _bounces(commands: Commands) -> None:
    command = _add(commands, "bounces", "bounces", "read reports of mail that came back")
    command.add_argument("maildir", metavar="MAILDIR", help="-: one message on standard input")
    _json(command)


def _care(commands: Commands) -> None:
    backup = _add(commands, "backup", "care", "copy the database, also while it is in use")
    restore = _add(commands, "restore", "care", "put a backup in the place of the database")
    export = _add(commands, "export", "care", "write all of a newsletter as JSON lines")
    into = _add(commands, "import", "care", "take in what `export` wrote, into another database")
    into.set_defaults(function="take_in")
    backup.add_argument("file", metavar="FILE", help="the file to write")
    restore.add_argument("file", metavar="FILE", help="a backup")
    export.add_argument("file", nargs="?", metavar="FILE", help="default: standard output")
    into.add_argument("file", metavar="FILE", help="- is standard input")
    for command in (backup, export):
        command.add_argument("--force", action="store_true", help="replace the file")
    restore.add_argument("--force", action="store_true", help="even if the database knows more")
    vacuum = _add(commands, "vacuum", "care", "forget what [retention] says, and give room back")
    for command in (backup, restore, export, into, vacuum):
        _json(command)


def _serving(commands: Commands) -> None:
    text = "make and deliver editions when they are due, and answer readers at the pages"
    only = _add(commands, "serve", "serve", text).add_mutually_exclusive_group()
    only.add_argument("--web-only", action="store_true", help="the pages alone, as beside cron")
    only.add_argument("--no-web", action="store_true", help="the editions alone, without pages")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON object")
