"""What merging knows of each category, read from `categories.toml` or a town's own file of the same form."""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from telemetry.errors import Misconfigured
from telemetry.messages import Message


@dataclass(frozen=True)
class CategoryRule:
    """One category's behaviour."""

    name: str
    title: str
    severity: int
    """1 (tidy up some day) .. 5 (life in danger)."""
    window: float
    """Seconds after the last word in which a new one may be about the same thing."""
    spread: float
    """One sigma of how far the thing itself reaches or moves, metres."""
    density: float
    """Unrelated open incidents of this category expected per square kilometre."""
    near: frozenset[str] = frozenset()
    """Categories mixed up with this one."""
    opens: bool = True
    """Whether an observation of it opens an incident of its own."""


@dataclass(frozen=True)
class Rules:
    """All categories; an unknown one behaves as the default under its own name."""

    by_name: dict[str, CategoryRule]
    default: CategoryRule

    def __getitem__(self, category: str) -> CategoryRule:
        known = self.by_name.get(category)
        if known is not None:
            return known
        return replace(self.default, name=category, title=category.replace("_", " ").capitalize())

    def related(self, a: str, b: str) -> bool:
        """Whether two different categories are known to be mixed up, in either direction."""
        return b in self[a].near or a in self[b].near

    @property
    def longest_window(self) -> float:
        """Seconds; nothing older than this can be joined by any category."""
        return max(rule.window for rule in [*self.by_name.values(), self.default])


_NUMBERS = ("severity", "window", "spread", "density")


@lru_cache(maxsize=1)
def default_rules() -> Rules:
    """The rules that ship with the program."""
    return read_rules(
        resources.files("incidents.merging").joinpath("categories.toml").read_text("utf-8"), "categories.toml"
    )


def load_rules(path: Path) -> Rules:
    """A town's own rules. Raises Misconfigured naming the file, the category and the fault."""
    try:
        return read_rules(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise Misconfigured(Message("category_files.unreadable", path=path, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise Misconfigured(Message("category_files.not_utf8", path=path, reason=error)) from error


def read_rules(text: str, name: str) -> Rules:
    """Rules from TOML text. Raises Misconfigured."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(Message("category_files.not_toml", file=name, reason=error)) from error
    rules = {category: _rule(name, category, table) for category, table in tables.items()}
    if "default" not in rules:
        raise Misconfigured(Message("category_files.no_default", file=name))
    default = rules.pop("default")
    return Rules(rules, default)


def _rule(name: str, category: str, table: Any) -> CategoryRule:
    if not isinstance(table, dict):
        raise Misconfigured(Message("category_files.no_table", file=name, category=category))
    known = {field.name for field in fields(CategoryRule)} - {"name"}
    if unknown := sorted(set(table) - known):
        wrong = Message(
            "category_files.unknown_setting", file=name, category=category, setting=unknown[0], settings=sorted(known)
        )
        raise Misconfigured(wrong)
    if missing := sorted({"title", *_NUMBERS} - set(table)):
        raise Misconfigured(Message("category_files.missing_setting", file=name, category=category, setting=missing[0]))
    for key in _NUMBERS:
        if isinstance(table[key], bool) or not isinstance(table[key], int | float) or not table[key] > 0:
            wrong = Message(
                "category_files.not_positive", file=name, category=category, setting=key, value=repr(table[key])
            )
            raise Misconfigured(wrong)
    return CategoryRule(
        name=category,
        title=str(table["title"]),
        severity=int(table["severity"]),
        window=float(table["window"]),
        spread=float(table["spread"]),
        density=float(table["density"]),
        near=frozenset(table.get("near", [])),
        opens=bool(table.get("opens", True)),
    )
