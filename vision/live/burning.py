"""Privacy masks in one run of a stream: each packet is decoded, covered and encoded again. Reads no clock."""

from collections.abc import Iterator

from vision.feeds.packets import Packet, StreamForm
from vision.frames import Decoder, Frame
from vision.live.covering import Cover
from vision.live.encoding import Encoder
from vision.masks import Masks

MOST_HELD_BACK = 64
"""Packets whose pictures may still come out of the decoder, which gives them in another order."""


class Burning:
    """Turns one run's packets into those of another, with the masks in every picture."""

    def __init__(self, form: StreamForm, masks: Masks) -> None:
        """Raises av's FFmpegError when pictures of `form` cannot be decoded at all."""
        self._form, self._masks = form, masks
        self._decoder = Decoder(form)
        self._came: dict[int, Packet] = {}
        self._like: tuple[object, ...] | None = None
        self._cover: Cover | None = None
        self._encoder: Encoder | None = None

    def take(self, packet: Packet, *, shown: bool = True) -> Iterator[StreamForm | Packet]:
        """The pictures that are complete with `packet`, each as a packet at the same time as before.

        The form of what follows comes before the first and wherever pictures become others. What cannot be decoded
        is left out; what is not to be `shown` too, but later pictures are drawn from it. Raises av's FFmpegError when
        pictures cannot be encoded.
        """
        self._came[packet.pts] = packet
        if len(self._came) > MOST_HELD_BACK:
            del self._came[min(self._came)]
        for frame in self._decoder.decode(packet):
            pts = packet.pts if frame.picture.pts is None else frame.picture.pts
            source = self._came.pop(pts, packet)
            if shown:
                yield from self._again(frame, pts, source)

    def _again(self, frame: Frame, pts: int, source: Packet) -> Iterator[StreamForm | Packet]:
        picture = frame.picture
        like = picture.width, picture.height, picture.format.name
        if self._cover is None or self._like != like:
            self._like, self._cover, self._encoder = like, Cover(self._masks, picture.width, picture.height), None
        burnt = self._cover.over(picture)
        if self._encoder is None:
            self._encoder = Encoder(burnt, self._form, pixel_aspect=self._decoder.pixel_aspect)
            yield self._encoder.form
        if (encoded := self._encoder.encode(burnt, pts)) is not None:
            yield Packet(
                encoded.data, pts, pts, encoded.lasts, encoded.key, frame.corrupt,
                frame.at, source.arrived, source.arrived_at,
            )  # fmt: skip
