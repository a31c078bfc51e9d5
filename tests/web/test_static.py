"""The archive beside the pages: what is shown of a folder, how, and what never is."""

from __future__ import annotations

import gzip
import os
import socket
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.archive.site import Site
from digest.document import freeze
from digest.model.catalogue import Naming
from digest.web import Pages
from tests.home import Home
from tests.pages import page
from tests.render.specimen import EDITION, SITE
from tests.web.conftest import URL, shipped
from tests.web.test_serving import KEY

DAY = "/2026/06/16/"
PLAIN = {"Accept-Encoding": "identity"}
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def archive(pages: Pages) -> Path:
    """The archive of an edition, beside a secret."""
    folder = pages.archive
    site = Site(
        folder, shipped, title="T", base_url=SITE, naming=Naming, subscribe=f"{URL}/subscribe"
    )
    site.build([freeze(EDITION)])
    (folder.parent / "secret.txt").write_text("secret")
    return folder


def test_the_front_is_the_archive_once_there_is_one(client: httpx.Client, pages: Pages) -> None:
    before = client.get("/")
    assert (before.status_code, before.headers["cache-control"]) == (200, "no-store")
    assert "Your mail address" in before.text
    pages.archive.mkdir()
    (pages.archive / "index.html").write_text("<p>All editions")
    assert client.get("/").text == "<p>All editions"
    assert "Your mail address" in client.get("/subscribe").text


def test_each_page_of_the_archive_leads_to_where_readers_subscribe(
    client: httpx.Client, archive: Path
) -> None:
    for path in ("/", DAY):
        assert f'<a href="{URL}/subscribe">Subscribe</a>' in client.get(path).text


def test_a_run_writes_where_its_readers_subscribe_into_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_MAIL__LINK_KEY", KEY)
    monkeypatch.setenv("DIGEST_WEB__URL", URL)
    home = Home(tmp_path)
    (tmp_path / "page.txt").write_text(page(1, 2, 3), encoding="utf-8")
    home.configure('[[source]]\nkind = "saved-page"\npath = "page.txt"\n')
    home.run(now="2026-01-05T07:30:00Z")
    assert f'href="{URL}/subscribe"' in (tmp_path / "site/index.html").read_text()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        (DAY, "text/html; charset=utf-8"),
        (f"{DAY}edition.md", "text/markdown; charset=utf-8"),
        (f"{DAY}edition.json", "application/json"),
        ("/feed.xml", "application/atom+xml; charset=utf-8"),
        ("/themes/agents/feed.xml", "application/atom+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        ("/own.css", "text/css; charset=utf-8"),
        ("/own.png", "image/png"),
    ],
)
def test_files_say_what_they_are(client: httpx.Client, archive: Path, path: str, kind: str) -> None:
    file = archive / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"made by hand")
    answer = client.get(path)
    assert answer.headers["content-type"] == kind
    assert answer.content == file.read_bytes()
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == kind


def test_a_file_is_told_once_until_it_changes(client: httpx.Client, archive: Path) -> None:
    first = client.get(DAY)
    assert "public" in first.headers["cache-control"]
    known = [
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"another", {first.headers["etag"]}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ]
    for headers in known:
        again = client.get(DAY, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        told = ("etag", "cache-control", "content-security-policy", "vary")
        assert [again.headers[name] for name in told] == [first.headers[name] for name in told]
    (archive / DAY.lstrip("/") / "index.html").write_text("Another")
    os.utime(archive / DAY.lstrip("/") / "index.html", (2e9, 2e9))
    for headers in known:
        assert client.get(DAY, headers=headers).text == "Another"


def test_who_takes_it_gets_it_compressed(client: httpx.Client, archive: Path) -> None:
    file = archive / "long.html"
    file.write_text("".join(f"<p>A line, the number {i} of many" for i in range(9_000)))
    with client.stream("GET", "/long.html", headers=GZIP) as packed:
        raw = b"".join(packed.iter_raw())
    assert gzip.decompress(raw) == file.read_bytes()
    assert int(packed.headers["content-length"]) == len(raw)
    assert len(raw) < 0.3 * file.stat().st_size
    plain = client.get("/long.html", headers=PLAIN)
    assert plain.content == file.read_bytes()
    assert int(plain.headers["content-length"]) == file.stat().st_size
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == (
        "gzip",
        False,
    )
    for answer in (packed, plain, client.head("/long.html")):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["etag"].startswith('W/"')  # one for both, which are not the same


def test_no_page_that_shows_a_secret_is_compressed(client: httpx.Client) -> None:
    for path in ("/subscribe", "/you?id=x", "/confirm?id=x"):
        assert "content-encoding" not in client.get(path, headers=GZIP).headers


def test_a_part_of_a_file_is_the_whole(client: httpx.Client, archive: Path) -> None:
    whole = client.get(DAY, headers=PLAIN)
    for part in ("bytes=0-9", "bytes=0-1,4-5", "bytes=99999999-", "lines=1", "bytes=x"):
        answer = client.get(DAY, headers={**PLAIN, "Range": part})
        assert (answer.status_code, answer.content) == (200, whole.content)


def test_pages_of_the_archive_run_nothing_and_keep_their_style(
    client: httpx.Client, archive: Path
) -> None:
    policy = client.get(DAY).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert "'unsafe-inline'" in rules["style-src"]  # the page itself names its style by hash
    assert "style-src 'sha256-" in client.get(DAY).text
    assert client.get(DAY).headers["x-content-type-options"] == "nosniff"


def test_only_pages_that_search_run_the_site_s_own_script(
    client: httpx.Client, archive: Path
) -> None:
    for path, runs in (("/find/", True), ("/find/find.js", True), ("/finds/", False)):
        policy = client.get(path).headers["content-security-policy"]
        assert ("script-src 'self' 'wasm-unsafe-eval'" in policy) is runs
        assert "'unsafe-eval'" not in policy


def test_a_folder_leads_to_its_page_by_whatever_name_the_site_has(
    client: httpx.Client, archive: Path
) -> None:
    (archive / "evil.example:x?").mkdir()
    (archive / "evil.example:x?/index.html").write_text("ours")
    assert client.get("/2026/06/16").headers["location"] == "./16/"
    odd = raw(client, b"//evil.example%3Ax%3F")
    assert b"\r\nlocation: ./evil.example%3Ax%3F/\r\n" in odd
    assert client.get("/2026/06/16", follow_redirects=True).url.path == DAY


def raw(client: httpx.Client, path: bytes) -> bytes:
    """What a path gets that a browser would not send."""
    port = client.base_url.port
    with socket.create_connection(("127.0.0.1", port or 80)) as line:
        line.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        with line.makefile("rb") as answer:
            return answer.read()


@pytest.mark.parametrize(
    "path",
    [
        b"/../secret.txt",
        b"/%2e%2e/secret.txt",
        b"/2026/..%2f..%2f..%2fsecret.txt",
        b"/..\\secret.txt",
        b"//etc/passwd",
        b"/%2fetc/passwd",
        b"/./../secret.txt",
        b"/secret.txt%00.html",
        b"/out.txt",
        b"/outside/secret.txt",
        b"/.hidden",
        b"/.git/config",
        b"/2026/.index.html.partial",
        b"/circle",
        b"/find/arxiv/",
        b"/find/arxiv",
        b"/index.html/x",
        b"/pipe",
        b"/" + b"x" * 5_000,
        b"/\xff%ff",
        b"/nowhere",
    ],
)
def test_nothing_else_is_shown(client: httpx.Client, archive: Path, path: bytes) -> None:
    (archive / "out.txt").symlink_to(archive.parent / "secret.txt")
    (archive / "outside").symlink_to(archive.parent)
    (archive / "circle").symlink_to(archive / "circle")
    os.mkfifo(archive / "pipe")
    (archive / ".git").mkdir()
    for hidden in (".hidden", ".git/config", "2026/.index.html.partial"):
        (archive / hidden).write_text("secret")
    answer = raw(client, path)
    assert answer.split(b" ", 2)[1] in {b"404", b"400"}
    assert b"secret" not in answer.partition(b"\r\n\r\n")[2]
    assert b"root:" not in answer


def test_where_there_is_nothing_a_visitor_is_told_so_kindly(
    client: httpx.Client, archive: Path
) -> None:
    answer = client.get("/2026/01/01/")
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "X"])
def test_the_archive_is_only_read(client: httpx.Client, archive: Path, method: str) -> None:
    before = {file: file.read_bytes() for file in archive.rglob("*") if file.is_file()}
    for path in ("/", "/index.html", DAY, "/new.html"):
        assert client.request(method, path).status_code in {400, 405}
    assert {file: file.read_bytes() for file in archive.rglob("*") if file.is_file()} == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["..", ".", "", "2026", "secret.txt", "%2e.", "\\", "é"])))
def test_no_path_leads_out(client: httpx.Client, archive: Path, parts: list[str]) -> None:
    answer = raw(client, ("/" + "/".join(parts)).encode())
    assert b"\r\n\r\nsecret" not in answer
    assert not answer.startswith(b"HTTP/1.1 5")


def test_other_pages_of_ours_win_over_files(client: httpx.Client, archive: Path) -> None:
    (archive / "subscribe").write_text("a file")
    assert "Your mail address" in client.get("/subscribe").text
