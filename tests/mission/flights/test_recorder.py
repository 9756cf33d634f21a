"""Every record reaches the database in order and once, whatever fails in between."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from mission.flights import record_writer, service
from mission.flights.recorder import FlightRecorder, recover
from mission.flights.records import AuditRecord, NumberedRecord, StateRecord, WarningRecord, WordRecord, read_lines
from mission.flights.states import SYSTEM, FlightState
from mission.flights.tables import FlightRow
from mission.flights.warnings import FlightWarning
from telemetry.audit.tables import AuditRow
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.messages import Message, written
from telemetry.store import Store, Work
from tests.mission.flights.builders import AT, PILOT, a_drone, a_flight, read, whys
from tests.mission.flights.failing_store import FailingStore
from tests.telemetry.vehicles.links import HOME

FOLDER = "flights"


@pytest.fixture
def failing(migrated: Path, store: Store) -> Iterator[FailingStore]:
    again = FailingStore(str(store.engine.url))
    yield again
    again.close()


def word(said: str) -> WordRecord:
    return WordRecord(AT, FlightState.FLYING, SYSTEM, written(said), unit_status=None, landed=False)


def recorder_of(store: Store, flight: FlightRow, folder: Path | None, *, applied: int = 0) -> FlightRecorder:
    recorder = FlightRecorder(store, flight.id, folder=folder, applied=applied, retry_s=0.01)
    recorder.start()
    return recorder


def files(tmp_path: Path) -> list[Path]:
    """What the recorders keep in files."""
    return sorted((tmp_path / FOLDER).iterdir())


def cut_short(file: Path) -> None:
    """A process was killed while it wrote a line."""
    with file.open("ab") as opened:
        opened.write(b'{"number": 4, "record": {"kind": "wo')


def words_of(store: Store, flight: FlightRow) -> list[str]:
    """The words that the recorder wrote."""
    return [why.partition(": ")[2] for why in whys(store, flight) if "word " in why]


@pytest.fixture
def flight(store: Store) -> FlightRow:
    a_drone(store)
    return a_flight(store, ManualClock(AT))


async def test_records_wait_for_a_failing_database_and_come_in_order_once(
    failing: FailingStore, flight: FlightRow, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failing.full = True
    recorder = recorder_of(failing, flight, tmp_path / FOLDER)
    with caplog.at_level(logging.WARNING, logger="telemetry.failures"):
        for number in range(5):
            recorder.record(word(f"word {number}"))
            await asyncio.sleep(0.03)
        assert words_of(failing, flight) == []
        failing.full = False
        failing.lose_answers = 2
        await recorder.drained()
    assert words_of(failing, flight) == [f"word {number}" for number in range(5)]
    told = [record.getMessage() for record in caplog.records if record.name == "telemetry.failures"]
    assert len(told) % 2 == 0
    assert [message.startswith("no longer: ") for message in told] == [False, True] * (len(told) // 2)
    await recorder.close()
    assert files(tmp_path) == []


async def test_what_a_process_leaves_behind_is_applied_by_the_next_once(
    failing: FailingStore, flight: FlightRow, tmp_path: Path
) -> None:
    recorder = recorder_of(failing, flight, tmp_path / FOLDER)
    recorder.record(word("word 1"))
    await recorder.drained()
    failing.full = True
    recorder.record(word("word 2"))
    recorder.record(
        AuditRecord(
            AT,
            PILOT,
            "pilot",
            City("dobele"),
            "return",
            f"flight {flight.id}",
            Message("audit.order_asked", order="brought home"),
        )
    )
    await recorder.close(wait_s=0.1)
    failing.full = False
    [file] = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    cut_short(file)
    content = file.read_bytes()
    assert recover(failing, tmp_path / FOLDER) == [flight.id]
    assert files(tmp_path) == []
    file.write_bytes(content)  # killed before it was removed
    assert recover(failing, tmp_path / FOLDER) == []
    assert words_of(failing, flight) == ["word 1", "word 2"]
    with failing.read() as session:
        asked = session.exec(select(AuditRow.detail).where(AuditRow.action == "return")).all()
    assert asked == ["asked: brought home"]
    assert record_writer.applied(failing, flight.id) == 3


async def test_a_recorder_goes_on_counting_where_the_last_one_stopped(store: Store, flight: FlightRow) -> None:
    for number in range(2):
        recorder = recorder_of(store, flight, None, applied=record_writer.applied(store, flight.id))
        recorder.record(word(f"word {number}"))
        await recorder.close()
    assert words_of(store, flight) == ["word 0", "word 1"]


async def test_a_record_that_can_never_be_applied_keeps_no_other_waiting(
    store: Store, flight: FlightRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = service.note

    def broken(work: Work, flight: FlightRow, *, who: str, why: Message, at: datetime) -> None:
        if str(why) == "word 1":
            raise ValueError("it cannot be written")
        note(work, flight, who=who, why=why, at=at)

    monkeypatch.setattr(service, "note", broken)
    recorder = recorder_of(store, flight, tmp_path / FOLDER)
    for number in range(3):
        recorder.record(word(f"word {number}"))
    await recorder.close()
    assert words_of(store, flight) == ["word 0", "word 2"]
    [rejected] = files(tmp_path)
    assert b"word 1" in rejected.read_bytes()


async def test_what_the_vehicle_did_stands_though_a_person_has_given_the_flight_up(
    store: Store, flight: FlightRow
) -> None:
    with store.write() as work:
        row = work.session.get_one(FlightRow, flight.id)
        row.state, row.outcome = FlightState.ABORTED, "rain"
        work.session.add(row)
    recorder = recorder_of(store, flight, None)
    recorder.record(StateRecord(AT, FlightState.FLYING, PILOT, written("started"), unit_status="flying", landed=False))
    await recorder.close()
    assert (read(store, flight).state, read(store, flight).outcome) == (FlightState.ABORTED, "rain")
    assert whys(store, flight)[-1] == "aborted: started"


async def test_a_warning_is_passed_on_again_until_it_is_taken(failing: FailingStore, flight: FlightRow) -> None:
    taken: list[str] = []

    def take(warning: FlightWarning) -> None:
        with failing.write():
            taken.append(warning.kind)

    recorder = FlightRecorder(failing, flight.id, folder=None, applied=0, on_warning=take, retry_s=0.01)
    recorder.start()
    failing.full = True
    about = (flight.id, flight.unit_id, flight.city)
    recorder.record(WarningRecord(FlightWarning(*about, "battery", AT, HOME, written("battery at 10%"))))
    await asyncio.sleep(0.05)
    failing.full = False
    await recorder.close()
    assert taken == ["battery"]


def test_a_line_is_read_as_it_was_written() -> None:
    numbered = NumberedRecord(7, word("word ž"))
    assert read_lines(b"not json\n" + numbered.line() + numbered.line()) == [numbered]
