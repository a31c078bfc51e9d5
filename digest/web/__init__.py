"""The pages where readers ask for mail, confirm, choose, and leave. No rule and no SQL is here.

    /subscribe   asks for mail            POST keeps it; a mail brings a link
    /confirm     where that link leads    POST makes a reader
    /leave       where each mail leads    POST ends the mail at once (RFC 8058); undone by POST
    /you         what a reader wants      POST changes it; export and erasure are beside it
    /…           any other path          a file of the archive, and / its list of editions

GET, HEAD and OPTIONS change nothing (G10). Who comes by a link is who has the mail with it.
"""

from digest.web.app import application
from digest.web.handlers import Pages

__all__ = ["Pages", "application"]
