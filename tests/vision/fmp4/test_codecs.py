"""Codec strings and parameter sets, against what encoders write and what browsers are known to ask for."""

from hypothesis import given
from hypothesis import strategies as st

from vision.fmp4.codecs import begins_picture, codec_string, parameter_sets, units

SPS = bytes.fromhex("6764001facd9405005bb016a020202800000030080000019")
PPS = bytes.fromhex("68ebe3cb22c0")
AVCC = bytes.fromhex("0164001fffe1") + len(SPS).to_bytes(2, "big") + SPS + b"\x01\x00\x06" + PPS
HVCC = bytes.fromhex("01016000000090000000000078f000fcfdf8f800000f03")
"""Main profile, level 4 (120), constraint byte 0x90."""
UNITS = st.binary(min_size=1, max_size=40).map(lambda unit: b"\x41" + unit.replace(b"\x00", b"\x07"))


def test_h264_is_named_alike_from_start_codes_and_from_avcc() -> None:
    annex_b = b"\x00\x00\x00\x01" + SPS + b"\x00\x00\x00\x01" + PPS
    assert codec_string("h264", annex_b) == codec_string("h264", AVCC) == "avc1.64001F"


def test_h265_is_named_with_profile_tier_level_and_constraints() -> None:
    assert codec_string("hevc", HVCC) == "hev1.1.6.L120.90"


def test_without_parameter_sets_or_a_browsers_codec_there_is_no_name() -> None:
    assert codec_string("h264", b"") is None
    assert codec_string("hevc", b"\x00\x00\x01\x42\x01") is None
    assert codec_string("msmpeg4v3", b"x") is None


def test_a_key_picture_tells_its_parameter_sets() -> None:
    key = b"\x00\x00\x01" + SPS + b"\x00\x00\x01" + PPS + b"\x00\x00\x01\x65rest"
    assert parameter_sets("h264", key) == {SPS}
    assert parameter_sets("mjpeg", key) == frozenset()


def test_sets_said_again_before_each_slice_say_the_same_and_one_that_is_cut_off_says_nothing() -> None:
    slice_ = b"\x00\x00\x01" + SPS + b"\x00\x00\x01\x65" + b"\x55" * 1_000
    assert parameter_sets("h264", slice_ * 12) == {SPS}
    at_the_end = b"\x00\x00\x01\x65" + b"\x55" * 4_085 + b"\x00\x00\x01" + SPS
    assert parameter_sets("h264", at_the_end) == frozenset()


def test_whether_a_packet_begins_a_picture_is_told_by_its_first_slice() -> None:
    start = b"\x00\x00\x01"
    assert begins_picture("h264", start + SPS + start + b"\x65\x88") is True
    assert begins_picture("h264", start + SPS + start + b"\x65\x08") is False
    assert begins_picture("hevc", start + b"\x26\x01\x80") is True
    assert begins_picture("hevc", start + b"\x26\x01\x00") is False
    assert begins_picture("h264", start + SPS) is None


@given(
    st.lists(st.binary(min_size=1, max_size=40).map(lambda unit: b"\x41" + unit.replace(b"\x00", b"\x07")), max_size=6)
)
def test_units_come_back_as_they_were_joined(wanted: list[bytes]) -> None:
    stream = b"".join(b"\x00" * (2 + number % 2) + b"\x01" + unit for number, unit in enumerate(wanted))
    assert list(units(stream)) == wanted
