"""The initialisation segment: what a player has to know before the first fragment. FFmpeg writes it."""

from typing import Any

import av

from vision.fmp4.fragments import TIMESCALE

_OPTIONS = {"movflags": "empty_moov+default_base_moof", "video_track_timescale": str(TIMESCALE)}


class _Buffer:
    """A file that can only be written, so that FFmpeg does not come back to what it wrote."""

    def __init__(self) -> None:
        self.content = b""

    def write(self, data: bytes) -> int:
        self.content += bytes(data)
        return len(data)


def initial_segment(stream: Any) -> bytes:
    """ftyp and moov for the open video `stream`, in units of TIMESCALE; empty when MP4 cannot hold its codec."""
    buffer = _Buffer()
    with av.open(buffer, "w", format="mp4", options=_OPTIONS) as container:
        try:
            container.add_stream_from_template(stream)
            container.start_encoding()
        except (ValueError, av.error.FFmpegError):
            return b""
        return buffer.content


class Unwritten:
    """An MP4 for a stream that is encoded here: its initialisation segment, and none of its pictures."""

    def __init__(self, codec: str, options: dict[str, str]) -> None:
        """`codec` is the name of FFmpeg's encoder, `options` are its own."""
        self._buffer = _Buffer()
        self._container = av.open(self._buffer, "w", format="mp4", options=_OPTIONS)
        self.stream: Any = self._container.add_stream(codec, options=options)
        """To be given its size and form before `begin`, to encode with it afterwards."""

    def begin(self) -> bytes:
        """Open the encoder: ftyp and moov of what will come out of it. Raises av's FFmpegError where it refuses."""
        self._container.start_encoding()
        return self._buffer.content
