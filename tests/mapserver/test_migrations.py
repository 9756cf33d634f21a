"""An older database is brought up to date with what is in it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from mapserver import migrations
from mission.zones.geometry import shape_of
from telemetry.cities import City
from telemetry.errors import Misconfigured
from telemetry.observations import repository as observations
from telemetry.store import Store
from telemetry.store.tables import put_state
from tests.builders import observation
from vision.recording.tables import ClipRow

ZONE = (
    "INSERT INTO zones (id, city, name, kind, priority, polygon, notes, simulated, created_at, created_by) VALUES "
    """('z', 'dobele', 'Yard', 'other', 3, '{"type":"Polygon","coordinates":[[[23.0,56.5]]]}', '', 0, """
    "'2026-11-22 12:00:00', 'pilot')"
)
PLAN = (
    "INSERT INTO plans (id, city, zone_id, name, made_by, made_at, request, route, items, summary, simulated) VALUES "
    "('p', 'dobele', 'z', 'Survey', 'pilot', '2026-11-22 12:00:00', '{}', '{}', '[]', '{}', 0)"
)

CLIP = (
    "INSERT INTO clips (id, camera_id, city, why, made_by, made_at, manifest) VALUES "
    "('c', 'DOB-C1', 'dobele', 'dispute', 'pilot', '2026-11-22 12:00:00', "
    """'{"asked": {"from": "2026-11-22T11:00:00Z", "to": "2026-11-22T11:01:00Z"}, "files": []}')"""
)
CLIP_NOW = (
    "INSERT INTO clips (id, camera_id, city, why, made_by, made_at, begins, ends, state, problem, unmasked, manifest) "
    "VALUES ('c', 'DOB-C1', 'dobele', 'dispute', 'pilot', '2026-11-22 12:00:00', '2026-11-22 11:00:00', "
    "'2026-11-22 11:01:00', 'ready', '', 0, '{}')"
)
OBSERVATION = (
    "INSERT INTO observations (id, city, source_kind, source_id, source_ref, category, started_at, received_at, body) "
    "VALUES (:id, 'dobele', 'fixed_camera', 'cam', :ref, 'vehicle_in_closed_area', '2026-11-22 12:00:00', "
    "'2026-11-22 12:00:00', :body)"
)
BEFORE_SENDERS = "0017"
"""The last schema but for others' that kept no sender of an observation."""
INCIDENT = (
    "INSERT INTO incidents (id, city, category, title, state, severity, simulated, first_at, last_at, identities, "
    "sources, observation_ids, entries) VALUES ('i', 'dobele', 'noise', 'Noise', 'new', 2, 0, '2026-11-22 12:00:00', "
    "'2026-11-22 12:00:00', '[]', '[]', '[]', 0)"
)
ASKED = (
    "INSERT INTO unmasking (request_id, answers, clip_id, city, step, who, at, why) VALUES "
    "('r', 0, 'c', 'dobele', 'asked', 'coordinator', '2026-11-22 12:00:00', 'police')"
)


def test_a_plan_of_the_first_release_becomes_the_first_version_over_its_zone(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'old.db'}")
    config = migrations._config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text(ZONE))
        connection.execute(text(PLAN))
    migrations.upgrade(store)
    with store.engine.connect() as connection:
        plan = connection.execute(text("SELECT lineage_id, version, zone_shape FROM plans")).one()
    assert tuple(plan) == ("p", 1, shape_of({"coordinates": [[[23.0, 56.5]]]}))
    assert migrations.differences(store) == []
    store.close()


def test_plates_that_devices_told_before_there_was_a_watch_list_are_forgotten(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'old.db'}")
    config = migrations._config()
    attributes = {"identity": "KV2417", "format": "frigate", "label": "car"}
    seen = observation(summary="car KV2417 at Square", attributes=attributes)
    followed = observation("2", attributes={"identity": "cam/0/7"})
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        for one in (seen, followed):
            connection.execute(text(OBSERVATION), {"id": one.id, "ref": one.source_ref, "body": one.model_dump_json()})
    migrations.upgrade(store)
    with store.read() as session:
        left, other = observations.get_many(session, [seen.id, followed.id])
    assert (left.summary, left.attributes) == ("car [plate] at Square", {"format": "frigate", "label": "car"})
    assert other.attributes == followed.attributes
    store.close()


def test_clips_of_before_show_people_as_they_are_so_they_become_originals(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'old.db'}")
    config = migrations._config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")
        connection.execute(text(CLIP))
    migrations.upgrade(store)
    with store.read() as session:
        clip = session.get_one(ClipRow, "c")
    assert (clip.unmasked, clip.state, clip.granted_to) == (True, "ready", None)
    assert clip.ends - clip.begins == timedelta(minutes=1)
    assert migrations.differences(store) == []
    store.close()


def test_no_word_about_an_original_can_be_changed(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    migrations.upgrade(store)
    with store.engine.begin() as connection:
        connection.execute(text(CLIP_NOW))
        connection.execute(text(ASKED))
    for statement in ("UPDATE unmasking SET why = 'x'", "DELETE FROM unmasking"):
        with pytest.raises(DatabaseError, match="append-only"), store.engine.begin() as connection:
            connection.execute(text(statement))
    with pytest.raises(DatabaseError, match="UNIQUE"), store.engine.begin() as connection:
        connection.execute(text(ASKED))
    store.close()


def at_a_later_schema(file: Path) -> Store:
    """A database that a later program, 9.1.0, has brought up to date."""
    store = Store(f"sqlite:///{file}")
    migrations.upgrade(store)
    with store.write() as work:
        put_state(work.session, migrations.PROGRAM_VERSION, "9.1.0")
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    return store


@pytest.mark.parametrize("step", [migrations.upgrade, migrations.require_current])
def test_a_database_newer_than_the_program_is_refused_in_words(tmp_path: Path, step: Callable[[Store], None]) -> None:
    store = at_a_later_schema(tmp_path / "new.db")
    with pytest.raises(Misconfigured, match=r"newer than this program.*install version 9\.1\.0 or newer"):
        step(store)
    store.close()


def test_an_observation_of_before_senders_were_kept_stays_and_refers_to_its_incident(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'old.db'}")
    config = migrations._config()
    seen = observation()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_SENDERS)
        connection.execute(text(OBSERVATION), {"id": seen.id, "ref": seen.source_ref, "body": seen.model_dump_json()})
        connection.execute(text(INCIDENT))
        connection.execute(text("INSERT INTO incident_observations VALUES (:id, 'i')"), {"id": seen.id})
    migrations.upgrade(store)
    with store.read() as session:
        family = observations.families(session, City("dobele"), "cam", [seen.key])[seen.key]
        assert [one.observation.id for one in family] == [seen.id]
    with store.engine.begin() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        with pytest.raises(DatabaseError, match="FOREIGN KEY"):
            connection.execute(text("DELETE FROM observations"))
    assert migrations.differences(store) == []
    store.close()
