"""Parameters read by name, in the encodings of both autopilots."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.vehicles.parameters import FEWEST_ASKS, MOST_SILENT_ASKS, ParameterReading, parameter_value

REAL, INTEGER = mavlink.MAV_PARAM_TYPE_REAL32, mavlink.MAV_PARAM_TYPE_INT32


def frame(name: str, value: bytes, kind: int) -> bytes:
    """As on the wire; built by hand, as a float of these bytes may be none that Python keeps."""
    payload = value + struct.pack("<HH16sB", 1, 0, name.encode(), kind)
    return bytes([0xFD, len(payload), 0, 0, 0, 1, 1, 22, 0, 0]) + payload + b"\0\0"


@given(st.integers(-(2**31), 2**31 - 1))
def test_a_whole_number_of_px4_is_read_from_its_bytes(value: int) -> None:
    assert parameter_value(frame("NAV_DLL_ACT", struct.pack("<i", value), INTEGER), bytewise=True) == (
        "NAV_DLL_ACT",
        float(value),
    )


@given(st.floats(width=32, allow_nan=False), st.sampled_from([INTEGER, REAL]), st.booleans())
def test_a_float_is_read_as_it_is_whatever_type_ardupilot_names(value: float, kind: int, bytewise: bool) -> None:
    kind = REAL if bytewise else kind
    sixteen = "FS_GCS_TIMEOUT_1"
    assert parameter_value(frame(sixteen, struct.pack("<f", value), kind), bytewise=bytewise) == (sixteen, value)


def test_a_name_of_another_release_is_enough_and_what_is_unknown_is_given_up() -> None:
    reading = ParameterReading([("RTL_ALT_M", "RTL_ALT"), ("FS_OPTIONS",)], bytewise=False)
    assert reading.next_names() == ["RTL_ALT_M", "RTL_ALT", "FS_OPTIONS"]
    reading.hear(frame("RTL_ALT", struct.pack("<f", 1500), REAL))
    reading.hear(frame("SOMETHING_ELSE", struct.pack("<f", 1), REAL))
    asked = 0
    while reading.next_names() == ["FS_OPTIONS"]:
        asked += 1
    assert asked == FEWEST_ASKS
    assert (reading.values, reading.all_read) == ({"RTL_ALT": 1500.0}, False)


def test_a_vehicle_of_which_nothing_is_heard_is_asked_for_longer_and_not_for_ever() -> None:
    reading = ParameterReading([("FS_OPTIONS",)], bytewise=False)
    asked = 0
    while reading.next_names(is_silent=True):
        asked += 1
    assert asked == MOST_SILENT_ASKS
    reading.hear(frame("FS_OPTIONS", struct.pack("<f", 1), REAL))
    assert reading.all_read


@pytest.mark.parametrize("version", [0xFD, 0xFE])
def test_a_frame_of_either_version_whose_end_was_cut_off_is_read(version: int) -> None:
    message = mavlink.MAVLink_param_value_message(b"GF_ACTION", 0.0, REAL, 1, 0)
    packed = message.pack(mavlink.MAVLink(None, 1, 1), force_mavlink1=version == 0xFE)
    assert parameter_value(packed, bytewise=True) == ("GF_ACTION", 0.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_counts_as_not_answered(value: float) -> None:
    reading = ParameterReading([("FENCE_ACTION",)], bytewise=False)
    reading.hear(frame("FENCE_ACTION", struct.pack("<f", value), REAL))
    assert (reading.values, reading.all_read) == ({}, False)
