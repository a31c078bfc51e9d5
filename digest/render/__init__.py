"""An edition as mail, Markdown and pages of the archive. Loaded only when something is rendered."""

from digest.render.outputs import (
    edition_files,
    edition_page,
    entry,
    entry_source,
    feed,
    index_page,
    mail_html,
    mail_text,
    markdown,
    subject,
)
from digest.render.shown import Listed, listed
from digest.render.templates import environment

__all__ = [
    "Listed",
    "edition_files",
    "edition_page",
    "entry",
    "entry_source",
    "environment",
    "feed",
    "index_page",
    "listed",
    "mail_html",
    "mail_text",
    "markdown",
    "subject",
]
