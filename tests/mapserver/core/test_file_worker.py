"""Files that are read in a process of their own, and what happens where that cannot be."""

from mapserver.core.file_worker import SMALL_FILE, FileWorker
from telemetry.cities import City
from tests.mission.airspace.builders import ed269, file_of


def test_a_file_in_force_is_read_in_the_server_where_its_worker_has_ended() -> None:
    content = file_of(ed269()) + b" " * SMALL_FILE
    worker = FileWorker()
    worker.close()
    read = worker.stored_airspace(content, "national.json", City("dobele"), keep_unclear=False)
    assert [zone.identifier for zone in read.zones] == ["LVX1"]
