"""Axis scene metadata: `com.axis.scene.object_track.v1`, one JSON message at the end of each track.

Shape from AxisCommunications/acap-native-sdk-examples, device-data-hub/consume-scene-metadata. Frames, which come many
a second while the track lasts, are passed over: the track follows. The cropped picture is not kept.
"""

from typing import Any

from telemetry.dialects.dialect import Payload
from telemetry.dialects.fields import device_of, fraction, list_of, needed, number_of, object_of, text_of
from telemetry.dialects.message_reading import given, marked_simulated, read_json, refuse
from telemetry.dialects.times import DeviceTime, iso_time
from telemetry.dialects.values import Arrival, DeviceEvent, PassedOver, Told
from telemetry.messages import Message
from vision.events.meanings import label_of

NAME = "axis_scene"
LEAST_COLOUR = 0.3
"""Colours that are less sure are not kept."""


def recognises(head: bytes) -> bool:
    """Whether it is a track, or a frame of the older shape."""
    track = b'"path"' in head and b'"bounding_box"' in head and b'"classes"' in head
    return track or (b'"object_track_id"' in head) or (b'"frame"' in head and b'"observations"' in head)


def parse(payload: Payload, arrival: Arrival) -> list[Told]:
    """The track of one message; nothing for single frames. Raises BadObservation."""
    raw = read_json(payload, name=NAME)
    if "frame" in raw or "frame" in object_of(raw, "data"):
        return [PassedOver(NAME, Message("events.single_frame"))]
    if "id" not in raw and isinstance(raw.get("data"), dict):
        raw = raw["data"]
    ref = needed(NAME, "id", text_of(raw, "id"))
    path = list_of(raw, "path") or [{}]
    started = iso_time(text_of(raw, "start_time") or text_of(path[0], "timestamp"), arrival)
    ended = iso_time(text_of(raw, "end_time") or text_of(path[-1], "timestamp"), arrival)
    if ended.known_at is not None and ended.at < started.at:
        refuse(NAME, Message("events.ends_before_it_starts", event=ref))
    classes = [one for one in list_of(raw, "classes")[:50] if text_of(one, "type")]
    best: dict[str, Any] = max(classes, key=lambda one: number_of(one, "score") or 0.0, default={})
    return [_event(raw, ref, started, ended, best, arrival)]


def _event(
    raw: dict[str, Any], ref: str, started: DeviceTime, ended: DeviceTime, best: dict[str, Any], arrival: Arrival
) -> DeviceEvent:
    channel = text_of(raw, "channel_id")
    colours = [
        text_of(colour, "name")
        for colour in list_of(best, "colors")[:20]
        if (number_of(colour, "score") or 0.0) >= LEAST_COLOUR
    ]
    return DeviceEvent(
        format=NAME,
        device=device_of(arrival, text_of(raw, "serial"), name=NAME, channel=channel),
        ref=ref,
        label=label_of(text_of(best, "type")) or "object",
        category=None,
        started_at=started.at,
        ended_at=ended.known_at,
        confidence=fraction(number_of(best, "score")),
        attributes=given(
            duration_s=number_of(raw, "duration"),
            colours=colours,
            channel=channel,
            parts=[text_of(part, "object_track_id") for part in list_of(raw, "parts")[:50]],
        )
        | started.attributes
        | marked_simulated(raw),
        rule="object_track",
        is_unnamed=not (arrival.sender or text_of(raw, "serial")),
    )
