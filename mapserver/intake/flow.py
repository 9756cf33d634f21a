"""Devices' own words taken in: one flow for both ways, HTTP push and MQTT, and for what waited in quarantine."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mapserver.access.service import principal_of
from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from mapserver.core.settings import MqttSettings
from mapserver.devices import service as devices
from mapserver.intake import quarantine
from mapserver.intake.dialects import dialect
from mapserver.intake.positions import take_position
from mapserver.intake.tables import QuarantinedRow
from mapserver.observations.flow import take
from mapserver.web.reading import read_aside
from telemetry.access import Principal, Role, visibility
from telemetry.cities import City, known_towns
from telemetry.dialects.values import Arrival, DeviceEvent, PositionReport, Quarantined
from telemetry.errors import BadInput, BadObservation, UnknownCamera, VanagasError
from telemetry.messages import Message, kept
from telemetry.observations import Media, Source, SourceKind
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.visibility import Visibility
from vision.cameras import service as cameras
from vision.cameras.tables import CameraRow
from vision.events.observations import reason_to_drop, to_observation, viewpoint
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
    sender: str = ""
    """What the device is called by who hands in, where its messages do not say it."""
    topic: str = ""
    """The MQTT topic that it came on."""
    town: City | None = None
    """Where the device stands, where that is known without asking who hands in: its local times are that town's."""


def topics(broker: MqttSettings) -> Mapping[str, str]:
    """The MQTT topic filters that are listened to, and the dialect of what comes on them. Raises BadInput for one that
    is not known."""
    frigate = {f"{prefix}/{name}": "frigate" for prefix in broker.frigate_prefixes for name in FRIGATE_TOPICS}
    return frigate | {heard: dialect(name).name for heard, name in broker.dialect_topics.items()}


async def receive(parts: Services, message: DeviceMessage, *, by: Principal | None = None) -> list[dict[str, Any]]:
    """Accept what `message` tells, as `by` hands it in, in one commit with others that wait: one receipt an event, or
    the reason why there is none; a position moves its unit and has no receipt. Returning means that it is kept.

    Of a camera that nobody knows it waits in quarantine until the camera is added; what cannot be read waits there,
    too, unless all of it is damaged and `by` can be told so. Without `by` it came over MQTT or was fetched. Raises
    BadObservation when it cannot be read or kept, NotAllowed when `by` may not speak for the camera.
    """
    received_at = parts.clock.now()
    told = await read_aside(len(message.payload), lambda: _read(message, received_at, by))
    if not told.events and not told.positions and not told.held_back:
        return []
    if by is not None and told.is_damaged:
        raise BadObservation(told.held_back[0].reason)
    return await parts.joint_writes.run(lambda work: _take_in(parts, work, message, told, received_at, by))


@dataclass(frozen=True)
class MessageContent:
    """What a message tells that is to be kept."""

    events: Sequence[DeviceEvent]
    positions: Sequence[PositionReport]
    held_back: Sequence[Quarantined]

    @property
    def is_damaged(self) -> bool:
        """Nothing of it can be read, and no later version will."""
        return not self.events and not self.positions and not any(one.is_well_formed for one in self.held_back)


def replay(parts: Services, work: Work, scope: Scope, names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Take in what waits in quarantine in `scope`, of cameras called `names` or of all, as it came then.

    What still cannot be taken stays, with the reason. Gives what became of each, by the message's id.
    """
    results = []
    for row in quarantine.waiting(work.session, scope, names):
        with work.session.no_autoflush:
            results.append({"id": row.id, **_replay_one(parts, work, row)})
    return results


def take_in_kept(
    parts: Services, work: Work, kept: Iterable[tuple[DeviceMessage, datetime]], by: Principal
) -> list[dict[str, Any]]:
    """Take in messages that a file kept, each with when it came, in the name of `by`; what cannot be taken stays in the
    file. Gives what became of each, by its line."""
    results = []
    for number, (message, received_at) in enumerate(kept, 1):
        try:
            with work.session.begin_nested():
                told = _read(message, received_at, by)
                if told.held_back:
                    raise BadObservation(told.held_back[0].reason)
                receipts = _accept(parts, work, told, received_at, by)
        except VanagasError as error:
            results.append({"id": number, "taken": False, "reason": error.told.text()})
        else:
            results.append({"id": number, "taken": True, "receipts": receipts})
    return results


def forget_waiting(parts: Services) -> int:
    """Let go of what has waited in quarantine for as long as a plate may be kept; how many messages there were."""
    due_by = parts.forgetting.due_by()
    if due_by is None:
        return 0
    with parts.store.write() as work:
        return quarantine.expire(work, before=due_by - timedelta(hours=parts.settings.plates.keep_hours))


def _replay_one(parts: Services, work: Work, row: QuarantinedRow) -> dict[str, Any]:
    message = DeviceMessage(row.format, row.payload, row.content_type, row.called, row.topic)
    try:
        with work.session.begin_nested():
            by = _sender_of(work, row)
            told = _read(message, row.received_at, by)
            if told.held_back:
                raise BadObservation(told.held_back[0].reason)
            receipts = _accept(parts, work, told, row.received_at, by)
    except VanagasError as error:
        row.reason = error.message
        row.reason_message = kept(error.told)
        work.session.add(row)
        return {"taken": False, "reason": error.told.text()}
    work.session.delete(row)
    return {"taken": True, "reason": "", "receipts": receipts}


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
    told: MessageContent,
    received_at: datetime,
    by: Principal | None,
) -> list[dict[str, Any]]:
    try:
        receipts = _accept(parts, work, told, received_at, by)
    except UnknownCamera as error:
        device = told.events[0].device if told.events else told.positions[0].device
        receipts = [_quarantine(parts, work, message, device, error, received_at, by)]
    held_back = [_hold_back(parts, work, message, one, received_at, by) for one in told.held_back]
    return [*receipts, *held_back]


def _read(message: DeviceMessage, received_at: datetime, by: Principal | None) -> MessageContent:
    town = message.town or (by.city if by is not None else None) or known_towns()[0]
    arrival = Arrival(received_at, message.content_type, message.sender, message.topic, zone=town.facts.zone)
    told = dialect(message.format).read(message.payload, arrival)
    return MessageContent(
        events=[one for one in told if isinstance(one, DeviceEvent)],
        positions=[one for one in told if isinstance(one, PositionReport)],
        held_back=[one for one in told if isinstance(one, Quarantined)],
    )


def _accept(
    parts: Services, work: Work, told: MessageContent, received_at: datetime, by: Principal | None
) -> list[dict[str, Any]]:
    visible = Visibility(None, parts.settings.scope) if by is None else visibility(by)
    for position in told.positions:
        take_position(work, position, visible, received_at, by)
    return [_accept_one(parts, work, event, visible, received_at, by) for event in told.events]


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
    camera = viewpoint(_camera_of(work, event, visible, by))
    dropped = reason_to_drop(event, camera)
    if dropped is not None:
        return {"outcome": "dropped", "reason": dropped.text()}
    observation = to_observation(event, camera, received_at)
    if event.image is not None and may_keep_picture(work.session, observation, now=received_at):
        picture = Media(kind="snapshot", sha256=parts.media.put(event.image), content_type="image/jpeg")
        observation = observation.model_copy(update={"media": (picture,)})
    return take(parts, work, [observation], by=by)[0].public()


def _camera_of(work: Work, event: DeviceEvent, visible: Visibility, by: Principal | None) -> CameraRow:
    """The camera that the event names; where messages of the dialect name none, the only one that `by` speaks for."""
    names = [name for name in (event.device, *event.also_called) if name]
    try:
        if event.is_unnamed and by is not None:
            return _only_camera(work, by, visible) or cameras.by_device_name(
                work.session, event.device, visible, or_else=names
            )
        return cameras.by_device_name(work.session, event.device, visible, or_else=names)
    except UnknownCamera:
        if event.device:
            raise
        raise UnknownCamera(Message("events.no_device", event=event.ref)) from None


def _only_camera(work: Work, by: Principal, visible: Visibility) -> CameraRow | None:
    bound = [one.source_id for one in devices.bindings_of(work.session, by.name) if one.kind in CAMERA_KINDS]
    if len(set(bound)) != 1 or bound[0] == devices.ALL_OF_TOWN:
        return None
    return cameras.get(work.session, bound[0], visible)


def _hold_back(
    parts: Services,
    work: Work,
    message: DeviceMessage,
    one: Quarantined,
    received_at: datetime,
    by: Principal | None,
) -> dict[str, Any]:
    part = replace(
        message, payload=one.payload or message.payload, content_type=one.content_type or message.content_type
    )
    return _keep_waiting(parts, work, part, "", one.reason, received_at, by)


def _quarantine(
    parts: Services,
    work: Work,
    message: DeviceMessage,
    device: str,
    error: UnknownCamera,
    received_at: datetime,
    by: Principal | None,
) -> dict[str, Any]:
    if by is not None and by.role is Role.DEVICE and not devices.is_gateway(work.session, by, CAMERA_KINDS):
        devices.require_bound(work.session, by, [Source(kind=SourceKind.FIXED_CAMERA, id=device)])
    return _keep_waiting(parts, work, message, device, error.told, received_at, by)


def _keep_waiting(
    parts: Services,
    work: Work,
    message: DeviceMessage,
    device: str,
    reason: Message,
    received_at: datetime,
    by: Principal | None,
) -> dict[str, Any]:
    row = QuarantinedRow(
        format=message.format,
        device=device,
        scope=parts.settings.scope if by is None else by.scope,
        sender=None if by is None else by.name,
        called=message.sender,
        topic=message.topic,
        content_type=message.content_type,
        payload=message.payload,
        size=len(message.payload),
        reason=str(reason),
        reason_message=kept(reason),
        received_at=received_at,
    )
    quarantine.add(work, row)
    log.warning("%s: a message waits in quarantine: %s", message.format, reason)
    return {"outcome": "quarantined", "reason": reason.text()}
