"""Where the site is published: a branch, a command, or nowhere."""

from __future__ import annotations

import pytest

from digest.config import PublishConfig
from tests.config.folder import HF, SECRET, Folder

TOKEN = f"git:https://me:{SECRET}@git.example.org/me/papers.git#gh-pages"


def publish(value: str) -> str:
    return f"{HF}[archive]\npublish = '''{value}'''\n"


def test_a_site_is_published_nowhere_unless_told(folder: Folder) -> None:
    assert folder.load(HF).publish is None
    assert folder.load(publish("  ")).publish is None


@pytest.mark.parametrize(
    ("remote", "branch"),
    [
        ("git@git.example.org:me/papers.git", "gh-pages"),
        ("ssh://git@git.example.org:2222/papers.git", "site/main"),
        ("https://me@git.example.org/papers#2.git", "main"),
        ("file:///srv/papers.git", "été"),
    ],
)
def test_a_branch_has_a_repository_as_git_names_it(
    folder: Folder, remote: str, branch: str
) -> None:
    assert folder.load(publish(f"git:{remote}#{branch}")).publish == PublishConfig(remote, branch)


def test_paths_start_at_the_files_folder(folder: Folder) -> None:
    told = folder.load(publish("git:../papers.git#main")).publish
    assert told == PublishConfig(f"{folder.path}/../papers.git", "main")
    told = folder.load(publish("./send.sh {site}")).publish
    assert told == PublishConfig(command=(f"{folder.path}/send.sh", "{site}"))


def test_a_command_is_its_words_as_a_shell_would_part_them(folder: Folder) -> None:
    told = folder.load(publish("rsync -e 'ssh -p 22' {site}/ \"me@host:my papers/\"")).publish
    words = ("rsync", "-e", "ssh -p 22", "{site}/", "me@host:my papers/")
    assert told == PublishConfig(command=words)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("git:git@git.example.org:me/papers.git", "must name a repository and a branch"),
        ("git:#main", "must name a repository and a branch"),
        ("git:--upload-pack=x#main", "must name a repository and a branch"),
        *((f"git:papers.git#{branch}", "must name a repository and a branch") for branch in (
            "", "a b", "-f", "a..b", "/a", "a/", "a.lock", ".a", "a/.b", "a:b", "a^", "@{u}",
        )),
        ("git:~no-such-user/papers.git#main", "starts with a ~"),
        ("rsync '{site}/ host:", "has a quote that is not closed"),
        ("rsync site/ host:", 'must be "git:REMOTE#BRANCH" or a command such as'),
        ("{site}", 'must be "git:REMOTE#BRANCH" or a command such as'),
        ("gh-pages", 'must be "git:REMOTE#BRANCH" or a command such as'),
        ("rsync {site}/ a\\u001bb", "must be one line of plain text"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_key(folder: Folder, value: str, words: str) -> None:
    text = f'{HF}[archive]\npublish = "{value}"\n'
    [problem] = folder.problems(text)
    assert problem.startswith(f"archive.publish: {words}")


@pytest.mark.parametrize(
    "value", [TOKEN, f"curl -T {{site}}/index.html https://me:{SECRET}@example.org/"]
)
def test_a_password_comes_from_the_environment_and_is_never_told(
    folder: Folder, value: str
) -> None:
    [problem] = folder.problems(publish(value))
    assert "DIGEST_ARCHIVE__PUBLISH" in problem
    assert SECRET not in problem
    config = folder.load(HF, DIGEST_ARCHIVE__PUBLISH=value)
    assert config.publish
    assert SECRET not in repr(config.publish)
