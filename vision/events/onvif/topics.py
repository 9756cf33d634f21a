"""What ONVIF topics mean: which are events, which only say that a pixel or a contact changed, which are no events.

Topics without the namespaces of their parts, since vendors put their own in the middle (tns1:RuleEngine/tnsajax:...).
ONVIF Event and Analytics Service Specifications; vendors' own as recorded.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from vision.events.meanings import CLOSED_AREA


class Weight(StrEnum):
    """How much an event of a topic says."""

    EVENT = "event"
    BARE = "bare"
    """A change in the picture, a sound, a contact: counts only where the camera's map names it."""
    STATE = "state"
    """The device about itself; no event."""


@dataclass(frozen=True)
class TopicMeaning:
    """What an event on a topic is."""

    weight: Weight
    label: str
    """What is said to be seen where the data do not say it."""
    meaning: str | None = None
    """A category, or CLOSED_AREA; None leaves it to the label."""


def _event(label: str, meaning: str | None = None) -> TopicMeaning:
    return TopicMeaning(Weight.EVENT, label, meaning)


def _bare(label: str) -> TopicMeaning:
    return TopicMeaning(Weight.BARE, label)


STATE = TopicMeaning(Weight.STATE, "state")
_MEANINGS = (
    (r"CellMotionDetector/Motion$|VideoSource/MotionAlarm|VideoAnalytics/Motion", _bare("motion")),
    (r"MotionDetector/Detection", _bare("motion")),
    (r"CameraApplicationPlatform/VMD/|VideoMotionDetection|VMD3?/", _bare("motion")),
    (r"Sensor/PIR|/PIR$", _bare("pir")),
    (r"AudioSource|AudioAnalytics|DetectedSound|SoundDetector|AudioDetection", _bare("sound")),
    (r"DigitalInput|AlarmIn|IO/.*Port|/Port$|VirtualInput|ManualTrigger", _bare("input")),
    (r"Relay|IO/Output", _bare("relay")),
    (r"Tamper|GlobalScene|ImageToo|SceneChange|VideoSource/Tampering|Shock", _event("tamper", "tamper")),
    (r"SignalLoss|VideoLoss|ConnectionLost", _event("video_loss", "camera_lost")),
    (r"HardwareFailure|Storage/Alert|Disruption|StorageFailure", _event("hardware_failure", "unit_trouble")),
    (r"LicensePlate|LPR$|ANPR", _event("vehicle")),
    (r"Face", STATE),
    (r"Loiter", _event("person", "loitering")),
    (r"CountAggregation|Counter|Occupancy", _event("count", "counted")),
    (r"FireDetect|Flame|Smoke", _event("fire", "fire")),
    (r"UnattendedObject|AbandonedObject|LeftObject|ObjectLeft", _event("object", "left_object")),
    (r"WrongWay|WrongDirection", _event("vehicle", "wrong_way")),
    (r"LineCross|LineDetector|CrossLine|Crossed|Crossing", _event("line_crossing", CLOSED_AREA)),
    (r"FieldDetector|ObjectsInside|Intrusion|FenceGuard|MotionGuard|RegionEntrance", _event("intrusion", CLOSED_AREA)),
    (r"MotionRegionDetector", _event("motion_in_region", CLOSED_AREA)),
    (r"ObjectAnalytics", _event("object")),
    (r"People|HumanShape|Human|Person", _event("person")),
    (r"VehicleDetect|Vehicle", _event("vehicle")),
    (r"DogCat|Pet|Animal", _event("animal")),
    (r"Package", _event("package")),
    (r"ObjectDetection|ObjectDetector|SmartEvent", _event("object")),
    (r"UserAlarm/IVA", _event("object")),
    (r"DayNight|PTZ|LightControl|Light|Monitoring|Configuration|RecordingConfig|Media|Storage|Device/|System|Network"
     r"|Recording|UserAlarm|Log|Profile|ClientAuth|VideoEncoder|AppsManag|HeartBeat|KeepAlive", STATE),
)  # fmt: skip
_RULES = tuple((re.compile(pattern, re.IGNORECASE), meaning) for pattern, meaning in _MEANINGS)
ANY_PROFILE = re.compile(r"(ProfileANY|ScenarioANY)$")
"""Axis tells each event of a profile a second time on this one."""


def plain_topic(topic: str) -> str:
    """A topic without namespaces and blanks: tns1:RuleEngine/tnsajax:LineDetector -> RuleEngine/LineDetector."""
    return "/".join(part.rpartition(":")[2].strip() for part in topic.strip().split("/"))[:300]


def meaning_of(topic: str) -> TopicMeaning | None:
    """What a plain topic means; None when nobody knows it."""
    return next((meaning for pattern, meaning in _RULES if pattern.search(topic)), None)
