"""Saved Daily Papers pages: every shape gives all its papers, or says on which line it does not."""

from __future__ import annotations

import datetime as dt
from urllib.parse import unquote

import pytest

from digest.errors import ParseError
from digest.model.papers import Paper
from tests.sources.replies import parse, requests, saved_page

ABSTRACT = "We measure how far the tide of papers rises. " * 5
TEXT = ABSTRACT.strip()
GLUED = (
    "Get trending papers in your email inbox once a day!\n"
    "Get trending papers in your email inbox!\nSubscribe"
)
HEAD = (
    "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\n"
    "byAK and the research community\n\n{date}\n\n"
)


def page(*blocks: str, date: str = "Oct 29") -> str:
    return HEAD.format(date=date) + "\n\n".join(blocks) + "\n"


def read(body: bytes | str) -> list[Paper]:
    return list(parse(saved_page(), body, "file:///my%20pages/003.txt"))


def card(lines: str, date: str = "Oct 29") -> Paper:
    (paper,) = read(page("Ebb", ABSTRACT, lines, date=date))
    return paper


def test_titles_and_abstracts_line_by_line() -> None:
    papers = read(f"{GLUED}Ebb\n{ABSTRACT}\nFlow\n{ABSTRACT}\n\n")
    assert papers == [Paper(title="Ebb", abstract=TEXT), Paper(title="Flow", abstract=TEXT)]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_titles_and_abstracts_between_blank_lines(ending: str) -> None:
    wrapped = ABSTRACT.replace(". ", ".\n", 2)
    body = page("Ebb", wrapped, "Flow", ABSTRACT).replace("\n", ending)
    assert [(paper.title, paper.abstract) for paper in read(body)] == [
        ("Ebb", TEXT),
        ("Flow", TEXT),
    ]


def test_papers_with_and_without_a_card_stand_on_one_page() -> None:
    body = page(
        "Ebb", ABSTRACT, "  • 22 authors\n·\nNov 15, 2024 5",
        "Flow", ABSTRACT,
        "Neap", ABSTRACT, "ebb-lab Ebb Lab\n·\nNov 16, 2024",
    )  # fmt: skip
    assert read(body) == [
        Paper(
            title="Ebb", abstract=TEXT, author_count=22, comments=5,
            published=dt.date(2024, 11, 15),
        ),
        Paper(title="Flow", abstract=TEXT),
        Paper(
            title="Neap", abstract=TEXT, organisation="Ebb Lab", published=dt.date(2024, 11, 16)
        ),
    ]  # fmt: skip


def test_an_organisation_with_one_name_only_goes_by_it() -> None:
    assert card("openlab\n·\nJun 9 5").organisation == "openlab"


@pytest.mark.parametrize(
    ("page_date", "date", "published"),
    [
        ("Oct 29, 2025", "Oct 29", dt.date(2025, 10, 29)),
        ("Oct 29, 2025", "Oct 30", dt.date(2024, 10, 30)),
        ("Oct 29", "Oct 28", None),  # nobody can know the year
        ("Oct 29", "Oct 28, 2023", dt.date(2023, 10, 28)),
        ("Oct 29, 2025", "Feb 30", None),
        ("Oct 29, 2025", "Feb 29", None),
    ],
)
def test_a_date_without_a_year_is_the_latest_up_to_the_pages_own(
    page_date: str, date: str, published: dt.date | None
) -> None:
    assert card(f"  • 1 authors\n·\n{date} 2", page_date).published == published
    assert card(f"  • 1 authors\n·\n{date} 2", page_date).comments == 2


@pytest.mark.parametrize(
    ("blocks", "line", "expected"),
    [
        (("Ebb", ABSTRACT, "Flow"), 17, "an abstract"),
        (("Ebb", "Flow", ABSTRACT), 15, "an abstract"),
        (("Ebb", "  • 2 authors\n·\nMay 1", "Flow", ABSTRACT), 15, "an abstract"),
        (("Ebb", ABSTRACT, "x\n·\nMay 1", "x\n·\nMay 1"), 21, "a title"),
    ],
)
def test_a_page_that_does_not_fit_is_refused_with_its_file_and_line(
    blocks: tuple[str, ...], line: int, expected: str
) -> None:
    with pytest.raises(ParseError, match=f"/my pages/003.txt: line {line}: expected {expected}"):
        read(page(*blocks))


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("", "no Daily Papers page"),
        ("<!DOCTYPE html><title>Log in</title>", "no Daily Papers page"),
        ("Subscribe\n\nEbb\n\n" + ABSTRACT, "no Daily Papers page"),
        (b"\xff\xfe\x00", "UTF-8"),
        (HEAD.format(date="Oct 29"), "no paper"),
    ],
)
def test_a_file_that_is_no_page_is_refused(body: bytes | str, named: str) -> None:
    with pytest.raises(ParseError, match=named):
        read(body)


@pytest.mark.parametrize("path", ["/my pages/a#b?.txt", "/pages", "/p/20[0-9][0-9]-*.txt", "/é%20"])
def test_the_path_is_asked_for_as_one_file_url(path: str) -> None:
    (request,) = requests(saved_page(path), dt.date(2026, 3, 4), dt.datetime.now(dt.UTC))
    assert request.url.startswith("file:///")
    assert unquote(request.url.removeprefix("file://")) == path
    assert not {" ", "#", "é"} & set(request.url)
