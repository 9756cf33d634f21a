"""The initialisation segment: what a player has to know before the first fragment. FFmpeg writes it."""

from typing import Any

import av

from vision.fmp4.fragments import TIMESCALE


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
    options = {"movflags": "empty_moov+default_base_moof", "video_track_timescale": str(TIMESCALE)}
    with av.open(buffer, "w", format="mp4", options=options) as container:
        try:
            container.add_stream_from_template(stream)
            container.start_encoding()
        except (ValueError, av.error.FFmpegError):
            return b""
        return buffer.content
