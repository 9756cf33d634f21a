"""A body camera in a process of its own: sends a clip to an address in real time, until it is ended."""

import sys
import time
from typing import Any

import av


def publish(clip: str, address: str, container: str) -> None:
    """Send `clip` once; raises what FFmpeg raises while nobody listens."""
    options = {"rtsp_transport": "tcp"} if container == "rtsp" else {}
    with av.open(clip) as source, av.open(address, "w", format=container, options=options) as sink:
        stream: Any = source.streams.video[0]
        out, begun = sink.add_stream_from_template(stream), time.monotonic()
        for packet in source.demux(stream):
            if packet.dts is None:
                continue
            due = float((packet.dts - (stream.start_time or 0)) * stream.time_base)
            time.sleep(max(0.0, begun + due - time.monotonic()))
            packet.stream = out
            sink.mux(packet)


if __name__ == "__main__":
    while True:
        try:
            publish(*sys.argv[1:4])
        except av.error.FFmpegError:
            time.sleep(0.1)
