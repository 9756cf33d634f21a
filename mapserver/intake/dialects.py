"""Every dialect that is understood, in one place: the command line, the HTTP door, MQTT and the documents read it here.

A new one is a module with `NAME`, `parse` and `recognises`, and a line below.
"""

from mobile_units.trackers import osmand, owntracks
from telemetry.dialects.dialect import Dialect
from telemetry.errors import BadInput
from telemetry.messages import Message
from vision.events import (
    axis_lpr,
    axis_scene,
    dahua,
    frigate,
    hikvision,
    milestone,
    onvif,
    openalpr,
    plate_recognizer,
    sia,
    tattile,
    unifi_protect,
    verkada,
)

LISTED = (
    Dialect(
        onvif.NAME, "ONVIF: PullPoint, metadata, MQTT; Axis Object Analytics, VMD", onvif.parse, onvif.recognises,
        also_called=("onvif_pullpoint", "onvif_metadata", "onvif_metadata_axis", "onvif_mqtt", "axis"),
    ),
    Dialect(
        frigate.NAME, "Frigate", frigate.parse, frigate.recognises,
    ),
    Dialect(axis_lpr.NAME, "Axis License Plate Verifier, FF Group LPR", axis_lpr.parse, axis_lpr.recognises),
    Dialect(axis_scene.NAME, "Axis object_track.v1", axis_scene.parse, axis_scene.recognises),
    Dialect(milestone.NAME, "Milestone XProtect: AnalyticsEvent", milestone.parse, milestone.recognises),
    Dialect(
        hikvision.NAME, "Hikvision ISAPI: EventNotificationAlert, ANPR", hikvision.parse, hikvision.recognises,
        also_called=("hikvision_isapi", "isapi"),
    ),
    Dialect(dahua.NAME, "Dahua: eventManager attach, RPC2", dahua.parse, dahua.recognises),
    Dialect(tattile.NAME, "Tattile: plates", tattile.parse, tattile.recognises),
    Dialect(
        plate_recognizer.NAME, "Plate Recognizer Stream", plate_recognizer.parse, plate_recognizer.recognises,
    ),
    Dialect(
        openalpr.NAME, "OpenALPR, Rekor Scout", openalpr.parse, openalpr.recognises,
        also_called=("openalpr_rekor", "rekor"),
    ),
    Dialect(sia.NAME, "SIA DC-09: Ajax, Trikdis", sia.parse, sia.recognises, also_called=("sia",)),
    Dialect(
        unifi_protect.NAME, "UniFi Protect", unifi_protect.parse, unifi_protect.recognises,
        also_called=("unifi",),
    ),
    Dialect(verkada.NAME, "Verkada: webhooks", verkada.parse, verkada.recognises),
    Dialect(
        owntracks.NAME, "OwnTracks", owntracks.parse, owntracks.recognises,
    ),
    Dialect(
        osmand.NAME, "OsmAnd, Traccar Client", osmand.parse, osmand.recognises,
        also_called=("osmand_traccar", "traccar"), is_in_address=True,
    ),
)  # fmt: skip
DIALECTS: dict[str, Dialect] = {one.name: one for one in LISTED}
"""Every dialect, by the name it has in addresses and commands."""
_NAMES = DIALECTS | {name: one for one in LISTED for name in one.also_called}
HEAD = 100_000
"""Bytes by which a dialect is recognised."""


def dialect(name: str) -> Dialect:
    """The dialect called `name`. Raises BadInput listing the known ones."""
    found = _NAMES.get(name.strip().lower().replace("-", "_"))
    if found is None:
        raise BadInput(Message("events.unknown_format", format=repr(name), formats=sorted(DIALECTS)))
    return found


def recognised(payload: bytes) -> Dialect | None:
    """The first dialect that `payload` looks like; None when it looks like none."""
    head = payload[:HEAD]
    return next((one for one in LISTED if one.recognises(head)), None)
