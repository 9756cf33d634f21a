"""Recorded messages of real devices, where they are. What each comes to is in `recorded_messages.toml`, in numbers and
codes only; the twin that needs nothing is `test_dialects.py`."""

import random
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mapserver.intake.camera_map import CameraMap
from mapserver.intake.dialects import recognised
from mapserver.intake.files import FileReading
from telemetry.cities import City
from telemetry.dialects.values import (
    Arrival,
    DeviceEvent,
    DeviceHeartbeat,
    PassedOver,
    PositionReport,
    Quarantined,
    Told,
)
from telemetry.messages import Message

RECORDED = Path(__file__).parents[4] / "shared" / "samples" / "events"
EXPECTED = tomllib.loads(Path(__file__).with_name("recorded_messages.toml").read_text("utf-8"))
ARRIVAL = Arrival(datetime(2026, 12, 1, 12, 0, tzinfo=UTC), zone=ZoneInfo("Europe/Vilnius"))
TOWN = CameraMap(City("siauliai"))
CUT_OFF = [
    "onvif_pullpoint/tapo_00_ruleengine_cellmotiondetector_linecross.xml", "axis_scene/object_track_v1.json",
    "onvif_metadata_axis/object_analytics_any_change.xml", "milestone/AnalyticsEventOverlay.xml",
    "hikvision_isapi/alertstream_heartbeats_ver10.multipart", "dahua/crossline_start.multipart",
    "tattile/message_time_dashes.xml", "sia_dc09/trikdis_adm_cid.txt", "unifi_protect/smartdetect_lifecycle.json",
    "verkada/lpr.json",
]  # fmt: skip
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded messages are not on this machine")


def comes_to(payload: bytes) -> list[str]:
    """What a message comes to, in a few words each."""
    found = recognised(payload)
    if found is None:
        return ["unknown"]
    return [in_words(one) for one in found.read(payload, ARRIVAL)]


def in_words(told: Told) -> str:
    match told:
        case DeviceEvent():
            what = told.category or f"{told.label}?"
            weight = "bare" if told.is_bare else "event"
            at = "arrival" if told.started_at == ARRIVAL.received_at else f"{told.started_at:%Y-%m-%dT%H:%M:%S}"
            ended = " ended" if told.ended_at is not None else ""
            plate = f" plate of {len(told.identity)}" if told.identity else ""
            return f"{weight} {what} {at}{ended} {told.confidence:.2f}{plate}"
        case DeviceHeartbeat():
            return "heartbeat"
        case PositionReport():
            return f"position {told.lat:.2f} {told.lon:.2f} within {told.accuracy_m:.0f}"
        case PassedOver():
            return f"passed over {told.reason.code}"
        case Quarantined():
            why = told.reason.params.get("why")
            return f"quarantined {why.code if isinstance(why, Message) else told.reason.code}"


def recorded() -> dict[str, bytes]:
    files = sorted(path for path in RECORDED.glob("*/*") if path.name != "SOURCES.md")
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in files}


def test_every_recorded_message_comes_to_what_is_expected() -> None:
    found = recorded()
    assert {name: comes_to(payload) for name, payload in found.items() if name in EXPECTED} == {
        name: told for name, told in EXPECTED.items() if name in found
    }


def test_each_twice_and_shuffled_gives_each_event_once() -> None:
    payloads = list(recorded().values())
    results = []
    for seed in range(4):
        ordered = payloads * (2 if seed else 1)
        random.Random(seed).shuffle(ordered)
        reading = FileReading()
        for number, payload in enumerate(ordered):
            reading.add(str(number), payload, ARRIVAL, None)
        seen = reading.observations(TOWN, ARRIVAL)
        results.append([(one.id, one.started_at, one.ended_at, one.category, one.confidence) for one in seen])
        assert len(reading.quarantine_lines(ARRIVAL)) == len(
            {line["payload"] + line["reason"] for line in reading.quarantine_lines(ARRIVAL)}
        )
    assert results[0] == results[1] == results[2] == results[3]
    assert max(Counter(one[0] for one in results[0]).values()) == 1


@pytest.mark.parametrize("name", CUT_OFF)
def test_one_cut_off_at_any_byte_adds_no_event(name: str) -> None:
    payload = (RECORDED / name).read_bytes()
    alone = FileReading()
    alone.add(name, payload, ARRIVAL, None)
    whole = [one.id for one in alone.observations(TOWN, ARRIVAL)]
    reading = FileReading()
    reading.add(name, payload, ARRIVAL, None)
    for length in range(0, len(payload), max(1, len(payload) // 4_000)):
        reading.add(name, payload[:length], ARRIVAL, None)
    assert [one.id for one in reading.observations(TOWN, ARRIVAL)] == whole
