"""The mission protocol's messages as MAVLink frames and back. Sends nothing."""

import math
from dataclasses import replace
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.extensions import count_plan_id, with_count_plan_id
from telemetry.transfer.messages import Ack, Count, Item, ItemRequest, PlanKind, PlanMessage, RequestList
from telemetry.transfer.mission_items import AltitudeFrame, MissionItem

NUMBERS = frozenset({39, 40, 43, 44, 47, 51, 73})
"""MISSION_ITEM, _REQUEST, _REQUEST_LIST, _COUNT, _ACK, _REQUEST_INT and _ITEM_INT."""
_KINDS = {kind.value for kind in PlanKind}


class Codec:
    """Writes as one system and component, to one other; reads what that other says to it."""

    def __init__(self, own: tuple[int, int], other: tuple[int, int]) -> None:
        """Each a (system id, component id)."""
        self._own = own
        self._other = other
        self._mav = mavlink.MAVLink(None, *own)

    def frame(self, message: PlanMessage) -> bytes:
        """The frame of `message`, version 2."""
        packed: bytes = self._packed(message).pack(self._mav)
        self._mav.seq = (self._mav.seq + 1) % 256
        if isinstance(message, Count) and message.plan_id:
            return with_count_plan_id(packed, message.plan_id)
        return packed

    def message(self, frame: bytes) -> PlanMessage | None:
        """What `frame` says, if it is of the mission protocol, from the other and for us."""
        heard = self._mav.decode(bytearray(frame))
        if (heard.get_srcSystem(), heard.get_srcComponent()) != self._other:
            return None
        if heard.target_system not in (0, self._own[0]) or heard.target_component not in (0, self._own[1]):
            return None
        kind = getattr(heard, "mission_type", 0)
        if kind not in _KINDS:
            return None
        message = _read(heard, PlanKind(kind))
        if not isinstance(message, Count):
            return message
        return replace(message, plan_id=count_plan_id(frame))

    def _packed(self, message: PlanMessage) -> Any:
        kind = message.kind.value
        to = self._other
        match message:
            case RequestList():
                return mavlink.MAVLink_mission_request_list_message(*to, kind)
            case Count(count=count):
                return mavlink.MAVLink_mission_count_message(*to, count, kind)
            case ItemRequest(sequence=sequence):
                return mavlink.MAVLink_mission_request_int_message(*to, sequence, kind)
            case Ack(result=result):
                return mavlink.MAVLink_mission_ack_message(*to, result, kind)
            case Item(sequence=sequence, item=item):
                return mavlink.MAVLink_mission_item_int_message(
                    *to, sequence, item.frame, item.command, int(sequence == 0), int(item.autocontinue),
                    *item.params, *_whole(item), item.alt_m, kind,
                )  # fmt: skip


def _whole(item: MissionItem) -> tuple[int, int]:
    """Parameters 5 and 6 as MISSION_ITEM_INT carries them: scaled by 1e7 only where they are a place."""
    scale = 1 if item.frame == AltitudeFrame.NO_POSITION else 1e7
    return round(item.lat * scale), round(item.lon * scale)


def _read(heard: Any, kind: PlanKind) -> PlanMessage | None:
    match heard.get_type():
        case "MISSION_REQUEST_LIST":
            return RequestList(kind)
        case "MISSION_COUNT":
            return Count(kind, heard.count)
        case "MISSION_REQUEST_INT" | "MISSION_REQUEST":
            return ItemRequest(kind, heard.seq)
        case "MISSION_ACK":
            return Ack(kind, heard.type)
        case "MISSION_ITEM_INT" | "MISSION_ITEM":
            return Item(kind, heard.seq, _item(heard))
    return None


def _item(heard: Any) -> MissionItem:
    scale = 1 if heard.get_type() == "MISSION_ITEM" or heard.frame == AltitudeFrame.NO_POSITION else 1e7
    params = (heard.param1, heard.param2, heard.param3, heard.param4)
    return MissionItem(
        heard.command,
        heard.frame,
        *params,
        lat=heard.x / scale,
        lon=heard.y / scale,
        alt_m=heard.z if math.isfinite(heard.z) else 0.0,
        autocontinue=bool(heard.autocontinue),
    )
