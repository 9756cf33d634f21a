"""What a vehicle's text is about, by what it says, whatever its severity. Reads no frames.

Texts: ArduPilot (ArduCopter 4.7) and PX4 (1.16), as seen on the wire and in their sources. ArduPilot reports a fence
breach at NOTICE and a mission received at INFO, PX4 complains of items sent ahead at CRITICAL.
"""

import re
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a text is about."""

    FENCE_BREACH = "fence breach"
    FENCE_CLEARED = "fence breach over"
    MISSION_UNFLYABLE = "mission cannot be flown"
    """PX4 checks a mission against its fence and its home."""
    MISSION_CHANGED = "mission changed"
    """A mission was received: ours, or somebody else's."""
    CRASH = "crash"
    MOTORS = "motors"
    """Thrust or a motor is lost, or the motors were stopped in need."""
    LINK_FAILSAFE = "link failsafe"
    BATTERY = "battery"
    NAVIGATION = "navigation"
    """Its estimate of where and how it is (EKF) is in doubt."""
    GPS = "satellite fix"
    COMPASS = "compass"
    TERRAIN = "terrain data"
    FAILSAFE = "failsafe"
    """Any other."""
    ARMING_REFUSED = "arming refused"
    UPLOAD_CHATTER = "upload chatter"
    """Said of our own way to send items ahead of the question; nothing of it is wrong."""
    OTHER = "other"


_TABLE: tuple[tuple[str, NoticeKind], ...] = (
    (r"^IGN MISSION_ITEM\b", NoticeKind.UPLOAD_CHATTER),
    (r"^(PreArm|Arm|Preflight Fail|Arming denied)\b", NoticeKind.ARMING_REFUSED),
    (r"\b(geo)?fence (violation|violated) for waypoint\b", NoticeKind.MISSION_UNFLYABLE),
    (r"\bmission (rejected|infeasible|invalid|check failed)\b|no valid mission", NoticeKind.MISSION_UNFLYABLE),
    (r"\bfence\b.*\b(breach )?cleared\b|\bfence breach over\b", NoticeKind.FENCE_CLEARED),
    (r"fence\b.*\b(breach(ed)?|violat(ion|ed)|exceeded|crossed)|outside (the )?(geo)?fence", NoticeKind.FENCE_BREACH),
    (r"(geo)?fence breach", NoticeKind.FENCE_BREACH),
    (r"\bcrash(ed)?\b|\bflip(ped)? over\b|critical failure detected", NoticeKind.CRASH),
    (r"thrust loss|motor failure|motor \d+ (failed|lost)|terminat|parachute|emergency stop", NoticeKind.MOTORS),
    (r"\bgcs failsafe\b|\b(data|telemetry|ground station|gcs|manual control|radio)\b.*\b(lost|loss|failsafe)",
     NoticeKind.LINK_FAILSAFE),
    (r"\bradio failsafe\b|\brc failsafe\b|\bgcs (connection )?regained\b", NoticeKind.LINK_FAILSAFE),
    (r"\bbatt(ery)?\b.*\b(low|critical|failsafe|empty|dangerously|emergency|unhealthy)\b", NoticeKind.BATTERY),
    (r"\b(low|critical) battery\b", NoticeKind.BATTERY),
    (r"\bekf\b.*\b(variance|failsafe|lane|primary|stopped aiding|yaw reset|unhealthy)|\bdead ?reckoning\b|"
     r"\bposition (estimate )?(lost|loss)|\bnavigation (failure|error)|vibration compensation",
     NoticeKind.NAVIGATION),
    (r"\bgps\b.*\b(glitch|lost|failure|fail|error|jamming|spoofing|unhealthy)|\bno gps\b", NoticeKind.GPS),
    (r"\b(compass|mag)\b.*\b(variance|error|interference|unhealthy|inconsistent|failure|not healthy)",
     NoticeKind.COMPASS),
    (r"\bterrain\b.*\b(missing|failsafe|failure|data|unavailable)", NoticeKind.TERRAIN),
    (r"\bfailsafe\b", NoticeKind.FAILSAFE),
    (r"^flight plan received|^mission (changed|received|updated)", NoticeKind.MISSION_CHANGED),
)  # fmt: skip
"""The first pattern that is found decides."""
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _TABLE)
UNTOLD = frozenset({NoticeKind.UPLOAD_CHATTER, NoticeKind.MISSION_CHANGED})
"""Not passed on: the first means nothing, and a changed mission is told by `MissionWatch`, which knows our own."""
GRAVE = frozenset({
    NoticeKind.FENCE_BREACH,
    NoticeKind.CRASH,
    NoticeKind.MOTORS,
    NoticeKind.LINK_FAILSAFE,
    NoticeKind.NAVIGATION,
    NoticeKind.FAILSAFE,
    NoticeKind.MISSION_UNFLYABLE,
})  # fmt: skip
"""More than a warning at any severity, unless it says that it is over."""
_OVER = re.compile(r"\b(cleared|regained|recovered|resolved|off|ended)\b", re.IGNORECASE)
_ARMING_PREFIX = re.compile(r"^(PreArm|Arm|Preflight Fail|Arming denied)\s*[:!]?\s*", re.IGNORECASE)


def notice_kind(text: str) -> NoticeKind:
    """What the text is about."""
    return next((kind for pattern, kind in _PATTERNS if pattern.search(text)), NoticeKind.OTHER)


def says_it_is_over(text: str) -> bool:
    """Whether the text tells the end of a trouble, not its beginning."""
    return _OVER.search(text) is not None


def arming_reason(text: str) -> str | None:
    """What keeps the vehicle from arming, without the autopilot's prefix; None for a text of another kind."""
    if notice_kind(text) is not NoticeKind.ARMING_REFUSED:
        return None
    return _ARMING_PREFIX.sub("", text).strip() or None
