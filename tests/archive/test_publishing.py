"""The site is published: to a branch of a real git repository, and by commands."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from digest.archive.publishing import Publisher
from digest.config import PublishConfig
from digest.errors import Busy, DigestError
from tests.home import Home

SECRET = "hunter2-and-more"
DAY = "2026/03/04/index.html"


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")


def git(repository: Path, *words: str, given: str = "") -> str:
    who = ["-c", "user.name=Other", "-c", "user.email=other@example.org"]
    return subprocess.run(
        ["git", "-C", repository, *who, *words],
        input=given,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


class World:
    """A site, a repository that its branch is in, and what publishes the one to the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = folder / "site"
        self.remote = folder / "remote.git"
        self.state = folder / "state"
        git(folder, "init", "--quiet", "--bare", str(self.remote))
        self.write("index.html", "home")
        self.write(DAY, "one")

    def write(self, name: str, text: str) -> None:
        file = self.site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def publisher(self, place: PublishConfig | None = None) -> Publisher:
        place = place or PublishConfig(str(self.remote), "pages")
        return Publisher(self.site, self.state, place, who=("Daily Papers", "papers@example.org"))

    def commits(self) -> list[str]:
        """What the commits of the branch say, the newest first."""
        return git(self.remote, "log", "--format=%s", "pages").splitlines()

    def files(self) -> dict[str, str]:
        """The files of the branch, but the one that tells that they are ready."""
        names = git(self.remote, "ls-tree", "-r", "-z", "--name-only", "pages").split("\0")
        files = {name: git(self.remote, "show", f"pages:{name}") for name in names if name}
        assert files.pop(".nojekyll") == ""
        return files

    def others_push(self, name: str, text: str) -> None:
        """Somebody else changes a file on the branch."""
        clone = self.folder / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        git(self.folder, "clone", "--quiet", "--branch", "pages", str(self.remote), str(clone))
        (clone / name).write_text(text)
        git(clone, "add", "--all")
        git(clone, "commit", "--quiet", "--message", f"Change {name}")
        git(clone, "push", "--quiet")

    def hook(self, name: str, script: str) -> Path:
        """Something that the repository does with what is pushed."""
        return program(self.remote / "hooks" / name, script)


def program(file: Path, script: str) -> Path:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_site_becomes_one_commit_on_its_branch(world: World) -> None:
    publisher = world.publisher()
    assert publisher.owed()
    publisher.publish()
    assert not publisher.owed()
    assert world.files() == {"index.html": "home", DAY: "one"}
    assert world.commits() == ["Edition of 2026-03-04"]
    who = git(world.remote, "log", "--format=%an <%ae> %cn <%ce>", "pages")
    assert who == "Daily Papers <papers@example.org> Daily Papers <papers@example.org>"
    assert sorted(one.name for one in world.site.iterdir()) == ["2026", "index.html"]


def test_what_has_not_changed_is_no_commit(world: World) -> None:
    for _ in range(2):
        world.publisher().publish()
    assert len(world.commits()) == 1


def test_each_change_is_a_commit_upon_the_last_and_what_is_gone_goes(world: World) -> None:
    world.publisher().publish()
    world.write("2026/03/05/index.html", "two")
    (world.site / DAY).unlink()
    publisher = world.publisher()
    publisher.owe()
    assert publisher.owed()
    publisher.publish()
    assert world.commits() == ["Edition of 2026-03-05", "Edition of 2026-03-04"]
    assert world.files() == {"index.html": "home", "2026/03/05/index.html": "two"}


def test_files_of_others_stay_unless_the_site_has_them(world: World) -> None:
    world.write("about.html", "about")
    world.publisher().publish()
    world.others_push("CNAME", "papers.example.org")
    world.others_push("index.html", "theirs")
    (world.site / "about.html").unlink()
    world.publisher().publish()
    assert world.files() == {"CNAME": "papers.example.org", "index.html": "home", DAY: "one"}
    assert len(world.commits()) == 4
    world.write("CNAME", "ours.example.org")
    world.publisher().publish()
    assert world.files()["CNAME"] == "ours.example.org"


def test_a_machine_that_remembers_nothing_goes_on_and_takes_nothing_away(world: World) -> None:
    world.publisher().publish()
    world.others_push("CNAME", "papers.example.org")
    shutil.rmtree(world.state)
    (world.site / DAY).unlink()
    world.write("2026/03/05/index.html", "two")
    git(world.remote, "config", "receive.denyNonFastForwards", "true")
    world.publisher(PublishConfig(world.remote.as_uri(), "pages")).publish()
    assert set(world.files()) == {"CNAME", "index.html", DAY, "2026/03/05/index.html"}
    assert world.commits() == ["Edition of 2026-03-05", "Change CNAME", "Edition of 2026-03-04"]
    (world.site / "2026/03/05/index.html").unlink()
    world.publisher(PublishConfig(world.remote.as_uri(), "pages")).publish()
    assert set(world.files()) == {"CNAME", "index.html", DAY}


def test_a_branch_that_was_deleted_begins_anew_with_one_commit(world: World) -> None:
    world.publisher().publish()
    world.others_push("CNAME", "papers.example.org")
    world.publisher().publish()
    git(world.remote, "update-ref", "-d", "refs/heads/pages")
    world.publisher().publish()
    assert world.files() == {"index.html": "home", DAY: "one"}
    assert len(world.commits()) == 1


def test_who_is_overtaken_by_another_s_push_goes_on_from_it(world: World) -> None:
    world.publisher().publish()
    world.hook(
        "update",
        """
        test -e moved && exit 0
        touch moved
        other=$(git commit-tree $1^{tree} -p $1 -m Other)
        git update-ref $1 $other
        echo too late >&2
        exit 1
        """,
    )
    git(world.remote, "config", "user.name", "Other")
    git(world.remote, "config", "user.email", "other@example.org")
    world.write(DAY, "changed")
    world.publisher().publish()
    assert world.commits() == ["Edition of 2026-03-04", "Other", "Edition of 2026-03-04"]
    assert world.files()[DAY] == "changed"


def test_a_refusal_is_told_in_its_own_words_and_the_site_is_still_owed(world: World) -> None:
    hook = world.hook("update", r"printf 'one\n\033[31mno room\a for you\n' >&2; exit 1")
    publisher = world.publisher()
    with pytest.raises(DigestError, match=r"^archive\.publish: git ended with .*no room") as told:
        publisher.publish()
    assert str(told.value).isprintable()
    assert publisher.owed()
    hook.unlink()
    publisher.publish()
    assert not publisher.owed()
    assert world.files() == {"index.html": "home", DAY: "one"}


@pytest.mark.parametrize("point", ["before-push", "after-push"])
def test_a_death_leaves_no_doubt(world: World, point: str) -> None:
    home = Home(world.folder).configure(
        '[[source]]\nkind = "huggingface"\n[archive]\npublish = "git:remote.git#pages"\n'
    )
    assert home.process("archive", "publish", DIGEST_FAILPOINT=point).code < 0
    (world.site / DAY).unlink()
    world.write("2026/03/05/index.html", "two")
    answer = home.process("archive", "publish")
    assert (answer.code, answer.out, answer.err) == (0, "published\n", "")
    assert world.files() == {"index.html": "home", "2026/03/05/index.html": "two"}
    assert len(world.commits()) == (1 if point == "before-push" else 2)
    assert home.process("archive", "publish").code == 0
    assert len(world.commits()) == (1 if point == "before-push" else 2)


def test_locks_of_a_git_that_died_are_in_nobodys_way(world: World) -> None:
    world.publisher().publish()
    for name in ("index.lock", "index.joined.lock", "refs/tip.lock", "packed-refs.lock"):
        (world.state / "repository" / name).touch()
    world.write(DAY, "changed")
    world.publisher().publish()
    assert world.files()[DAY] == "changed"


def test_a_checkout_of_the_user_s_and_unfinished_files_are_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(world.folder, "init", "--quiet", str(world.site))
    before = {file: file.read_bytes() for file in world.site.rglob(".git/**/*") if file.is_file()}
    assert before
    world.write("2026/03/04/.index.html.partial", "hal")
    world.write(".gitattributes", "*.html text eol=crlf")
    monkeypatch.setenv("GIT_DIR", str(world.site / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(world.site / ".git" / "index"))
    world.publisher().publish()
    monkeypatch.undo()
    assert set(world.files()) == {".gitattributes", "index.html", DAY}
    assert before == {
        file: file.read_bytes() for file in world.site.rglob(".git/**/*") if file.is_file()
    }


def test_a_file_may_have_any_name(world: World) -> None:
    names = ["été.html", "a b.html", 'qu"ote\\.html', "tab\tand\nline.html", "-f", ":(x)"]
    for name in names:
        world.write(name, name)
    world.publisher().publish()
    for number, name in enumerate(names):
        world.others_push(f"other {name}", str(number))
    world.write(DAY, "changed")
    world.publisher().publish()
    assert set(world.files()) == {*names, *(f"other {name}" for name in names), "index.html", DAY}


@pytest.mark.parametrize("login", [f"me:{SECRET}", f"me:{SECRET}%21", SECRET])
def test_a_log_in_is_never_told(world: World, login: str) -> None:
    place = PublishConfig(f"http://{login}@127.0.0.1:9/papers.git", "pages")
    with pytest.raises(DigestError, match=r"127\.0\.0\.1") as told:
        world.publisher(place).publish()
    assert SECRET not in str(told.value)


def test_a_repository_that_is_not_there_is_told(world: World) -> None:
    place = PublishConfig(str(world.folder / "nowhere.git"), "pages")
    with pytest.raises(DigestError, match=r"^archive\.publish: git ended .*nowhere\.git"):
        world.publisher(place).publish()


def command(*words: str) -> PublishConfig:
    return PublishConfig(command=words)


def test_a_command_is_given_the_folder(world: World) -> None:
    copy = command("cp", "-a", "{site}/.", str(world.folder / "copy"))
    publisher = world.publisher(copy)
    publisher.publish()
    assert not publisher.owed()
    assert (world.folder / "copy" / DAY).read_text() == "one"


@pytest.mark.skipif(not shutil.which("rsync"), reason="there is no rsync")
def test_rsync_brings_what_changed_and_takes_away_what_is_gone(world: World) -> None:
    words = ("rsync", "-a", "--delete", "--exclude=.*.partial", "{site}/")
    publisher = world.publisher(command(*words, f"{world.folder}/copy/"))
    publisher.publish()
    (world.site / DAY).unlink()
    world.write("2026/03/05/index.html", "two")
    world.write("2026/03/05/.index.html.partial", "tw")
    publisher.publish()
    copy = world.folder / "copy"
    found = {str(file.relative_to(copy)) for file in copy.rglob("*") if file.is_file()}
    assert found == {"index.html", "2026/03/05/index.html"}


def test_a_command_that_fails_is_told_by_its_last_lines(world: World) -> None:
    script = r"seq 100 >&2; printf '\033[31mcannot reach https://me:%s@h/ \a\n' " + SECRET + " >&2"
    failing = program(world.folder / "send.sh", f"{script}; exit 23")
    publisher = world.publisher(command(str(failing), "{site}"))
    with pytest.raises(DigestError) as told:
        publisher.publish()
    assert str(told.value) == (
        "archive.publish: send.sh ended with exit status 23: 97; 98; 99; 100;"
        " cannot reach https://h/"
    )
    assert publisher.owed()


def test_a_command_that_says_why_on_standard_output_alone_is_heard(world: World) -> None:
    failing = program(world.folder / "send.sh", "echo not logged in; exit 1")
    with pytest.raises(DigestError, match=r"status 1: not logged in$"):
        world.publisher(command(str(failing), "{site}")).publish()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("no-such-command", "{site}"), "no-such-command is no command that can be run"),
        (("/bin/sh", "-c", "sleep 60; : {site}"), "sh was not done after 0.3 seconds"),
    ],
)
def test_a_command_that_cannot_be_is_told(
    world: World, words: tuple[str, ...], problem: str
) -> None:
    began = time.monotonic()
    with pytest.raises(DigestError, match=f"^archive.publish: {problem}"):
        world.publisher(command(*words)).publish(0.3)
    assert time.monotonic() - began < 30


def test_without_a_site_nothing_is_run(world: World) -> None:
    shutil.rmtree(world.site)
    world.site.mkdir()
    publisher = world.publisher(command("touch", str(world.folder / "run"), "{site}"))
    with pytest.raises(DigestError, match="there is no site in"):
        publisher.publish()
    assert not (world.folder / "run").exists()


def test_a_change_while_another_publishes_is_owed_and_two_never_publish_at_once(
    world: World,
) -> None:
    ready, go = world.folder / "ready", world.folder / "go"
    slow = program(world.folder / "slow.sh", f"touch {ready}; until test -e {go}; do :; done")
    publisher = world.publisher(command(str(slow), "{site}"))
    thread = threading.Thread(target=publisher.publish)
    thread.start()
    while not ready.exists():
        time.sleep(0.01)
    with pytest.raises(Busy):
        publisher.publish()
    publisher.owe()
    go.touch()
    thread.join()
    assert publisher.owed()
    publisher.publish()
    assert not publisher.owed()


def test_another_place_is_owed_the_site(world: World) -> None:
    world.publisher().publish()
    elsewhere = world.publisher(PublishConfig(str(world.remote), "other"))
    assert elsewhere.owed()
    elsewhere.publish()
    assert not elsewhere.owed()
    assert world.publisher().owed()


def test_a_state_that_cannot_be_written_is_told(world: World) -> None:
    world.state.write_text("a file in the way")
    with pytest.raises(DigestError, match=r"^archive\.publish: .*state cannot be written"):
        world.publisher().publish()


def test_publishing_is_for_those_who_set_it_up(tmp_path: Path) -> None:
    home = Home(tmp_path).configure('[[source]]\nkind = "huggingface"\n')
    answer = home.digest("archive", "publish")
    assert answer.code == 2
    assert "archive.publish says nowhere to publish" in answer.err
