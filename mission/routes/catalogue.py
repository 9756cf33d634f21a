"""Catalogues in TOML, one table an entry: the one that is shipped, and a file of the user's own in the same form."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.validation import explain

Entry = TypeVar("Entry", bound=BaseModel)


def shipped_entries(model: type[Entry], file: str) -> dict[str, Entry]:
    """The entries of a file that comes with the program, by name."""
    return _read(model, (files("mission.routes") / file).read_text(encoding="utf-8"), file)


def entries_of(model: type[Entry], path: Path) -> dict[str, Entry]:
    """The entries of the user's file by name. Raises BadPlan naming the file, the entry, the field and the reason."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPlan(Message("routes.catalogue_unreadable", name=path.name, reason=str(error))) from error
    return _read(model, text, path.name)


def entry_named(name: str, entries: dict[str, Entry], what: str) -> Entry:
    """The entry called `name`; `what` is what an entry is. Raises BadPlan listing the known ones."""
    if name not in entries:
        raise BadPlan(Message("routes.not_in_catalogue", what=what, name=name, known=sorted(entries)))
    return entries[name]


def _read(model: type[Entry], text: str, name: str) -> dict[str, Entry]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(Message("category_files.not_toml", file=name, reason=str(error))) from error
    entries = {}
    for key, table in tables.items():
        try:
            entries[key] = model.model_validate(table)
        except ValidationError as error:
            raise BadPlan(Message("validation.at", where=name, reason=explain(error, under=(key,)))) from error
    return entries
