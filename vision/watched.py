"""A camera whose video is read at present: who takes its packets, and how all of that is."""

from collections.abc import Callable
from dataclasses import dataclass

from vision.feeds.feed import Feed
from vision.live.channel import Channel
from vision.streams import Stream


@dataclass(frozen=True)
class Watched:
    """One connection a stream, and behind it the analysis, the recording and the live view."""

    feed: Feed
    stream: Stream
    """The analysis."""
    live: Channel
    """The main stream, for whoever looks at it now."""
    small: Channel
    """The smaller one for a wall; the same as `live` where there is none."""
    end_recording: Callable[[], None] | None

    def stop(self) -> None:
        """Read no more, write what has come, and analyse it no further."""
        self.feed.stop()
        if self.end_recording is not None:
            self.end_recording()
        self.stream.stop()
