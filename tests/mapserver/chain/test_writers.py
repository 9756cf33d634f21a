"""Whoever writes a chained row appends it to the chain."""

import re
from pathlib import Path

import pytest

from mapserver.chain.chained_tables import CHAINED_TABLES

ROOT = Path(__file__).parents[3]
PACKAGES = ("incidents", "mapserver", "mission", "mobile_units", "telemetry", "vision")
CALLS = {
    " AuditRow(": ("audit.add(", "chain.append("),
    " CustodyEntryRow(": ("chain.append(",),
    " TimelineRow(": ("chain.append(",),
    "entry_columns(": ("chain.append(",),
    "insert_rows(session, _OBSERVATIONS": ("chain.append(",),
}
"""What makes such a row, and what its module must call."""


@pytest.mark.parametrize("made", CALLS)
def test_every_writer_of_a_chained_row_appends_it(made: str) -> None:
    writers = {
        path: path.read_text("utf-8")
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    }
    writing = {path: source for path, source in writers.items() if made in source.replace("class AuditRow(", "")}
    writing = {path: source for path, source in writing.items() if path.name != "tables.py"}
    assert writing
    missing = [str(path) for path, source in writing.items() if not any(call in source for call in CALLS[made])]
    assert not missing


def test_no_migration_since_the_chains_rewrites_a_chained_row() -> None:
    """Nor makes such a table anew, which would drop its triggers on SQLite."""
    tables = "|".join(table.name for table in CHAINED_TABLES)
    rewriting = re.compile(rf"letting_changes\(|UPDATE ({tables})\b|batch_alter_table\(\"({tables})\"")
    versions = sorted((ROOT / "mapserver/migrations/versions").glob("*.py"))
    since = [path for path in versions if path.name > "0045"]
    assert since
    assert not [path.name for path in since if rewriting.search(path.read_text("utf-8"))]
