"""Whoever writes a chained row appends it to the chain."""

from pathlib import Path

import pytest

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
