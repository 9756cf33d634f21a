"""One camera's packets, decoded and sifted: which of its pictures are to be looked at, run after run.

Looks at none itself and has no thread: what is to be done comes out as jobs, for whoever has the time
(`vision.workers.analyst`). Of pictures that wait, only the newest is worth a look.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from telemetry.clock import iso
from telemetry.positions import Position
from vision.detection.detector import Detector
from vision.feeds.packet_queue import StreamEvent
from vision.feeds.packets import Packet, StreamForm
from vision.frames.decoder import Decoder, Frame
from vision.pipeline.analysed_still import Still
from vision.pipeline.analysis import Analysis
from vision.pipeline.counters import Counters
from vision.pipeline.frame_selection import FrameSelector, SelectedFrame
from vision.pipeline.pending_findings import PendingFinding
from vision.plates.vehicle_plates import VehiclePlates
from vision.setups.setup import Setup

MOST_LAG_S = 0.4
"""A picture later than this is decoded but not analysed, so that a busy machine stays with the present."""


@dataclass(frozen=True)
class Job:
    """One step of a run's analysis."""

    analysis: Analysis
    selected: SelectedFrame | None
    """None when the run is at its end."""

    @property
    def costly(self) -> bool:
        """It takes the detector, or may."""
        return self.selected is None or self.selected.look

    def work(self) -> Iterator[PendingFinding]:
        """What is found by it."""
        if self.selected is None:
            return self.analysis.rest()
        return self.analysis.see(self.selected)


@dataclass
class _Run:
    """What came over one connection in one form, while one setup is in force."""

    decoder: Decoder
    setup: Setup
    epoch: str
    turn: int
    """How many setups were in force in this run before."""
    selector: FrameSelector
    analysis: Analysis


class Stream:
    """One camera under analysis. What changes its run is called by one thread at a time, the rest by any."""

    def __init__(
        self,
        name: str,
        detector: Detector,
        *,
        setup: Setup | None = None,
        plates: Callable[[], VehiclePlates] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`plates` makes what reads number plates, anew for each run. Each run's findings are new ones."""
        self.name = name
        self._detector = detector
        self._plates = plates
        self._monotonic = monotonic
        self._setup = setup or Setup()
        self.still = Still()
        """The newest picture that was looked at."""
        self.still.mask(self._setup.masks)
        self.counters = Counters()
        self.skipped = 0
        """Of the present run; pictures left out since the machine was too busy."""
        self._jobs: deque[Job] = deque()
        self._queueing = threading.Lock()
        self._form: StreamForm | None = None
        self._run: _Run | None = None
        self._last: Packet | None = None

    def update_setup(self, setup: Setup) -> None:
        """Go by `setup` from the next picture on; what is under way then ends without a finding.

        Where only the ground moved below the camera, everything else goes on.
        """
        before = self._setup
        self._setup = setup
        if setup.masks != before.masks:
            self.still.mask(setup.masks)

    def take(self, event: StreamEvent) -> None:
        """What came next: the form of a run, its packets, its end."""
        if isinstance(event, Packet):
            if self._run is None and event.key and self._form is not None:
                self.counters = Counters()
                self._run = self._begin(Decoder(self._form), iso(event.at), 0)
            if self._run is not None:
                self._last = event
                self._sift(self._run.decoder.decode(event), event)
            return
        self.end()
        self._form = event if isinstance(event, StreamForm) else None

    def end(self) -> None:
        """The run is over: what is still in the decoder is sifted, and what is still to be said becomes a job."""
        if self._run is not None and self._last is not None:
            self._sift(self._run.decoder.rest(self._last), self._last)
            self._add(Job(self._run.analysis, None))
        self._run = None

    def begin_anew(self) -> None:
        """Forget the run after a failure: analysis begins again at the next key frame, of the same form."""
        self._run = None
        with self._queueing:
            self._jobs.clear()

    def waits(self) -> Job | None:
        """What is to be done next; None when there is nothing."""
        with self._queueing:
            if self._jobs:
                return self._jobs[0]
            return None

    def next_job(self) -> Job | None:
        """The same, taken out: whoever takes it does it, before the one after it."""
        with self._queueing:
            if self._jobs:
                return self._jobs.popleft()
            return None

    def _begin(self, decoder: Decoder, epoch: str, turn: int) -> _Run:
        setup = self._setup
        counters = self.counters
        analysis = Analysis(
            self.name,
            detector=self._detector,
            rules=setup.rules,
            epoch=epoch + (f"+{turn}" if turn else ""),
            masks=setup.masks,
            place=self._place,
            zone=setup.zone,
            from_above=setup.from_above,
            plates=None if self._plates is None else self._plates(),
            counters=counters,
            looked=lambda frame, detections, _tracks: self.still.keep(frame, detections, setup.masks),
        )
        return _Run(decoder, setup, epoch, turn, FrameSelector(masks=setup.masks, counters=counters), analysis)

    def _place(self, x: float, y: float) -> Position | None:
        place = self._setup.place
        if place is None:
            return None
        return place(x, y)

    def _sift(self, frames: Iterator[Frame], packet: Packet) -> None:
        for frame in frames:
            run = self._run
            if run is None:
                return
            if self._monotonic() - packet.arrived > MOST_LAG_S:
                self.skipped += 1
                continue
            if not run.setup.watches_like(self._setup):
                self._add(Job(run.analysis, None))
                self._run = run = self._begin(run.decoder, run.epoch, run.turn + 1)
            if (selected := run.selector.select(frame)) is None:
                self._renew(run, frame)
            else:
                self._add(Job(run.analysis, selected))

    def _renew(self, run: _Run, frame: Frame) -> None:
        """Who waits for its turn is looked at as it is then."""
        with self._queueing:
            job = None
            if self._jobs:
                job = self._jobs[-1]
            if job is not None and job.analysis is run.analysis and job.selected is not None:
                self._jobs[-1] = replace(job, selected=run.selector.renew(job.selected, frame))

    def _add(self, job: Job) -> None:
        """Have it wait; a picture takes the place of the one that still waits, unless that is the better one."""
        with self._queueing:
            before = None
            if self._jobs:
                before = self._jobs[-1]
            if before is None or before.analysis is not job.analysis or before.selected is None or job.selected is None:
                self._jobs.append(job)
            elif job.selected.look:
                self.skipped += before.selected.look
                self._jobs[-1] = replace(
                    job, selected=replace(job.selected, cut=job.selected.cut or before.selected.cut)
                )
