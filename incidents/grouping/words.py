"""What the words of a caller speak of, by the beginnings of words in `words.toml`: weak evidence, never a gate."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources

_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=4096)
def mentions(text: str) -> frozenset[str]:
    """The kinds that `text` speaks of; none for most texts."""
    words = _WORD.findall(folded(text))
    return frozenset(
        kind for kind, stems in _stems().items() if any(_speaks(words, beginnings) for beginnings in stems)
    )


def folded(text: str) -> str:
    """`text` in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _speaks(words: list[str], beginnings: tuple[str, ...]) -> bool:
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


@lru_cache(maxsize=1)
def _stems() -> dict[str, tuple[tuple[str, ...], ...]]:
    text = resources.files("incidents.grouping").joinpath("words.toml").read_text("utf-8")
    return {kind: tuple(tuple(stem.split()) for stem in stems) for kind, stems in tomllib.loads(text).items()}
