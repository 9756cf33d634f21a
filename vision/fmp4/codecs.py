"""Codecs as a browser asks for them (RFC 6381), out of a stream's parameter sets. Decodes nothing.

Formats: ISO/IEC 14496-15 (avcC, hvcC; Annexes E.2 and E.3 for the strings; hev1, as FFmpeg writes H.265 into MP4),
ITU-T H.264 and H.265 7.3.1 (units).
"""

from collections.abc import Iterator

START = b"\x00\x00\x01"
_SPS = {"h264": 7, "hevc": 33}
_SETS = {"h264": (7, 8), "hevc": (32, 33, 34)}
_H264_SLICES = (1, 5)
_LAST_H265_SLICE = 31
"""Kinds of units (ITU-T H.264 table 7-1, H.265 table 7-1)."""
LOOKED_THROUGH = 4096
"""Bytes of a picture in which its parameter sets are looked for."""


def is_annex_b(extradata: bytes) -> bool:
    """Whether a stream with these parameter sets separates its units by start codes, not by lengths."""
    return extradata[:1] != b"\x01"


def units(stream: bytes) -> Iterator[bytes]:
    """The NAL units of an Annex B byte stream, without start codes and the zeros before them."""
    begin = stream.find(START)
    while begin >= 0:
        begin += len(START)
        end = stream.find(START, begin)
        unit = stream[begin:] if end < 0 else stream[begin:end].rstrip(b"\x00")
        if unit:
            yield unit
        begin = end


def codec_string(codec: str, extradata: bytes) -> str | None:
    """Such as avc1.64001F, hev1.1.6.L93.B0 or mp4v.20; None where the parameters are missing or have no such form."""
    if codec == "h264":
        profile = _avc_profile(extradata)
        if profile is None:
            return None
        return f"avc1.{profile.hex().upper()}"
    if codec == "hevc":
        return _hevc_string(extradata)
    return {"mpeg4": "mp4v.20", "mjpeg": "mp4v.6C"}.get(codec)


def parameter_sets(codec: str, picture: bytes) -> frozenset[bytes]:
    """The sequence parameter sets in front of an Annex B key picture, by which a change of form is seen.

    A sender may say them once, or anew before each slice of a picture, and the last may be cut off where one stops to
    look: it says the same, so each is here once, and whole.
    """
    found = list(units(picture[:LOOKED_THROUGH]))
    if len(picture) > LOOKED_THROUGH:
        found.pop()
    return frozenset(unit for unit in found if _kind(codec, unit) == _SPS.get(codec))


def parameter_units(codec: str, picture: bytes) -> frozenset[bytes]:
    """All parameter sets in an Annex B picture."""
    return frozenset(unit for unit in units(picture) if _kind(codec, unit) in _SETS.get(codec, ()))


def begins_picture(codec: str, packet: bytes) -> bool | None:
    """Whether the first slice in an Annex B packet is its picture's first; None where there is no slice.

    first_mb_in_slice is 0 (H.264 7.3.3), first_slice_segment_in_pic_flag is set (H.265 7.3.6.1).
    """
    for unit in units(packet[:LOOKED_THROUGH]):
        if codec == "h264" and _kind(codec, unit) in _H264_SLICES and len(unit) > 1:
            return bool(unit[1] & 0x80)
        if codec == "hevc" and _kind(codec, unit) <= _LAST_H265_SLICE and len(unit) > 2:
            return bool(unit[2] & 0x80)
    return None


def _kind(codec: str, unit: bytes) -> int:
    if codec == "hevc":
        return unit[0] >> 1 & 0x3F
    return unit[0] & 0x1F


def _avc_profile(extradata: bytes) -> bytes | None:
    """Profile, constraints and level: three bytes."""
    if not is_annex_b(extradata):
        if len(extradata) >= 4:
            return extradata[1:4]
        return None
    return next((sps[1:4] for sps in parameter_sets("h264", extradata) if len(sps) >= 4), None)


def _hevc_string(extradata: bytes) -> str | None:
    if not is_annex_b(extradata):
        level = extradata[1:13]
    else:
        # Two bytes of unit header and one of numbers go before profile_tier_level; its escapes (7.4.2) go out.
        plain = (sps.replace(b"\x00\x00\x03", b"\x00\x00") for sps in parameter_sets("hevc", extradata))
        level = next((sps[3:15] for sps in plain), b"")
    if len(level) < 12:
        return None
    space = ("", "A", "B", "C")[level[0] >> 6]
    compatible = int(f"{int.from_bytes(level[1:5], 'big'):032b}"[::-1], 2)
    tier = "L"
    if level[0] & 0x20:
        tier = "H"
    constraints = "".join(f".{byte:X}" for byte in level[5:11].rstrip(b"\x00"))
    return f"hev1.{space}{level[0] & 0x1F}.{compatible:X}.{tier}{level[11]}{constraints}"
