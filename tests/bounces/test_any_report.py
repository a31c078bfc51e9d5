"""Whatever reports say, nobody is charged whose mail they do not have."""

from __future__ import annotations

import re
import tempfile
from contextlib import closing
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from digest.model.readers import Consent
from digest.store.engine import open_store
from tests.bounces import reports
from tests.bounces.conftest import Desk
from tests.store.records import day

READERS = [f"reader{number}@example.org" for number in range(6)]
SERVERS = [
    reports.postfix,
    reports.exim,
    reports.exim_of_old,
    reports.exchange,
    reports.sendmail,
    reports.qmail,
    reports.complaint,
]


class Forgery(NamedTuple):
    """A report that names a reader, and may have seen the mail of another."""

    server: int
    named: int
    letter: int | None
    path: int | None
    noise: bytes


readers = st.integers(0, len(READERS) - 1)
forgeries = st.builds(
    Forgery,
    st.integers(0, len(SERVERS) - 1),
    readers,
    st.none() | readers,
    st.none() | readers,
    st.binary(max_size=40),
)


def raw(desk: Desk, number: int, forgery: Forgery) -> bytes:
    text = SERVERS[forgery.server](READERS[forgery.named])
    if forgery.letter is not None:
        known = desk.letter(READERS[forgery.letter]).partition("ID: <")[2].partition("@")[0]
        text = text.replace(reports.LETTER.encode(), known.encode())
    if forgery.path is not None:
        path = desk.return_path(READERS[forgery.path])
        text = text.replace(reports.TO.encode(), path.encode())
    name = rb"Message-ID: <%d@mx.example" % number
    return re.sub(rb"(?i)message-id: <[\w-]+@mx.example", name, text) + forgery.noise


@given(st.lists(forgeries, max_size=12))
def test_nobody_is_charged_whose_mail_a_report_does_not_have(drawn: list[Forgery]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/digest.db"
        with closing(open_store(url)) as store:
            desk = Desk(store, url)
            desk.publish(day(1))
            desk.join(*READERS)
            desk.hear(*(raw(desk, number, one) for number, one in enumerate(drawn)))
            seen = {one.letter for one in drawn} | {one.path for one in drawn}
            changed = {n for n, one in enumerate(READERS) if desk.state(one) is not Consent.ACTIVE}
            assert changed <= seen
            for one in drawn:
                if one.server == SERVERS.index(reports.complaint) and one.path is not None:
                    assert desk.state(READERS[one.path]) is Consent.COMPLAINED
