"""Keeps one camera's video under analysis: takes its packets from the reader, decodes them, hands on what is found.

One thread a camera. Opens nothing and decides nothing about findings: it gives each to the `sink` it was given.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from telemetry.clock import iso
from vision.detector import Detector
from vision.feeds.handover import Handover, News
from vision.feeds.packets import Packet, StreamForm
from vision.feeds.reader import Reader, Status
from vision.findings import Finding
from vision.frames import Decoder, Frame
from vision.live.still import Still
from vision.pipeline import Counters, analyse
from vision.plates.passing import PlateWatch
from vision.setups.setup import Setup
from vision.turns import InTurn, Rate

log = logging.getLogger(__name__)

MOST_LAG_S = 0.4
"""A picture later than this is decoded but not analysed, so that a busy machine stays with the present."""
LISTEN_S = 0.5
"""How often, with nothing coming, it is looked whether the stream is to stop."""


@dataclass(frozen=True)
class StreamState:
    """A stream as it is at one moment."""

    camera_id: str
    source: str
    """Without user and password."""
    status: Status
    error: str | None
    """Why it is LOST, what was wrong with the file just played, or why the analysis began anew."""
    attempts: int
    """Openings that failed in a row."""
    packets: int
    """That came since the start."""
    skipped: int
    """Pictures left out since the machine was too busy."""
    counters: Counters
    """Of the present connection or round."""
    rate: Rate | None = None
    """How often it gets its turn at a detector that is shared; None where it has one to itself."""

    @property
    def overload(self) -> str | None:
        """In words, that there is more to look at than time for it; None while there is time."""
        if self.rate is None or not self.rate.late:
            return None
        return (
            f"the machine is too busy: looked at {self.rate.per_s:.1f} times a second, {self.rate.waited_s:.1f} s late"
        )


class Stream:
    """One camera's video under analysis, on a thread of its own between `start` and `stop`."""

    def __init__(
        self,
        reader: Reader,
        *,
        detector: Detector,
        sink: Callable[[Finding], None],
        setup: Setup | None = None,
        plates: Callable[[], PlateWatch] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Each run's findings are new ones. `sink` is called on the stream's thread. The reader is not started here.

        `plates` makes what reads number plates, anew for each run.
        """
        self.camera_id = reader.name
        self._reader, self._detector, self._sink = reader, detector, sink
        self._plates, self._monotonic = plates, monotonic
        self.still = Still()
        """The newest picture that was looked at."""
        self._setup = setup or Setup()
        self.still.mask(self._setup.masks)
        self._handover = Handover()
        self._stopping = threading.Event()
        self._late, self._counters = 0, Counters()
        self._fault: str | None = None
        self._detach: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name=f"stream {reader.name}", daemon=True)

    def start(self) -> None:
        """Begin. Once only."""
        self._detach = self._reader.attach(self._handover)
        self._thread.start()

    def stop(self) -> None:
        """Analyse no more and wait until the thread is through."""
        self._detach()
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def take_up(self, setup: Setup) -> None:
        """Go by `setup` from the next picture on; what is under way then ends without a finding."""
        if setup is self._setup:
            return
        self.still.mask(setup.masks)
        self._setup = setup

    def state(self) -> StreamState:
        """How it is now."""
        state = self._reader.state()
        return StreamState(
            self.camera_id,
            state.source,
            state.status,
            state.error or self._fault,
            state.attempts,
            state.packets,
            self._late + self._handover.dropped,
            replace(self._counters),
            self._detector.rate() if isinstance(self._detector, InTurn) else None,
        )

    def _run(self) -> None:
        form: StreamForm | None = None
        while not self._stopping.is_set():
            news = self._handover.get(LISTEN_S)
            if isinstance(news, StreamForm):
                form = news
            elif isinstance(news, Packet) and news.key and form is not None:
                form = self._follow(form, news)

    def _follow(self, form: StreamForm, first: Packet) -> StreamForm | None:
        """Analyse a run from its packet `first` on; the form of the next run if that has begun already.

        A failure is logged and said, and analysis begins anew at the next key frame, of the same form.
        """
        self._counters = counters = Counters()
        run = _Run(form)
        try:
            frames = self._frames(run, first)
            for turn in itertools.count():
                setup = self._setup
                self._analyse(frames, setup, iso(first.at) + (f"+{turn}" if turn else ""), counters)
                if self._setup is setup:
                    break
        except Exception as error:
            if self._fault is None:
                log.exception("camera %s: the analysis failed and begins anew", self.camera_id)
            self._fault = f"the analysis failed: {error!r}"
            return form
        return run.next_form

    def _analyse(self, frames: Iterator[Frame], setup: Setup, epoch: str, counters: Counters) -> None:
        """Hand on what is found in `frames` while `setup` is the one to go by."""
        for finding in analyse(
            self._while(setup, frames),
            camera_id=self.camera_id,
            detector=self._detector,
            rules=setup.rules,
            masks=setup.masks,
            place=setup.place,
            from_above=setup.from_above,
            plates=None if self._plates is None else self._plates(),
            epoch=epoch,
            counters=counters,
            looked=lambda frame, detections, _tracks: self.still.keep(frame, detections, setup.masks),
        ):
            self._sink(finding)
            self._fault = None

    def _while(self, setup: Setup, frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if self._setup is not setup:
                return
            yield frame

    def _frames(self, run: "_Run", first: Packet) -> Iterator[Frame]:
        """The frames of a run, as far as there is time for them; ends with the run or when the stream is to stop."""
        decoder, last = Decoder(run.form), first
        news: News | None = first
        while not self._stopping.is_set():
            if isinstance(news, Packet):
                last = news
                yield from self._timely(decoder.decode(news), news)
            elif news is not None:
                run.next_form = news if isinstance(news, StreamForm) else None
                yield from decoder.rest(last)
                return
            news = self._handover.get(LISTEN_S)

    def _timely(self, frames: Iterator[Frame], packet: Packet) -> Iterator[Frame]:
        for frame in frames:
            if self._monotonic() - packet.arrived > MOST_LAG_S:
                self._late += 1
            else:
                yield frame


@dataclass
class _Run:
    """A run under analysis."""

    form: StreamForm
    next_form: StreamForm | None = None
