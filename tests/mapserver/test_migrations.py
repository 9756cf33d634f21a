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
from telemetry.fulltext import DocumentQuery, find
from telemetry.observations import repository as observations
from telemetry.scopes import DEMO, LIVE
from telemetry.store import Store
from telemetry.store.tables import put_state
from telemetry.visibility import Visibility
from tests.builders import live, observation
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
        family = observations.families(session, City("dobele"), LIVE, "cam", [seen.key])[seen.key]
        assert [one.observation.id for one in family] == [seen.id]
    with store.engine.begin() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        with pytest.raises(DatabaseError, match="FOREIGN KEY"):
            connection.execute(text("DELETE FROM observations"))
    assert migrations.differences(store) == []
    store.close()


BEFORE_SEARCH = "0036"
ENTRY = (
    "INSERT INTO timeline (incident_id, seq, at, happened_at, who, kind, text, why) "
    "VALUES ('i', :seq, '2026-11-22 12:00:00', '2026-11-22 12:00:00', 'ilze', :kind, :text, '[]')"
)
SCOPED = "0031"
"""The last schema that knew a flag and no scope."""
UNIT = (
    "INSERT INTO units (id, city, kind, name, driver, simulated, status) "
    "VALUES (:id, 'dobele', 'tower', :id, 'mavsdk', :simulated, 'idle')"
)
USER = "INSERT INTO users (name, role, city, active, created_at) VALUES ('ona', 'pilot', 'dobele', 1, '2026-11-22')"
HELD = (
    "INSERT INTO assignments (id, city, unit_id, zone_id, purpose, since, made_by) "
    "VALUES (:id, 'dobele', :unit, 'z', 'dispute', '2026-11-22 12:00:00', 'ona')"
)


def at_the_last_flag(file: Path, *, units: dict[str, bool]) -> Store:
    """A database of before scopes with a user, an observation of each kind, and units that are simulated or not."""
    store = Store(f"sqlite:///{file}")
    config = migrations._config()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, SCOPED)
        connection.execute(text(USER))
        connection.execute(text(ZONE.replace("priority, polygon", "priority, attention, version, polygon")
                                .replace("3, '{", "3, '{}', 1, '{")))  # fmt: skip
        for unit, simulated in units.items():
            connection.execute(text(UNIT), {"id": unit, "simulated": simulated})
            connection.execute(text(HELD), {"id": f"held {unit}", "unit": unit})
        for ref, marks in (("real", {}), ("made up", {"simulated": True}), ("odd", {"simulated": "yes"})):
            seen = observation(ref, attributes=marks)
            row = text(OBSERVATION.replace("(id,", "(sender, occurrence, id,").replace("(:id,", "('cam', 1, :id,"))
            body = seen.model_dump_json(exclude={"scope"})
            connection.execute(row, {"id": seen.id, "ref": ref, "body": body})
    return store


def scopes(store: Store, column: str, table: str) -> dict[str, str]:
    with store.connect() as connection:
        rows = connection.execute(text(f"SELECT {column}, scope FROM {table}")).all()  # noqa: S608
    return {str(row[0]): row[1] for row in rows}


def test_what_was_simulated_becomes_the_demos_with_what_follows_from_it(tmp_path: Path) -> None:
    store = at_the_last_flag(tmp_path / "old.db", units={"T1": False, "T2": True})
    migrations.upgrade(store)
    assert scopes(store, "id", "units") == {"T1": "live", "T2": "exercise/demo"}
    assert scopes(store, "id", "assignments") == {"held T1": "live", "held T2": "exercise/demo"}
    assert scopes(store, "source_ref", "observations") == {"real": "live", "made up": "exercise/demo", "odd": "live"}
    assert scopes(store, "name", "users") == {"ona": "live"}
    assert migrations.differences(store) == []
    store.close()


def test_a_database_with_nothing_real_in_it_is_a_demos_with_its_users(tmp_path: Path) -> None:
    store = at_the_last_flag(tmp_path / "old.db", units={"T1": True})
    migrations.upgrade(store)
    assert scopes(store, "name", "users") == {"ona": "exercise/demo"}
    store.close()


def test_scopes_can_be_taken_back_and_given_again(tmp_path: Path) -> None:
    store = at_the_last_flag(tmp_path / "old.db", units={"T1": False, "T2": True})
    migrations.upgrade(store)
    config = migrations._config()
    with migrations._unchecked(store) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, SCOPED)
    migrations.upgrade(store)
    assert scopes(store, "id", "units") == {"T1": "live", "T2": "exercise/demo"}
    assert migrations.differences(store) == []
    store.close()


def test_what_was_said_before_there_was_a_search_is_found(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'old.db'}")
    config = migrations._config()
    seen = observation(summary="Šuo prie tilto")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_SEARCH)
        row = OBSERVATION.replace("(id,", "(scope, sender, occurrence, id,").replace("(:id,", "('live', 'cam', 1, :id,")
        connection.execute(text(row), {"id": seen.id, "ref": "1", "body": seen.model_dump_json()})
        connection.execute(text(INCIDENT.replace("simulated", "scope").replace("2, 0,", "2, 'live',")))
        for number, kind, said in ((1, "opened", "Opened: dog"), (2, "note", "Savininkas rastas")):
            connection.execute(text(ENTRY), {"seq": number, "kind": kind, "text": said})
    migrations.upgrade(store)
    with store.read() as session:

        def found(words: str) -> list[tuple[str | None, int | None]]:
            rows = find(session, DocumentQuery(live(City("dobele")), words=words), limit=5).rows
            return [(row.observation_id, row.entry_id) for row in rows]

        assert found("suo tilt") == [(seen.id, None)]
        assert found("savininkas") == [(None, 2)]
        assert found("opened") == []
    assert migrations.differences(store) == []
    store.close()


def test_a_demos_observations_are_counted_apart(tmp_path: Path) -> None:
    store = at_the_last_flag(tmp_path / "old.db", units={"T1": False})
    migrations.upgrade(store)
    with store.read() as session:
        assert observations.count(session, live(City("dobele"))) == 2
        assert observations.count(session, Visibility(frozenset({City("dobele")}), DEMO)) == 1
    store.close()
