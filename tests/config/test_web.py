"""Config: where the pages are, where they listen, and where they are watched."""

from __future__ import annotations

import pytest

from digest.config import Config
from tests.config.folder import HF, Folder


def web(lines: str) -> str:
    return f"{HF}[web]\n{lines}\n"


def test_the_pages_stay_on_this_machine_and_tell_nothing_by_themselves(folder: Folder) -> None:
    told = folder.load(HF).web
    assert (told.url, told.listen, told.metrics) == ("", ("127.0.0.1", 8025), None)


def test_an_address_to_listen_at_is_taken_apart(folder: Folder) -> None:
    told = folder.load(web('listen = "[::1]:80"\nmetrics = "10.0.0.7:9464"')).web
    assert (told.listen, told.metrics) == (("::1", 80), ("10.0.0.7", 9464))


@pytest.mark.parametrize("key", ["listen", "metrics"])
@pytest.mark.parametrize(
    "value", ["9464", "localhost:9464", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", ":9464"]
)
def test_what_is_no_address_of_a_machine_and_a_port_is_refused(
    folder: Folder, key: str, value: str
) -> None:
    [problem] = folder.problems(web(f'{key} = "{value}"'))
    assert f"web.{key}" in problem
    assert "must be an IP address and a port" in problem


def test_no_port_is_told_as_one_to_listen_at(folder: Folder) -> None:
    [problem] = folder.problems(web('listen = "127.0.0.1:0"'))
    assert "web.listen: must be an IP address and a port" in problem


def test_the_pages_and_what_is_told_of_them_have_a_port_each(folder: Folder) -> None:
    [problem] = folder.problems(web('listen = "127.0.0.1:9464"\nmetrics = "127.0.0.1:9464"'))
    assert problem == "web.metrics: is where the pages answer; choose another port"


def _home(folder: Folder, url: str) -> Config:
    return folder.load(web(f'url = "{url}"'), DIGEST_MAIL__LINK_KEY="0123456789abcdef")


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("HTTPS://Papers.Example.org:443/", "https://papers.example.org"),
        ("http://papers.example.org:8080", "http://papers.example.org:8080"),
        ("https://bücher.example/für/", "https://xn--bcher-kva.example/f%C3%BCr"),
        ("https://example.org/{token}", "https://example.org/%7Btoken%7D"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_the_pages_are_known_as_browsers_write_them(folder: Folder, given: str, known: str) -> None:
    config = _home(folder, given)
    assert config.web.url == known
    assert config.mail.unsubscribe == f"{known}/leave?id={{token}}"


def test_other_sites_are_known_as_browsers_write_them(folder: Folder) -> None:
    given = 'origins = ["https://Example.org:443", "https://bücher.example", "http://a.example:81"]'
    assert folder.load(web(given)).web.origins == (
        "https://example.org",
        "https://xn--bcher-kva.example",
        "http://a.example:81",
    )


@pytest.mark.parametrize(
    "site", ["", "https://a.example/", "https://a.example/b", "*", "a.example"]
)
def test_what_names_no_site_is_refused(folder: Folder, site: str) -> None:
    [problem] = folder.problems(web(f'origins = ["{site}"]'))
    assert problem.startswith("web.origins: ")


@pytest.mark.parametrize("host", ["{token}.example.org", "..\\u200d", "a_b;c"])
def test_pages_at_no_host_are_refused(folder: Folder, host: str) -> None:
    problems = folder.problems(web(f'url = "https://{host}"'))
    assert any(problem.startswith("web.url: has no host") for problem in problems)


def test_links_lead_to_the_archive_below_the_pages_or_where_it_is_published(
    folder: Folder,
) -> None:
    assert _home(folder, "https://a.example").newsletter.base_url == "https://a.example"
    elsewhere = (
        f'{HF}[newsletter]\nbase_url = "https://b.example"\n[web]\nurl = "https://a.example"\n'
    )
    told = folder.load(elsewhere, DIGEST_MAIL__LINK_KEY="0123456789abcdef").newsletter
    assert told.base_url == "https://b.example"
