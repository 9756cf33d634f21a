"""Devices' own words taken in: one flow for both ways, HTTP push and MQTT, and for what waited in quarantine."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mapserver.access.service import principal_of
from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from mapserver.devices import service as devices
from mapserver.intake import quarantine
from mapserver.intake.tables import QuarantinedRow
from mapserver.observations.flow import take
from mapserver.web.reading import read_aside
from telemetry.access import Principal, Role, visibility
from telemetry.errors import BadInput, UnknownCamera, VanagasError
from telemetry.messages import Message, kept
from telemetry.observations import Media, Source, SourceKind
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.visibility import Visibility
from vision.cameras import service as cameras
from vision.events import FORMATS, DeviceEvent, Parser
from vision.events.observations import to_observation
from vision.plates.screening import may_keep_picture

log = logging.getLogger(__name__)

FRIGATE_TOPICS = ("events", "reviews", "tracked_object_update")
"""What Frigate publishes under its prefix and is listened to."""
CAMERA_KINDS = (SourceKind.FIXED_CAMERA, SourceKind.PLATE_READER)


@dataclass(frozen=True)
class DeviceMessage:
    """One message as a device sends it."""

    format: str
    payload: bytes
    content_type: str = "application/json"


def topics(frigate_prefixes: Iterable[str]) -> Mapping[str, str]:
    """The MQTT topics that are listened to, and the format of what comes on them."""
    return {f"{prefix}/{name}": "frigate" for prefix in frigate_prefixes for name in FRIGATE_TOPICS}


def parser(name: str) -> Parser:
    """The parser of a format. Raises BadInput listing the known ones."""
    try:
        return FORMATS[name]
    except KeyError:
        raise BadInput(Message("events.unknown_format", format=repr(name), formats=sorted(FORMATS))) from None


async def receive(parts: Services, message: DeviceMessage, *, by: Principal | None = None) -> list[dict[str, Any]]:
    """Accept what `message` tells, as `by` hands it in, in one commit with others that wait: one receipt an event, or
    the reason why there is none. Returning means that it is kept.

    Of a camera that nobody knows it waits in quarantine until the camera is added. Without `by` it came over MQTT.
    Raises BadObservation when it cannot be read or kept, NotAllowed when `by` may not speak for the camera.
    """
    received_at = parts.clock.now()
    events = await read_aside(len(message.payload), lambda: _read(message, received_at))
    if not events:
        return []
    return await parts.joint_writes.run(lambda work: _take_in(parts, work, message, events, received_at, by))


def replay(parts: Services, work: Work, scope: Scope, names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Take in what waits in quarantine in `scope`, of cameras called `names` or of all, as it came then.

    What still cannot be taken stays, with the reason. Gives what became of each, by the message's id.
    """
    results = []
    for row in quarantine.waiting(work.session, scope, names):
        with work.session.no_autoflush:
            results.append({"id": row.id, **_replay_one(parts, work, row)})
    return results


def forget_waiting(parts: Services) -> int:
    """Let go of what has waited in quarantine for as long as a plate may be kept; how many messages there were."""
    due_by = parts.forgetting.due_by()
    if due_by is None:
        return 0
    with parts.store.write() as work:
        return quarantine.expire(work, before=due_by - timedelta(hours=parts.settings.plates.keep_hours))


def _replay_one(parts: Services, work: Work, row: QuarantinedRow) -> dict[str, Any]:
    message = DeviceMessage(row.format, row.payload, row.content_type)
    try:
        with work.session.begin_nested():
            by = _sender_of(work, row)
            receipts = _accept(parts, work, _read(message, row.received_at), row.received_at, by)
    except VanagasError as error:
        row.reason = error.message
        row.reason_message = kept(error.told)
        work.session.add(row)
        return {"taken": False, "reason": error.told.text()}
    work.session.delete(row)
    return {"taken": True, "receipts": receipts}


def _sender_of(work: Work, row: QuarantinedRow) -> Principal | None:
    if row.sender is None:
        return None
    user = work.session.get(UserRow, row.sender)
    if user is None or not user.active:
        raise BadInput(Message("events.sender_gone", sender=row.sender))
    return principal_of(user)


def _take_in(
    parts: Services,
    work: Work,
    message: DeviceMessage,
    events: Sequence[DeviceEvent],
    received_at: datetime,
    by: Principal | None,
) -> list[dict[str, Any]]:
    try:
        return _accept(parts, work, events, received_at, by)
    except UnknownCamera as error:
        return _quarantine(parts, work, message, events[0], error, received_at, by)


def _read(message: DeviceMessage, received_at: datetime) -> list[DeviceEvent]:
    return parser(message.format)(message.payload, received_at=received_at, content_type=message.content_type)


def _accept(
    parts: Services, work: Work, events: Iterable[DeviceEvent], received_at: datetime, by: Principal | None
) -> list[dict[str, Any]]:
    visible = Visibility(None, parts.settings.scope) if by is None else visibility(by)
    return [_accept_one(parts, work, event, visible, received_at, by) for event in events]


def _accept_one(
    parts: Services,
    work: Work,
    event: DeviceEvent,
    visible: Visibility,
    received_at: datetime,
    by: Principal | None,
) -> dict[str, Any]:
    if event.refused is not None:
        return {"outcome": "refused", "reason": event.refused.text()}
    if event.dropped_because is not None:
        return {"outcome": "dropped", "reason": event.dropped_because.text()}
    camera = cameras.by_device_name(work.session, event.device, visible)
    observation = to_observation(event, camera, received_at)
    if event.image is not None and may_keep_picture(work.session, observation, now=received_at):
        picture = Media(kind="snapshot", sha256=parts.media.put(event.image), content_type="image/jpeg")
        observation = observation.model_copy(update={"media": (picture,)})
    return take(parts, work, [observation], by=by)[0].public()


def _quarantine(
    parts: Services,
    work: Work,
    message: DeviceMessage,
    event: DeviceEvent,
    error: UnknownCamera,
    received_at: datetime,
    by: Principal | None,
) -> list[dict[str, Any]]:
    if by is not None and by.role is Role.DEVICE and not devices.is_gateway(work.session, by, CAMERA_KINDS):
        devices.require_bound(work.session, by, [Source(kind=SourceKind.FIXED_CAMERA, id=event.device)])
    row = QuarantinedRow(
        format=message.format,
        device=event.device,
        scope=parts.settings.scope if by is None else by.scope,
        sender=None if by is None else by.name,
        content_type=message.content_type,
        payload=message.payload,
        size=len(message.payload),
        reason=error.message,
        reason_message=kept(error.told),
        received_at=received_at,
    )
    quarantine.add(work, row)
    log.warning("%s: a message waits in quarantine: %s", message.format, error.message)
    return [{"outcome": "quarantined", "reason": error.told.text()}]
