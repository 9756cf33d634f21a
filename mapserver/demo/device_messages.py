"""The messages of the simulated devices, in the vendors' own shapes plus `"simulated": true`. Sends nothing."""

import random
import string
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from mapserver.demo.device_script import What
from telemetry.clock import iso

Message = dict[str, Any]


def frigate(camera: str, what: What, at: datetime, rng: random.Random) -> Iterator[tuple[float, Message]]:
    """Frigate's new, update and end of one event that starts `at`, each with its delay in seconds."""
    start = at.timestamp()
    name = f"{start:.6f}-{''.join(rng.choices(string.ascii_lowercase, k=6))}"
    x = rng.randrange(0, 500)
    y = rng.randrange(100, 400)
    before = _tracked(name, camera, what, start, start, [x, y, x + 120, y + 90])
    yield 0.0, {"type": "new", "before": before, "after": before}
    for part, kind in ((0.5, "update"), (1.0, "end")):
        moment = start + part * what.lasts_s
        box = [x + round(60 * part), y, x + 120 + round(60 * part), y + 90]
        after = _tracked(name, camera, what, start, moment, box)
        if kind == "end":
            after |= {"end_time": moment, "active": False, "has_clip": True}
        yield part * what.lasts_s, {"type": kind, "before": before, "after": after}
        before = after


def plate_recognizer(camera: str, what: What, plate: str, at: datetime) -> Message:
    """Plate Recognizer Stream's webhook."""
    region = {"code": what.country.lower(), "score": 0.9}
    box = {"xmin": 460, "ymin": 57, "xmax": 557, "ymax": 82}
    written = plate.lower().replace(" ", "").replace("-", "")
    return {
        "hook": {"target": "intake", "id": camera, "event": "recognition", "filename": f"{camera}.jpg"},
        "data": {
            "camera_id": camera,
            "filename": f"{camera}.jpg",
            "timestamp": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "timestamp_local": at.astimezone().isoformat(timespec="microseconds", sep=" "),
            "results": [
                {
                    "box": box,
                    "plate": written,
                    "region": region,
                    "score": what.score,
                    "candidates": [{"plate": written, "score": what.score}],
                    "dscore": 0.8,
                    "vehicle": {"score": 0.7, "type": what.label.title(), "box": {**box, "ymin": 10, "xmin": 300}},
                    "direction": 180,
                    "source_url": "simulated",
                    "position_sec": "0.00",
                }
            ],
        },
        "simulated": True,
    }


def axis_lpr(serial: str, what: What, plate: str, at: datetime, car_id: int) -> Iterator[tuple[float, Message]]:
    """Axis LPR's new and lost of one car, each with its delay in seconds."""
    read = plate.replace(" ", "").replace("-", "")
    for delay, state in ((0.0, "new"), (what.lasts_s, "lost")):
        moment = at + timedelta(seconds=delay)
        yield (
            delay,
            {
                "packetCounter": str(car_id),
                "capture_timestamp": str(round(moment.timestamp() * 1000)),
                "frame_timestamp": "0",
                "datetime": moment.astimezone().strftime("%Y%m%d %H%M%S") + f"{moment.microsecond // 1000:03}",
                "plateText": read,
                "plateUnicode": read,
                "plateUTF8": read,
                "plateASCII": read,
                "plateCountry": {"LT": "LTU", "LV": "LVA"}[what.country],
                "plateConfidence": f"{what.score:.6f}",
                "carState": state,
                "roiID": "1",
                "imageType": "plate",
                "carMoveDirection": "in",
                "plateCoordinates": [1185, 532, 140, 28],
                "carID": str(car_id),
                "camera_info": {"SerialNumber": serial, "ProdShortName": "simulated"},
                "sensorProviderID": f"simulated since {iso(at)}",
                "simulated": True,
            },
        )


def _tracked(name: str, camera: str, what: What, start: float, now: float, box: list[int]) -> Message:
    score = round(what.score * 0.95, 4)
    return {
        "id": name,
        "camera": camera,
        "frame_time": now,
        "snapshot": {"frame_time": start, "box": box, "area": 10_800, "region": [0, 0, 640, 640], "score": score},
        "label": what.label,
        "sub_label": None,
        "top_score": what.score,
        "false_positive": False,
        "start_time": start,
        "end_time": None,
        "score": score,
        "box": box,
        "area": 10_800,
        "ratio": 1.33,
        "region": [0, 0, 640, 640],
        "current_zones": list(what.zones),
        "entered_zones": list(what.zones),
        "thumbnail": None,
        "has_snapshot": False,
        "has_clip": False,
        "active": True,
        "stationary": False,
        "motionless_count": 0,
        "position_changes": 1,
        "attributes": {},
        "current_attributes": [],
        "current_estimated_speed": 0,
        "average_estimated_speed": 0,
        "velocity_angle": 0,
        "recognized_license_plate": what.plate,
        "recognized_license_plate_score": None if what.plate is None else what.score,
        "data": {"simulated": True},
    }
