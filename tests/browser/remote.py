"""One Chromium whose tabs do what a test says."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MOST_STOPS = 80  # of the Tab key on one page
FOCUSED = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"


@dataclass(frozen=True)
class Tab:
    """A tab; its name is "plain" or "scripted", as remote.mjs says."""

    browser: subprocess.Popen[str]
    name: str

    def __call__(self, call: str, *given: Any) -> Any:
        """Do what playwright's page or remote.mjs has under a name."""
        assert self.browser.stdin
        assert self.browser.stdout
        self.browser.stdin.write(json.dumps([self.name, call, *given]) + "\n")
        self.browser.stdin.flush()
        answer = json.loads(self.browser.stdout.readline())
        assert "error" not in answer, f"{call} {given}: {answer['error']}"
        return answer["value"]

    @property
    def heading(self) -> str:
        return str(self("textContent", "h1"))

    def go(self, url: str) -> str:
        """Open an address; the heading of its page."""
        self("goto", url)
        return self.heading

    def reach(self, selector: str) -> None:
        """Move to an element by the Tab key; wherever it stops, one sees where that is."""
        for _ in range(MOST_STOPS):
            self("keyboard.press", "Tab")
            assert self("evaluate", FOCUSED), self("evaluate", "document.activeElement.outerHTML")
            if self.focus_is(selector):
                return
        raise AssertionError(f"the Tab key does not come to {selector}")

    def focus_is(self, selector: str) -> bool:
        return bool(self("evaluate", f"document.activeElement.matches({json.dumps(selector)})"))

    def fill(self, selector: str, text: str) -> None:
        """Write into a field, in place of what is there."""
        self.reach(selector)
        self("keyboard.press", "Control+a")
        self("keyboard.type", text)

    def push(self, selector: str) -> str:
        """Move to a button or a link and press Enter; the heading of the page that comes."""
        self.reach(selector)
        self("follow", "Enter")
        return self.heading


@contextmanager
def chromium() -> Iterator[subprocess.Popen[str]]:
    """The browser, as long as this lasts."""
    command = ["node", HERE / "remote.mjs"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as browser:
        yield browser
        assert browser.stdin
        browser.stdin.close()
    assert browser.returncode == 0
