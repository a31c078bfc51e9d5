"""Config: what works with nothing said, what can be said, and where."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

from digest.config import TEMPLATE, load
from digest.config.keys import KINDS, SECTIONS
from tests.config.folder import HF, SECRET, Folder


def test_one_source_is_a_whole_configuration(folder: Folder) -> None:
    config = folder.load(HF)

    newsletter, source = config.newsletter, config.sources[0]
    assert (newsletter.slug, newsletter.title) == ("daily-papers", "Daily Papers")
    assert (newsletter.timezone.key, newsletter.send_at) == ("UTC", dt.time(7, 30))
    assert newsletter.days == (0, 1, 2, 3, 4, 5, 6)
    assert (newsletter.base_url, newsletter.max_papers, newsletter.intro) == ("", 50, "")
    assert (source.kind, source.name, source.settings["look_back_days"]) == (
        "huggingface",
        "huggingface",
        3,
    )
    assert source.settings["url"] == "https://huggingface.co/api/daily_papers"
    assert config.state_url == f"sqlite:///{folder.path}/state/digest.db"
    assert config.archive_path == folder.path / "site"
    assert (config.templates_path, config.themes.path) == (None, None)
    assert (config.themes.use, config.themes.follow, config.themes.inline) == (("ai",), (), "")
    assert config.mail.transport == f"maildir:{folder.path}/outbox"
    assert (config.mail.to, config.mail.password) == ((), None)
    assert config.mail.sender == "Papertide <papertide@localhost>"
    assert (config.fetch.contact, config.fetch.allow_private) == ("", False)


def test_every_key_can_be_set(folder: Folder) -> None:
    (folder.path / "looks").mkdir()
    (folder.path / "mine.toml").touch()
    config = folder.load(
        """
        [newsletter]
        slug = "lab-2"
        title = "Día a día"
        timezone = "Europe/Berlin"
        send_at = "23:59"
        days = ["fri", "mon"]
        base_url = "https://papers.example.org/daily/"
        max_papers = 1
        intro = "Hello,\\nreaders"
        [[source]]
        kind = "huggingface"
        url = "http://127.0.0.1:8000/api"
        look_back_days = 7
        [[source]]
        kind = "feed"
        name = "lab"
        url = "https://example.org/feed.xml"
        [[source]]
        kind = "saved-page"
        path = "pages/*.txt"
        [state]
        url = "postgresql://papers@db.example.org/papers"
        [archive]
        path = "/srv/site"
        [mail]
        from = '"Papers, Daily" <papers@example.org>'
        to = ["a@example.org", "b@example.org"]
        transport = "smtps://me@mail.example.org:465"
        [fetch]
        contact = "me@example.org"
        allow_private = true
        [templates]
        path = "looks"
        [themes]
        path = "mine.toml"
        use = []
        follow = ["robotics", "agents", "robotics"]
        """,
        DIGEST_MAIL__PASSWORD=SECRET,
    )
    assert config.newsletter.days == (0, 4)
    assert config.newsletter.base_url == "https://papers.example.org/daily"
    assert config.newsletter.intro == "Hello,\nreaders"
    assert [source.name for source in config.sources] == ["huggingface", "lab", "saved-page"]
    assert config.sources[0].settings["look_back_days"] == 7
    assert config.sources[2].settings["path"] == f"{folder.path}/pages/*.txt"
    assert config.state_url == "postgresql://papers@db.example.org/papers"
    assert config.archive_path == Path("/srv/site")
    assert config.mail.sender == '"Papers, Daily" <papers@example.org>'
    assert config.mail.transport == "smtps://me@mail.example.org:465"
    assert config.templates_path == folder.path / "looks"
    assert config.themes.path == folder.path / "mine.toml"
    assert (config.themes.use, config.themes.follow) == ((), ("robotics", "agents"))


@pytest.mark.parametrize("kind", ["theme", "group"])
def test_themes_in_the_file_are_left_to_who_reads_them(folder: Folder, kind: str) -> None:
    text = f'{HF}[themes]\nfollow = ["tides"]\n[[themes.{kind}]]\nid = "tides"\n'
    themes = folder.load(text).themes
    assert (themes.inline, themes.file, themes.follow) == (text, "digest.toml", ("tides",))


def test_the_environment_overrules_the_file(folder: Folder) -> None:
    config = folder.load(
        '[mail]\nto = ["old@example.org"]\n[[source]]\nkind = "feed"\nname = "my-lab.2"\n',
        DIGEST_NEWSLETTER__SEND_AT="06:00",
        DIGEST_NEWSLETTER__MAX_PAPERS="9",
        DIGEST_NEWSLETTER__DAYS="mon,tue",
        DIGEST_MAIL__TO="a@example.org, b@example.org",
        DIGEST_MAIL__PASSWORD=SECRET,
        DIGEST_MAIL__TRANSPORT="maildir:post",
        DIGEST_FETCH__ALLOW_PRIVATE="true",
        DIGEST_SOURCE__MY_LAB_2__URL="https://example.org/feed.xml",
        DIGEST_STATE__URL=f"postgresql://papers:{SECRET}@db.example.org/papers",
        DIGEST_THEMES__USE="",
        DIGEST_THEMES__FOLLOW="agents, robotics",
    )
    assert (config.newsletter.send_at, config.newsletter.max_papers) == (dt.time(6), 9)
    assert config.newsletter.days == (0, 1)
    assert config.mail.to == ("a@example.org", "b@example.org")
    assert config.mail.password == SECRET
    assert config.mail.transport == f"maildir:{folder.path}/post"
    assert config.fetch.allow_private
    assert config.sources[0].settings["url"] == "https://example.org/feed.xml"
    assert (config.themes.use, config.themes.follow) == ((), ("agents", "robotics"))
    assert SECRET in config.state_url
    assert SECRET not in repr(config)


def test_a_source_can_change_its_kind_through_the_environment(folder: Folder) -> None:
    config = folder.load(
        HF, DIGEST_SOURCE__HUGGINGFACE__KIND="saved-page", DIGEST_SOURCE__HUGGINGFACE__PATH="pages"
    )
    assert config.sources[0].settings["path"] == f"{folder.path}/pages"


def test_variables_that_are_no_settings_are_left_alone(folder: Folder) -> None:
    others = ("DIGEST_FAILPOINT", "DIGEST_RECORDED", "DIGEST_CONFIG", "MAIL__TO", "PATH")
    assert folder.load(HF, **dict.fromkeys(others, "x")) == folder.load(HF)


def test_a_relative_path_starts_at_the_files_folder(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.file.write_text('[archive]\npath = "web/site"\n[state]\nurl = "sqlite:///x.db"\n' + HF)
    monkeypatch.chdir(folder.path.parent)
    config = load(Path(folder.path.name, "digest.toml"), {})
    assert config.archive_path == folder.path / "web" / "site"
    assert config.state_url == f"sqlite:///{folder.path}/x.db"


def test_a_tilde_is_the_home_folder(folder: Folder) -> None:
    assert folder.load('[archive]\npath = "~/site"\n' + HF).archive_path == Path.home() / "site"
    [problem] = folder.problems('[archive]\npath = "~no-such-user/site"\n' + HF)
    assert problem.startswith("archive.path: starts with a ~")


def test_the_template_works_as_it_stands_and_changes_nothing_but_the_reader(
    folder: Folder,
) -> None:
    written = folder.load(TEMPLATE)
    plain = folder.load(f'{HF}name = "hf"\n[mail]\nto = ["me@localhost"]\n')
    assert written == plain


def uncommented(text: str) -> str:
    return re.sub(r"^# (?=\[\[|[a-z_]+ = )", "", text, flags=re.MULTILINE)


def test_the_templates_comments_hold_every_key_at_its_default(folder: Folder) -> None:
    """Taking the # away from all but the examples changes nothing."""
    settings = re.sub(
        r"# \[\[source.*?(?=\[state)|# \[\[channel.*?(?=\n\[alerts)|# transport = \"s.*?\n",
        "",
        TEMPLATE,
        flags=re.DOTALL,
    )
    assert folder.load(uncommented(settings)) == folder.load(TEMPLATE)
    told = tomllib.loads(uncommented(settings))
    [source] = told.pop("source")
    assert set(source) == {"kind", *KINDS["huggingface"]}
    told["mail.dkim"] = told["mail"].pop("dkim")
    assert {name: set(keys) for name, keys in told.items()} == {
        name: {key for key in keys if f"{key}_file" not in keys} for name, keys in SECTIONS.items()
    }


def test_the_templates_examples_work(folder: Folder) -> None:
    """Its further sources and its SMTP transport, with the # taken away, are right as well."""
    sources = re.search(r"# \[\[source.*?(?=\[state)", TEMPLATE, flags=re.DOTALL)
    mail = re.search(r"# (transport = \"smtp.*?)\n", TEMPLATE)
    assert sources
    assert mail
    sender = 'from = "papers@example.org"'
    text = f"{uncommented(sources[0])}\n[mail]\n{mail[1]}\n{sender}"
    config = folder.load(text, DIGEST_MAIL__PASSWORD=SECRET)
    kinds = ["arxiv", "biorxiv", "feed", "saved-page"]
    assert [source.kind for source in config.sources] == kinds
    assert config.mail.transport == "smtp://me@mail.example.org:587"
    command = re.search(r"# (transport = \"sendmail.*?\")", TEMPLATE)
    assert command
    config = folder.load(f"{HF}[mail]\n{command[1]}")
    assert config.mail.transport == "sendmail:/usr/sbin/sendmail"
