"""Reads closing codes. Knows no incident."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from incidents.merging import State
from telemetry.errors import BadInput, Misconfigured
from telemetry.messages import LANGUAGES, Message
from telemetry.messages.town_texts import town_text

_KEYS = frozenset({"closes_as", "title"})
_CLOSED = {str(state): state for state in State if state.ended}


@dataclass(frozen=True)
class ClosingCode:
    """One way in which an incident can end."""

    name: str
    closes_as: State
    title: Message


ClosingCodes = dict[str, ClosingCode]
"""By name, in the order of the file."""


@lru_cache(maxsize=1)
def default_codes() -> ClosingCodes:
    """Those that ship with the program."""
    return read_codes(resources.files("incidents.closing").joinpath("codes.toml").read_text("utf-8"), "codes.toml")


def load_codes(path: Path) -> ClosingCodes:
    """A town's own codes. Raises Misconfigured naming the file, the code and the fault."""
    try:
        return read_codes(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(Message("town_files.unreadable", file=path, reason=str(error))) from error


def read_codes(text: str, name: str) -> ClosingCodes:
    """Codes from TOML text. Raises Misconfigured."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(Message("town_files.not_toml", file=name, reason=str(error))) from error
    return {code: _code(name, code, table) for code, table in tables.items()}


def code_for(codes: ClosingCodes, name: str, to: State) -> ClosingCode:
    """The code `name`, with which an incident may go to the state `to`. Raises BadInput."""
    known = codes.get(name)
    if known is None or known.closes_as is not to:
        fitting = [code.name for code in codes.values() if code.closes_as is to]
        raise BadInput(Message("incidents.unknown_closing_code", code=name[:40], state=to, codes=fitting))
    return known


def _code(file: str, name: str, table: Any) -> ClosingCode:
    if not isinstance(table, dict) or set(table) != _KEYS:
        raise Misconfigured(Message("town_files.wrong_keys", file=file, table=name, keys=sorted(_KEYS)))
    closes_as = _CLOSED.get(str(table["closes_as"]))
    if closes_as is None:
        states = sorted(_CLOSED)
        raise Misconfigured(
            Message("town_files.no_closed_state", file=file, table=name, key="closes_as", states=states)
        )
    try:
        title = town_text(table["title"])
    except ValueError as error:
        languages = list(LANGUAGES)
        wrong = Message("town_files.no_text", file=file, table=name, key="title", languages=languages)
        raise Misconfigured(wrong) from error
    return ClosingCode(name, closes_as, title)
