"""Texts as the words by which they are found: small letters without accents. Knows no language and no grammar.

Both databases are given words that are made here, so both find the same.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

STEM = 6
"""Letters of a word that are indexed: languages that bend the ends of words are found by their beginnings, and one
entry of an index is read instead of all that begin alike. What is longer is compared with the words themselves."""
LONGEST_WORD = 60
"""Letters; PostgreSQL refuses words of more than 2,046 bytes, and nobody types one."""
SHORTEST_PREFIX = 3
"""A word of so many letters is found where a longer one begins with it."""
MARK = "\ue000"
"""Begins what is no word: a private character of Unicode, which is no letter, so nobody's text has it in a word."""
CELL_LAT = 0.01
"""Degrees, about 1.1 km: places are in cells of a grid, of which a search names those that it wants."""
CELL_LON = 0.02
MOST_CELLS = 200
"""A search that wants more is narrowed by its numbers alone."""
_WORD = re.compile(r"[^\W_]+")
_OTHER_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Those that Unicode does not take apart."""


def fold(text: str) -> str:
    """`text` in small letters without accents: `Zaļā iela` -> `zala iela`."""
    if text.isascii():
        return text.lower()
    small = unicodedata.normalize("NFKD", text).casefold()
    parts = unicodedata.normalize("NFKD", small).casefold()  # taken apart, some letters are capitals again
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return plain.translate(_OTHER_LETTERS)


def words_of(text: str) -> list[str]:
    """The words of `text`, folded, in order."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def without(text: str, name: str) -> str:
    """`text` without `name` (a plate), however it is spelled in it."""
    letters = "".join(words_of(name))
    if not letters:
        return text
    return re.sub(r"[\W_]*".join(map(re.escape, letters)), " ", fold(text))


def facet(kind: str, value: str) -> str:
    """What stands among the terms for a fact: a town, a category. Only what differs in signs that are no letters, or in
    accents, has the same."""
    return MARK + kind + "".join(sign if sign.isalnum() else MARK for sign in fold(value))


@lru_cache(maxsize=1_024)
def common_facet(kind: str, value: str) -> str:
    """The same of a value that many documents have, kept in memory; of no identity."""
    return facet(kind, value)


def cell_of(lat: float, lon: float) -> str:
    """The facet of the cell in which a place lies, degrees."""
    return _cell(_row(lat), _column(lon))


def cells_of(bounds: tuple[float, float, float, float]) -> list[str] | None:
    """The facets of all cells that meet `bounds` (west, south, east, north, degrees); None for more than MOST_CELLS."""
    west, south, east, north = bounds
    rows = range(_row(south), _row(north) + 1)
    columns = range(_column(west), _column(east) + 1)
    if len(rows) * len(columns) > MOST_CELLS:
        return None
    return [_cell(row, column) for row in rows for column in columns]


def joined(words: Iterable[str]) -> str:
    """Words as they are stored: each once, with a blank between."""
    return " ".join(dict.fromkeys(words))


def stems(words: Iterable[str]) -> list[str]:
    """What of each word is indexed."""
    return [word[:STEM] for word in words]


def _row(lat: float) -> int:
    return math.floor((lat + 90) / CELL_LAT)


def _column(lon: float) -> int:
    return math.floor((lon + 180) / CELL_LON)


def _cell(row: int, column: int) -> str:
    return f"{MARK}g{row}x{column}"
