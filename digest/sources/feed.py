"""Any feed: RSS 0.9x, 1.0 and 2.0, Atom, and JSON Feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.model.replies import Reply, Request

if TYPE_CHECKING:
    from digest.model.papers import Paper

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9,"
    " */*;q=0.1"
)


@dataclass(slots=True)
class Feed:
    """The papers that a feed lists now."""

    name: str
    url: str
    kind: str = "feed"
    fingerprint: str = "feed/1"

    def requests(
        self,
        day: dt.date,  # noqa: ARG002 - a feed has no days
        now: dt.datetime,  # noqa: ARG002 - a feed has no days
        since: dt.date | None = None,  # noqa: ARG002 - a feed has no days
    ) -> Sequence[Request]:
        """One request: a feed lists what it lists."""
        return [Request(url=self.url, accept=_ACCEPT)]

    def parse(self, reply: Reply) -> Sequence[Paper]:
        """The papers of a feed, in its order; none where it is an empty feed.

        An entry that tells nothing at all is left out. Raises Partial with the whole entries
        (those with their end tag) of a feed that breaks off, and ParseError where the body is no
        feed, where it declares entities, and where no entry is whole or usable.
        """
        # Their parsers are slow to import, and an unchanged feed is not parsed.
        if reply.body.lstrip(b"\xef\xbb\xbf\t\n\r ").startswith(b"{"):
            from digest.sources import json_feed

            return json_feed.papers_of(reply.body, reply.url)
        from digest.sources import xml_feed

        return xml_feed.papers_of(reply.body, reply.url)
