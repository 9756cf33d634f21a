"""Looking at what is sent live, as a viewer's decoder does."""

from collections.abc import Iterable
from dataclasses import replace

import av
import numpy as np

from vision.feeds.packets import Packet, StreamForm
from vision.frames.decoder import Decoder, Frame
from vision.privacy.masks import Masks

CORNER = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5))
"""The upper left quarter."""
MASKED = Masks(privacy=(CORNER,))
WHOLE = Masks(privacy=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),))


def corner(picture: av.VideoFrame) -> float:
    """How bright the middle of the upper left quarter is, 0..255."""
    image = picture.to_ndarray(format="rgb24")
    height, width = image.shape[:2]
    return float(np.mean(image[height // 16 : height * 7 // 16, width // 16 : width * 7 // 16]))


def decoded(form: StreamForm, packets: Iterable[Packet]) -> list[Frame]:
    """The pictures of packets that are not yet fragments."""
    decoder, packets = Decoder(form), list(packets)
    pictures = [frame for packet in packets for frame in decoder.decode(packet)]
    return pictures + [frame for packet in packets[-1:] for frame in decoder.rest(packet)]


def late(packets: Iterable[Packet], by_s: float) -> list[Packet]:
    """The same, arrived earlier, so that they are late now."""
    return [replace(packet, arrived=packet.arrived - by_s) for packet in packets]
