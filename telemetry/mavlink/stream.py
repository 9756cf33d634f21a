"""Bytes off a link cut into whole MAVLink frames. Bytes that belong to none are passed over and counted."""

from telemetry.mavlink.dialect import messages
from telemetry.mavlink.frames import V1, V2, crc16, frame_length, header_length, message_number

LONGEST = 280
"""Bytes of the longest frame: a signed one of version 2 with a full payload."""


class FrameStream:
    """Keeps what is not whole yet. A frame of a known message with a wrong checksum is passed over."""

    def __init__(self) -> None:
        self._waiting = b""
        self.passed_over = 0
        """Bytes that belonged to no intact frame."""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that `data` completes, in order."""
        data = self._waiting + data
        frames = []
        at = 0
        while at < len(data):
            length = frame_length(data, at)
            if not length and data[at] in (V1, V2) and len(data) - at < LONGEST:
                break  # the rest of it is still to come
            frame = data[at : at + length]
            if length and intact(frame):
                frames.append(frame)
                at += length
            else:
                at += 1
                self.passed_over += 1
        self._waiting = data[at:]
        return frames


def intact(frame: bytes) -> bool:
    """Whether its checksum is right; a message that no definition is known for counts as intact."""
    message = messages().get(message_number(frame))
    if message is None:
        return True
    end = header_length(frame) + frame[1]
    return crc16(frame[1:end], message.crc_extra) == int.from_bytes(frame[end : end + 2], "little")
