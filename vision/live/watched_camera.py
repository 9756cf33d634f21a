"""A camera whose video is read at present: who takes its packets, and how all of that is."""

from collections.abc import Callable
from dataclasses import dataclass

from telemetry.messages import Message
from vision.feeds.feed import Feed
from vision.feeds.reader import Status
from vision.live.channel import Channel
from vision.pipeline.analysed_still import Jpeg
from vision.pipeline.counters import Counters
from vision.privacy.masks import Masks
from vision.workers.protocol import AnalysisState, Workers
from vision.workers.stride_scheduler import AnalysisRate


@dataclass(frozen=True)
class StreamState:
    """A stream as it is at one moment."""

    camera_id: str
    source: str
    """Without user and password."""
    status: Status
    error: Message | None
    """Why it is LOST, what was wrong with the file just played, or why the analysis began anew."""
    attempts: int
    """Openings that failed in a row."""
    packets: int
    """That came since the start."""
    skipped: int
    """Pictures left out since the machine was too busy."""
    counters: Counters
    """Of the present connection or round."""
    rate: AnalysisRate | None = None
    """How often it gets its turn at the detector; None before that is known."""

    @property
    def overload(self) -> Message | None:
        """That there is more to look at than time for it; None while there is time."""
        if self.rate is None or not self.rate.late:
            return None
        return Message("feeds.overloaded", per_s=self.rate.per_s, waited_s=self.rate.waited_s)


@dataclass(frozen=True)
class WatchedCamera:
    """One connection a stream, and behind it the analysis, the recording and the live view."""

    feed: Feed
    live: Channel
    """The main stream, for whoever looks at it now."""
    small: Channel
    """The smaller one for a wall; the same as `live` where there is none."""
    converted: Channel
    """The smaller of both as H.264, for browsers that cannot play what the camera sends."""
    end_recording: Callable[[], None] | None
    workers: Workers
    """Who analyses it."""

    def state(self) -> StreamState:
        """How it is now."""
        read = self.feed.analysed.state()
        analysed = self.analysed()
        return StreamState(
            self.feed.main.name,
            read.source,
            read.status,
            read.error or analysed.fault,
            read.attempts,
            read.packets,
            analysed.skipped,
            analysed.counters,
            analysed.rate,
        )

    def analysed(self) -> AnalysisState:
        """How far its analysis is, as last heard."""
        return self.workers.analysed(self.feed.main.name)

    def still(self) -> Jpeg | None:
        """The newest picture of it that was looked at, heads and privacy masks covered; None before the first."""
        return self.workers.still(self.feed.main.name)

    def mask(self, masks: Masks) -> None:
        """From now on these are burnt into what is looked at live."""
        self.live.mask(masks)
        self.small.mask(masks)
        self.converted.mask(masks)

    def stop(self) -> None:
        """Read no more and write what has come. Whether it is analysed further is for who has the workers to say."""
        self.feed.stop()
        if self.end_recording is not None:
            self.end_recording()
