"""Devices' own words taken in: one flow for both doors, HTTP push and MQTT."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mapserver.flows import take
from mapserver.services import Services
from telemetry.access import Principal
from telemetry.cities import BOTH, City
from telemetry.errors import BadInput
from telemetry.observations import Media
from telemetry.store import Work
from vision.cameras import service as cameras
from vision.events import FORMATS, DeviceEvent, Parser
from vision.events.observing import to_observation
from vision.plates.screening import may_keep_picture

log = logging.getLogger(__name__)

TOPICS = {"frigate/events": "frigate", "frigate/tracked_object_update": "frigate"}
"""MQTT topics that are listened to, and the format of what comes on them."""


def parser(name: str) -> Parser:
    """The parser of a format. Raises BadInput listing the known ones."""
    try:
        return FORMATS[name]
    except KeyError:
        raise BadInput(f"{name!r} is no known format; send one of {', '.join(sorted(FORMATS))}") from None


def take_in(
    parts: Services,
    work: Work,
    events: Iterable[DeviceEvent],
    cities: Iterable[City],
    *,
    received_at: datetime,
    by: Principal | None = None,
) -> list[dict[str, Any]]:
    """Accept `events` of cameras in `cities`: one receipt each; one taken back by its device gets a reason instead.

    Raises BadObservation when an event cannot be placed or kept.
    """
    return [_take_in_one(parts, work, event, cities, received_at, by) for event in events]


def on_message(parts: Services, topic: str, payload: bytes) -> None:
    """Take in one MQTT message. Returning means that it is kept. Raises BadInput when it cannot be used."""
    received_at = parts.clock.now()
    events = parser(TOPICS[topic])(payload, received_at=received_at)
    if events:
        with parts.store.write() as work:
            take_in(parts, work, events, BOTH, received_at=received_at)


def _take_in_one(
    parts: Services,
    work: Work,
    event: DeviceEvent,
    cities: Iterable[City],
    received_at: datetime,
    by: Principal | None,
) -> dict[str, Any]:
    if event.refused is not None:
        return {"outcome": "refused", "reason": event.refused}
    if event.dropped_because is not None:
        return {"outcome": "dropped", "reason": event.dropped_because}
    camera = cameras.by_device_name(work.session, event.device, cities)
    observation = to_observation(event, camera, received_at)
    if event.image is not None and may_keep_picture(work.session, observation, now=received_at):
        picture = Media(kind="snapshot", sha256=parts.media.put(event.image), content_type="image/jpeg")
        observation = observation.model_copy(update={"media": (picture,)})
    return take(parts, work, [observation], by=by)[0].public()
