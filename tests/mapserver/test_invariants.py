"""The check of the database's promises finds what was broken, and the database refuses to have history changed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from incidents.timeline import acceptance as timeline
from mapserver import migrations
from mapserver.invariants import violations
from mapserver.services import Services
from telemetry.observations import Media
from tests.builders import observation


@pytest.fixture(autouse=True)
def one_incident(parts: Services) -> None:
    picture = Media(kind="snapshot", sha256=parts.media.put(b"picture"), content_type="image/jpeg")
    with parts.store.write() as work:
        timeline.accept(work, [observation(media=(picture,))], now=parts.clock.now(), rules=parts.rules)


def break_it(parts: Services, *statements: str) -> list[str]:
    with parts.store.write() as work:
        for statement in statements:
            work.session.execute(text(statement))
    return list(violations(parts.store, parts.media, parts.clock))


def test_a_sound_database_has_nothing_to_report(parts: Services) -> None:
    assert list(violations(parts.store, parts.media, parts.clock)) == []


def test_the_schema_is_what_the_tables_say(parts: Services) -> None:
    assert migrations.differences(parts.store) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM incident_observations", "has no observation"),
        ("UPDATE incidents SET entries = 3", "does not count 1..3"),
        ("UPDATE incidents SET observation_ids = '[]'", "lists other observations"),
    ],
)
def test_a_broken_promise_is_named(parts: Services, statement: str, words: str) -> None:
    assert any(words in sentence for sentence in break_it(parts, statement))


def test_a_lost_picture_is_named(parts: Services) -> None:
    for kept in parts.media.folder.rglob("*"):
        if kept.is_file():
            kept.unlink()
    assert any("not in the store" in sentence for sentence in violations(parts.store, parts.media, parts.clock))


@pytest.mark.parametrize("verb", ["UPDATE timeline SET text = 'other'", "DELETE FROM timeline", "DELETE FROM audit"])
def test_history_cannot_be_rewritten(parts: Services, verb: str) -> None:
    with parts.store.write() as work:
        work.session.execute(text("INSERT INTO audit (at, who, role, action, subject, detail) VALUES "
                                  "('2026-11-22 12:00:00', 'a', 'b', 'c', 'd', 'e')"))  # fmt: skip
    with pytest.raises(IntegrityError, match="append-only"):
        break_it(parts, verb)


def test_a_plate_in_clear_that_nobody_looked_for_is_named(parts: Services) -> None:
    with parts.store.write() as work:
        seen = observation("2", category="plate_read", attributes={"plate": "KV2417"})
        timeline.accept(work, [seen], now=parts.clock.now(), rules=parts.rules)
    assert any("keeps a plate in clear" in sentence for sentence in violations(parts.store, parts.media, parts.clock))


def test_a_read_that_should_be_forgotten_is_named(parts: Services) -> None:
    row = "INSERT INTO plate_reads (observation_id, forget_at) VALUES ('x', '2026-01-01 00:00:00')"
    assert any("observation x should be forgotten" in sentence for sentence in break_it(parts, row))


def test_a_watch_list_entry_without_a_word_in_the_audit_trail_is_named(parts: Services) -> None:
    row = (
        "INSERT INTO plate_watch_entries (id, city, plate, reason, expires_at, added_by, added_at) VALUES "
        "('e', 'dobele', 'KV2417', '', '2026-01-01 00:00:00', 'rita', '2026-01-02 00:00:00')"
    )
    broken = break_it(parts, row)
    assert any("entry e has no reason or no end" in sentence for sentence in broken)
    assert any("entry e was added or removed without a word" in sentence for sentence in broken)
