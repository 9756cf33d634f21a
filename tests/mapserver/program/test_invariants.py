"""The check of the database's promises finds what was broken, and the database refuses to have history changed."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from incidents.timeline import acceptance as timeline
from incidents.timeline import repository
from incidents.timeline import service as timeline_service
from mapserver import migrations
from mapserver.core.services import Services
from mapserver.program.invariants import check, checked_before, violations
from telemetry.observations import Media
from telemetry.visibility import EVERYTHING
from tests.builders import observation


@pytest.fixture(autouse=True)
def one_incident(parts: Services) -> None:
    picture = Media(kind="snapshot", sha256=parts.media.put(b"picture"), content_type="image/jpeg")
    with parts.store.write() as work:
        yesterday = parts.clock.now() - timedelta(days=1)
        timeline.accept(work, [observation(media=(picture,))], now=yesterday, rules=parts.rules)


def found(parts: Services) -> list[str]:
    return [str(said) for said in violations(parts.store, parts.media, parts.clock)]


def break_it(parts: Services, *statements: str) -> list[str]:
    with parts.store.write() as work:
        for statement in statements:
            work.session.execute(text(statement))
    return found(parts)


def test_a_sound_database_has_nothing_to_report(parts: Services) -> None:
    assert list(violations(parts.store, parts.media, parts.clock)) == []


def test_the_schema_is_what_the_tables_say(parts: Services) -> None:
    assert migrations.differences(parts.store) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM incident_observations", "has no observation"),
        ("UPDATE incidents SET entries = 3", "does not count 1..3"),
        ("UPDATE incident_counts SET rows = 7", "counts of incidents are wrong"),
        ("UPDATE observation_counts SET rows = 7", "count of observations of dobele is wrong"),
        ("UPDATE incidents SET observation_ids = '[]'", "lists other observations"),
        ("DELETE FROM search_documents", "is not in the search"),
    ],
)
def test_a_broken_promise_is_named(parts: Services, statement: str, words: str) -> None:
    assert any(words in sentence for sentence in break_it(parts, statement))


def test_a_lost_picture_is_named(parts: Services) -> None:
    for kept in parts.media.folder.rglob("*"):
        if kept.is_file():
            kept.unlink()
    assert any("not in the store" in sentence for sentence in found(parts))


@pytest.mark.parametrize("verb", ["UPDATE timeline SET text = 'other'", "DELETE FROM timeline", "DELETE FROM audit"])
def test_history_cannot_be_rewritten(parts: Services, verb: str) -> None:
    with parts.store.write() as work:
        work.session.execute(text("INSERT INTO audit (at, scope, who, role, action, subject, detail) VALUES "
                                  "('2026-11-22 12:00:00', 'live', 'a', 'b', 'c', 'd', 'e')"))  # fmt: skip
    with pytest.raises(IntegrityError, match="append-only"):
        break_it(parts, verb)


def test_a_plate_in_clear_that_nobody_looked_for_is_named(parts: Services) -> None:
    with parts.store.write() as work:
        seen = observation("2", category="plate_read", attributes={"plate": "KV2417"})
        timeline.accept(work, [seen], now=parts.clock.now(), rules=parts.rules)
    assert any("keeps a plate in clear" in sentence for sentence in found(parts))


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


def checked(parts: Services) -> list[str]:
    since = checked_before(parts.store)
    return [str(said) for said in check(parts.store, parts.media, parts.clock, since=since)]


def test_what_was_found_sound_is_not_read_again_unless_the_whole_is_asked_for(parts: Services) -> None:
    with parts.store.write() as work:
        timeline.accept(work, [observation("2", category="noise")], now=parts.clock.now(), rules=parts.rules)
    assert checked(parts) == []
    with parts.store.write() as work:
        work.session.execute(text("UPDATE incidents SET observation_ids = '[]' WHERE category <> 'noise'"))
    assert checked(parts) == []
    assert any("lists other" in sentence for sentence in found(parts))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE incidents SET entries = 9 WHERE category = 'noise'", "does not count 1..9"),
        ("DELETE FROM observation_pictures WHERE observation_id = :seen", "names other pictures"),
        ("UPDATE incidents SET observation_ids = '[]'", "lists other observations"),
    ],
)
def test_what_came_after_a_sound_check_is_checked(parts: Services, statement: str, words: str) -> None:
    assert checked(parts) == []
    picture = Media(kind="snapshot", sha256=parts.media.put(b"late"), content_type="image/jpeg")
    with parts.store.write() as work:
        seen = observation("later", category="noise", media=(picture,))
        timeline.accept(work, [seen], now=parts.clock.now(), rules=parts.rules)
        work.session.execute(text(statement), {"seen": seen.id} if ":seen" in statement else {})
    assert any(words in sentence for sentence in checked(parts))
    assert any(words in sentence for sentence in checked(parts)), "a check that found something is not remembered"


def test_an_old_incident_that_changed_is_checked_again(parts: Services) -> None:
    assert checked(parts) == []
    with parts.store.write() as work:
        (row,) = repository.open_ones(work.session, EVERYTHING)
        timeline_service.add_note(work, row, "seen again", by="rita", now=parts.clock.now())
        work.session.execute(text("UPDATE incidents SET observation_ids = '[]'"))
    assert any("lists other observations" in sentence for sentence in checked(parts))
