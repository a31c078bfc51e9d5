"""An edition as mail, Markdown and pages of the archive. Loaded only when something is rendered."""

from digest.render.choice import chosen
from digest.render.edition_page import edition_files, markdown
from digest.render.mail import Footing, Mail, Mails, mail, subject
from digest.render.sampling import Sample, sample
from digest.render.templates import environment
from digest.render.web import confirmation, greeting, page, style_hash

__all__ = [
    "Footing",
    "Mail",
    "Mails",
    "Sample",
    "chosen",
    "confirmation",
    "edition_files",
    "environment",
    "greeting",
    "mail",
    "markdown",
    "page",
    "sample",
    "style_hash",
    "subject",
]
