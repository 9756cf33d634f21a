"""Puts key pictures together again that FFmpeg's parser took apart: where parameter sets stand before each slice.

GStreamer's rtph264pay with config-interval=-1 sends them so. By ITU-T H.264 7.4.1.2.3 a set begins a new picture, so
each slice comes as a packet of its own, and decoded alone each would count as a picture with most of it missing.
"""

from collections.abc import Iterator
from typing import Any

import av

from vision.fmp4.codecs import START, begins_picture, parameter_units, units

KEYS_TRIED = 3
"""Key pictures that are held until the next packet tells whether it belongs to them; then those of a stream that is
known to be taken apart."""


class PictureJoiner:
    """The packets of one stream of H.264 or H.265 with start codes, in order."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._held: Any = None
        self._keys = 0
        self._taken_apart = False

    def take(self, packet: Any) -> Iterator[Any]:
        """The packets (av.Packet) that are whole with `packet`."""
        held = self._held
        self._held = None
        if held is not None:
            if begins_picture(self._codec, bytes(packet)) is False:
                self._taken_apart = True
                self._held = self._joined(held, packet)
                return
            yield held
        if packet.is_keyframe and (self._taken_apart or self._keys < KEYS_TRIED):
            self._keys += 1
            self._held = packet
            return
        yield packet

    def rest(self) -> Iterator[Any]:
        """What is held at the end."""
        if self._held is not None:
            yield self._held
        self._held = None

    def _joined(self, held: Any, part: Any) -> Any:
        known = parameter_units(self._codec, bytes(held))
        new = [unit for unit in units(bytes(part)) if unit not in known]
        data = bytes(held) + b"".join(b"\x00" + START + unit for unit in new)
        whole = av.Packet(len(data))
        whole.update(data)
        whole.pts = held.pts
        whole.dts = held.dts
        whole.time_base = held.time_base
        whole.duration = held.duration
        whole.is_keyframe = True
        whole.is_corrupt = held.is_corrupt or part.is_corrupt
        return whole
