"""Config: where the pages are, where they listen, and where they are watched."""

from __future__ import annotations

import pytest

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
