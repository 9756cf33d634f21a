"""Privacy masks in one run of a stream: each packet is decoded, covered and encoded again. Reads no clock."""

from collections.abc import Iterator

from vision.feeds.packets import Packet, StreamForm
from vision.frames.decoder import Decoder, Frame
from vision.live.conversion_budget import MAX_FPS, MAX_WIDTH
from vision.live.encoder import Encoder
from vision.live.mask_cover import MaskCover
from vision.privacy.masks import Masks

MOST_HELD_BACK = 64
"""Packets whose pictures may still come out of the decoder, which gives them in another order."""
MAX_GAP_S = 1.0
"""A time so far before the last picture's is of a clock that was set back."""


class MaskedStream:
    """Turns one run's packets into those of another, with the masks in every picture."""

    def __init__(self, form: StreamForm, masks: Masks, *, converted: bool = False) -> None:
        """`converted`: no larger than MAX_WIDTH, no more than MAX_FPS pictures a second.

        Raises av's FFmpegError when pictures of `form` cannot be decoded at all.
        """
        self._form = form
        self._masks = masks
        self._converted = converted
        self._due: float | None = None
        """When the next picture is encoded, in seconds of the stream."""
        self._decoder = Decoder(form)
        self._came: dict[int, Packet] = {}
        self._like: tuple[object, ...] | None = None
        self._cover: MaskCover | None = None
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
            if shown and self._is_due(pts):
                yield from self._again(frame, pts, source)

    def _is_due(self, pts: int) -> bool:
        if not self._converted:
            return True
        seconds = float(pts * self._form.time_base)
        period = 1 / MAX_FPS
        if self._due is not None and self._due - MAX_GAP_S < seconds < self._due - period / 8:
            return False
        is_steady = self._due is not None and abs(seconds - self._due) < period
        self._due = (self._due if is_steady and self._due is not None else seconds) + period
        return True

    def _again(self, frame: Frame, pts: int, source: Packet) -> Iterator[StreamForm | Packet]:
        picture = frame.picture
        if self._converted and picture.width > MAX_WIDTH:
            height = max(2, round(picture.height * MAX_WIDTH / picture.width / 2) * 2)
            picture = picture.reformat(width=MAX_WIDTH, height=height)
        like = picture.width, picture.height, picture.format.name
        if self._cover is None or self._like != like:
            self._like, self._cover, self._encoder = like, MaskCover(self._masks, picture.width, picture.height), None
        burnt = self._cover.over(picture)
        if self._encoder is None:
            self._encoder = Encoder(burnt, self._form, pixel_aspect=self._decoder.pixel_aspect)
            yield self._encoder.form
        if (encoded := self._encoder.encode(burnt, pts)) is not None:
            yield Packet(
                encoded.data, pts, pts, encoded.lasts, encoded.key, frame.corrupt,
                frame.at, source.arrived, source.arrived_at,
            )  # fmt: skip
