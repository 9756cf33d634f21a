"""Messages in the vendors' own shapes, to be changed field by field. Written from the vendors' documents."""

from datetime import UTC, datetime
from typing import Any

RECEIVED = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)
AT = 1777636800.25
"""2026-05-01T12:00:00.250Z."""
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 3


def changed(message: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of `message` with the field at `a.b.0.c` set to `value`."""
    head, _, rest = path.partition(".")
    copy: Any = list(message) if isinstance(message, list) else dict(message)
    key: Any = int(head) if isinstance(message, list) else head
    copy[key] = changed(copy[key], rest, value) if rest else value
    return copy  # type: ignore[no-any-return]


def without(message: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy of `message` without the field at `a.b`."""
    head, _, rest = path.partition(".")
    if rest:
        return {**message, head: without(message[head], rest)}
    return {key: value for key, value in message.items() if key != head}


def frigate(kind: str = "new", **after: object) -> dict[str, Any]:
    """A message on frigate/events."""
    seen: dict[str, Any] = {
        "id": "1777636800.25-mxklsc",
        "camera": "gate",
        "frame_time": AT + 1,
        "snapshot": {
            "frame_time": AT,
            "box": [415, 489, 528, 700],
            "area": 12728,
            "region": [0, 0, 700, 700],
            "score": 0.77,
        },
        "label": "person",
        "sub_label": ["Somebody's Name", 0.79],
        "top_score": 0.958984375,
        "false_positive": False,
        "start_time": AT,
        "end_time": None,
        "score": 0.87890625,
        "box": [424, 500, 536, 712],
        "area": 23744,
        "ratio": 2.113207,
        "region": [264, 450, 667, 853],
        "current_zones": ["yard"],
        "entered_zones": ["driveway", "yard"],
        "thumbnail": None,
        "has_snapshot": False,
        "has_clip": False,
        "active": True,
        "stationary": False,
        "motionless_count": 0,
        "position_changes": 2,
        "attributes": {"face": 0.86},
        "current_attributes": [{"label": "face", "box": [442, 506, 534, 524], "score": 0.86}],
        "current_estimated_speed": 0.71,
        "average_estimated_speed": 14.3,
        "velocity_angle": 180,
        "recognized_license_plate": None,
        "recognized_license_plate_score": None,
    }
    return {"type": kind, "before": seen, "after": seen | after}


def frigate_plate(**given: object) -> dict[str, Any]:
    """A message of type lpr on frigate/tracked_object_update."""
    return {
        "type": "lpr",
        "id": "1777636800.25-mxklsc",
        "name": "John's Car",
        "plate": "abc 123",
        "score": 0.95,
        "camera": "gate",
        "timestamp": AT,
        "plate_box": [917, 487, 1029, 529],
    } | given


def plate_recognizer() -> dict[str, Any]:
    """A Stream webhook."""
    return {
        "hook": {
            "target": "http://example/",
            "id": "camera-1",
            "event": "recognition",
            "filename": "camera-1_shot.jpg",
        },
        "data": {
            "camera_id": "camera-1",
            "filename": "camera-1_shot.jpg",
            "timestamp": "2026-05-01T12:00:00.606935Z",
            "timestamp_local": "2026-05-01 15:00:00.606935+03:00",
            "results": [
                {
                    "box": {"xmin": 460, "ymin": 57, "xmax": 557, "ymax": 82},
                    "plate": "9jub11",
                    "region": {"code": "gb", "score": 0.413},
                    "score": 0.839,
                    "candidates": [{"plate": "9jub11", "score": 0.839}],
                    "dscore": 0.441,
                    "vehicle": {
                        "score": 0.245,
                        "type": "Big Truck",
                        "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4},
                    },
                    "direction": 210,
                    "source_url": "/clip.mp4",
                    "position_sec": "0.00",
                }
            ],
        },
    }


def axis() -> dict[str, Any]:
    """A push of Axis LPR (FF Group)."""
    return {
        "packetCounter": "11890300",
        "capture_timestamp": "1777636800250",
        "datetime": "20260501 150000250",
        "plateUTF8": "RLE11684",
        "plateASCII": "RLE11684",
        "plateCountry": "POL",
        "plateConfidence": "0.719034",
        "carState": "new",
        "geotag": {"lat": 50.418114, "lon": 30.476213},
        "carMoveDirection": "in",
        "plateCoordinates": [1185, 532, 140, 28],
        "carID": "1144696",
        "camera_info": {"SerialNumber": "ACCC8ED3290D", "ProdShortName": "AXIS P1445-LE-3"},
    }
