"""A camera with a main and a smaller stream: what is hidden is hidden in both, and in what is converted."""

import pytest

from tests.vision.clips import Sees
from tests.vision.live.looks import MASKED
from vision.feeds.feed import Feed
from vision.feeds.packet_queue import PacketQueue, StreamMark
from vision.feeds.reader import Reader
from vision.live.channel import Channel
from vision.live.conversion_budget import ConversionBudget
from vision.live.watched_camera import WatchedCamera
from vision.privacy.masks import NO_MASKS
from vision.workers.local import LocalWorkers


@pytest.mark.parametrize("has_sub", [True, False])
def test_masks_go_over_both_streams(has_sub: bool) -> None:
    main, sub = (Reader(name, "rtsp://127.0.0.1:9/none") for name in ("main", "sub"))
    live = Channel(main, NO_MASKS)
    small = Channel(sub, NO_MASKS) if has_sub else live
    nobody = LocalWorkers(Sees, sink=lambda finding: None)
    converted = Channel(sub if has_sub else main, NO_MASKS, conversions=ConversionBudget(1))
    watched = WatchedCamera(Feed(main, sub if has_sub else None), live, small, converted, None, nobody)
    viewers = [PacketQueue(), PacketQueue(), PacketQueue()]
    leaving = [channel.join(viewer) for channel, viewer in zip((live, small, converted), viewers, strict=True)]
    watched.mask(MASKED)
    assert [viewer.drain() for viewer in viewers] == [[StreamMark.WITHDRAWN]] * 3
    for leave in leaving:
        leave()
