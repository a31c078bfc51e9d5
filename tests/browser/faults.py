"""What is wrong with a mail, each judge by itself: a list of words, empty where all is well."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.browser.mails import Mail

MOST_BYTES = 95_000  # Gmail cuts a mail at about 102,000
LEAST_CONTRAST = 4.5  # WCAG 2.1, level AA

# What the Nu checker objects to and we keep, with the reason.
ACCEPTED_MARKUP = {
    r"The “(align|border|cellpadding|cellspacing|valign|width)” attribute .* is obsolete": (
        "Outlook on Windows lays tables out by these, not by CSS"
    ),
    r"The “name” attribute .*“a” element|Element “a” is missing required attribute “href”": (
        "Gmail and Outlook on Windows go to a named anchor, and to no element by its id"
    ),
    r"CSS: “mso-hide”": "Outlook on Windows hides the preview by this alone",
}
# What some client of Gmail, Outlook or Apple Mail does not do at all, with what happens there.
ACCEPTED_FEATURES = {
    "<body> element": "its colour is on the table inside it, too",
    "<style> element": "each element has its style in itself, for the light scheme",
    "@media": "light colours and wide paddings stay, and the mail still fits 320 pixels",
    "Local anchors": "Gmail on iOS: the list of sections reads as a list; a tap does nothing",
    "border-radius": "corners are square",
    "color-scheme CSS property": "the colours are those of the light scheme",
    "color-scheme meta tag": "the colours are those of the light scheme",
    "display:none": "the preview is read as a first line",
    "max-height property": "one of three ways in which the preview is hidden",
    "overflow": "one of three ways in which the preview is hidden",
    "overflow-wrap": "only a word longer than a line is cut or makes the mail wider",
    "role attribute": "a screen reader may call the layout a table",
    "white-space": "what should stay on one line may take two",
}


@dataclass(frozen=True)
class Look:
    """A mail and what the tools made of it."""

    mail: Mail = field(repr=False)
    markup: list[str] = field(repr=False)  # what the Nu checker says
    facts: dict[str, Any] = field(repr=False)  # what inspect.mjs says


def in_markup(look: Look) -> list[str]:
    accepted = "|".join(ACCEPTED_MARKUP)
    return sorted({message for message in look.markup if not re.match(accepted, message)})


def in_access(look: Look) -> list[str]:
    """What axe finds at any width and in either colour scheme, contrast included."""
    return [f"{view['name']}: {fault}" for view in look.facts["views"] for fault in view["broken"]]


def in_width(look: Look) -> list[str]:
    """Where a reader must scroll sideways, the style element dropped or not."""
    views = look.facts["views"]
    return [f"{view['name']}: {view['wide']}" for view in views if view["wide"] > view["width"]]


def in_forced_dark(look: Look) -> list[str]:
    """Text that fades where a client turns light colours dark by itself."""
    return [
        f"{sample['ratio']:.2f}: {sample['text']} ({sample['look']})"
        for sample in look.facts["dark"]
        if sample["ratio"] < LEAST_CONTRAST
    ]


def in_clients(look: Look) -> list[str]:
    """What some client does not do at all, and no reason was given for."""
    missing = look.facts["unsupported"]
    return [f"{name}: not in {missing[name]}" for name in missing.keys() - ACCEPTED_FEATURES]


def in_privacy(look: Look) -> list[str]:
    """Whatever would tell anybody that the mail was opened."""
    comments = re.findall("<!--.*?-->", look.mail.html, re.DOTALL)
    return [
        *look.facts["requests"],
        *look.facts["loaders"],
        *(style for style in look.facts["styles"] if re.search(r"url\(|@import", style)),
        *(comment for comment in comments if "://" in comment),
    ]


def in_size(look: Look) -> list[str]:
    size = look.mail.size
    return [f"{size} bytes of HTML, encoded"] if size > MOST_BYTES else []


def in_preview(look: Look) -> list[str]:
    """A preview that is seen in the mail itself, or that is not there."""
    preview = look.facts["preview"][:40]
    return [view["name"] for view in look.facts["views"] if view["start"].startswith(preview)]


def in_links(look: Look) -> list[str]:
    """Links to nowhere, or to what is neither the web, a mailbox nor this mail."""
    inside = {f"#{name}" for name in look.facts["ids"]}
    return [
        str(link)
        for link in look.facts["links"]
        if link not in inside and not re.match(r"(https?://|mailto:)\S", link or "")
    ]


def in_headings(look: Look) -> list[str]:
    """Headings that leave a level out, or more than one of the first."""
    levels = [0, *look.facts["headings"]]
    jumps = [f"{one} to {other}" for one, other in pairwise(levels) if other > one + 1]
    return jumps if levels.count(1) == 1 else [f"{levels.count(1)} first headings", *jumps]


JUDGES: list[Callable[[Look], list[str]]] = [
    in_markup,
    in_access,
    in_width,
    in_forced_dark,
    in_clients,
    in_privacy,
    in_size,
    in_preview,
    in_links,
    in_headings,
]
