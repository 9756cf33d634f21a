"""DJI's actions and the MAVLink commands that mean the same, in both directions.

What has no MAVLink meaning (focus, customDirName, panoShot, recordPointCloud, …) is told in a note and stays in the
kept file; so is what is only alike.
"""

from collections import Counter
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from mission.formats.document import key_of, zero_for_nan
from mission.parsing import bounded
from mission.parsing.markup import child, text
from telemetry.messages import Message
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem

NAV_DELAY = 93
YAW = 115
GIMBAL = 205
GIMBAL_MANAGER = 1000
SHOOT = 203
ZOOM = 531
PICTURE = 2000
STOP_PICTURES = 2001
RECORD = 2500
STOP_RECORD = 2501
"""MAV_CMDs."""
TARGETING = 2
"""MAV_MOUNT_MODE_MAVLINK_TARGETING."""
FOCAL_LENGTH = 3
"""ZOOM_TYPE_FOCAL_LENGTH, millimetres."""

EVENLY = "gimbalEvenlyRotate"
"""Turns the gimbal evenly from one waypoint to the next; MAVLink turns it at once."""
TURNING = ("gimbalRotate", "orientedShoot", "accurateShoot")

Params = dict[str, str | float | int | bool]
FILE: Params = {"fileSuffix": "", "useGlobalPayloadLensIndex": True}
"""How DJI names a picture or a video; nothing is added."""


def items_of(action: Element, place: str, unknown: Counter[str]) -> list[MissionItem]:
    """The items that mean what an action does; what means nothing to MAVLink is counted in `unknown`."""
    func = text(action, "actionActuatorFunc") or "?"
    params = child(action, "actionActuatorFuncParam")

    def number(key: str, default: float = 0.0) -> float:
        said = text(params, key)
        if said is None:
            return default
        return bounded.number_in(said, f"{place}, {func}, {key}")

    found: list[MissionItem] = []
    if func == "takePhoto":
        found = [_item(PICTURE, 0, 0, 1)]
    elif func == "startRecord":
        found = [_item(RECORD)]
    elif func == "stopRecord":
        found = [_item(STOP_RECORD)]
    elif func == "hover":
        found = [_item(NAV_DELAY, number("hoverTime"), -1, -1, -1)]
    elif func == "rotateYaw":
        way = 1.0
        if text(params, "aircraftPathMode") == "counterClockwise":
            way = -1.0
        found = [_item(YAW, number("aircraftHeading"), 0, way)]
    elif func == "zoom":
        found = [_item(ZOOM, FOCAL_LENGTH, number("focalLength"))]
    elif func in TURNING and text(params, "gimbalRotateMode") != "relativeAngle":
        pitch, roll, yaw = (
            number(f"gimbal{axis}RotateAngle") if number(f"gimbal{axis}RotateEnable", 1.0) else 0.0
            for axis in ("Pitch", "Roll", "Yaw")
        )
        found = [MissionItem(GIMBAL, AltitudeFrame.NO_POSITION, pitch, roll, yaw, alt_m=TARGETING)]
        if func != "gimbalRotate":
            found.append(_item(PICTURE, 0, 0, 1))
    elif func == EVENLY:
        found = [MissionItem(GIMBAL, AltitudeFrame.NO_POSITION, number("gimbalPitchRotateAngle"), alt_m=TARGETING)]
        unknown[EVENLY] += 1
    else:
        unknown[func[:40]] += 1
    return found


def note_of(func: str, times: int) -> Message:
    """The sentence on actions that are not as in the file."""
    if func == EVENLY:
        return Message("plans.notes.evenly", action=EVENLY, count=times)
    return Message("plans.notes.no_meaning", action=func, count=times)


def action_of(item: MissionItem) -> tuple[str, Params] | None:
    """The action that means what an item does: its function and parameters; None where DJI has none."""
    at: Params = {"payloadPositionIndex": 0}
    p1, p2, p3, _ = (zero_for_nan(value) for value in item.params)
    command = int(item.command)
    found: tuple[str, Params] | None = None
    if (command == PICTURE and p2 == 0 and p3 == 1) or (command == SHOOT and item.lat == 1):
        found = "takePhoto", at | FILE
    elif command == RECORD:
        found = "startRecord", at | FILE
    elif command == STOP_RECORD:
        found = "stopRecord", at
    elif command == NAV_DELAY and p1 > 0:
        found = "hover", {"hoverTime": p1}
    elif command == YAW and not item.param4:
        way = "clockwise"
        if p3 < 0:
            way = "counterClockwise"
        found = "rotateYaw", {"aircraftHeading": p1, "aircraftPathMode": way}
    elif command == GIMBAL and item.alt_m == TARGETING:
        found = "gimbalRotate", at | _gimbal(p1, p2, p3)
    elif command == GIMBAL_MANAGER:
        found = "gimbalRotate", at | _gimbal(p1, 0.0, p2)
    elif command == ZOOM and p1 == FOCAL_LENGTH and p2 > 0:
        found = "zoom", at | {"focalLength": p2}
    return found


def is_exact(item: MissionItem) -> bool:
    """Whether reading its action again gives the item itself."""
    written = action_of(item)
    if written is None:
        return False
    action = Element("action")
    for name, said in (("actionActuatorFunc", written[0]), ("actionActuatorFuncParam", None)):
        part = Element(name)
        part.text = said
        action.append(part)
    _fill(action[1], written[1])
    again = items_of(action, "", Counter())
    return len(again) == 1 and key_of(again[0]) == key_of(item)


def _fill(element: Element, params: Mapping[str, str | float | int | bool]) -> None:
    for key, value in params.items():
        part = Element(key)
        part.text = str(value)
        if isinstance(value, bool):
            part.text = str(int(value))
        element.append(part)


def _gimbal(pitch: float, roll: float, yaw: float) -> Params:
    params: Params = {"gimbalHeadingYawBase": "aircraft", "gimbalRotateMode": "absoluteAngle"}
    for axis, angle, on in (("Pitch", pitch, True), ("Roll", roll, roll != 0), ("Yaw", yaw, yaw != 0)):
        params |= {f"gimbal{axis}RotateEnable": on, f"gimbal{axis}RotateAngle": angle}
    return params | {"gimbalRotateTimeEnable": False, "gimbalRotateTime": 0}


def _item(command: int, p1: float = 0.0, p2: float = 0.0, p3: float = 0.0, p4: float = 0.0) -> MissionItem:
    return MissionItem(command, AltitudeFrame.NO_POSITION, p1, p2, p3, p4)
