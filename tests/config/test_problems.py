"""Config: every mistake is told at once, with its key and a cure, and no secret in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import load
from digest.config.keys import SECTIONS
from digest.errors import ConfigError
from tests.config.folder import HF, SECRET, Folder


def test_every_problem_is_told_at_once_with_its_key_and_a_cure(folder: Folder) -> None:
    problems = folder.problems(
        """
        [newsletter]
        slug = "Daily Papers"
        title = 3
        timezone = "Mars/Base"
        send_at = "7:30"
        days = ["monday"]
        base_url = "papers.example.org"
        max_papers = 0
        sendat = "07:30"
        [newsleter]
        [[source]]
        kind = "usenet"
        [[source]]
        kind = "feed"
        [[source]]
        kind = "huggingface"
        path = "pages"
        look_back_days = true
        [state]
        url = "mysql://localhost/papers"
        [archive]
        path = ""
        [mail]
        from = "nobody"
        to = "me@example.org"
        transport = "pigeon:roof"
        [fetch]
        contact = "über@example.org"
        allow_private = "yes"
        [templates]
        path = "looks"
        [themes]
        path = "themes.toml"
        use = "ai"
        folow = []
        """,
        DIGEST_MAIL__TRANSPROT="maildir:outbox",
    )
    days = "mon, tue, wed, thu, fri, sat, sun"
    assert problems == [
        "newsleter: there is no such section; did you mean newsletter?",
        "newsletter.sendat: there is no such key; did you mean send_at?",
        "newsletter.slug: must be lower-case letters, digits and single hyphens, such as"
        ' "daily-papers"',
        "newsletter.title: must be text in quotes",
        'newsletter.timezone: "Mars/Base" is not a time zone; use a name such as "Europe/Berlin"',
        'newsletter.send_at: must be a time of day as HH:MM, such as "07:30"',
        f"newsletter.days: must name days, at least one of: {days}",
        'newsletter.base_url: must be an address such as "https://example.org"',
        "newsletter.max_papers: must be at least 1",
        "state.url: must be sqlite:///PATH or postgresql://USER@HOST/DATABASE",
        "archive.path: is empty; name a file or a folder",
        'mail.from: must be an address, such as "Daily Papers <papers@example.org>"',
        'mail.to: must be a list of texts, such as ["one", "two"]',
        "mail.transport: must be maildir:PATH, smtp://USER@HOST:PORT, smtps://USER@HOST:PORT,"
        " sendmail:COMMAND or dry:",
        "fetch.contact: must be an address or a URL in ASCII, without brackets and backslashes",
        "fetch.allow_private: must be true or false",
        f"templates.path: {folder.path}/looks is no folder",
        "themes.folow: there is no such key; did you mean follow?",
        f"themes.path: {folder.path}/themes.toml is no file",
        'themes.use: must be a list of texts, such as ["one", "two"]',
        "source.usenet.kind: must be one of: huggingface, arxiv, biorxiv, feed, saved-page",
        'source.feed.url: must be an address such as "https://example.org/feed.xml"',
        "source.huggingface.path: there is no such key; known are: name, url, look_back_days",
        "source.huggingface.look_back_days: must be a whole number",
        "DIGEST_MAIL__TRANSPROT: there is no such key; did you mean DIGEST_MAIL__TRANSPORT?",
    ]


def test_a_problem_of_the_environment_is_told_under_the_variables_name(folder: Folder) -> None:
    assert folder.problems(
        HF,
        DIGEST_NEWSLETTER__MAX_PAPERS="many",
        DIGEST_NEWSLETTER__TIMEZONE="",
        DIGEST_NEWSLETTER__TITLE="a\nb",
        DIGEST_FETCH__ALLOW_PRIVATE="1",
        DIGEST_SOURCE__HUGGINGFACE__KIND="usenet",
        DIGEST_SOURCE__HUGGINGFACE__CATEGORIES="cs.CL",
        DIGEST_NEWSLETTER="x",
    ) == [
        "DIGEST_NEWSLETTER__TITLE: must be one line of plain text; take out the control characters",
        'DIGEST_NEWSLETTER__TIMEZONE: "" is not a time zone; use a name such as "Europe/Berlin"',
        "DIGEST_NEWSLETTER__MAX_PAPERS: must be a whole number",
        "DIGEST_FETCH__ALLOW_PRIVATE: must be true or false",
        "DIGEST_SOURCE__HUGGINGFACE__KIND: must be one of: huggingface, arxiv, biorxiv, feed,"
        " saved-page",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", 'source: there is none; add [[source]] with kind = "huggingface"'),
        ("[source]\nkind = 'feed'", "source: must be a list of tables: write [[source]]"),
        (
            "source = ['feed']",
            "source.1.kind: must be one of: huggingface, arxiv, biorxiv, feed, saved-page",
        ),
        (f"{HF}[[newsletter]]", "newsletter: must be a table: write [newsletter]"),
        (f"mail = 1\n{HF}", "mail: must be a table: write [mail]"),
        (f"themes = 1\n{HF}", "themes: must be a table: write [themes]"),
        (HF * 2, "source.huggingface.name: an earlier source has it; choose another"),
        (
            f'{HF}name = "my lab"\n{HF}name = "my-lab"',
            "source.my-lab.name: an earlier source has it; choose another",
        ),
        (f"sources = 1\n{HF}", "sources: there is no such section; did you mean source?"),
        (
            f"[newsletter]\nslug = '{'x' * 65}'\n{HF}",
            "newsletter.slug: must be lower-case letters, digits and single hyphens, such as"
            ' "daily-papers"',
        ),
        (f"[newsletter]\ntitle = ' '\n{HF}", "newsletter.title: is empty; give it a text"),
        (
            f'{HF}url = "file:///etc/hostname"',
            'source.huggingface.url: must be an address such as "https://example.org/feed.xml"',
        ),
        (
            f'{HF}url = "http://example.org:port/"',
            "source.huggingface.url: is no URL; check its brackets and its port",
        ),
        (
            f"{HF}look_back_days = 367",
            "source.huggingface.look_back_days: must be a number of days from 0 to 366",
        ),
        (
            f'[newsletter]\nbase_url = "https://example.org/?q=1"\n{HF}',
            "newsletter.base_url: must be the bare address of a site, without log-in, ? and #",
        ),
        (
            f'[mail]\ntransport = "smtp://mail.example.org/path"\n{HF}',
            "mail.transport: must end after the host and its port",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line(folder: Folder, text: str, problem: str) -> None:
    assert folder.problems(text) == [problem]


@pytest.mark.parametrize(
    "text",
    [
        f'[mail]\npassword = "{SECRET}"\n',
        f'[mail]\ntransport = "smtp://me:{SECRET}@mail.example.org"\n',
        f'[mail]\ntransport = "smtp://me:{SECRET}/@mail.example.org"\n',
        f'[state]\nurl = "postgresql://me:{SECRET}@db.example.org/papers"\n',
        f'[state]\nurl = "postgresql://db.example.org/papers?password={SECRET}"\n',
        f'[[source]]\nkind = "feed"\nurl = "https://me:{SECRET}@example.org/feed.xml"\n',
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(folder: Folder, text: str) -> None:
    [problem] = folder.problems(text + HF)
    assert SECRET not in problem


def test_a_secret_in_the_file_is_shown_a_better_place(folder: Folder) -> None:
    [problem] = folder.problems(f'[mail]\npassword = "{SECRET}"\n{HF}')
    assert problem == (
        "mail.password: does not belong in this file; set DIGEST_MAIL__PASSWORD or password_file"
    )
    url = f"postgresql://me:{SECRET}@db.example.org/papers"
    [problem] = folder.problems(f'[state]\nurl = "{url}"\n{HF}')
    assert problem.endswith("set the whole URL as DIGEST_STATE__URL")
    assert folder.load(HF, DIGEST_STATE__URL=url).state_url == url


def test_a_transport_takes_no_password_from_anywhere(folder: Folder) -> None:
    [problem] = folder.problems(
        HF, DIGEST_MAIL__TRANSPORT=f"smtp://me:{SECRET}@mail.example.org:587"
    )
    assert problem == (
        "DIGEST_MAIL__TRANSPORT: holds a password;"
        " set DIGEST_MAIL__PASSWORD or mail.password_file instead"
    )


def test_a_password_is_read_from_a_file(folder: Folder) -> None:
    settings = f'[mail]\npassword_file = "secret"\n{HF}'
    file = folder.path / "secret"
    [problem] = folder.problems(settings)
    assert problem == f"mail.password_file: {file} cannot be read: No such file or directory"
    file.write_text("\n")
    [problem] = folder.problems(settings)
    assert problem == f"mail.password_file: {file} is empty; write the password into it"
    file.write_text(f" {SECRET} \n")
    assert folder.load(settings).mail.password == f" {SECRET} "
    assert folder.load(settings, DIGEST_MAIL__PASSWORD="other").mail.password == "other"


def test_a_missing_file_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not there; `digest init` writes one"):
        load(tmp_path / "digest.toml", {})


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path, {})


def test_a_syntax_error_has_its_line_and_column(folder: Folder) -> None:
    [problem] = folder.problems('[newsletter]\ntitle = "Daily\n')
    assert problem.endswith(
        "digest.toml is not valid TOML: Illegal character '\\n' (at line 2, column 15)"
    )


def test_a_file_in_another_encoding_is_told(folder: Folder) -> None:
    folder.file.write_bytes('[newsletter]\ntitle = "Día"\n'.encode("latin-1"))
    with pytest.raises(ConfigError, match="is not text in UTF-8"):
        load(folder.file, {})


def test_a_byte_order_mark_is_no_mistake(folder: Folder) -> None:
    folder.file.write_text(HF, encoding="utf-8-sig")
    assert load(folder.file, {}).sources


VARIABLES = [
    f"DIGEST_{section.replace('.', '__')}__{key}".upper()
    for section, keys in SECTIONS.items()
    for key in keys
]


@given(
    variable=st.sampled_from(VARIABLES),
    start=st.sampled_from(
        ["", "http://", "smtp://", "sqlite:///", "postgresql://", "~", "x" * 300]
    ),
    end=st.text(st.characters(exclude_categories=[], exclude_characters="\0"), max_size=12),
)
def test_no_text_of_the_environment_brings_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, variable: str, start: str, end: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "one-source.toml"
    file.write_text(f'{HF}[mail]\nfrom = "p@example.org"\n')
    try:
        load(file, {variable: start + end})
    except ConfigError as error:
        [problem] = error.problems
        assert problem.startswith(f"{variable}: ")
        assert "\n" not in problem
