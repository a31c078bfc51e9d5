"""Which adapter stands behind which door. The only room that names them all.

An adapter is imported inside the function that needs it: a command pays for what it uses.
"""

from digest.wiring.alerting import memory, memory_of_the_database, ping, wants_alerts, ways
from digest.wiring.channels import channel_offices, test_channel
from digest.wiring.making import (
    endpoint,
    environment,
    fetchers,
    newsroom,
    sample,
    site,
    taxonomy,
    templates,
)
from digest.wiring.posting import (
    envelope,
    hearing,
    letters,
    post_office,
    press,
    preview,
    send_test,
    transport,
)
from digest.wiring.publishing import publisher
from digest.wiring.sampling import last_mail
from digest.wiring.serving import desk, link_post, recent_themes
from digest.wiring.state import (
    edition,
    journal,
    kept_store,
    lock,
    must_exist,
    store,
    try_lead,
)

__all__ = [
    "channel_offices",
    "desk",
    "edition",
    "endpoint",
    "envelope",
    "environment",
    "fetchers",
    "hearing",
    "journal",
    "kept_store",
    "last_mail",
    "letters",
    "link_post",
    "lock",
    "memory",
    "memory_of_the_database",
    "must_exist",
    "newsroom",
    "ping",
    "post_office",
    "press",
    "preview",
    "publisher",
    "recent_themes",
    "sample",
    "send_test",
    "site",
    "store",
    "taxonomy",
    "templates",
    "test_channel",
    "transport",
    "try_lead",
    "wants_alerts",
    "ways",
]
