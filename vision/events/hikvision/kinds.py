"""Hikvision's event types, in lower case: what they mean, which only say that something moved, which are no events."""

from vision.events.meanings import CLOSED_AREA

HEARTBEATS = frozenset({"heartbeat"})
"""Besides `videoloss` `inactive`, every 10 s."""
FACES = frozenset(
    {"facedetection", "facesnap", "facecapture", "facesnapmodel", "alarmresult", "facematch", "blacklistface"}
)  # fmt: skip
BARE = frozenset(
    {"vmd", "io", "pir", "audioexception", "motiondetection", "motion", "audiodetection", "soundintensity"}
)
"""Motion, contacts and sound."""
OWN_STATE = frozenset({"illaccess", "ipconflict", "recordexception", "cidevent", "login", "logout", "operation"})
MEANINGS: dict[str, tuple[str, str | None]] = {
    "fielddetection": ("intrusion", CLOSED_AREA),
    "linedetection": ("line_crossing", CLOSED_AREA),
    "regionentrance": ("region_entrance", CLOSED_AREA),
    "regionexiting": ("region_exiting", CLOSED_AREA),
    "perimeter": ("intrusion", CLOSED_AREA),
    "loitering": ("person", "loitering"),
    "group": ("group", "crowd"),
    "groupdetection": ("group", "crowd"),
    "rapidmove": ("rapid_move", None),
    "parking": ("vehicle", "parking"),
    "unattendedbaggage": ("object", "left_object"),
    "attendedbaggage": ("object", "left_object"),
    "violentmotion": ("person", "fight"),
    "firedetection": ("fire", "fire"),
    "smokedetection": ("smoke", "smoke"),
    "wrongdirection": ("vehicle", "wrong_way"),
    "anpr": ("vehicle", "vehicle_seen"),
    "vehicledetection": ("vehicle", "vehicle_seen"),
    "humandetection": ("person", "person_seen"),
    "shelteralarm": ("tamper", "tamper"),
    "tamperdetection": ("tamper", "tamper"),
    "scenechangedetection": ("tamper", "tamper"),
    "defocus": ("tamper", "tamper"),
    "defocusdetection": ("tamper", "tamper"),
    "videoloss": ("video_loss", "camera_lost"),
    "videomismatch": ("video_loss", "unit_trouble"),
    "diskfull": ("disk", "unit_trouble"),
    "diskerror": ("disk", "unit_trouble"),
    "nicbroken": ("network", "unit_trouble"),
    "badvideo": ("video_loss", "unit_trouble"),
    "pir_alarm": ("pir", None),
    "panic": ("panic", "threat"),
    "emergencyalarm": ("panic", "threat"),
}
"""The label where no target is told, and the category or what the rule watches."""
