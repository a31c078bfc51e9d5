"""How fast mail leaves, where what bounces goes, and on which day the week is told."""

from __future__ import annotations

import pytest

from tests.config.folder import HF, Folder

KEY = {"DIGEST_MAIL__LINK_KEY": "0123456789abcdef"}


def test_rates_are_spans_in_seconds_the_shortest_first(folder: Folder) -> None:
    rates = 'rate = ["5000/hour", "10/second", "300 / minute"]\ndomain_rate = ["1/second"]'
    mail = folder.load(f"{HF}[mail]\n{rates}\n").mail
    assert mail.rate == ((10, 1), (300, 60), (5000, 3600))
    assert mail.domain_rate == ((1, 1),)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('rate = ["10/fortnight"]', 'mail.rate: must list rates such as "10/second"'),
        ('rate = ["0/second"]', "mail.rate: must list rates"),
        ('domain_rate = ["1/hour", "2/hour"]', "mail.domain_rate: has two rates of one span"),
        ("connections = 0", "mail.connections: must be from 1 to 50"),
        ("connections = 51", "mail.connections: must be from 1 to 50"),
        ("messages_per_connection = 0", "mail.messages_per_connection: must be at least 1"),
        ('return_path = "bounces"', "mail.return_path: must be an address"),
        ('return_path = "b+{who}@example.org"', "mail.return_path: must be an address"),
        ('return_path = "bounces@{reader}.example.org"', "mail.return_path: must be an address"),
        ('operator = "Me <me@example.org>"', "mail.operator: must be the address alone"),
    ],
)
def test_what_cannot_be_is_told_with_its_key(folder: Folder, setting: str, words: str) -> None:
    [problem] = folder.problems(f"{HF}[mail]\n{setting}\n", **KEY)
    assert problem.startswith(words)


def test_a_return_path_of_a_reader_s_own_needs_the_secret(folder: Folder) -> None:
    text = f'{HF}[mail]\nreturn_path = "bounces+{{reader}}@example.org"\n'
    assert folder.load(text, **KEY).mail.return_path == "bounces+{reader}@example.org"
    [problem] = folder.problems(text)
    assert problem.startswith("mail.return_path: {reader} is made with a secret")


def test_the_day_of_the_weekly_edition_is_a_weekday_or_none(folder: Folder) -> None:
    assert folder.load(HF).newsletter.weekly is None
    assert folder.load(f'{HF}[newsletter]\nweekly = "sun"\n').newsletter.weekly == 6
    [problem] = folder.problems(f'{HF}[newsletter]\nweekly = "Sunday"\n')
    assert problem.startswith("newsletter.weekly: must be one of: mon")
