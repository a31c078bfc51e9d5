"""bioRxiv and medRxiv: which pages are asked for, and what a record becomes."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ParseError
from digest.identity import keys_of
from digest.model.papers import Paper
from digest.model.replies import Glance, Listing, Occasion
from digest.model.sources import SourceState
from tests.sources.preprints import (
    API,
    FEED,
    FIRST,
    FRIDAY,
    NOON,
    PAGES,
    asked,
    biorxiv,
    numbered,
    one,
    page,
    read,
    record,
)
from tests.sources.replies import version_of


def test_one_page_of_the_day_and_the_days_before_it_is_asked_for_first() -> None:
    (request,) = biorxiv().requests(Occasion(day=FRIDAY, now=NOON))
    assert (request.url, request.accept) == (FIRST, "application/json")
    medicine = asked(biorxiv("medrxiv"), Occasion(day=FRIDAY, now=NOON))
    assert medicine == [f"{API}medrxiv/2026-03-17/2026-03-20/0/json"]


def test_each_category_has_pages_and_a_feed_of_its_own() -> None:
    source = biorxiv("medrxiv", ("cell biology", "ecology"), url=f"{API}?key=a%26b")
    found = source.requests(Occasion(day=FRIDAY, now=NOON))
    assert [urlsplit(request.url).path for request in found] == [
        "/details/medrxiv/2026-03-17/2026-03-20/0/json"
    ] * 2
    assert [parse_qs(urlsplit(request.url).query) for request in found] == [
        {"key": ["a&b"], "category": ["cell_biology"]},
        {"key": ["a&b"], "category": ["ecology"]},
    ]
    assert [request.instead and request.instead.url for request in found] == [
        "https://connect.medrxiv.org/medrxiv_xml.php?subject=cell_biology",
        "https://connect.medrxiv.org/medrxiv_xml.php?subject=ecology",
    ]


def test_the_feed_stands_in_for_the_first_page() -> None:
    occasion = Occasion(day=FRIDAY, now=NOON)
    (request,) = biorxiv().requests(occasion)
    assert request.instead
    assert request.instead.url == FEED
    (request,) = biorxiv(feed_url="https://example.org/rss?x=1").requests(occasion)
    assert request.instead
    assert request.instead.url == "https://example.org/rss?x=1&subject=all"


def test_a_pause_is_looked_back_over_for_a_month_at_most() -> None:
    def start(since: dt.date | None = None, read: dt.datetime | None = None) -> str:
        known = {"biorxiv/all": read} if read else {}
        (url,) = asked(biorxiv(), Occasion(day=FRIDAY, now=NOON, since=since, read=known))
        return url.removeprefix(f"{PAGES}/").split("/", maxsplit=1)[0]

    assert start(since=dt.date(2026, 3, 19)) == "2026-03-17"
    assert start(since=dt.date(2026, 3, 10)) == "2026-03-10"
    assert start(since=dt.date(2020, 1, 1)) == "2026-02-17"
    outage = NOON - dt.timedelta(days=8)
    assert start(since=dt.date(2026, 3, 19), read=outage) == "2026-03-12", "others went on"
    assert start(since=dt.date(2020, 1, 1), read=NOON) == "2026-03-17"


def test_a_day_alone_is_asked_for_alone_and_not_of_the_feed() -> None:
    occasion = Occasion(day=FRIDAY, now=NOON, since=dt.date(2026, 1, 1), alone=True)
    (request,) = biorxiv().requests(occasion)
    assert request.url == f"{PAGES}/2026-03-20/2026-03-20/0/json"
    assert request.instead is None


def test_a_record_becomes_a_paper() -> None:
    assert one() == Paper(
        title="Tides Shape the Clock of a Shore Crab",
        abstract="Crabs keep time.",
        authors=("A. Ebb", "B. C. Flow"),
        ids=("10.1101/2026.03.17.123456v1",),
        url="https://www.biorxiv.org/content/10.1101/2026.03.17.123456v1",
        pdf="https://www.biorxiv.org/content/10.1101/2026.03.17.123456v1.full.pdf",
        published=dt.date(2026, 3, 18),
        categories=("cell biology",),
    )


def test_the_version_is_no_part_of_the_identity() -> None:
    for doi in ("10.1101/857789", "10.1101/2026.03.17.123456", "10.64898/2026.03.17.123456"):
        paper = one(doi=doi)
        assert keys_of(paper)[0] == f"doi:{doi}"
        assert version_of(paper) == 1


def test_medrxivs_papers_link_to_medrxiv() -> None:
    (paper,) = read(page(record()), source=biorxiv("medrxiv")).papers
    assert str(paper.url).startswith("https://www.medrxiv.org/content/10.1101/")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-6-30", dt.date(2026, 6, 30)),
        ("2026-06-03", dt.date(2026, 6, 3)),
        ("2026-1-2", dt.date(2026, 1, 2)),
        ("2026-02-30", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_date_is_read_padded_or_not(text: str | None, day: dt.date | None) -> None:
    assert one(date=text).published == day


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ebb, A.; Flow, B. C.; ", ("A. Ebb", "B. C. Flow")),
        ("van der Ebb, Ada; Tide Consortium", ("Ada van der Ebb", "Tide Consortium")),
        ("Ebb, A., Jr.", ("A. Ebb Jr.",)),
        ("", ()),
        (None, ()),
        (["Ebb, A."], ()),
    ],
)
def test_authors_are_named_as_people_are(text: object, names: tuple[str, ...]) -> None:
    assert one(authors=text).authors == names


def test_html_in_texts_becomes_plain_text() -> None:
    paper = one(title="<i>Ulva</i> at 5<sup>th</sup> tide &amp; <b>R&D</b>\n", abstract="<p>A</p>B")
    assert (paper.title, paper.abstract) == ("Ulva at 5th tide & R&D", "A B")


def test_a_journal_article_is_the_same_paper() -> None:
    paper = one(published="10.1234/tides.5")
    assert keys_of(paper)[:2] == ("doi:10.1101/2026.03.17.123456", "doi:10.1234/tides.5")


def test_only_the_highest_of_several_versions_is_shown() -> None:
    first, third = record(), record(version="3", title="Better", date="2026-3-20")
    for records in ([first, third], [third, first], [third, first, record(version=2)]):
        listing = read(page(*records))
        (paper,) = listing.papers
        assert not listing.replacements
        assert (paper.title, version_of(paper)) == ("Better", 3)
        assert paper.published == dt.date(2026, 3, 18)


def test_a_later_version_alone_is_no_new_paper() -> None:
    listing = read(page(record(version="2"), record(doi="10.1101/2026.03.17.000001")))
    assert [paper.ids for paper in listing.papers] == [("10.1101/2026.03.17.000001v1",)]
    assert [paper.ids for paper in listing.replacements] == [("10.1101/2026.03.17.123456v2",)]


@pytest.mark.parametrize("named", ["cell biology", "cell_biology", "Cell Biology", "", None])
def test_a_category_is_known_however_it_is_written(named: str | None) -> None:
    source = biorxiv(categories=("cell biology",))
    records = [record(category=named), record(doi="10.1101/1", category="ecology")]
    (paper,) = read(page(*records), source=source).papers
    assert paper.ids == ("10.1101/2026.03.17.123456v1",)


def test_a_full_page_leads_to_the_next() -> None:
    (request,) = read(page(*numbered(*range(30)), total=30)).more
    assert request.url == f"{PAGES}/2026-03-17/2026-03-20/30/json"
    assert (request.fills, request.instead) == ("biorxiv/all", None)
    (request,) = read(page(*numbered(*range(100))), url=request.url).more
    assert request.url == f"{PAGES}/2026-03-17/2026-03-20/130/json"


def test_a_short_page_is_the_last_unless_the_api_counts_more() -> None:
    assert not read(page(*numbered(1, 2, 3))).more
    assert not read(page(*numbered(1, 2, 3), total="3")).more
    (request,) = read(page(*numbered(1, 2, 3), total="40")).more
    assert request.url.endswith("/3/json")


def test_an_empty_page_is_the_last_whatever_the_api_counts() -> None:
    assert read(page(total="360"), url=FIRST.replace("/0/", "/330/")) == Listing()
    for status in ("no posts found", "No posts found"):
        assert read(page(status=status, total=9)) == Listing()
        assert read(json.dumps({"messages": [{"status": status}]})) == Listing()


def test_the_query_stays_on_every_page() -> None:
    url = f"{FIRST}?category=cell_biology"
    (request,) = read(page(*numbered(*range(30))), url=url).more
    assert request.url == url.replace("/0/json", "/30/json")


def test_one_broken_record_spoils_no_other() -> None:
    rows = [None, "text", {}, [], {"doi": 3}, record(), {"title": "No DOI"}, {"abstract": "Words"}]
    listing = read(page(*rows))
    assert [paper.title for paper in listing.papers] == [record()["title"], "No DOI", "Words"]


def test_a_doi_of_another_kind_makes_no_links() -> None:
    paper = one(doi="10.1101/../login?x")
    assert (paper.ids, paper.url, paper.pdf) == (("10.1101/../login?x",), None, None)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (page(status="Error: wrong date"), "Error: wrong date"),
        ("<html><body>Log in</body></html>", "<html>"),
        ("", "nothing"),
        ("[]", r"\[\]"),
        ('{"messages": [], "collection": []}', "messages"),
        ('{"messages": [{"status": "ok"}]}', "messages"),
        (page({}, {"doi": ""}), "none of the 2 records"),
        ("[" * 100_000, "JSON"),
        (b"\xff\xfe", "JSON"),
    ],
)
def test_a_body_that_is_no_page_is_refused_by_name(body: bytes | str, named: str) -> None:
    with pytest.raises(ParseError, match=named):
        read(body)


fields = st.sampled_from([*record(), "messages", "collection", "status", "total"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=5),
    max_leaves=10,
)


@given(records=anything | st.lists(st.dictionaries(fields, anything)), message=anything)
def test_any_json_gives_papers_or_a_parse_error(records: object, message: object) -> None:
    for messages in ([{"status": "ok", "total": message}], [message], message):
        body = json.dumps({"messages": messages, "collection": records})
        try:
            listing = read(body, source=biorxiv(categories=("cell biology",)))
        except ParseError:
            continue
        assert all(paper.title for paper in (*listing.papers, *listing.replacements))


def test_an_empty_day_is_quiet() -> None:
    state, words = biorxiv().verdict(Glance(url=FIRST, papers=0), NOON)
    assert (state, words) == (SourceState.QUIET, "nothing was posted in these days")
    unknown = Glance(url=f"{FIRST}?category=cel_biology", papers=0)
    assert "if there is such a category" in biorxiv().verdict(unknown, NOON)[1]
    assert biorxiv().verdict(Glance(url=FIRST, papers=3), NOON)[0] is SourceState.QUIET


def test_other_categories_make_other_fingerprints() -> None:
    sources = [biorxiv(), biorxiv("medrxiv"), biorxiv(categories=("ecology",))]
    assert len({source.fingerprint for source in sources}) == 3
