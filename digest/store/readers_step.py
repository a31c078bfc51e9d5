"""The step that gave the store readers, and deliveries to them where there were addresses."""

from __future__ import annotations

from digest.store.session import Connection

READERS = """
CREATE TABLE preference ( -- what readers want; those who want the same share a row
    id {id} PRIMARY KEY,
    document TEXT NOT NULL UNIQUE -- canonical JSON
);

INSERT INTO preference (document) VALUES ('{{}}');

CREATE TABLE reader (
    id {lasting_id}, -- which no other reader gets, once this one is erased
    newsletter INTEGER NOT NULL REFERENCES newsletter (id),
    mailbox TEXT NOT NULL, -- the address as it is compared
    address TEXT NOT NULL, -- as it was given
    domain TEXT NOT NULL,
    state TEXT NOT NULL,
    frequency TEXT NOT NULL,
    zone TEXT NOT NULL,
    hour INTEGER,
    preference INTEGER NOT NULL REFERENCES preference (id),
    fixed INTEGER NOT NULL, -- whether the configuration names them: 0 or 1
    consent TEXT NOT NULL,
    consented_at BIGINT,
    paused_until INTEGER,
    reason TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL, -- of soft bounces, as it was when
    scored_at BIGINT,
    changed_at BIGINT NOT NULL,
    CONSTRAINT reader_once UNIQUE (newsletter, mailbox)
);

CREATE INDEX reader_hour ON reader (newsletter, zone, hour) WHERE hour IS NOT NULL;

CREATE TABLE suppression ( -- who must not be mailed again, even once erased
    newsletter INTEGER REFERENCES newsletter (id),
    mailbox TEXT, -- its hash
    reason TEXT NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (newsletter, mailbox)
) {keyed};

ALTER TABLE delivery RENAME TO delivery_by_address;

DROP INDEX delivery_state;

CREATE TABLE delivery ( -- millions at once, so that no reference is checked row by row
    edition INTEGER,
    reader INTEGER, -- which may be erased meanwhile
    preference INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    token BIGINT NOT NULL, -- of the last claim
    sender INTEGER NOT NULL, -- who made it
    lease_until BIGINT, -- NULL where nobody holds it
    next_try BIGINT, -- 0 is at once; NULL where nothing more is to come
    code TEXT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (edition, reader)
) {keyed};

-- Both without the years that are done.
CREATE INDEX delivery_open ON delivery (edition, next_try, preference, reader)
WHERE next_try IS NOT NULL;

CREATE INDEX delivery_held ON delivery (edition, sender) WHERE lease_until IS NOT NULL;

CREATE TABLE account ( -- of editions whose deliveries are all closed
    edition INTEGER REFERENCES edition (id),
    state TEXT,
    deliveries INTEGER NOT NULL,
    PRIMARY KEY (edition, state)
) {keyed};

CREATE TABLE pause ( -- why nothing is delivered
    newsletter INTEGER PRIMARY KEY REFERENCES newsletter (id),
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE sending ( -- what went out of late, where rates bound it
    newsletter INTEGER REFERENCES newsletter (id),
    domain TEXT,
    milliseconds BIGINT, -- since 1970
    messages INTEGER NOT NULL,
    PRIMARY KEY (newsletter, milliseconds, domain)
) {keyed};

CREATE TABLE told ( -- what the operator was told last
    newsletter INTEGER PRIMARY KEY REFERENCES newsletter (id),
    words TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE heard ( -- reports of bounces and complaints that were counted
    report TEXT PRIMARY KEY, -- the hash of its identifier
    day INTEGER NOT NULL
) {keyed};

CREATE TABLE old_address (address TEXT PRIMARY KEY, mailbox TEXT NOT NULL, domain TEXT NOT NULL)
"""

# Several addresses that are one mailbox become one reader. What may have reached it, has.
OLD_DELIVERIES = """
INSERT INTO reader (newsletter, mailbox, address, domain, state, frequency, zone, preference,
    fixed, consent, reason, score, changed_at)
SELECT newsletter, mailbox, min(old.address), min(domain), 'active', 'daily', '', 1,
    1, 'named in mail.to', '', 0, min(updated)
FROM delivery_by_address AS old JOIN old_address ON old_address.address = old.address
JOIN edition ON edition.id = old.edition
GROUP BY newsletter, mailbox;

INSERT INTO delivery (edition, reader, preference, state, attempts, token, sender, lease_until,
    next_try, code, updated)
SELECT edition, reader, 1, state, attempts, 0, 0,
    CASE WHEN state IN ('claimed', 'handed') THEN 0 END,
    CASE WHEN state IN ('pending', 'claimed', 'handed') THEN 0
        WHEN state = 'deferred' THEN next_try END,
    code, updated
FROM (
    SELECT old.edition, reader.id AS reader, old.state, old.attempts, old.next_try, old.code,
        old.updated, row_number() OVER (PARTITION BY old.edition, reader.id ORDER BY
            CASE old.state WHEN 'sent' THEN 1 WHEN 'uncertain' THEN 2 WHEN 'handed' THEN 3
            WHEN 'failed' THEN 9 ELSE 4 END, old.id) AS place
    FROM delivery_by_address AS old JOIN old_address ON old_address.address = old.address
    JOIN edition ON edition.id = old.edition
    JOIN reader ON reader.newsletter = edition.newsletter
        AND reader.mailbox = old_address.mailbox
) AS ranked WHERE place = 1;

INSERT INTO account (edition, state, deliveries)
SELECT edition, state, count(*) FROM delivery
WHERE edition NOT IN (SELECT edition FROM delivery WHERE next_try IS NOT NULL)
GROUP BY edition, state;

DROP TABLE delivery_by_address;

DROP TABLE old_address
"""


def compare_addresses(connection: Connection) -> None:
    """Say of each address that had deliveries which mailbox it is."""
    from digest.addresses import same_mailbox

    told = [
        (address, mailbox := same_mailbox(address), mailbox.rpartition("@")[2])
        for (address,) in connection.rows("SELECT DISTINCT address FROM delivery_by_address")
    ]
    connection.each("INSERT INTO old_address (address, mailbox, domain) VALUES (?, ?, ?)", told)
