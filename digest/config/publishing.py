"""What makes a value right that says where the site is published; else as `checks`."""

from __future__ import annotations

import re

from digest.config.checks import Given, Wrong, absolute, line
from digest.config.nouns import PublishConfig

SITE = "{site}"  # stands for the site's folder

_GIT = "git:"
_FORMS = '"git:REMOTE#BRANCH" or a command such as "rsync -az --delete {site}/ me@host:papers/"'
_BRANCH = r"(?![-/.])(?!.*(\.\.|//|@\{|/\.))[^\s~^:?*\[\\]+(?<![/.])(?<!\.lock)"
_PASSWORD = re.compile(r"://[^/\s]*:[^/\s]*@")


def publish(given: Given) -> PublishConfig | None:
    """A branch of a git repository, or a command; or nothing."""
    text = line(given).strip()
    if not text:
        return None
    if _PASSWORD.search(text) and not given.environment:
        raise Wrong(
            "holds a password, which does not belong in this file; set the whole of it as"
            f" {given.variable}"
        )
    return _branch(text, given) if text.startswith(_GIT) else _command(text, given)


def _branch(text: str, given: Given) -> PublishConfig:
    remote, _, branch = text.removeprefix(_GIT).rpartition("#")
    if not remote or remote.startswith("-") or not re.fullmatch(_BRANCH, branch):
        raise Wrong('must name a repository and a branch, such as "git:git@host:papers.git#main"')
    if ":" not in remote.partition("/")[0]:  # no URL and no host: a folder, as git sees it
        remote = str(absolute(remote, given.folder))
    return PublishConfig(remote=remote, branch=branch)


def _command(text: str, given: Given) -> PublishConfig:
    import shlex  # for the few that publish

    try:
        words = shlex.split(text)
    except ValueError:
        raise Wrong("has a quote that is not closed") from None
    if not any(SITE in word for word in words[1:]):
        raise Wrong(f"must be {_FORMS}, in which {SITE} stands for the site's folder")
    program = words[0]
    if "/" in program:
        program = str(absolute(program, given.folder))
    return PublishConfig(command=(program, *words[1:]))
