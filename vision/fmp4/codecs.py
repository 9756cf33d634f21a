"""Codecs as a browser asks for them (RFC 6381), out of a stream's parameter sets. Decodes nothing.

Formats: ISO/IEC 14496-15 (avcC, hvcC; Annexes E.2 and E.3 for the strings; hev1, as FFmpeg writes H.265 into MP4),
ITU-T H.264 and H.265 7.3.1 (units).
"""

from collections.abc import Iterator

START = b"\x00\x00\x01"
_H264_SPS, _H265_SPS = 7, 33


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
        return None if profile is None else f"avc1.{profile.hex().upper()}"
    if codec == "hevc":
        return _hevc_string(extradata)
    return {"mpeg4": "mp4v.20", "mjpeg": "mp4v.6C"}.get(codec)


def parameter_sets(codec: str, picture: bytes) -> tuple[bytes, ...]:
    """The sequence parameter sets in front of an Annex B key picture, by which a change of form is seen."""
    if codec == "h264":
        return tuple(unit for unit in units(picture[:4096]) if unit[0] & 0x1F == _H264_SPS)
    if codec == "hevc":
        return tuple(unit for unit in units(picture[:4096]) if unit[0] >> 1 & 0x3F == _H265_SPS)
    return ()


def _avc_profile(extradata: bytes) -> bytes | None:
    """Profile, constraints and level: three bytes."""
    if not is_annex_b(extradata):
        return extradata[1:4] if len(extradata) >= 4 else None
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
    tier = "H" if level[0] & 0x20 else "L"
    constraints = "".join(f".{byte:X}" for byte in level[5:11].rstrip(b"\x00"))
    return f"hev1.{space}{level[0] & 0x1F}.{compatible:X}.{tier}{level[11]}{constraints}"
