"""A recorded time plays at once, with everybody hidden as in a clip; what cannot be played says what is missing."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.visibility import EVERYTHING
from tests.vision.clips import PERSON, START, Sees, write_h264
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record
from tests.vision.recording.test_blurring import noisy, pictures
from vision.detection.detector import Detector
from vision.privacy.masks import FILL, NO_MASKS, Masks
from vision.recording.encodings import ClipCodec
from vision.recording.playback import Blur, Playable, open_footage, play

LATER = START + timedelta(days=1)
TOP_LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.25), (0.0, 0.25))


def opened(root: Path, since_s: float, until_s: float, *, now: datetime = LATER) -> Playable:
    begins = START + timedelta(seconds=since_s)
    return open_footage(root, "DOB-C1", EVERYTHING, begins, START + timedelta(seconds=until_s), now=now)


def played(footage: Playable, *, detector: Detector | None = None, masks: Masks = NO_MASKS) -> bytes:
    return b"".join(play(footage, Blur(detector or Sees(), masks, None, ClipCodec.H264)))


def test_exactly_the_time_that_was_asked_for_is_played(tmp_path: Path) -> None:
    record(tmp_path, camera_clip(tmp_path), START)
    shown = pictures(played(opened(tmp_path, 0.5, 2)))
    assert [at for at, _ in shown] == pytest.approx([number / 10 for number in range(15)])


def test_it_is_sent_in_fragments_that_play_before_all_is_made(tmp_path: Path) -> None:
    record(tmp_path, camera_clip(tmp_path, seconds=4), START)
    sent = played(opened(tmp_path, 0, 4))
    assert sent.index(b"moov") < sent.index(b"moof")
    assert sent.count(b"moof") > 4


def test_a_person_is_covered_in_every_picture(tmp_path: Path) -> None:
    record(tmp_path, write_h264(tmp_path / "noise.ts", [noisy()] * 8), START)
    footage = opened(tmp_path, 0, 1)
    for _, image in pictures(played(footage, detector=Sees(PERSON))):
        assert image[66:94, 102:138].std() < noisy()[66:94, 102:138].std() / 2


def test_whoever_comes_into_the_picture_is_covered_before_they_are_first_found(tmp_path: Path) -> None:
    record(tmp_path, write_h264(tmp_path / "noise.ts", [noisy()] * 20), START)
    looks = [0]

    class SeesLater(Sees):
        """Finds somebody from the third look on: at 0.4 s."""

        def detect(self, image: np.ndarray) -> list:  # type: ignore[type-arg]
            looks[0] += 1
            return [PERSON] if looks[0] > 2 else []

    shown = pictures(played(opened(tmp_path, 0, 2), detector=SeesLater()))
    free = noisy()[66:94, 102:138].std() / 2
    assert all(image[66:94, 102:138].std() < free for _, image in shown)


def test_privacy_masks_are_burnt_in(tmp_path: Path) -> None:
    record(tmp_path, camera_clip(tmp_path), START)
    for _, image in pictures(played(opened(tmp_path, 0, 1), masks=Masks(privacy=(TOP_LEFT,)))):
        assert abs(image[4:50, 4:150].astype(int) - FILL).max() < 12


def test_a_wide_picture_is_played_narrower(tmp_path: Path) -> None:
    wide = np.full((1080, 1920, 3), 90, np.uint8)
    record(tmp_path, write_h264(tmp_path / "wide.ts", [wide] * 2), START)
    with av.open(io.BytesIO(played(opened(tmp_path, 0, 1))), "r") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (1280, 720)


def test_what_was_not_recorded_names_the_nearest_that_was(tmp_path: Path) -> None:
    record(tmp_path, camera_clip(tmp_path), START)
    record(tmp_path, camera_clip(tmp_path), START + timedelta(minutes=20))
    with pytest.raises(
        NotFound, match=r"nothing was recorded of DOB-C1 between .*; the nearest is 01 Mar 2026 12:20"
    ) as refused:
        opened(tmp_path, 1_100, 1_110)
    assert refused.value.told.params["near_begins"] == START + timedelta(minutes=20)


def test_of_a_camera_that_nobody_recorded_nothing_is_near(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nothing that DOB-C1 recorded is kept"):
        opened(tmp_path, 0, 10)


def test_a_time_that_is_still_to_come_is_a_conflict(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="still to come"):
        opened(tmp_path, 10, 20, now=START)


@pytest.mark.parametrize(("until_s", "why"), [(0, "ends after it begins"), (301, "at most 5 minutes")])
def test_a_time_that_is_none_or_too_long_is_refused(tmp_path: Path, until_s: float, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        opened(tmp_path, 0, until_s)
