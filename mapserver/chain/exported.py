"""AUDIT.jsonl: chains and the rows that they prove as one file, which is verified without the database.

A line each: {"entry": {chain, seq, body, hash}}, those of a chain one after the other, then {"row": {table, …}} with
all columns that are proved, the salt, and the column of the table's order. Moves nothing into place.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sqlmodel import Session

from mapserver.chain import stored
from mapserver.chain.chained_tables import CHAINED_TABLES
from telemetry.chain.canonical import canonical
from telemetry.chain.chained_table import SALT, plain
from telemetry.chain.values import ChainEntry
from telemetry.chain.verification import StoredRow
from telemetry.errors import BadInput
from telemetry.messages import Message

_TABLES = {table.name: table for table in CHAINED_TABLES}


def write_export(session: Session, file: IO[str], *, with_rows: bool) -> int:
    """Write what `session` sees; the rows, which hold personal data, only `with_rows`. How many lines."""
    lines = 0
    for entry in stored.entries(session):
        said = {"chain": entry.chain, "seq": entry.seq, "body": entry.body, "hash": entry.hash}
        file.write(canonical({"entry": said}) + "\n")
        lines += 1
    for table, columns in stored.rows(session) if with_rows else ():
        said = {name: plain(value) for name, value in columns.items()}
        file.write(canonical({"row": {"table": table.name, **said}}) + "\n")
        lines += 1
    return lines


def has_rows(file: Path) -> bool:
    """Whether the export holds rows, too. Raises BadInput, OSError."""
    return any(True for _ in exported_rows(file))


def exported_entries(file: Path) -> Iterator[ChainEntry]:
    """The entries of an export. Raises BadInput where it is none, OSError."""
    for number, said in _lines(file, "entry"):
        try:
            entry = ChainEntry(said["chain"], said["seq"], said["body"], said["hash"])
            texts = (entry.chain, entry.body, entry.hash)
            if type(entry.seq) is not int or not all(isinstance(text, str) for text in texts):
                raise TypeError("not an entry")
        except (KeyError, TypeError) as error:
            raise _bad(file, number) from error
        yield entry


def exported_rows(file: Path) -> Iterator[StoredRow]:
    """The rows of an export. Raises BadInput where it is none, OSError."""
    for number, said in _lines(file, "row"):
        table = _TABLES.get(str(said.get("table")))
        if table is None or not {*table.columns, SALT, table.order} <= set(said):
            raise _bad(file, number)
        yield StoredRow(table, said)


def _lines(file: Path, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            try:
                said = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _bad(file, number) from error
            if not isinstance(said, dict) or len(said) != 1 or not {"entry", "row"} & set(said):
                raise _bad(file, number)
            if kind in said:
                if not isinstance(said[kind], dict):
                    raise _bad(file, number)
                yield number, said[kind]


def _bad(file: Path, number: int) -> BadInput:
    return BadInput(Message("chain.bad_export_line", file=str(file), line=number))
