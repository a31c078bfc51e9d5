"""Readers from files and into files: nothing lost, nobody revived, every refusal told."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from digest.model.readers import Subscriber
from digest.subscribe.rows import write
from tests.home import Answer, Home

MONDAY = "2026-01-05T07:30:00Z"


def take_in(home: Home, data: str | bytes, *arguments: str, name: str = "readers.csv") -> Answer:
    file = home.folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return home.digest("subscribers", "import", str(file), *arguments, now=MONDAY)


def listed(home: Home) -> dict[str, str]:
    """The state of each reader."""
    readers = home.digest("subscribers", "list", "--json").json["readers"]
    return {one["address"]: one["state"] for one in readers}


def exported(home: Home, form: str = "csv") -> str:
    return home.digest("subscribers", "export", "--format", form).out


def test_readers_come_with_what_they_want(home: Home) -> None:
    answer = take_in(
        home,
        "address,state,frequency,zone,hour,themes,keywords,consent,consented_at,cap\n"
        'kim@example.org,active,weekly,Asia/Tokyo,7,pretraining;safety,"a b;c",on paper,'
        "2025-12-31T23:00:00+01:00,5\n"
        "joe@example.org,pending,,,,,,,,\n",
    )
    assert (answer.code, answer.out) == (0, "2 added, 0 changed, 0 unchanged, 0 refused\n")
    assert listed(home) == {"joe@example.org": "pending", "kim@example.org": "active"}
    told = home.digest("subscribers", "show", "kim@example.org", "--json").json
    assert told["themes"] == ["pretraining", "safety"]
    assert told["keywords"] == ["a b", "c"]
    assert (told["frequency"], told["zone"], told["hour"]) == ("weekly", "Asia/Tokyo", 7)
    assert (told["consent"], told["consented_at"]) == ("on paper", "2025-12-31T22:00:00Z")
    assert told["cap"] == 5


@pytest.mark.parametrize(
    "data",
    [
        "Email Address,First Name\nkim@example.org,Kim\n",
        'First Name;E-mail\r\n"Kim; or so";kim@example.org\r\n',
        "name\tEMAIL\nKim\tkim@example.org\n",
        "\ufeffemail\nkim@example.org\n\n\n",
        'name,"email"\n"Kim\nthe second",kim@example.org',
        "name\tmail\nKim\tkim@example.org\n".encode("utf-16"),
        '{"email": "kim@example.org", "name": "Kim"}\n\n',
        '\ufeff{"E-Mail": " kim@example.org "}',
    ],
)
def test_files_of_other_tools_are_read(home: Home, data: str | bytes) -> None:
    answer = take_in(home, data)
    assert (answer.code, listed(home)) == (0, {"kim@example.org": "active"}), answer.err


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("subscribed", "active"),
        ("Unconfirmed", "pending"),
        ("unsubscribed", "left"),
        ("blocklisted", "left"),
        ("cleaned", "bounced"),
        ("spam", "complained"),
    ],
)
def test_states_of_other_tools_are_understood(home: Home, word: str, state: str) -> None:
    take_in(home, f"email,status\nkim@example.org,{word}\n")
    assert listed(home) == {"kim@example.org": state}


def test_every_refused_row_is_told_by_its_line_and_no_address(home: Home) -> None:
    answer = take_in(
        home,
        "email,hour,themes,status\n"
        "kim@example.org,7,,\n"
        "nobody,7,,\n"
        '"joe@example.org\n",25,pretrainin,\n'
        "jim@example.org,7,,vip\n"
        "jane@example.org,7,,,,\n"
        "max@example.org\n"
        ",,pretraining,\n"
        "eve@example.org,7,joe@example.org,\n",
    )
    assert answer.code == 1
    assert answer.out == "2 added, 0 changed, 0 unchanged, 6 refused\n"
    assert answer.err.splitlines() == [
        "digest: line 3: address is no address; write it as name@example.org",
        "digest: line 4: hour must be a whole number from 0 to 23;"
        " themes: there is no 'pretrainin'; did you mean pretraining?",
        "digest: line 6: state must be one of pending, active, paused, left, bounced, complained",
        "digest: line 7: has 6 cells where the first line names 4",
        "digest: line 9: address is empty",
        "digest: line 10: themes: there is no …",
    ]
    assert listed(home) == {"kim@example.org": "active", "max@example.org": "active"}


def test_a_refused_line_of_json_is_told_likewise(home: Home) -> None:
    lines = [
        '{"email": "kim@example.org", "themes": ["safety"], "hour": 7}',
        '{"email": "joe@example.org", "hour": "seven"}',
        '["jim@example.org"]',
        '{"name": "Jane"}',
        '{"email": "max@example.org", "keywords": [["a"]], "cap": true}',
        "[" * 100_000,
        '{"email": ["max@example.org"]}',
    ]
    answer = take_in(home, "\n".join(lines), "--json")
    assert answer.code == 1
    assert answer.json == {
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": [
            {"line": 2, "reason": "hour must be a whole number from 0 to 23"},
            {"line": 3, "reason": "is not a JSON object"},
            {"line": 4, "reason": "address is empty"},
            {"line": 5, "reason": "keywords must be text; cap must be text"},
            {"line": 6, "reason": "is not a JSON object"},
            {"line": 7, "reason": "address must be text"},
        ],
        "unused_columns": ["name"],
    }


def test_columns_that_say_nothing_are_told_at_once(home: Home) -> None:
    answer = take_in(home, "email,First Name,e-mail,Tags\nkim@example.org,Kim,x,y\n")
    [warning] = answer.err.splitlines()
    assert warning == "digest: nothing was made of these columns: First Name, e-mail, Tags"
    assert answer.code == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "has no column of addresses"),
        ("name,town\nKim,Kiel\n", "has no column of addresses"),
        ("kim@example.org\njoe@example.org\n", "has no column of addresses"),
        ("email\nkim@example.org\nk\xf6m@example.org\n".encode("latin-1"), "is not text in UTF-8"),
        (b"email\nkim@example.org\n" + bytes([255, 254]), "is not text in UTF-8"),
        ('email,name\nkim@example.org,Kim\njoe@example.org,"Joe\n', "breaks off at line 3"),
        (f"email,name\nkim@example.org,{'x' * 200_000}\n", "breaks off at line 2"),
        (f"email,{'x' * 200_000}\nkim@example.org,Kim\n", "breaks off at line 1"),
    ],
)
def test_a_useless_file_is_refused_whole(home: Home, data: str | bytes, words: str) -> None:
    answer = take_in(home, data)
    assert (answer.code, words in answer.err) == (2, True), answer.err
    assert "nothing was imported" in answer.err
    assert not (home.folder / "state").exists()


def test_a_file_that_is_not_there_is_told(home: Home) -> None:
    answer = home.digest("subscribers", "import", "nowhere.csv")
    assert (answer.code, answer.err) == (
        2,
        "digest: nowhere.csv cannot be read: No such file or directory\n",
    )


def test_readers_are_read_from_standard_input(home: Home) -> None:
    command = [sys.executable, "-m", "digest.cli.main", "--config", str(home.config)]
    done = subprocess.run(
        [*command, "subscribers", "import", "-", "--consent", "signed up in class"],
        input=b"email\nkim@example.org\n",
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"1 added, 0 changed, 0 unchanged, 0 refused\n"
    told = home.digest("subscribers", "show", "kim@example.org", "--json").json
    assert told["consent"] == "signed up in class"


def test_a_mailbox_that_comes_twice_is_one_reader(home: Home) -> None:
    answer = take_in(
        home,
        "email,hour\nMe@bücher.example,7\nme@xn--bcher-kva.example,7\nme@bücher.example,8\n"
        "me+a@bücher.example,7\n",
    )
    assert answer.out == "2 added, 1 changed, 1 unchanged, 0 refused\n"
    assert sorted(listed(home)) == ["Me@bücher.example", "me+a@bücher.example"]


def test_an_import_brings_nobody_back_and_changes_no_more_than_it_says(home: Home) -> None:
    home.digest("subscribers", "add", "kim@example.org", "--keyword", "diffusion", now=MONDAY)
    for address in ("joe@example.org", "jim@example.org"):
        home.digest("subscribers", "add", address, now=MONDAY)
    home.digest("subscribers", "remove", "joe@example.org", now=MONDAY)
    home.digest("subscribers", "erase", "jim@example.org", "--yes", now=MONDAY)
    answer = take_in(home, "email,hour\nkim@example.org,7\nJoe@example.org,7\njim@example.org,7\n")
    assert (answer.code, answer.out) == (1, "0 added, 1 changed, 0 unchanged, 2 refused\n")
    assert answer.err.splitlines() == [
        "digest: line 3: has left; an import brings nobody back",
        "digest: line 4: was erased; an import brings nobody back",
    ]
    assert listed(home) == {"joe@example.org": "left", "kim@example.org": "active"}
    told = home.digest("subscribers", "show", "kim@example.org", "--json").json
    assert (told["hour"], told["keywords"]) == (7, ["diffusion"])


def test_who_is_said_to_have_left_or_complained_stays_away(home: Home) -> None:
    rows = "kim@example.org,left\njoe@example.org,complained\njim@example.org,bounced\n"
    assert take_in(home, f"email,state\n{rows}").code == 0
    again = "email\nkim@example.org\njoe@example.org\njim@example.org\n"
    assert take_in(home, again).out == "0 added, 0 changed, 0 unchanged, 3 refused\n"
    assert home.digest("subscribers", "add", "joe@example.org", "--consent", "x").code == 1
    home.digest("subscribers", "erase", "joe@example.org", "--yes")
    assert take_in(home, again).out == "0 added, 0 changed, 0 unchanged, 3 refused\n"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_is_all_that_another_home_needs(home: Home, tmp_path: Path, form: str) -> None:
    take_in(
        home,
        "email,state,hour,themes,keywords,paused_until,reason\n"
        'kim@example.org,paused,7,safety,"a ""b"", c;d",2026-02-01,\n'
        "Joe@bücher.example,left,,,,,moved\n"
        "jim@example.org,bounced,,,,,550 5.1.1 no such user\n"
        "=1+1@example.org,,,,,,\n",
    )
    text = exported(home, form)
    other = Home(tmp_path / "other").configure(home.config.read_text())
    assert take_in(other, text).out == "4 added, 0 changed, 0 unchanged, 0 refused\n"
    assert exported(other, form) == text
    assert take_in(other, text).out == "0 added, 0 changed, 4 unchanged, 0 refused\n"
    assert exported(other, form) == text


def test_an_export_is_utf_8_whatever_the_terminal_has(home: Home) -> None:
    take_in(home, "email\nли@example.org\n")
    answer = home.fresh("subscribers", "export", PYTHONIOENCODING="latin-1")
    assert (answer.code, answer.out) == (0, exported(home))


def test_a_terminal_that_lacks_a_letter_sees_its_number(home: Home) -> None:
    take_in(home, "email\nли@example.org\n")
    answer = home.fresh("subscribers", "list", PYTHONIOENCODING="latin-1")
    assert answer.code == 0
    assert r"\u043b\u0438@example.org" in answer.out


def test_many_readers_are_taken_in_by_any_number_of_steps(home: Home) -> None:
    rows = [f"reader{number:04}@example.org" for number in range(2_345)]
    answer = take_in(home, "email\n" + "\n".join(rows))
    assert answer.out == "2,345 added, 0 changed, 0 unchanged, 0 refused\n"
    assert list(listed(home)) == rows
    assert len(exported(home, "jsonl").splitlines()) == 2_345


def test_progress_is_told_where_it_is_asked_for(home: Home) -> None:
    rows = "\n".join(f"reader{number}@example.org" for number in range(1_500))
    (home.folder / "readers.csv").write_text(f"email\n{rows}\n")
    answer = home.digest("-v", "subscribers", "import", str(home.folder / "readers.csv"))
    assert answer.err.splitlines() == [
        "1,000 rows read",
        "1,500 rows read",
        "0 of 1,500 rows entered",
        "1,000 of 1,500 rows entered",
    ]


def test_the_columns_of_an_export_are_documented() -> None:
    page = (Path(__file__).parent.parent / "docs" / "readers.md").read_text(encoding="utf-8")
    out = io.StringIO()
    write([Subscriber(address="kim@example.org")], "jsonl", out)
    for name in json.loads(out.getvalue()):
        assert f"`{name}`" in page


def test_an_import_that_is_killed_has_taken_in_nobody(home: Home) -> None:
    file = home.folder / "readers.csv"
    rows = [f"reader{number:05}@example.org" for number in range(20_000)]
    file.write_text("email\n" + "\n".join(rows))
    process = home.start("-v", "subscribers", "import", str(file))
    assert process.stderr
    while process.stderr.readline() != b"5,000 of 20,000 rows entered\n":
        assert process.poll() is None
    process.kill()
    process.communicate()
    assert listed(home) == {}
    answer = home.digest("subscribers", "import", str(file))
    assert answer.out == "20,000 added, 0 changed, 0 unchanged, 0 refused\n"
