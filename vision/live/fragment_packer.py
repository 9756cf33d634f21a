"""Makes each encoded picture of a run a fragment that a browser can play at once. Pure."""

from dataclasses import replace

from vision.feeds.packets import Packet, StreamForm
from vision.fmp4 import TIMESCALE, FragmentSample, fragment, sample_data


class FragmentPacker:
    """Packs one run's packets; the form's `init` goes before them. Times in the fragments begin with the run."""

    def __init__(self, form: StreamForm) -> None:
        self._form = form
        self._scale = form.time_base * TIMESCALE
        self._zero: int | None = None
        self._number = 0

    def pack(self, packet: Packet) -> Packet:
        """`packet` with a whole fragment (moof and mdat) as its data.

        How long the picture lasts is taken from the source's word or the usual period, since waiting for the next one
        to know would keep every picture back by one.
        """
        if self._zero is None:
            self._zero = packet.dts
        self._number += 1
        form = self._form
        sample = FragmentSample(
            sample_data(form.codec, form.extradata, packet.data),
            round(packet.duration * self._scale) or round(form.frame_period_s * TIMESCALE),
            round((packet.pts - packet.dts) * self._scale),
            packet.key,
        )
        return replace(packet, data=fragment(self._number, round((packet.dts - self._zero) * self._scale), [sample]))


def mime_type(form: StreamForm) -> str | None:
    """As Media Source Extensions ask for it, such as video/mp4; codecs="avc1.64001F"; None where MP4 has no place."""
    if not form.init or form.codec_string is None:
        return None
    return f'video/mp4; codecs="{form.codec_string}"'
