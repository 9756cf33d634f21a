"""A gap in the time stamps means a lost picture, until the next key frame; a camera that slows down is no loss."""

from vision.feeds.packet_loss import PacketLossDetector


def test_a_lost_picture_tears_all_until_the_next_key_frame() -> None:
    watch = PacketLossDetector()
    torn = [watch.torn(dts, key=dts % 20 == 0) for dts in (*range(8), *range(9, 24))]
    assert torn == [False] * 8 + [True] * 11 + [False] * 4


def test_a_camera_that_slows_down_for_good_is_believed_from_the_next_key_frame_on() -> None:
    watch = PacketLossDetector()
    stamps = [*range(0, 40, 2), *range(40, 200, 4)]
    torn = [watch.torn(dts, key=dts % 40 == 0) for dts in stamps]
    assert not any(torn[len(stamps) - 20 :])
