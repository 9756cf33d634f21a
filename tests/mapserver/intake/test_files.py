"""Files of devices' messages: each event once, whatever order and however often it is told; what is odd has a place."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mapserver.intake.camera_map import CameraMap, MappedCamera
from mapserver.intake.dialects import DIALECTS
from mapserver.intake.files import FileReading, read_quarantine_file
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.dialects.values import Arrival
from telemetry.errors import BadInput
from telemetry.observations import Observation
from tests.mapserver.intake.device_messages import (
    AT_MS,
    EXAMPLES,
    RECEIVED,
    as_json,
    dahua,
    hikvision,
    onvif,
    protect,
    rekor,
)

ARRIVAL = Arrival(RECEIVED, zone=ZoneInfo("Europe/Vilnius"))
TOWN = CameraMap(City("siauliai"))
INSIDE = "tns1:RuleEngine/FieldDetector/ObjectsInside"


def read(payloads: Sequence[bytes], dialect: str | None = None, cameras: CameraMap = TOWN) -> list[Observation]:
    return reading(payloads, dialect).observations(cameras, ARRIVAL)


def reading(payloads: Sequence[bytes], dialect: str | None = None) -> FileReading:
    made = FileReading()
    for number, payload in enumerate(payloads):
        made.add(f"{number}.bin", payload, ARRIVAL, None if dialect is None else DIALECTS[dialect])
    return made


def test_every_message_twice_and_shuffled_gives_each_event_once() -> None:
    payloads = [example.payload for example in EXAMPLES]
    once = read(payloads)
    for seed in range(5):
        shuffled = payloads * 2
        random.Random(seed).shuffle(shuffled)
        again = read(shuffled)
        assert sorted(one.id for one in again) == sorted(one.id for one in once)
        assert [(one.id, one.started_at, one.ended_at, one.category) for one in again] == [
            (one.id, one.started_at, one.ended_at, one.category) for one in once
        ]


def test_the_end_of_an_event_may_come_before_its_beginning() -> None:
    messages = [
        onvif(INSIDE, "IsInside=true ObjectId=3", at=' UtcTime="2026-05-01T11:59:00Z"'),
        onvif(INSIDE, "IsInside=false ObjectId=3", at=' UtcTime="2026-05-01T11:59:30Z"'),
        onvif(INSIDE, "IsInside=true ObjectId=3", at=' UtcTime="2026-05-01T11:59:50Z"'),
    ]
    for ordered in (messages, messages[::-1], [messages[1], messages[2], messages[0]]):
        told = read(ordered)
        assert [(iso(one.started_at)[11:19], one.ended_at and iso(one.ended_at)[11:19]) for one in told] == [
            ("11:59:00", "11:59:30"), ("11:59:50", None)
        ]  # fmt: skip


def test_an_alarm_that_is_told_of_while_it_lasts_is_one_event() -> None:
    told = [hikvision("fielddetection", at=f"2026-05-01T14:59:0{second}+03:00", count=second) for second in range(1, 6)]
    told.append(hikvision("fielddetection", "inactive", at="2026-05-01T14:59:30+03:00"))
    (seen,) = read(told[::-1])
    assert (iso(seen.started_at), iso(seen.ended_at or RECEIVED)) == (
        "2026-05-01T11:59:01.000Z", "2026-05-01T11:59:30.000Z"
    )  # fmt: skip


def test_a_start_and_a_stop_find_each_other() -> None:
    start = dahua("CrossLineDetection", "Start", {"UTC": 1777636800, "Name": "A"})
    stop = dahua("CrossLineDetection", "Stop", {"UTC": 1777636803, "Name": "A"})
    (seen,) = read([stop, start])
    assert seen.ended_at is not None
    assert (seen.ended_at - seen.started_at).total_seconds() == 3


def test_an_update_that_says_neither_camera_nor_start_grows_the_event_it_is_of() -> None:
    lifecycle = [
        protect("add", start=AT_MS, smartDetectTypes=["person"]),
        protect("update", device=None, smartDetectTypes=["person", "vehicle"], type=None),
        *[protect("update", device=None, end=AT_MS + 10_000, type=None)] * 3,
    ]
    for ordered in (lifecycle, lifecycle[::-1]):
        (seen,) = read(ordered)
        assert (seen.source.id, seen.category, seen.attributes["label"]) == ("aabb", "person_seen", "person")
        assert (seen.ended_at is not None, "time_note" in seen.attributes) == (True, False)


def test_previews_of_a_group_grow_until_the_final_one() -> None:
    preview = rekor(is_preview=True, best_uuid="site-77-0", best_confidence=60.0, best_plate_number="KLM12")
    (seen,) = read([rekor(), preview])
    assert (seen.attributes["plate"], seen.confidence, seen.ended_at is not None) == ("KLM123", 0.915, True)


def test_what_looks_like_nothing_known_is_quarantined_with_what_is_known() -> None:
    made = reading([b"telex", b"telex"])
    (line,) = made.quarantine_lines(ARRIVAL)
    assert (line["dialect"], line["payload"]) == ("auto", "dGVsZXg=")
    assert "hikvision" in line["reason"]


def test_bare_motion_counts_only_where_the_camera_names_it() -> None:
    motion = hikvision("VMD")
    assert read([motion]) == []
    yard = MappedCamera(
        id="SIA-C1", lat=55.93, lon=23.31, device_names=["192.0.2.7"], categories={"vmd": "person_in_closed_area"}
    )
    (seen,) = read([motion], cameras=CameraMap(City("siauliai"), {"192.0.2.7": yard}))
    assert (seen.source.id, seen.category, seen.position is not None) == ("SIA-C1", "person_in_closed_area", True)


def test_the_learned_offset_of_a_clock_is_taken_off_and_said() -> None:
    late = MappedCamera(id="SIA-C1", device_names=["aa:bb:cc:00:00:07"], clock_ahead_s=3600)
    (seen,) = read([hikvision("linedetection")], cameras=CameraMap(City("siauliai"), {"aa:bb:cc:00:00:07": late}))
    assert iso(seen.started_at) == "2026-05-01T11:00:00.000Z"
    assert (seen.attributes["device_time"], seen.attributes["clock_ahead_s"]) == ("2026-05-01T12:00:00.000Z", 3600)


def test_an_event_of_a_camera_that_the_map_does_not_know_is_quarantined() -> None:
    made = reading([hikvision("linedetection")])
    assert made.observations(CameraMap(City("siauliai"), {}), ARRIVAL) == []
    (line,) = made.quarantine_lines(ARRIVAL)
    assert "aa:bb:cc:00:00:07" in line["reason"]


def test_positions_are_lines_of_their_own_each_once() -> None:
    place = as_json(_type="location", tst=1777636800, lat=55.93, lon=23.31, acc=3000, tid="ab")
    (line,) = reading([place, place]).position_lines(ARRIVAL)
    assert (line["kind"], line["device"], line["coarse"]) == ("position", "ab", True)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_file_of_another_kind_is_quarantined_whole(dialect: str) -> None:
    made = reading([b"# A page about EventNotificationAlert and Code=x\n"], dialect)
    assert (made.observations(TOWN, ARRIVAL), len(made.quarantine_lines(ARRIVAL))) == ([], 1)


def test_a_quarantine_file_is_read_back_as_the_messages_that_it_kept(tmp_path: Path) -> None:
    made = reading([hikvision("quux"), b"telex"])
    made.observations(TOWN, ARRIVAL)
    kept = tmp_path / "q.jsonl"
    kept.write_text("".join(json.dumps(line) + "\n" for line in made.quarantine_lines(ARRIVAL)))
    ((message, received_at),) = read_quarantine_file(kept)
    assert (message.format, message.payload, received_at) == ("hikvision", hikvision("quux"), RECEIVED)
    kept.write_text("{}\n")
    with pytest.raises(BadInput, match="line 1"):
        read_quarantine_file(kept)
