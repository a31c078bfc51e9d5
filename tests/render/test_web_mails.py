"""The mails of the subscribe page: golden files, and who may write in them."""

from __future__ import annotations

from collections.abc import Callable

from digest.render import confirmation, greeting
from tests.render.specimen import shipped

Golden = Callable[[str, str | bytes], None]
POSTAL = "Papertide, 1 Tide Lane, Harbour"
OWN = "https://papers.example.org/{}?id=2f6c1d"


def test_the_mail_to_confirm_is_as_recorded(golden: Golden) -> None:
    _, text, html = confirmation(shipped(), "Daily <Papers>", OWN.format("confirm"), POSTAL)
    golden("mail-confirm.txt", text)
    golden("mail-confirm.html", html)


def test_the_mail_that_welcomes_is_as_recorded(golden: Golden) -> None:
    leave, choose = OWN.format("leave"), OWN.format("you")
    subject, text, html = greeting(
        shipped(), "Daily\r\nPapers", unsubscribe=leave, preferences=choose, postal=POSTAL
    )
    assert subject == "Welcome: Daily Papers"
    golden("mail-welcome.txt", text)
    golden("mail-welcome.html", html)
