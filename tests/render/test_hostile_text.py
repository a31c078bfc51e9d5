"""Whatever sources write, it stays text (G11)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import markdown as reader
import pytest
from hypothesis import given

from digest.latex import readable
from digest.model.editions import Edition, Evidence, Placement, Section
from digest.model.papers import Paper
from digest.render import mail, markdown
from digest.render.feeds import atom, editions_channel
from digest.render.items import edition_item
from digest.render.look import Look
from digest.render.text import tidy
from tests.render.hostile import EDITIONS, TEXT, Elements
from tests.render.specimen import EDITION, SITE, edition_page, shipped

ENV = shipped()

MATHEMATICS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup",
    "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
}  # fmt: skip
INTRO = {"em", "strong", "code", "ul", "ol", "li", "blockquote", "br"}
MAIL = Elements(mail(ENV, EDITION, site=SITE, max_papers=50).html)
PAGE = Elements(edition_page(ENV, EDITION, site=SITE))


@given(EDITIONS)
def test_no_text_becomes_an_element_of_a_mail(edition: Edition) -> None:
    found = Elements(mail(ENV, edition, site=SITE, max_papers=5).html)
    assert found.elements <= MAIL.elements | INTRO
    assert found.attributes <= MAIL.attributes
    assert found.comments == MAIL.comments
    assert all(link.startswith(("https://", "http://", "#s")) for link in found.links)


@given(EDITIONS)
def test_no_text_becomes_an_element_of_a_page(edition: Edition) -> None:
    found = Elements(edition_page(ENV, edition, site=SITE))
    assert found.elements <= PAGE.elements | INTRO | MATHEMATICS
    assert found.attributes <= PAGE.attributes | {"alttext", "display", "mathvariant"}
    assert not found.comments
    ours = {"edition.md", "edition.json", "papers.bib", "papers.ris"}
    assert all(
        link in ours or link.startswith(("https://", "http://", "#", "../")) for link in found.links
    )


@given(EDITIONS)
def test_no_text_becomes_markup_in_markdown(edition: Edition) -> None:
    plain = replace(edition, intro="")  # that is Markdown, and the newsletter's own
    html = reader.markdown(markdown(ENV, plain, site=SITE))
    found = Elements(html)
    assert found.elements <= {"h1", "h2", "h3", "p", "ul", "li", "a", "strong", "em"}
    assert found.attributes <= {"href"}
    assert all(link.startswith(("https://", "http://", "#")) for link in found.links)


@given(TEXT.map(lambda text: text.translate({ord(sign): "" for sign in "$\\{"})))
def test_every_output_shows_a_title_without_formulae_as_it_is(title: str) -> None:
    edition = _with_link("https://example.org/", title)
    (shown,) = Elements(mail(ENV, edition, site="", max_papers=5).html).headings
    assert shown == "Untitled" or not set(shown) - set(title) - {" "}
    assert Elements(edition_page(ENV, edition, site="")).headings == [shown]
    assert f"{shown}\n" in mail(ENV, edition, site="", max_papers=5).text or len(shown) > 33
    (numbered,) = Elements(reader.markdown(markdown(ENV, edition, site=""))).headings
    assert numbered == f"1. {shown}"


@given(TEXT)
def test_mail_and_markdown_show_any_title_alike_with_its_latex_made_readable(title: str) -> None:
    edition = _with_link("https://example.org/", title)
    both = mail(ENV, edition, site="", max_papers=5)
    (shown,) = Elements(both.html).headings
    assert shown == "Untitled" or not set(shown) - set(readable(tidy(title))) - {" ", "…"}
    assert f"{shown}\n" in both.text or len(shown) > 33
    (numbered,) = Elements(reader.markdown(markdown(ENV, edition, site=""))).headings
    assert numbered == f"1. {shown}"


@given(EDITIONS)
def test_no_control_character_reaches_an_output(edition: Edition) -> None:
    both = mail(ENV, edition, site=SITE, max_papers=5)
    for output in (
        both.html,
        both.text,
        markdown(ENV, edition, site=SITE),
        edition_page(ENV, edition, site=SITE),
    ):
        output.encode()
        assert not set(output) & set(map(chr, [*range(9), *range(11, 32), 0x7F, 0x202E, 0x2066]))


@given(EDITIONS, TEXT)
def test_a_feed_is_well_formed_whatever_it_tells(edition: Edition, title: str) -> None:
    look = Look(title=title, base_url=SITE)
    items = [edition_item(ENV, look, edition)]
    tree = ET.fromstring(atom(look, editions_channel(look, edition.newsletter), items))
    content = tree.findtext("{*}entry/{*}content")
    assert content is not None
    found = Elements(content)
    allowed = INTRO | {"h2", "h3", "p", "a"}
    assert found.elements <= allowed
    assert all(link.startswith(("https://", "http://")) for link in found.links)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "//example.org/x", "/relative", "mailto:a@example.org",
        "https://", "https:///path", "http://[::1", "https://user@example.org/", "", " ",
        "https://example.org/" + "a" * 2_000,
    ],
)  # fmt: skip
def test_only_whole_web_addresses_become_links(url: str) -> None:
    edition = _with_link(url)
    assert "abstract" not in mail(ENV, edition, site="", max_papers=5).html.lower()
    assert "Abstract" not in mail(ENV, edition, site="", max_papers=5).text
    assert "Abstract" not in markdown(ENV, edition, site="")


def test_a_link_keeps_leading_where_it_led() -> None:
    page = edition_page(ENV, _with_link(' https://example.org/a b(c)/é?x=1&y="2"#z '), site="")
    assert "https://example.org/a%20b%28c%29/%C3%A9?x=1&y=%222%22#z" in Elements(page).links


def _with_link(url: str, title: str = "T") -> Edition:
    evidence = Evidence(reason="none")
    paper = Placement(key="k", paper=Paper(title=title, url=url), sources=("s",), evidence=evidence)
    section = Section(theme="t", label="L", papers=(paper,))
    return replace(EDITION, sections=(section,), revisions=(), intro="")
