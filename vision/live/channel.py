"""One stream for all who look at it live. Sends nothing itself: each viewer is a sink, such as a `Handover`."""

import threading
from collections.abc import Callable
from typing import Protocol

from vision.feeds.packets import Packet, Sink, StreamForm
from vision.feeds.reader import LONGEST_MEMORY, Reader
from vision.live.conversion_budget import ConversionBudget
from vision.live.fragment_packer import FragmentPacker
from vision.live.masker import Masker
from vision.privacy.masks import Masks


class Viewer(Sink, Protocol):
    """Who looks: a sink that can be told to forget."""

    def withdraw(self) -> None:
        """Forget the pictures that wait to be sent, and show those that were sent no longer: nobody may see them."""


class Channel:
    """A sink that packs each picture once and gives it to every viewer. Without viewers nothing is packed.

    Viewers get a run's form, and packets whose data are fragments (`vision.live.fragment_packer`). Whoever joins in the
    middle of a run gets what came since its last key frame at once, and so has a picture at once. The camera's own
    packets are passed on, unless it has privacy masks or they are to be converted: then a `Masker` stands between.
    """

    def __init__(self, reader: Reader, masks: Masks, *, conversions: ConversionBudget | None = None) -> None:
        """With `conversions` viewers get H.264, whatever the camera sends, as far as that budget goes."""
        self._reader = reader
        self._masks = masks
        self._conversions = conversions
        self._joining = threading.Lock()
        """Held while viewers and masks come and go; never by who feeds us, which holds locks of its own meanwhile."""
        self._passing = threading.Lock()
        self._viewers: list[Viewer] = []
        self._detach: Callable[[], None] = lambda: None
        self._form: StreamForm | None = None
        self._packing: FragmentPacker | None = None
        self._recent: list[Packet] = []

    @property
    def viewers(self) -> int:
        """How many look at it."""
        return len(self._viewers)

    def join(self, viewer: Viewer) -> Callable[[], None]:
        """Give `viewer` what comes, beginning with the last key frame. Returns the way to end it.

        Raises Overloaded where it would have to be converted and too many others are.
        """
        with self._joining:
            if self._conversions is not None and not self._viewers:
                self._conversions.begin()
            with self._passing:
                first = not self._viewers
                if self._form is not None:
                    viewer.begin(self._form)
                    for packet in self._recent:
                        viewer.take(packet)
                self._viewers.append(viewer)
            if first:
                self._detach = self._attach()
        return lambda: self._leave(viewer)

    def mask(self, masks: Masks) -> None:
        """From now on viewers get pictures under `masks` alone, as a run of its own. What waits for them is withdrawn;
        when this returns, no picture from before can be sent."""
        with self._joining:
            before = self._masks
            self._masks = masks
            if before.privacy == masks.privacy or not self._viewers:
                return
            self._detach()
            with self._passing:
                for viewer in self._viewers:
                    viewer.withdraw()
            self._detach = self._attach()

    def _attach(self) -> Callable[[], None]:
        """Have the camera's packets come here, through a masker where there is something to hide."""
        converted = self._conversions is not None
        if not self._masks.privacy and not converted:
            return self._reader.attach(self)
        return Masker(self._reader, self._masks, self, converted=converted).stop

    def _leave(self, viewer: Viewer) -> None:
        with self._joining:
            with self._passing:
                self._viewers.remove(viewer)
                last = not self._viewers
            if last:
                self._detach()
                if self._conversions is not None:
                    self._conversions.end()

    def begin(self, form: StreamForm) -> None:
        """A run begins."""
        with self._passing:
            self._form = form
            self._packing = FragmentPacker(form)
            for viewer in self._viewers:
                viewer.begin(form)

    def take(self, packet: Packet) -> None:
        """The next packet of the run."""
        with self._passing:
            if self._packing is None:
                return
            packed = self._packing.pack(packet)
            if packet.key or len(self._recent) >= LONGEST_MEMORY:
                self._recent.clear()
            if packet.key or self._recent:
                self._recent.append(packed)
            for viewer in self._viewers:
                viewer.take(packed)

    def lost(self) -> None:
        """The run is over."""
        with self._passing:
            self._form = self._packing = None
            self._recent.clear()
            for viewer in self._viewers:
                viewer.lost()
