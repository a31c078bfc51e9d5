"""Feeds that are cut, damaged, oddly encoded or meant to do harm."""

from __future__ import annotations

import pytest

from digest.errors import ParseError, Partial
from tests.sources.feeds import ODD, read, rss
from tests.sources.replies import feed, parse_cut

WHOLE = rss("<title>One</title>", "<title>Two</title>", "<title>Three</title>")


def test_of_a_feed_cut_anywhere_only_whole_entries_are_read() -> None:
    for length in range(WHOLE.index("</item>"), len(WHOLE) - 1):
        cut = WHOLE[:length]
        whole = cut.count("</item>")
        if whole:
            titles = [paper.title for paper in parse_cut(feed(), cut)]
            assert titles == ["One", "Two", "Three"][:whole], cut
        else:
            with pytest.raises(ParseError, match="damaged"):
                read(cut)


@pytest.mark.parametrize(("items", "words"), [(1, "1 whole entry;"), (2, "2 whole entries;")])
def test_a_cut_feed_says_how_many_entries_were_whole(items: int, words: str) -> None:
    with pytest.raises(Partial, match=f"breaks off after {words}"):
        read(rss(*["<title>T</title>"] * items, end="<item>"))


def test_a_feed_cut_before_its_first_entry_is_refused() -> None:
    with pytest.raises(ParseError, match="damaged"):
        read(rss(end=""))


def test_a_cdata_section_that_swallows_entries_is_refused() -> None:
    with pytest.raises(ParseError, match="damaged"):
        read(rss("<title>One</title><description><![CDATA[x</description>", "<title>Two</title>"))


@pytest.mark.parametrize(
    "harmless",
    [
        WHOLE + "<html>502</html>",
        "\n\n  <?xml version='1.0'?>" + WHOLE,
        "\ufeff" + WHOLE,
        WHOLE.replace("Papers", "Papers & \x01more"),
        "<?xml version='1.0' encoding='bogus'?>" + WHOLE,
    ],
)
def test_a_fault_that_loses_no_entry_is_no_failure(harmless: str) -> None:
    assert [paper.title for paper in read(harmless)] == ["One", "Two", "Three"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_declared_encoding_is_read(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    body = f"<?xml version='1.0' encoding='{declared}'?>" + rss("<title>Ebbe für Ökologie</title>")
    assert [paper.title for paper in read(body.encode(encoding))] == ["Ebbe für Ökologie"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_letters_need_no_mark_and_no_declaration(encoding: str) -> None:
    assert [paper.title for paper in read(rss("<title>Ökologie</title>").encode(encoding))] == [
        "Ökologie"
    ]


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + rss("<title>&b;</title>"),
        '<!doctype rss [ <!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss("<title>&x;</title>"),
        "<!--" + "\n" * 20_000 + "-->" + ODD + rss("<title>T</title>"),
        ODD + rss("<title>T</title><x " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
        ODD + rss(f"<title>T</title><author>{'a.' * 100_000}</author>"),
        ODD + rss("".join(f"<category>{n}</category>" for n in range(20_000))),
        ODD + rss(f"<keywords>{','.join(map(str, range(20_000)))}</keywords>"),
    ],
)
def test_a_bomb_is_refused_before_it_is_parsed(bomb: str) -> None:
    for body in (bomb.encode(), bomb.encode("utf-16")):
        with pytest.raises(ParseError, match="refused"):
            read(body)
