"""Dahua's event codes: what they mean, which only say that something moved, which are no events."""

from vision.events.meanings import CLOSED_AREA

BARE = frozenset(
    {"VideoMotion", "AlarmLocal", "AudioMutation", "AudioAnomaly", "VideoMotionInfo", "SmartMotionUnknown", "PIRAlarm"}
)
"""Motion, contacts and sound."""
FACES = "Face"
"""How codes about faces begin."""
OWN_STATE = frozenset({
    "NTPAdjustTime", "TimeChange", "NetAbort", "NewFile", "RtspSessionDisconnect", "InterVideoAccess", "SystemState",
    "LeFunctionStatusSync", "RecordDelete", "DGSErrorReport", "VideoTalk", "SIPRegisterResult", "Reboot",
    "ConfigChange", "LoginFailure", "SafetyAbnormal", "VideoAbnormalDetection", "NTPAdjust", "AudioSignal",
    "RemoteLogin", "UpdateFile", "StoreLow", "TrafficSnapPicture", "NewFileInfo",
})  # fmt: skip
MEANINGS: dict[str, tuple[str, str | None]] = {
    "CrossLineDetection": ("line_crossing", CLOSED_AREA),
    "CrossRegionDetection": ("intrusion", CLOSED_AREA),
    "CrossFenceDetection": ("intrusion", CLOSED_AREA),
    "IntrusionDetection": ("intrusion", CLOSED_AREA),
    "SmartMotionHuman": ("person", None),
    "SmartMotionVehicle": ("vehicle", None),
    "HumanTrait": ("person", None),
    "WanderDetection": ("person", "loitering"),
    "StayDetection": ("person", "loitering"),
    "LeftDetection": ("object", "left_object"),
    "TakenAwayDetection": ("object", "left_object"),
    "ParkingDetection": ("vehicle", "parking"),
    "TrafficParking": ("vehicle", "parking"),
    "TrafficRetrograde": ("vehicle", "wrong_way"),
    "TrafficOverSpeed": ("vehicle", "speeding"),
    "TrafficAccident": ("vehicle", "traffic_accident"),
    "TrafficJunction": ("vehicle", None),
    "TrafficGate": ("vehicle", None),
    "TrafficTollGate": ("vehicle", None),
    "TrafficManualSnap": ("vehicle", None),
    "CrowdDetection": ("group", "crowd"),
    "RioterDetection": ("group", "crowd"),
    "FightDetection": ("person", "fight"),
    "FireDetection": ("fire", "fire"),
    "FireWarning": ("fire", "fire"),
    "SmokeDetection": ("smoke", "smoke"),
    "VideoBlind": ("tamper", "tamper"),
    "SceneChange": ("tamper", "tamper"),
    "VideoUnFocus": ("tamper", "tamper"),
    "MoveDetection": ("tamper", "tamper"),
    "VideoLoss": ("video_loss", "camera_lost"),
    "StorageFailure": ("disk", "unit_trouble"),
    "StorageNotExist": ("disk", "unit_trouble"),
    "StorageLowSpace": ("disk", "unit_trouble"),
    "NumberStat": ("count", "counted"),
    "CallNoAnswered": ("ring", None),
}
"""The label where no object is told, and the category or what the rule watches."""
