"""Text as the words that phrases are looked for in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_POSSESSIVE = re.compile(r"['’]s\b")
_LETTER_ACCENT = re.compile(r"\\[A-Za-z](?=\{)")  # \v{c}
_COMMAND = re.compile(r"\\[A-Za-z]+")  # \alpha
_SIGN = re.compile(r"\\[^A-Za-z\s]|[{}$]")  # \'e, and what groups and marks mathematics
_KEEPS_ITS_S = ("ss", "us", "is", "news")


class _Apart(dict[int, str]):
    """For `str.translate`: what is no letter or digit parts words. Grows with what it meets."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = sign if sign.isalnum() else " "
        return self[code]


_APART = _Apart()


def words(text: str) -> list[str]:
    """The words of a text: lower case, singular, without accents, hyphens, signs or TeX.

    A hyphen, dash or slash parts words, so that "text-to-image" and "text to image" are alike.
    """
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in apart if not unicodedata.combining(sign))
    if "'s" in text or "’s" in text:
        text = _POSSESSIVE.sub("", text)
    if any(sign in text for sign in "\\{}$"):
        text = _SIGN.sub("", _COMMAND.sub(" ", _LETTER_ACCENT.sub("", text)))
    return list(map(_SINGULARS.__getitem__, text.lower().translate(_APART).split()))


def _singular(word: str) -> str:
    """A word without its plural ending; crude, but the same for phrases and papers."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(_KEEPS_ITS_S):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


class _Singulars(dict[str, str]):
    """Words without their plural endings. Grows with what it meets, up to a limit."""

    def __missing__(self, word: str) -> str:
        if len(self) >= 100_000:
            self.clear()
        return self.setdefault(word, _singular(word))


_SINGULARS = _Singulars()


@lru_cache(maxsize=10_000)
def category_words(category: str) -> str:
    """What a source's category is looked up by: `astro ph ga`, whatever its case and signs."""
    return " ".join(re.findall(r"\w+", category.lower()))
