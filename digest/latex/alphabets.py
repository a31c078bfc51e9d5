"""Letters in the alphabets of mathematics."""

from __future__ import annotations

import re
import unicodedata

_FAMILY = re.compile("LATIN |GREEK |LETTER ")


def lettered(char: str, alphabet: str) -> str:
    """A character as Unicode has it in an alphabet, such as `script`; itself where it has none."""
    name = _FAMILY.sub("", unicodedata.name(char, ""))
    alphabet = alphabet.upper()
    older = "BLACK-LETTER" if alphabet == "FRAKTUR" else alphabet
    for whole in (f"MATHEMATICAL {alphabet} {name}", f"{older} {name}"):
        try:
            return unicodedata.lookup(whole)
        except KeyError:
            continue
    return char
