"""A mail can be read by everyone, everywhere, and tells nobody that it is (D6, G12)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.browser import faults
from tests.browser.faults import ACCEPTED_FEATURES, ACCEPTED_MARKUP, JUDGES, Look

pytestmark = pytest.mark.browser


def test_a_mail_is_valid_html(look: Look) -> None:
    assert not faults.in_markup(look)


def test_a_mail_is_accessible_at_every_width_in_both_colour_schemes(look: Look) -> None:
    assert not faults.in_access(look)


def test_nobody_scrolls_sideways_with_the_style_element_or_without(look: Look) -> None:
    assert not faults.in_width(look)


def test_text_can_be_read_where_a_client_turns_colours_dark_by_itself(look: Look) -> None:
    assert not faults.in_forced_dark(look)


def test_clients_do_what_a_mail_asks_of_them_or_a_reason_is_given(look: Look) -> None:
    assert not faults.in_clients(look)


def test_an_opened_mail_loads_nothing_from_anywhere(look: Look) -> None:
    assert not faults.in_privacy(look)


def test_a_mail_is_too_small_to_be_cut(look: Look) -> None:
    assert not faults.in_size(look)


def test_a_preview_is_there_and_is_not_seen_in_the_mail(look: Look) -> None:
    assert not faults.in_preview(look)


def test_every_link_leads_somewhere(look: Look) -> None:
    assert not faults.in_links(look)


def test_headings_leave_no_level_out(look: Look) -> None:
    assert not faults.in_headings(look)


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_what_is_wrong_is_found(judge: Callable[[Look], list[str]], faulty: Look) -> None:
    assert judge(faulty)


def test_every_exception_is_needed(looks: dict[str, Look]) -> None:
    missing = {name for look in looks.values() for name in look.facts["unsupported"]}
    assert not ACCEPTED_FEATURES.keys() - missing
    assert {True} == {
        any(re.match(pattern, message) for look in looks.values() for message in look.markup)
        for pattern in ACCEPTED_MARKUP
    }
