"""A real database whose rows were touched behind the program's back says so, on both kinds of database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from incidents.merging import default_rules
from incidents.retention.policy import Keep
from incidents.retention.service import RetentionRules, review
from incidents.timeline import acceptance, service
from incidents.timeline.tables import IncidentRow, TimelineRow
from mapserver.chain.flow import verify_database
from mapserver.chain.triggers import APPEND_ONLY
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Store
from tests.builders import NOON, observation
from tests.mapserver.chain.tampering import tamper, without_trigger

pytestmark = pytest.mark.both_databases
DOBELE = City("dobele")
HIGHER = {
    "sqlite": "UPDATE observations SET body = replace(body, '1.5', '1.6')",
    "postgresql": "UPDATE observations SET body = CAST(replace(CAST(body AS TEXT), '1.5', '1.6') AS json)",
}
ANNA = Principal("anna", Role.COORDINATOR, DOBELE)


@pytest.fixture(autouse=True)
def one_incident(store: Store) -> None:
    """An incident of two observations with a note, and two entries of the audit trail."""
    with store.write() as work:
        seen = [observation("1", summary="gate open"), observation("2", after_s=20, attributes={"height_m": 1.5})]
        acceptance.accept(work, seen, now=NOON, rules=default_rules())
    with store.write() as work:
        incident = work.session.exec(select(IncidentRow)).one()
        service.add_note(work, incident, "Ąžuolų g. checked", by="anna", now=NOON)
        audit.record(work.session, ANNA, "view", "incident", city=DOBELE, at=NOON, detail="on the wall")
        audit.record(work.session, ANNA, "sign_out", "anna", city=None, at=NOON)


def faults(store: Store) -> list[str]:
    return [str(said) for said in verify_database(store).faults]


def test_what_the_program_writes_is_proved(store: Store) -> None:
    found = verify_database(store)
    assert found.faults == []
    assert found.chains.proved == {"audit": 2, "observations": 2, "timeline": 4}
    assert found.chains.ends == {"(system)": 2, "dobele": 3, "siauliai": 1}
    assert not found.chains.unproved


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit SET who = 'nobody' WHERE action = 'view'", "audit [1] is not what entry 3 says"),
        ("DELETE FROM audit WHERE action = 'view'", "audit [1] of entry 3 was deleted"),
        ("UPDATE timeline SET text = 'nothing was found' WHERE kind = 'note'", "is not what entry 3 says"),
        ("UPDATE timeline SET seq = 9 WHERE kind = 'note'", "of entry 3 was deleted"),
        ("UPDATE observations SET category = 'smoke' WHERE source_ref = '2'", "is not what entry 2 says"),
        ("UPDATE observations SET salt = NULL WHERE source_ref = '2'", "is not what entry 2 says"),
        ("UPDATE chain_entries SET hash = 'f' WHERE chain = 'dobele' AND seq = 2", "entry 2 does not follow"),
        ("UPDATE chain_entries SET chain = 'siauliai', seq = 2 WHERE chain = 'dobele' AND seq = 2", "entry 2"),
        ("DELETE FROM chain_entries WHERE chain = 'dobele' AND seq = 2", "entry 2 is missing"),
        ("DELETE FROM chain_entries WHERE chain = 'dobele' AND seq = 3", "audit [1] is in no chain"),
        (
            "INSERT INTO audit (id, at, scope, who, role, action, subject, detail, city) VALUES "
            "(77, '2026-11-22 12:00:00', 'live', 'a', 'b', 'c', 'd', 'e', 'dobele')",
            "audit [77] is in no chain",
        ),
    ],
)
def test_what_was_touched_is_named(store: Store, statement: str, words: str) -> None:
    tamper(store, statement)
    assert any(words in said for said in faults(store))


def test_a_number_in_an_observation_that_was_changed_is_named(store: Store) -> None:
    tamper(store, HIGHER[store.engine.dialect.name])
    assert sum("observations" in said for said in faults(store)) == 1


def forget_all(store: Store) -> None:
    """Retention empties what the incident rests on, once it is closed."""
    rules = RetentionRules(
        lambda *_: Keep(picture_days=1, observation_days=1, after_closing_days=1), [], timedelta(days=1), ""
    )
    with store.write() as work:
        incident = work.session.exec(select(IncidentRow)).one()
        incident.closed_at = NOON
        work.session.add(incident)
    with store.write() as work:
        assert review(work, rules, now=NOON + timedelta(days=40), after=None).forgotten == 2


def test_what_retention_erased_is_told_from_what_was_altered(store: Store) -> None:
    forget_all(store)
    found = verify_database(store)
    assert found.faults == []
    assert found.chains.erased == {"retention": 4}
    tamper(store, "UPDATE timeline SET text = 'made up' WHERE text = ''")
    assert any("timeline" in said and "altered" in said for said in faults(store))


def test_an_observation_that_grew_is_proved_as_it_is_now(store: Store) -> None:
    with store.write() as work:
        more = observation("1", summary="gate open", ended_at=NOON + timedelta(minutes=3))
        acceptance.accept(work, [more], now=NOON + timedelta(minutes=3), rules=default_rules())
    assert faults(store) == []


def test_what_a_savepoint_undid_is_in_no_chain(store: Store) -> None:
    with store.write() as work:
        incident = work.session.exec(select(IncidentRow)).one()
        with pytest.raises(ZeroDivisionError), work.session.begin_nested():
            service.add_note(work, incident, "never written", by="anna", now=NOON)
            raise ZeroDivisionError
        work.session.refresh(incident)
        service.add_note(work, incident, "written", by="anna", now=NOON)
    assert faults(store) == []
    with store.read() as session:
        assert "never written" not in session.exec(select(TimelineRow.text)).all()


def test_what_was_rolled_back_is_in_no_chain(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as work:
        audit.record(work.session, ANNA, "view", "incident", city=DOBELE, at=NOON)
        raise ZeroDivisionError
    assert faults(store) == []


def test_two_servers_that_write_in_turn_have_one_chain(store: Store) -> None:
    other = Store(str(store.engine.url.render_as_string(hide_password=False)))
    for number in range(6):
        with (store, other)[number % 2].write() as work:
            audit.record(work.session, ANNA, "view", str(number), city=DOBELE, at=NOON)
    other.close()
    found = verify_database(store)
    assert found.faults == []
    assert found.chains.ends["dobele"] == 9


@pytest.mark.parametrize("name", ["audit_refuses_update", "chain_entries_refuses_delete", "timeline_refuses_update"])
def test_a_missing_trigger_is_named(store: Store, name: str) -> None:
    table = name.partition("_refuses")[0]
    with without_trigger(store, table, name):
        said = faults(store)
    assert said == [f"the trigger {name} is missing or changed; the database lets rows of {table} be rewritten"]
    assert faults(store) == []


@pytest.mark.only_sqlite
def test_every_table_that_refuses_changes_is_looked_at(store: Store) -> None:
    made = text("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuses_%'")
    with store.read() as session:
        assert sorted(session.execute(made).scalars()) == sorted(APPEND_ONLY)


def test_two_servers_that_write_at_once_have_one_chain_and_refuse_nobody(store: Store) -> None:
    other = Store(store.engine.url.render_as_string(hide_password=False))

    def write(server: Store, name: str) -> None:
        for number in range(20):
            with server.write() as work:
                by = Principal(name, Role.COORDINATOR, DOBELE)
                audit.record(work.session, by, "view", str(number), city=DOBELE, at=NOON)

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(write, store, "anna"), pool.submit(write, other, "ilze")]:
            done.result()
    other.close()
    found = verify_database(store)
    assert found.faults == []
    assert found.chains.ends["dobele"] == 43
