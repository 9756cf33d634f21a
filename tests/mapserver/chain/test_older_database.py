"""A database of before there were chains is brought up to date, and its rows are said to be unproved."""

from pathlib import Path

import pytest
from sqlalchemy import text

from mapserver import migrations
from mapserver.chain.flow import verify_database
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Store
from tests.builders import NOON
from tests.mapserver.chain.tampering import tamper
from tests.mapserver.cli.test_database import at_schema


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two entries of the audit trail, then the upgrade, then a third."""
    at_schema(tmp_path, "0044")
    made = Store(f"sqlite:///{tmp_path / 'vanagas.db'}")
    old = text(
        "INSERT INTO audit (at, scope, who, role, city, action, subject, detail) VALUES "
        "('2026-11-22 12:00:00.000000', 'live', 'anna', 'coordinator', 'dobele', 'view', :subject, '')"
    )
    with made.engine.begin() as connection:
        connection.execute(old, [{"subject": "a"}, {"subject": "b"}])
    migrations.upgrade(made)
    with made.write() as work:
        by = Principal("anna", Role.COORDINATOR, City("dobele"))
        audit.record(work.session, by, "view", "c", city=City("dobele"), at=NOON)
    return made


def test_rows_of_before_are_unproved_and_later_ones_proved(store: Store) -> None:
    found = verify_database(store)
    assert found.faults == []
    assert (found.chains.unproved["audit"], found.chains.proved["audit"]) == (2, 1)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM audit WHERE subject = 'a'", "audit: 1 rows are from before the chain; there were 2"),
        ("UPDATE audit SET salt = 'ab' WHERE subject = 'a'", "audit [1] is in no chain"),
        (
            "INSERT INTO audit (id, at, scope, who, role, action, subject, detail) VALUES "
            "(-5, '2026-11-22 12:00:00', 'live', 'a', 'b', 'c', 'd', 'e')",
            "audit: 3 rows are from before the chain; there were 2",
        ),
    ],
)
def test_rows_of_before_that_came_or_went_are_noticed(store: Store, statement: str, words: str) -> None:
    tamper(store, statement)
    assert any(words in str(said) for said in verify_database(store).faults)
