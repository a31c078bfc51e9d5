"""A newsletter with channels, driven through the command line. Days are counted from 0."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from tests.channels.hook import Hook
from tests.forks import Fork
from tests.home import Answer, Home, ended
from tests.pages import page

FIRST = dt.datetime(2026, 1, 5, 7, 30, tzinfo=dt.UTC)
SECRET = "whsec_" + "c2VjcmV0" * 5  # 30 bytes in base64
WEBHOOK = '[[channel]]\nkind = "webhook"\nname = "lab"\nurl_file = "url"\nsecret_file = "secret"\n'
CHAT = '[[channel]]\nkind = "chat"\nname = "team"\nurl_file = "place"\n'


class Shop:
    """A home whose mail goes into a Maildir, and its channels' posts to a hook."""

    def __init__(self, folder: Path, hook: Hook) -> None:
        self.hook = hook
        self.home = Home(folder)
        self.pages = folder / "pages"
        self.pages.mkdir()
        (folder / "url").write_text(f"{hook.url}\n", encoding="utf-8")
        (folder / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
        self.place(f"json://user:s3cret-word@{hook.address}/?rto=1")
        self.configure()

    def place(self, url: str) -> None:
        """Where the chat is, as Apprise writes it."""
        (self.home.folder / "place").write_text(url, encoding="utf-8")

    def configure(
        self,
        channels: str = WEBHOOK,
        *,
        newsletter: str = "",
        mail: str = "",
        fetch: str = "allow_private = true",
    ) -> None:
        self.home.configure(
            f'[newsletter]\n{newsletter}\n[[source]]\nkind = "saved-page"\npath = "pages"\n'
            f'[mail]\nto = ["me@example.org"]\n{mail}\n[fetch]\n{fetch}\n{channels}'
        )

    def now(self, day: int = 0, **later: float) -> str:
        return (FIRST + dt.timedelta(days=day, **later)).isoformat()

    def publish(self, day: int = 0, text: str = "") -> None:
        """New papers."""
        words = text or page(*range(4 * day, 4 * day + 4))
        (self.pages / f"{day}.txt").write_text(words, encoding="utf-8")

    def run(self, *arguments: str, day: int = 0, publish: bool = True) -> Answer:
        """A day's run, of papers of its own."""
        if publish:
            self.publish(day)
        return self.home.digest("run", "--json", *arguments, now=self.now(day))

    def deliver(self, *arguments: str, day: int = 0, **later: float) -> Answer:
        return self.home.digest("deliver", "--json", *arguments, now=self.now(day, **later))

    def start(self, *arguments: str, day: int = 0, **environ: str) -> Fork:
        return self.home.fork(*arguments, now=self.now(day), **environ)

    def process(self, *arguments: str, day: int = 0, **environ: str) -> Answer:
        return ended(self.start(*arguments, day=day, **environ))

    def status(self) -> dict[str, Any]:
        return self.home.digest("status", "--json").json

    def last(self, name: str = "lab") -> str:
        """How far the last edition of a channel has come."""
        told = self.status()["channels"][name]
        return str(told["state"]) if told else "nothing"

    def books(self) -> dict[str, int]:
        return {state: many for state, many in self.status()["books"].items() if many}

    def mails(self) -> int:
        return len(list((self.home.folder / "outbox" / "new").iterdir()))
