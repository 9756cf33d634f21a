"""An older database is brought up to date with what is in it."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from mapserver import migrations
from mission.zones.geometry import shape_of
from telemetry.observations import repository as observations
from telemetry.store import Store
from tests.builders import observation

ZONE = (
    "INSERT INTO zones (id, city, name, kind, priority, polygon, notes, simulated, created_at, created_by) VALUES "
    """('z', 'dobele', 'Yard', 'other', 3, '{"type":"Polygon","coordinates":[[[23.0,56.5]]]}', '', 0, """
    "'2026-11-22 12:00:00', 'pilot')"
)
PLAN = (
    "INSERT INTO plans (id, city, zone_id, name, made_by, made_at, request, route, items, summary, simulated) VALUES "
    "('p', 'dobele', 'z', 'Survey', 'pilot', '2026-11-22 12:00:00', '{}', '{}', '[]', '{}', 0)"
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
    with store.write() as work:
        for one in (seen, followed):
            observations.save(work.session, one.model_copy(update={"received_at": one.started_at}))
    migrations.upgrade(store)
    with store.read() as session:
        left, other = observations.get_many(session, [seen.id, followed.id])
    assert (left.summary, left.attributes) == ("car [plate] at Square", {"format": "frigate", "label": "car"})
    assert other.attributes == followed.attributes
    store.close()
