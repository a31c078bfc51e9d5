"""The tables, and the steps that led to them; a database is brought up to date step by step.

A million seen papers must stay small: ids are integers, days and instants are stored as integers
(times.py), and tables that are all key have no row ids in SQLite, which keeps one tree, not two.
"""

from __future__ import annotations

from collections.abc import Callable

from digest.errors import StoreError
from digest.failpoint import failpoint
from digest.store import searches
from digest.store.database import HEAD, RESTORE
from digest.store.readers_step import OLD_DELIVERIES, READERS, compare_addresses
from digest.store.session import Connection

# {id} is an id that the database gives, {keyed} a table that is all key; {lasting_id} is the column
# of an id that the database gives once.
_FIRST_TABLES = """
CREATE TABLE newsletter (id {id} PRIMARY KEY, slug TEXT NOT NULL UNIQUE);

CREATE TABLE source (id {id} PRIMARY KEY, name TEXT NOT NULL UNIQUE);

CREATE TABLE edition (
    id {id} PRIMARY KEY,
    newsletter INTEGER NOT NULL REFERENCES newsletter (id),
    period TEXT NOT NULL,
    date INTEGER NOT NULL,
    published_at BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    document TEXT NOT NULL,
    CONSTRAINT edition_once UNIQUE (newsletter, period, date)
);

CREATE TABLE paper (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL, -- the canonical one: the strongest when first seen
    version INTEGER -- the highest seen
);

CREATE TABLE alias ( -- every key of a paper, the canonical one too
    key TEXT PRIMARY KEY,
    paper INTEGER NOT NULL REFERENCES paper (id)
) {keyed};

CREATE TABLE seen ( -- the one edition of a newsletter that holds the paper, by this row or another
    newsletter INTEGER REFERENCES newsletter (id),
    paper INTEGER REFERENCES paper (id),
    edition INTEGER NOT NULL REFERENCES edition (id),
    PRIMARY KEY (newsletter, paper)
) {keyed};

CREATE TABLE sighting (
    newsletter INTEGER REFERENCES newsletter (id),
    paper INTEGER REFERENCES paper (id),
    source INTEGER REFERENCES source (id),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (newsletter, paper, source)
) {keyed};

CREATE TABLE revision ( -- the highest version seen since the paper's edition
    newsletter INTEGER REFERENCES newsletter (id),
    paper INTEGER REFERENCES paper (id),
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    edition INTEGER REFERENCES edition (id), -- which told it; NULL until one does
    PRIMARY KEY (newsletter, paper)
) {keyed};

CREATE INDEX revision_told ON revision (newsletter, edition);

CREATE TABLE feed (
    newsletter INTEGER REFERENCES newsletter (id),
    source INTEGER REFERENCES source (id),
    url TEXT,
    fingerprint TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    sha256 TEXT,
    PRIMARY KEY (newsletter, source, url)
) {keyed};

CREATE TABLE delivery (
    id {id} PRIMARY KEY,
    edition INTEGER NOT NULL REFERENCES edition (id),
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    token INTEGER NOT NULL,
    lease_until BIGINT,
    next_try BIGINT,
    code TEXT NOT NULL,
    updated BIGINT NOT NULL,
    CONSTRAINT delivery_once UNIQUE (edition, address)
);

CREATE INDEX delivery_state ON delivery (state, edition);
-- what is due, without the years that are done

CREATE TABLE run (
    id {id} PRIMARY KEY,
    newsletter INTEGER NOT NULL REFERENCES newsletter (id),
    at BIGINT NOT NULL,
    date INTEGER NOT NULL,
    status TEXT NOT NULL,
    report TEXT NOT NULL -- JSON
)
"""

_VISITS = """
CREATE TABLE visit ( -- what asking a URL has come to, whether or not it brought papers
    newsletter INTEGER REFERENCES newsletter (id),
    source INTEGER REFERENCES source (id),
    url TEXT,
    read_at BIGINT,
    fresh_at BIGINT,
    papers INTEGER,
    failures INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    failed_at BIGINT,
    not_before BIGINT,
    moved_to TEXT,
    moves INTEGER NOT NULL,
    PRIMARY KEY (newsletter, source, url)
) {keyed};

CREATE TABLE pace ( -- when a site that wants to be asked slowly was last asked
    site TEXT PRIMARY KEY,
    milliseconds BIGINT NOT NULL -- since 1970
) {keyed}
"""

_SUMMARIES = """
CREATE TABLE machine_summary ( -- what endpoints wrote
    question TEXT PRIMARY KEY, -- the fingerprint of all that was asked
    day INTEGER NOT NULL,
    text TEXT NOT NULL
) {keyed}
"""

_PAGES = """
CREATE TABLE sign_up ( -- what was asked on the subscribe page; kept as long as limits count it
    id {id} PRIMARY KEY,
    newsletter INTEGER NOT NULL REFERENCES newsletter (id),
    mailbox TEXT NOT NULL, -- its hash
    network TEXT NOT NULL, -- its hash
    asked_at BIGINT NOT NULL,
    address TEXT, -- NULL once it is confirmed or too late for that
    frequency TEXT NOT NULL,
    preference INTEGER NOT NULL REFERENCES preference (id),
    nonce TEXT NOT NULL, -- what the link's token is made of, with a key that is not here
    token TEXT, -- the hash of the link's, once it is mailed
    confirmed_at BIGINT,
    reader INTEGER, -- who confirmed it; they may be erased meanwhile
    mail TEXT NOT NULL, -- the state of the mail with the link, then of the welcome; as a delivery's
    attempts INTEGER NOT NULL,
    next_try BIGINT -- NULL where nothing more is to come
);

CREATE INDEX sign_up_mailbox ON sign_up (newsletter, mailbox, asked_at);

CREATE INDEX sign_up_network ON sign_up (newsletter, network, asked_at);

CREATE INDEX sign_up_time ON sign_up (newsletter, asked_at);

CREATE INDEX sign_up_address ON sign_up (newsletter, asked_at) WHERE address IS NOT NULL;

CREATE INDEX sign_up_token ON sign_up (token) WHERE token IS NOT NULL;

CREATE INDEX sign_up_mail ON sign_up (newsletter, next_try) WHERE next_try IS NOT NULL;

CREATE TABLE link ( -- whose the links in mails are, be they made with keys of earlier years
    token TEXT PRIMARY KEY, -- its hash
    reader INTEGER NOT NULL -- who may be erased meanwhile
) {keyed};

CREATE TABLE linked ( -- up to which reader all have theirs
    newsletter INTEGER REFERENCES newsletter (id),
    maker TEXT, -- the key that they are made with, by a name that does not tell it
    reader INTEGER NOT NULL,
    PRIMARY KEY (newsletter, maker)
) {keyed};

-- how many sign-ups there ever were, kept or not
ALTER TABLE newsletter ADD COLUMN asked BIGINT NOT NULL DEFAULT 0
"""

_KEPT = """
CREATE TABLE kept ( -- new papers as polls saw them, for the next edition
    newsletter INTEGER REFERENCES newsletter (id),
    position INTEGER,
    source INTEGER NOT NULL REFERENCES source (id),
    fingerprint TEXT NOT NULL, -- of the settings that the source was read under
    day INTEGER NOT NULL,
    url TEXT NOT NULL,
    replacement INTEGER NOT NULL, -- 0 or 1
    paper TEXT NOT NULL, -- JSON
    PRIMARY KEY (newsletter, position)
)
"""

_CHANNELS = """
CREATE TABLE channel ( -- a delivery to one has its id, below zero, in place of a reader's
    id {lasting_id},
    newsletter INTEGER NOT NULL REFERENCES newsletter (id),
    name TEXT NOT NULL,
    CONSTRAINT channel_once UNIQUE (newsletter, name)
)
"""

# By the version they lead to, in order.
STEPS: dict[str, tuple[str | Callable[[Connection], None], ...]] = {
    "0001": (_FIRST_TABLES,),
    "0002": (_VISITS,),
    "0003": (_SUMMARIES,),
    "0004": (READERS, compare_addresses, OLD_DELIVERIES),
    "0005": (_PAGES,),
    "0006": (searches.begin,),
    "0007": (_KEPT,),
    "0008": (_CHANNELS,),
}

_VERSION_TABLE = "CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT PRIMARY KEY)"


def bring_up_to_date(connection: Connection) -> None:
    """Take every step that is missing, within the connection's transaction.

    Raises StoreError where no step leads on from the schema that is there.
    """
    connection.alone()
    version = connection.place.version(connection.raw)
    if version is not None and version not in STEPS:
        raise StoreError(
            f"the tables cannot be brought up to date: no step leads on from schema {version};"
            f" {RESTORE}"
        )
    if version is not None:
        connection.execute("SELECT 1 FROM newsletter LIMIT 1")  # no other program's tables
    for step, parts in STEPS.items():
        if version is None or step > version:
            for part in parts:
                take(connection, part)
                failpoint("mid-migration")
    # The table is called after the program that once kept it.
    connection.execute(_VERSION_TABLE)
    connection.execute("DELETE FROM alembic_version")
    connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", HEAD)


def take(connection: Connection, part: str | Callable[[Connection], None]) -> None:
    """Take one part of a step: statements, or what no statement can do."""
    if callable(part):
        part(connection)
        return
    for statement in part.format(**connection.place.dialect).split(";\n"):
        connection.execute(statement)
