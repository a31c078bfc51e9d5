"""Config of addresses: whose mail it is, and who gets it."""

from __future__ import annotations

import pytest

from tests.config.folder import HF, SECRET, Folder, mail


@pytest.mark.parametrize("address", ["me@bücher.example", "me@例え.テスト", "jürgen@example.org"])
def test_an_address_of_any_script_is_right(folder: Folder, address: str) -> None:
    assert folder.load(mail(f'from = "{address}"\nto = ["{address}"]')).mail.to == (address,)


@pytest.mark.parametrize(
    "address", ["reader", "a@b@c", "A <reader@example.org>", "reader@", "rea der@example.org", ""]
)
def test_a_bad_address_is_told_by_its_number_alone(folder: Folder, address: str) -> None:
    [problem] = folder.problems(f'[mail]\nto = ["ok@example.org", "{address}"]\n{HF}')
    assert problem == "mail.to: number 2 is no address; write it as name@example.org"


def test_a_reader_is_named_once(folder: Folder) -> None:
    readers = '"me@bücher.example", "ME@bücher.example", "me@xn--bcher-kva.example"'
    [problem] = folder.problems(f"[mail]\nto = [{readers}]\n{HF}")
    assert problem == (
        "mail.to: number 2 is there already; take it out; number 3 is there already; take it out"
    )


def test_every_reader_that_cannot_be_is_told_at_once(folder: Folder) -> None:
    [problem] = folder.problems(f"[mail]\nto = ['x', 'a@b', 'a@-é.example']\n{HF}")
    assert problem == (
        "mail.to: number 1 is no address; write it as name@example.org;"
        " number 3 has a domain that cannot be; check how it is written"
    )


@pytest.mark.parametrize("sender", ["papers@example.org", "P. Tide <p@example.org>", "é <p@b>"])
def test_a_sender_may_have_a_name(folder: Folder, sender: str) -> None:
    assert folder.load(f"[mail]\nfrom = '{sender}'\n{HF}").mail.sender == sender


@pytest.mark.parametrize("sender", ["<p@example.org", "p@example.org>", "a b", "p <a@b> q", ""])
def test_a_sender_that_from_could_not_hold_is_refused(folder: Folder, sender: str) -> None:
    [problem] = folder.problems(f"[mail]\nfrom = '{sender}'\n{HF}")
    assert problem.startswith("mail.from: must be an address")


@pytest.mark.parametrize("sender", ["Papers, Daily <p@example.org>", 'a"b <c@d>', '"a"b" <c@d>'])
def test_a_name_that_needs_quotes_is_told_how_to_get_them(folder: Folder, sender: str) -> None:
    [problem] = folder.problems(f"[mail]\nfrom = '{sender}'\n{HF}")
    assert problem == (
        "mail.from: needs quotes around the name and none in it, such as"
        """ '"Papers, Daily" <papers@example.org>'"""
    )


def test_smtp_wants_a_sender_whoever_is_to_get_the_mail(folder: Folder) -> None:
    smtp = f'{HF}[mail]\ntransport = "smtp://mail.example.org"\n'
    for readers in ("", 'to = ["me@example.org"]\n'):
        [problem] = folder.problems(smtp + readers)
        assert problem.startswith("mail.from: SMTP needs to know who sends; set it")
        assert folder.load(smtp + readers + 'from = "p@example.org"\n').mail.sender


def test_a_log_in_without_its_password_is_told_before_there_is_anything_to_send(
    folder: Folder,
) -> None:
    smtp = f'{HF}[mail]\nfrom = "p@example.org"\ntransport = "smtp://me@mail.example.org"\n'
    [problem] = folder.problems(smtp)
    assert problem == (
        "mail.transport: has a user, whose password is missing;"
        " set DIGEST_MAIL__PASSWORD, in this shell too, or mail.password_file"
    )
    assert folder.load(smtp, DIGEST_MAIL__PASSWORD=SECRET).mail.password == SECRET
