"""An offload as the database is told of it: how far it is, what came, and that it goes on after it was broken off."""

from pathlib import Path

import pytest

from mapserver.core.services import Services
from mapserver.custody.offloading import OffloadLog
from mobile_units.custody import service as custody
from mobile_units.custody.dock_folder import DockStatus
from mobile_units.custody.offload import OffloadProgress, OffloadRecord, offload
from mobile_units.custody.values import CustodyEvent, CustodyEventKind
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.errors import CustodyRefused, NotFound
from telemetry.scopes import LIVE
from telemetry.units.tables import UnitKind, UnitRow
from telemetry.visibility import EVERYTHING

BY = Principal("command line", Role.ADMIN, None)
STATUS = DockStatus(0.8, "typed", 9 * 1024**3, "typed", None)


@pytest.fixture
def returned(parts: Services) -> Services:
    """A town whose body camera was carried and given back."""
    with parts.store.write() as work:
        unit = UnitRow(id="BC-1", city=City("dobele"), kind=UnitKind.BODY_CAMERA, name="BC-1", scope=LIVE)
        work.session.add(unit)
        work.session.flush()
        for kind in ("issue", "start", "stop", "return"):
            event = CustodyEvent(parts.clock.now(), "BC-1", CustodyEventKind(kind), "anna")
            custody.happen(work, unit, event, by=BY)
    return parts


def shown(parts: Services) -> dict[str, object]:
    with parts.store.read() as session:
        return custody.get(session, "BC-1", EVERYTHING).public()


def brought(parts: Services, dock: Path, log: OffloadLog) -> list[OffloadRecord]:
    return offload(
        dock, "BC-1", media=parts.media, records=parts.settings.data_dir / "custody", status=STATUS,
        now=parts.clock.now, on_progress=log.progress,
    )  # fmt: skip


def test_the_dock_sees_how_far_it_is_and_in_the_end_verified_footage(returned: Services, tmp_path: Path) -> None:
    dock = tmp_path / "dock"
    dock.mkdir()
    (dock / "A.MP4").write_bytes(b"a" * 1000)
    log = OffloadLog(returned, "BC-1", BY)
    log.begin(STATUS)
    records = brought(returned, dock, log)
    told = shown(returned)
    assert (told["state"], told["battery"]) == ("offloading", 0.8)
    assert told["offload"] == {"name": "A.MP4", "done_bytes": 1000, "total_bytes": 1000}
    log.end(records)
    told = shown(returned)
    assert (told["state"], told["files_verified"], told["offload"]) == ("verified", 1, None)


def test_it_goes_on_after_it_was_broken_off_and_may_be_repeated(returned: Services, tmp_path: Path) -> None:
    dock = tmp_path / "dock"
    dock.mkdir()
    (dock / "A.MP4").write_bytes(b"a")
    OffloadLog(returned, "BC-1", BY).begin(STATUS)
    for _ in range(2):
        log = OffloadLog(returned, "BC-1", BY)
        log.begin(STATUS)
        log.end(brought(returned, dock, log))
        assert shown(returned)["state"] == "verified"


def test_a_camera_that_recorded_is_not_empty(returned: Services) -> None:
    log = OffloadLog(returned, "BC-1", BY)
    log.begin(STATUS)
    with pytest.raises(CustodyRefused, match="has recorded"):
        log.end([])


def test_the_database_is_told_seldom(returned: Services) -> None:
    log = OffloadLog(returned, "BC-1", BY)
    log.begin(STATUS)
    for done in range(0, 100_001, 10):
        log.progress(OffloadProgress("A.MP4", done, 10**9))
    assert shown(returned)["offload"] == {"name": "A.MP4", "done_bytes": 0, "total_bytes": 10**9}


def test_a_camera_that_is_not_there_or_still_carried_is_told(returned: Services) -> None:
    with pytest.raises(NotFound):
        OffloadLog(returned, "BC-9", BY)
    with returned.store.write() as work:
        unit = UnitRow(id="BC-2", city=City("dobele"), kind=UnitKind.BODY_CAMERA, name="BC-2", scope=LIVE)
        work.session.add(unit)
        work.session.flush()
        event = CustodyEvent(returned.clock.now(), "BC-2", CustodyEventKind.ISSUE, "anna")
        custody.happen(work, unit, event, by=BY)
    with pytest.raises(CustodyRefused, match="is issued"):
        OffloadLog(returned, "BC-2", BY).begin(STATUS)
