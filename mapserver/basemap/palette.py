"""The colours of pictures for paper: the design system's own, as its style sheets say. Keeps no colour of its own."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

CSS = Path(__file__).parents[1] / "web" / "css"
SHEETS = (("tokens", ":root"), ("tokens", ':root[data-theme="light"]'), ("print", ":root[data-theme]"))
"""Sheets and the selectors that hold, the later over the earlier."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")


@cache
def paper() -> Mapping[str, str]:
    """Each token's value (CSS) where a page is printed: by day, then as `print.css` says."""
    tokens: dict[str, str] = {}
    for sheet, wanted in SHEETS:
        text = _COMMENT.sub("", (CSS / f"{sheet}.css").read_text("utf-8"))
        for selectors, body in _BLOCK.findall(text):
            if wanted in [selector.strip() for selector in selectors.split(",")]:
                tokens |= {name: value.strip() for name, value in _TOKEN.findall(body)}
    return tokens
