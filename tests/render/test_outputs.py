"""What readers see: golden files of one edition, and the rules that hold for every edition."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from digest.errors import ConfigError
from digest.model.editions import Edition, Section
from digest.render import (
    edition_files,
    environment,
    mail,
    markdown,
    subject,
)
from digest.render.look import Look
from tests.render.specimen import COMPLETE as PAPER
from tests.render.specimen import EDITION, SITE, TEMPLATES, edition_page, large, placed, shipped

Golden = Callable[[str, str | bytes], None]


def test_the_html_mail_is_as_recorded(golden: Golden) -> None:
    golden("mail.html", mail(shipped(), EDITION, site=SITE, max_papers=50).html)


def test_the_text_mail_is_as_recorded(golden: Golden) -> None:
    golden("mail.txt", mail(shipped(), EDITION, site=SITE, max_papers=50).text)


def test_the_markdown_is_as_recorded(golden: Golden) -> None:
    golden("edition.md", markdown(shipped(), EDITION, site=SITE))


def test_the_page_is_as_recorded(golden: Golden) -> None:
    golden("edition.html", edition_page(shipped(), EDITION, site=SITE))


def test_the_subject_tells_how_many_papers_the_date_and_the_largest_themes() -> None:
    assert subject(EDITION) == "11 new papers, 16 Jun: Agents & tools; Other papers"
    assert subject(large(30)).endswith(": Theme 0; Theme 1")
    first, second, third, *rest = large(30).sections
    named = (replace(first, label="More in Theme 1"), second, replace(third, followed=True), *rest)
    assert subject(replace(EDITION, sections=named)).endswith(": Theme 2; Theme 1")


def test_a_subject_stays_one_short_line_whatever_the_labels_hold() -> None:
    section = Section(theme="x", label="a\r\nBcc: b@example.org\0 " + "c" * 500, papers=())
    line = subject(replace(EDITION, sections=(section,)))
    assert line.startswith("0 new papers, 16 Jun: a Bcc: b@example.org c")
    assert line.isprintable()
    assert len(line) <= 150


def test_a_mail_shows_so_many_papers_of_every_theme_and_counts_the_rest() -> None:
    edition = large(80)
    assert [len(section.papers) for section in edition.sections].count(0) == 0
    html = mail(shipped(), edition, site=SITE, max_papers=20).html
    text = mail(shipped(), edition, site=SITE, max_papers=20).text
    assert html.count("<h3") == 20
    assert len(re.findall(r"^ *\d+\. ", text, re.MULTILINE)) == 20
    for output in (html, text):
        assert sum(map(int, re.findall(r"and (\d+) more", output))) == 60
        assert "80 new papers" in output
    assert html.count("<h3") == text.count("Hugging Face:")
    assert f"{SITE}/2026/06/16/#s1" in html


def test_what_is_followed_is_shown_before_what_is_not() -> None:
    edition = large(80)
    *others, last = edition.sections
    followed = replace(edition, sections=(replace(last, followed=True), *others))
    text = mail(shipped(), followed, site=SITE, max_papers=len(last.papers) + 3).text
    assert all(placed.paper.title.split(", ")[-1] in text for placed in last.papers)
    assert len(re.findall(r"^ *\d+\. ", text, re.MULTILINE)) == len(last.papers) + 3


def test_a_mail_of_no_more_papers_than_the_limit_leaves_none_out() -> None:
    assert "more in the archive" not in mail(shipped(), large(50), site="", max_papers=50).text


def test_without_an_address_nothing_links_to_the_archive() -> None:
    edition = large(10)
    html = mail(shipped(), edition, site="", max_papers=5).html
    assert "in the archive" in html
    assert "2026/06/16/" not in html
    assert "2026/06/16/" not in mail(shipped(), edition, site="", max_papers=5).text
    assert "2026/06/16/" not in markdown(shipped(), edition, site="")
    assert "canonical" not in edition_page(shipped(), edition, site="")


def test_the_encoded_html_of_fifty_papers_stays_well_below_what_mail_readers_clip() -> None:
    html = mail(shipped(), large(50), site=SITE, max_papers=50).html
    assert len(html.encode()) < 90_000


def test_no_line_of_the_text_mail_is_wider_than_72_columns_but_links() -> None:
    text = mail(shipped(), EDITION, site=SITE, max_papers=50).text
    wide = [line for line in text.splitlines() if _columns(line) > 72 and "://" not in line]
    assert wide == []


def _columns(line: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in line)


def test_a_failed_source_is_named_in_every_output() -> None:
    for output in (
        mail(shipped(), EDITION, site="", max_papers=50).html,
        mail(shipped(), EDITION, site="", max_papers=50).text,
        markdown(shipped(), EDITION, site=""),
        edition_page(shipped(), EDITION, site=""),
    ):
        assert "arxiv: " in output
        assert "could not be read today: HTTP 503" in output


def test_a_mail_loads_nothing_from_afar() -> None:
    html = mail(shipped(), EDITION, site=SITE, max_papers=50).html
    assert not re.search(r"<(img|link|script|iframe|object|svg)|url\(|@import", html)


def test_an_edition_page_runs_no_script_and_allows_its_own_style_alone() -> None:
    page = edition_page(shipped(), EDITION, site=SITE)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert re.search(r"style-src 'sha256-[\w+/]+=*'", policy[1])
    assert "style=" not in page


def test_a_users_template_wins_over_ours_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "mail.txt.j2").write_text("{{ edition.size }} papers, by my own hand\n")
    loaders = [jinja2.FileSystemLoader(folder) for folder in (tmp_path, TEMPLATES)]
    env = environment(jinja2.ChoiceLoader(loaders))
    assert mail(env, EDITION, site="", max_papers=9).text == "11 papers, by my own hand\n"
    ours = mail(shipped(), EDITION, site="", max_papers=9).html
    assert mail(env, EDITION, site="", max_papers=9).html == ours


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% if %}", "mail.txt.j2, line 1: "),
        ("\n{{ edition.size", "mail.txt.j2, line 2: "),
        ("{{ editon.size }}", "mail.txt.j2: 'editon' is undefined"),
        ("{% include 'gone.j2' %}", "mail.txt.j2: there is no template gone.j2"),
    ],
)
def test_a_wrong_template_is_told_by_name_and_line(template: str, said: str) -> None:
    ours = {"mail.html.j2": (TEMPLATES / "mail.html.j2").read_text()}
    env = environment(jinja2.DictLoader({**ours, "mail.txt.j2": template}))
    with pytest.raises(ConfigError) as caught:
        mail(env, EDITION, site="", max_papers=9)
    assert said in str(caught.value)
    assert "remove your own file" in str(caught.value)


def test_an_output_is_the_same_bytes_every_time() -> None:
    def outputs(edition: Edition) -> tuple[str, ...]:
        env = shipped()
        return (
            mail(env, edition, site=SITE, max_papers=50).html,
            mail(env, edition, site=SITE, max_papers=50).text,
            markdown(env, edition, site=SITE),
            edition_page(env, edition, site=SITE),
        )

    assert outputs(EDITION) == outputs(replace(EDITION))


def test_an_edition_without_papers_sources_or_words_can_be_shown() -> None:
    empty = replace(EDITION, sections=(), revisions=(), sources=(), intro="")
    assert "0 new papers" in mail(shipped(), empty, site="", max_papers=50).text
    assert "0 new papers" in mail(shipped(), empty, site="", max_papers=50).html


def test_many_revisions_are_counted_in_a_mail_and_listed_in_the_archive() -> None:
    many = replace(EDITION, revisions=EDITION.revisions[1:] * 25)
    text = mail(shipped(), many, site="", max_papers=50).text
    assert text.count("One Without a Link") == 10
    assert "and 15 more in the archive" in text
    assert edition_page(shipped(), many, site="").count("One Without a Link") == 25


def test_the_most_upvoted_papers_are_told_at_a_glance_where_many_have_upvotes() -> None:
    voted = [placed(replace(PAPER, title=f"Tide-{n}: A Study", upvotes=n)) for n in range(12)]
    section = Section(theme="a", label="A", papers=tuple(voted))
    both = mail(shipped(), replace(EDITION, sections=(section,)), site="", max_papers=50)
    assert re.findall(r">Tide-(\d+)</a> (\d+)", both.html) == [
        ("11", "11"),
        ("10", "10"),
        ("9", "9"),
    ]
    assert re.search(r"MOST UPVOTED\n +11  Tide-11: A Study\n +10 .*\n +9 ", both.text)
    few = replace(section, papers=tuple(voted[:9]))
    both = mail(shipped(), replace(EDITION, sections=(few,)), site="", max_papers=50)
    assert "most upvoted" not in (both.html + both.text).lower()


def test_what_is_missing_is_told_above_the_papers() -> None:
    both = mail(shipped(), EDITION, site="", max_papers=50)
    for part in (" ".join(both.html.split()), " ".join(both.text.split())):
        told = part.index("Missing today, all or in part: arxiv.")
        assert told < part.lower().index("at a glance")
    whole = replace(EDITION, sources=EDITION.sources[:1])
    assert "Missing today" not in mail(shipped(), whole, site="", max_papers=50).html


def test_a_link_in_the_words_of_greeting_leads_to_the_web_or_is_none() -> None:
    intro = "[a](/a) [b](//b.example.org) [c](#s1) [d](https://d.example.org/) [e](mailto:e@x.org)"
    html = mail(shipped(), replace(EDITION, intro=intro), site="", max_papers=50).html
    greeting = html.partition("At a glance")[0]
    assert re.findall(r'href="([^"]+)"', greeting) == ["https://d.example.org/"]


def test_a_paper_shown_by_its_title_alone_keeps_its_upvotes_in_both_parts() -> None:
    both = mail(shipped(), replace(large(300), revisions=()), site="", max_papers=300)
    shown = both.html.count("<li")
    assert shown > 200
    assert both.html.count("1,234 upvotes") == shown == both.text.count("1,234 upvotes")


def test_an_address_in_a_text_is_written_out_in_markdown_and_keeps_its_signs() -> None:
    paper = replace(PAPER, abstract="See https://example.org/my_own~repo and www.my_site.org now.")
    section = Section(theme="a", label="A", papers=(placed(paper),))
    written = markdown(shipped(), replace(EDITION, sections=(section,)), site="")
    assert r"https&#58;//example.org/my\_own&#126;repo and www&#46;my\_site.org" in written


def test_a_page_extracts_from_the_first_hundred_papers_and_shows_every_written_summary() -> None:
    papers = [placed(replace(PAPER, title=f"Number {number}")) for number in range(120)]
    papers[110] = replace(papers[110], summary="A model says that waiting pays.")
    section = Section(theme="a", label="A", papers=tuple(papers))
    made = edition_files(shipped(), Look(title="A"), replace(EDITION, sections=(section,)))
    page = "".join("".join(made[name]) for name in made if name.endswith(".html"))
    assert page.count("<p><span>") == 100  # of which a part is the teaser
    assert re.findall(r"<summary>(?!Abstract)([^<]+)", page) == ["A model says that waiting pays."]
    assert page.count("<summary>") == 120


def test_an_edition_of_one_source_does_not_repeat_its_name_at_every_paper() -> None:
    section = Section(theme="a", label="A", papers=(placed(PAPER),))
    one = replace(EDITION, sections=(section,), sources=EDITION.sources[:1])
    assert "via hf" not in mail(shipped(), one, site="", max_papers=50).text
    several = replace(one, sources=EDITION.sources)
    assert "via hf" in mail(shipped(), several, site="", max_papers=50).text
