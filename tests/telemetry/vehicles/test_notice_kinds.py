"""What a vehicle's texts are about, in the words that real autopilots use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.vehicles.notice_kinds import UNTOLD, NoticeKind, arming_reason, notice_kind
from telemetry.vehicles.notices import Notice, Notices, Severity

TEXTS = {
    "Polygon fence breached": NoticeKind.FENCE_BREACH,
    "Fence breach cleared": NoticeKind.FENCE_CLEARED,
    "Geofence violation for waypoint 2": NoticeKind.MISSION_UNFLYABLE,
    "Preflight Fail: Geofence violation": NoticeKind.ARMING_REFUSED,
    "Geofence violation": NoticeKind.FENCE_BREACH,
    "Vehicle outside geofence": NoticeKind.FENCE_BREACH,
    "Max Alt fence breached": NoticeKind.FENCE_BREACH,
    "GCS Failsafe": NoticeKind.LINK_FAILSAFE,
    "GCS Failsafe Cleared": NoticeKind.LINK_FAILSAFE,
    "Data link lost": NoticeKind.LINK_FAILSAFE,
    "Radio Failsafe": NoticeKind.LINK_FAILSAFE,
    "Battery 1 is low 10.45V used 1300 mAh": NoticeKind.BATTERY,
    "Battery Failsafe": NoticeKind.BATTERY,
    "Low battery level! Return advised": NoticeKind.BATTERY,
    "EKF variance": NoticeKind.NAVIGATION,
    "EKF Failsafe: changed to LAND Mode": NoticeKind.NAVIGATION,
    "EKF primary changed:1": NoticeKind.NAVIGATION,
    "GPS Glitch or Compass error": NoticeKind.GPS,
    "Compass 1 not healthy": NoticeKind.COMPASS,
    "Crash: Disarming: AngErr=45>30, Accel=0.4<3.0": NoticeKind.CRASH,
    "Potential Thrust Loss (1)": NoticeKind.MOTORS,
    "Failsafe: Terrain data missing": NoticeKind.TERRAIN,
    "Failsafe activated": NoticeKind.FAILSAFE,
    "PreArm: waiting for terrain data": NoticeKind.ARMING_REFUSED,
    "Arm: Battery 1 below minimum arming voltage": NoticeKind.ARMING_REFUSED,
    "Arming denied: Resolve system health failures first": NoticeKind.ARMING_REFUSED,
    "Flight plan received": NoticeKind.MISSION_CHANGED,
    "IGN MISSION_ITEM: No transfer": NoticeKind.UPLOAD_CHATTER,
    "EKF3 IMU0 MAG0 in-flight yaw alignment complete": NoticeKind.OTHER,
    "EKF3 IMU1 is using GPS": NoticeKind.OTHER,
    "Arming motors": NoticeKind.OTHER,
    "Disarmed by landing": NoticeKind.OTHER,
    "Fence Indexed OK": NoticeKind.OTHER,
    "Mission: 2 WP": NoticeKind.OTHER,
    "Mission finished, loitering": NoticeKind.OTHER,
    "Reached command #2": NoticeKind.OTHER,
    "RTL: start return at 101 m (30 m above destination)": NoticeKind.OTHER,
    "No ap_message for mavlink id (265)": NoticeKind.OTHER,
    "Frame: QUAD/PLUS": NoticeKind.OTHER,
}
"""Said by ArduCopter 4.7 or PX4 1.16."""


def told(text: str, severity: int) -> list[Notice]:
    notices = Notices(system=1)
    mav = mavlink.MAVLink(None, 1, 1)
    notices.hear(mavlink.MAVLink_statustext_message(severity, text.encode()[:50]).pack(mav), 0.0)
    return notices.taken(0.0)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_known_by_what_it_says(text: str) -> None:
    assert notice_kind(text) is TEXTS[text]
    assert notice_kind(text.upper()) is TEXTS[text]


@given(st.sampled_from(list(TEXTS)), st.integers(0, 7))
def test_what_tells_of_trouble_is_told_at_every_severity_and_other_talk_only_as_a_warning(
    text: str, severity: int
) -> None:
    expected = severity <= Severity.WARNING if TEXTS[text] is NoticeKind.OTHER else TEXTS[text] not in UNTOLD
    assert bool(told(text, severity)) is expected


@given(st.text(max_size=60))
def test_any_text_has_a_kind_and_a_reason_only_where_arming_was_refused(text: str) -> None:
    refused = notice_kind(text) is NoticeKind.ARMING_REFUSED
    assert refused or arming_reason(text) is None


def test_a_fence_breach_at_notice_is_grave_and_its_end_is_not() -> None:
    assert [notice.grave for notice in told("Polygon fence breached", 5)] == [True]
    assert [notice.grave for notice in told("Fence breach cleared", 5)] == [False]
