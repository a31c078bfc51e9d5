"""Saved pages of invented papers, for tests that need a source without a network."""

from __future__ import annotations


def page(*numbers: int) -> str:
    """A page with one paper a number; the same number is always the same paper."""
    papers = [
        f"A Study of Subject Number {number}\n"
        f"We study subject number {number} at some length, with much care, and with the methods"
        " that are usual in this field. In the end we find that it behaves as we had expected."
        for number in numbers
    ]
    return (
        "Get trending papers in your email inbox once a day!\n"
        "Get trending papers in your email inbox!\n"
        "Subscribe" + "\n".join(papers)
    )
