"""What a program sees of a page that presses its buttons without understanding a word."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx


@dataclass
class Button:
    """A form, as a browser would send it untouched."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Button] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Button(told["action"]))
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and "selected" in told:
            self.forms[-1].fields.append((self._select, told["value"]))
        elif tag == "input" and "name" in told and _counts(told):
            self.forms[-1].fields.append((told["name"], told.get("value", "on")))


def _counts(told: dict[str, str]) -> bool:
    return told.get("type") not in {"radio", "checkbox"} or "checked" in told


def buttons(page: str) -> list[Button]:
    """The forms of a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


def press(client: httpx.Client, button: Button) -> httpx.Response:
    """Send a form from the page it stands on."""
    path = httpx.URL(button.action).raw_path.decode()
    data: dict[str, list[str]] = {}
    for name, value in button.fields:
        data.setdefault(name, []).append(value)
    return client.post(path, data=data, headers={"Sec-Fetch-Site": "same-origin"})
