"""How each database finds papers by their words. What they find is the same, to the word.

Both are given the words of a paper one by one, folded and parted by spaces, and take them as they
are: no tokenizer, stemmer or dictionary of theirs has a say. SQLite's, named `ascii`, parts at
spaces (`_` and `=` belong to words), and takes all beyond ASCII for letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

AnyOf = Sequence[str]  # words of which a paper must have one; `word*` is the beginning of one


class WordSearch(NamedTuple):
    """A database's own statements, and how it is asked for papers that have one of each AnyOf."""

    tables: str  # statements, parted by ";\n"
    add: str  # id, words parted by spaces
    before: tuple[str, ...]  # what is said before it finds
    find: str  # what is asked, the first and the last id, at most how many; the highest ids first
    asked: Callable[[Sequence[AnyOf]], str]


def _sqlite(wanted: Sequence[AnyOf]) -> str:
    words = ([_marked(word, '"{}"', '"{}"*') for word in some] for some in wanted)
    return " AND ".join(f"({' OR '.join(some)})" for some in words)


def _postgresql(wanted: Sequence[AnyOf]) -> str:
    words = ([_marked(word, "'{}'", "'{}':*") for word in some] for some in wanted)
    return " & ".join(f"({' | '.join(some)})" for some in words)


def _marked(word: str, whole: str, beginning: str) -> str:
    """A word as a database takes it. It has no quotes: letters, digits, `_` and `=` alone."""
    return beginning.format(word[:-1]) if word.endswith("*") else whole.format(word)


SQLITE = WordSearch(
    tables="""
CREATE TABLE listed (id INTEGER PRIMARY KEY, text BLOB NOT NULL);

CREATE VIRTUAL TABLE listed_words USING fts5 (
    words, content = '', detail = none, tokenize = "ascii tokenchars '_='"
)
""",
    add="INSERT INTO listed_words (rowid, words) VALUES (?, ?)",
    before=(),
    find="""
SELECT listed.id, text FROM listed_words JOIN listed ON listed.id = listed_words.rowid
WHERE listed_words MATCH ? AND listed_words.rowid BETWEEN ? AND ?
ORDER BY listed_words.rowid DESC LIMIT ?
""",
    asked=_sqlite,
)

# The words are kept as text; a `tsvector` is made of it for the index alone, as it takes half as
# much room again. To make one takes long, so that this index must be used, not that of the ids:
# hence "+ 0".
_VECTOR = "array_to_tsvector(string_to_array(words, ' '))"

POSTGRESQL = WordSearch(
    tables=f"""
CREATE TABLE listed (id BIGINT PRIMARY KEY, text BYTEA NOT NULL);

CREATE TABLE listed_words (id BIGINT PRIMARY KEY, words TEXT NOT NULL);

CREATE INDEX listed_word ON listed_words USING gin ({_VECTOR})
""",
    add="INSERT INTO listed_words (id, words) VALUES (?, ?)",
    before=("SET LOCAL enable_bitmapscan = on",),  # such an index can be used in no other way
    find=f"""
WITH found AS MATERIALIZED (
    SELECT id FROM listed_words WHERE {_VECTOR} @@ ?::tsquery AND id + 0 BETWEEN ? AND ?
), newest AS MATERIALIZED (SELECT id FROM found ORDER BY id DESC LIMIT ?)
SELECT id, text FROM newest JOIN listed USING (id)
""",  # noqa: S608 - our own words
    asked=_postgresql,
)
