"""Feeds: what entries become, however they are read, and what is no feed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from digest.errors import ParseError
from digest.model.papers import Paper
from tests.sources.feeds import NAMESPACES, atom, json_feed, one, read, rss
from tests.sources.replies import FEED, feed, requests


def described(html: str) -> Paper:
    return one("<title>T</title><description><![CDATA[", html, "]]></description>")


def test_an_announcement_in_rss() -> None:
    paper = one(
        "<title>Ebb\n and $x&lt;y$ Flow</title><link>https://arxiv.org/abs/2604.00001</link>"
        "<description>arXiv:2604.00001v1 Announce Type: new \n"
        "Abstract: Learning with $n&lt;d$, R&amp;D and &lt;image&gt; tokens when $x&gt;y$"
        "</description><guid isPermaLink='false'>oai:arXiv.org:2604.00001v1</guid>"
        "<category>cs.AI</category><category>cs.LG</category>"
        "<pubDate>Mon, 27 Apr 2026 00:00:00 -0400</pubDate><arxiv:DOI>10.1234/ebb</arxiv:DOI>"
        "<dc:creator>Ada Ebb (Sea Lab, Coast), Bo Flow ((1) Bay, (2) Cape), Cy Neap</dc:creator>"
    )
    assert paper == Paper(
        title="Ebb and $x<y$ Flow",
        abstract="Learning with $n<d$, R&D and <image> tokens when $x>y$",
        authors=("Ada Ebb", "Bo Flow", "Cy Neap"),
        ids=("oai:arXiv.org:2604.00001v1", "https://arxiv.org/abs/2604.00001", "doi:10.1234/ebb"),
        url="https://arxiv.org/abs/2604.00001",
        published=dt.date(2026, 4, 27),
        categories=("cs.AI", "cs.LG"),
    )


def test_an_atom_entry() -> None:
    (paper,) = read(
        atom(
            "<title type='html'>On &lt;i&gt;E. coli&lt;/i&gt; &amp;amp; us</title>"
            "<id>tag:example.org,2026:7</id><link href='/p/7'/>"
            "<link rel='related' type='application/pdf' href='/p/7.pdf'/>"
            "<author><name>Ebb, Ada</name></author><author><name>Bo Flow</name></author>"
            "<content type='html'>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content>"
            "<category term='bio'/><published>2026-03-01T23:30:00-05:00</published>"
            "<updated>2026-03-09T00:00:00Z</updated>"
        )
    )
    assert paper == Paper(
        title="On E. coli & us",
        abstract="One. Two.",
        authors=("Ebb, Ada", "Bo Flow"),
        ids=("tag:example.org,2026:7", "https://example.org/p/7"),
        url="https://example.org/p/7",
        pdf="https://example.org/p/7.pdf",
        published=dt.date(2026, 3, 1),
        categories=("bio",),
    )


def test_rss_1_and_a_doi_of_the_publisher() -> None:
    (paper,) = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        f' xmlns="http://purl.org/rss/1.0/" {NAMESPACES}><item rdf:about="https://example.org/1">'
        "<title>Ebb</title><link>https://example.org/1</link><dc:date>2026-03-01</dc:date>"
        "<dc:identifier>doi:10.1234/a</dc:identifier><prism:doi>10.1234/A</prism:doi></item>"
        "</rdf:RDF>"
    )
    assert paper.ids == ("https://example.org/1", "doi:10.1234/A", "doi:10.1234/a")
    assert paper.published == dt.date(2026, 3, 1)


def test_a_json_feed() -> None:
    items = [
        {
            "id": 7,
            "url": "/p/7",
            "external_url": "https://doi.org/10.1234/b",
            "title": "Ebb",
            "content_html": "<p>One &amp; two.</p>",
            "authors": [{"name": "Ada Ebb"}, {"name": "Bo Flow"}],
            "date_published": "2026-03-01T10:00:00Z",
            "tags": ["bio", 3],
            "image": "https://example.org/t.png",
        },
        {"id": "x", "content_text": "Only words", "author": {"name": "Ada Ebb, Bo Flow"}},
        "no object",
    ]
    assert read(json_feed(*items)) == [
        Paper(
            title="Ebb",
            abstract="One & two.",
            authors=("Ada Ebb", "Bo Flow"),
            ids=("7", "https://example.org/p/7", "https://doi.org/10.1234/b"),
            url="https://example.org/p/7",
            thumbnail="https://example.org/t.png",
            published=dt.date(2026, 3, 1),
            categories=("bio",),
        ),
        Paper(
            title="Only words", abstract="Only words", authors=("Ada Ebb", "Bo Flow"), ids=("x",)
        ),
    ]


def test_labelled_paragraphs_are_read_into_their_fields() -> None:
    paper = described(
        '<p><img src="https://example.org/t.png?a=1&amp;b=2" alt="x" /></p>'
        "<p><b>Authors:</b> Ada Ebb, Bo Flow</p><p><b>Upvotes:</b> 29</p>"
        "<p><b>Summary:</b> We study <i>tides</i>: $a<b$.</p><p>And moons.</p>"
    )
    assert paper.authors == ("Ada Ebb", "Bo Flow")
    assert paper.upvotes == 29
    assert paper.abstract == "We study tides: $a<b$. And moons."
    assert paper.thumbnail == "https://example.org/t.png?a=1&b=2"


def test_what_follows_a_label_without_one_of_its_own_is_the_abstract() -> None:
    paper = described("<b>Authors:</b> Ada Ebb<br>We study tides.<br><b>Methods:</b> Sailing.")
    assert paper.authors == ("Ada Ebb",)
    assert paper.abstract == "We study tides. Methods: Sailing."


def test_labels_within_an_abstract_are_part_of_it() -> None:
    paper = described("<p>Tides rise.</p><p><b>Summary:</b> They do.</p>")
    assert paper.abstract == "Tides rise. Summary: They do."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br/>b<p class='x'>c", "a b c"),
        ("H<sub>2</sub>O and 10<sup>3</sup>", "H2O and 103"),
        ("<b>if</b> $a<b$ or $c > d$", "if $a<b$ or $c > d$"),
        ("if $a<b$ or $c > d$", "if $a<b$ or $c > d$"),
        ("the <think> and </think> tokens, f<T>()", "the <think> and </think> tokens, f<T>()"),
        ("x &lt;b&gt; y &amp;amp; R&D AT&T &copy", "x <b> y &amp; R&D AT&T &copy"),
        ("a<!-- b -->c<script>d</script>e<STYLE>f</style >", "a c e"),
        ("an open <!-- stays, and <script> too", "an open <!-- stays, and <script> too"),
        ("a\u202eb\u2066c\x00d\u200be\ufefff\u00a0g\u2028h", "abcdef g h"),
    ],
)
def test_html_becomes_plain_text_and_mathematics_stays(html: str, text: str) -> None:
    (paper,) = read(json_feed({"title": "T", "content_html": html}))
    assert paper.abstract == text


def test_a_script_in_a_title_stays_inert_text() -> None:
    title = "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=a()&gt;"
    assert (
        one(f"<title>{title}</title>").title == "<script>alert(1)</script> <img src=x onerror=a()>"
    )


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/hostname", "http://[", "mailto:a"],
)
def test_only_web_links_become_links(link: str) -> None:
    paper = one(f"<title>T</title><comments>{link}</comments>")
    assert paper.discussion is None
    (paper,) = read(rss(f"<title>T</title><link>{link}</link>").encode())
    assert paper.url is None
    assert described(f'<img src="{link}">x').thumbnail is None


def test_links_comments_and_pictures_of_an_item() -> None:
    paper = one(
        '<title>T</title><link>../p?q="1"</link><comments>https://example.org/c</comments>'
        "<slash:comments>4</slash:comments><media:thumbnail url='//example.org/t.png'/>"
    )
    assert paper.url == "https://example.org/p?q=%221%22"
    assert (paper.discussion, paper.comments) == ("https://example.org/c", 4)
    assert paper.thumbnail == "https://example.org/t.png"
    assert one("<title>T</title><guid isPermaLink='false'>x</guid>").url is None
    assert one("<title>T</title><link>HTTPs://example.org/P</link>").url == "https://example.org/P"


@pytest.mark.parametrize(
    ("creators", "names"),
    [
        (["Ada Ebb, Bo Flow"], ("Ada Ebb", "Bo Flow")),
        (["Ada Ebb", "Bo Flow", "Cy Neap"], ("Ada Ebb", "Bo Flow", "Cy Neap")),
        (["Ebb, A., Flow, B. C."], ("A. Ebb", "B. C. Flow")),
        (["Ada Ebb, Jr., Bo Flow; Cy Neap"], ("Ada Ebb Jr.", "Bo Flow", "Cy Neap")),
        (["Ada Ebb (Lab, Bay, Bo Flow"], ("Ada Ebb (Lab", "Bay", "Bo Flow")),
        (["Ada) Ebb, Bo (Lab) Flow"], ("Ada Ebb", "Bo Flow")),
        (["ada@example.org"], ()),
        ([" "], ()),
    ],
)
def test_names_are_told_apart(creators: list[str], names: tuple[str, ...]) -> None:
    elements = "".join(f"<dc:creator>{creator}</dc:creator>" for creator in creators)
    assert one(f"<title>T</title>{elements}").authors == names


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Mon, 27 Apr 2026 23:00:00 -0400", dt.date(2026, 4, 27)),
        ("2026-04-27", dt.date(2026, 4, 27)),
        ("31 Feb 2026 25:61:00 XYZ", None),
        ("2026-13-45T00:00:00Z", None),
        ("yesterday", None),
    ],
)
def test_an_impossible_date_is_no_date(date: str, published: dt.date | None) -> None:
    assert one(f"<title>T</title><pubDate>{date}</pubDate>").published == published


def test_an_entry_without_a_title_is_shown_by_what_else_it_tells() -> None:
    assert one("<description>Tides rise.</description>").title == "Tides rise."
    assert one("<link>https://example.org/p</link>").title == "https://example.org/p"
    assert one("<title>0</title><description>Tides</description>").title == "0"


def test_an_entry_that_tells_nothing_spoils_no_other() -> None:
    assert [paper.title for paper in read(rss("", "<title>Ebb</title>"))] == ["Ebb"]


def test_an_empty_feed_is_a_quiet_day() -> None:
    assert read(rss()) == []
    assert read(json_feed()) == []
    assert read('<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title></feed>') == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n ",
        b"<!DOCTYPE html><html><body>503</body></html>",
        b"<html>Rate exceeded.</html>",
        b"Not found",
        b"\x1f\x8b\x08\x00\x00",
        b'{"error": "rate limit"}',
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{}]}',
        b"{" * 100_000,
        rss("<pubDate>x</pubDate>").encode(),
    ],
)
def test_a_body_that_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


def test_a_body_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss("<title>Secret</title>"))
    with pytest.raises(ParseError):
        read(str(secret))


def test_the_feed_is_asked_for_as_it_is_configured() -> None:
    (request,) = requests(feed(), dt.date(2026, 3, 4), dt.datetime(2026, 3, 4, tzinfo=dt.UTC))
    assert (request.url, request.day) == (FEED, None)
