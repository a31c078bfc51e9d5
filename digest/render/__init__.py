"""An edition as mail, Markdown and pages of the archive. Loaded only when something is rendered."""

from digest.render.choice import chosen
from digest.render.mail import Footing, Mail, Mails, mail, subject
from digest.render.outputs import (
    edition_files,
    edition_page,
    entry,
    entry_source,
    feed,
    index_page,
    markdown,
)
from digest.render.sampling import Sample, sample
from digest.render.shown import listed
from digest.render.templates import environment
from digest.render.view import Listed
from digest.render.web import confirmation, greeting, page, style_hash

__all__ = [
    "Footing",
    "Listed",
    "Mail",
    "Mails",
    "Sample",
    "chosen",
    "confirmation",
    "edition_files",
    "edition_page",
    "entry",
    "entry_source",
    "environment",
    "feed",
    "greeting",
    "index_page",
    "listed",
    "mail",
    "markdown",
    "page",
    "sample",
    "style_hash",
    "subject",
]
