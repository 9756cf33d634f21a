"""Cars seen from straight above: motion and size in metres against the detection model.

The clip (samples, 30 s, 768x432, 12.5 pictures a second) shows four cars one after the other on a parking lot; when
each is in the picture was noted by eye. Nobody knows the camera's height: 10.5 m and a field of view of 60 degrees are
assumed (a car of 4.5 m then has its length), which is what the clip leaves open and a drone's log tells. Both sides see
every third picture, and the same tracker follows what they find. A car is found when a track called so begins and ends
while it is there; every other track of two or more pictures is a false one.
"""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from vision.aerial.detector import AerialDetector
from vision.detection.detector import Detector, load_detector
from vision.detection.tracking import Tracker
from vision.frames.decoder import Frame, open_video
from vision.ground.lens import Lens
from vision.ground.pose import Pose
from vision.ground.view import CameraView
from vision.models.catalogue import DEFAULT_MODEL, read_catalogue

CLIP = Path(__file__).parents[2] / "shared/samples/video/clips/car-detection.mp4"
CARS = ((57, 108), (184, 228), (190, 240), (315, 348))
"""First and last picture in which something of each car is seen."""
SLACK = 6
VIEW = CameraView(Pose(0, 0, 10.5, 0, -90), Lens(hfov_deg=60, aspect=768 / 432))


def tracks(frames: Iterable[Frame], detector: Detector) -> tuple[list[tuple[str, int, int]], float]:
    """Label, first and last picture of each track, and milliseconds of CPU a picture."""
    tracker, seen, spent, pictures = Tracker(), dict[int, tuple[str, int, int]](), 0.0, 0
    for frame in frames:
        if frame.index % 3:
            continue
        image = frame.image
        begun = time.thread_time()
        found = detector.detect(image)
        spent += time.thread_time() - begun
        pictures += 1
        for track in tracker.update(found, frame.seconds):
            first = seen[track.id][1] if track.id in seen else frame.index
            seen[track.id] = (track.label, first, frame.index)
    return [one for one in seen.values() if one[2] > one[1]], 1000 * spent / max(pictures, 1)


def clip() -> Iterator[Frame]:
    """The frames of the sample."""
    with open_video(CLIP) as video:
        yield from video


def main() -> None:
    """Both sides."""
    if not CLIP.is_file():
        print("The sample clip is not here, so nothing was measured.")
        return
    above = AerialDetector(lambda _: VIEW, moving=False)
    sides = {
        "motion and size": tracks(above.watch(clip()), above),
        f"the model ({DEFAULT_MODEL})": tracks(clip(), load_detector(DEFAULT_MODEL, read_catalogue())),
    }
    print(
        "| side | cars found, of 4 | called something else | false tracks | ms of CPU a picture |\n"
        "|---|---|---|---|---|"
    )
    for name, (seen, ms) in sides.items():
        during = [[one for one in seen if first - SLACK <= one[1] and one[2] <= last + SLACK] for first, last in CARS]
        found = sum(any(label == "car" for label, *_ in ones) for ones in during)
        otherwise = sum(bool(ones) and all(label != "car" for label, *_ in ones) for ones in during)
        false = sum(not any(one in ones for ones in during) for one in seen)
        print(f"| {name} | {found} | {otherwise} | {false} | {ms:.1f} |")
