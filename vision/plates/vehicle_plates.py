"""Reads the plates of vehicles that are followed, a few times each, and says once what the reads come to.

Looking for writing on a vehicle costs a fifth of a second, so one vehicle is looked at a picture, and none for ever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from telemetry.dialects.values import PLATE, PLATE_READ, UNSURE
from telemetry.messages import Message
from vision.detection.tracking import ObjectTrack
from vision.findings import WHY, WHY_MESSAGE, Finding
from vision.frames.decoder import Frame
from vision.plates.plate_finder import VEHICLES, PlateFinder, grown, load_text_finder
from vision.plates.reading import PlateReading, load_reader
from vision.plates.voting import Vote, vote

ENOUGH_READS = 3
SURE = 0.9
"""With so many reads that come to so much confidence a vehicle is not looked at again."""
MOST_LOOKS = 6
PAUSE_S = 0.4
"""Between two looks at one vehicle: the next picture would show the same."""
LEAST_WIDTH = 60
"""Pixels of a vehicle on which a plate could be read."""
LEAST_CONFIDENCE = 0.5
"""Of the reads together; with less nothing is said."""
LEAST_AGREEING = 2
"""Reads that say the same; with fewer a plate is unsure, and of use only where that very one is looked for."""
PASSAGE_S = 60.0
"""Seconds within which the same plate is the same passage, though whoever follows the vehicle lost it between."""
RULE = "plates"


@dataclass(frozen=True)
class PlatePassage:
    """A vehicle with its plate."""

    track: ObjectTrack
    vote: Vote
    since_s: float
    until_s: float
    """When it was first and last looked at with a read, seconds into the video."""

    @property
    def unsure(self) -> bool:
        """Too few reads say so."""
        return self.vote.agreeing < LEAST_AGREEING


@dataclass
class _Vehicle:
    track: ObjectTrack
    looks: int = 0
    looked_s: float = float("-inf")
    reads: list[PlateReading] = field(default_factory=list)
    read_s: list[float] = field(default_factory=list)
    told: bool = False


class VehiclePlates:
    """The vehicles of one run of one source. Feed it every analysed picture in order of time."""

    def __init__(self, finder: PlateFinder, *, tells_unsure: bool = False) -> None:
        """`finder` without a detector: it is given vehicles. `tells_unsure`: of what is unsure too, for whoever has a
        watch list to lay it against."""
        self._finder = finder
        self._tells_unsure = tells_unsure
        self._passed: list[tuple[str, float]] = []
        """Plates told of, and when each was last read, seconds into the video."""
        self._vehicles: dict[int, _Vehicle] = {}

    def see(self, frame: Frame, tracks: Sequence[ObjectTrack]) -> Iterator[PlatePassage]:
        """Look at one of the vehicles in `frame`; each vehicle of which enough is known, or which is gone, once."""
        present = {track.id: track for track in tracks if track.label in VEHICLES}
        gone = [self._vehicles.pop(known) for known in self._vehicles.keys() - present.keys()]
        for track in present.values():
            self._vehicles.setdefault(track.id, _Vehicle(track)).track = track
        due = [one for one in self._vehicles.values() if _is_due(one, frame.seconds)]
        if due and not frame.corrupt:
            self._look(frame, min(due, key=lambda one: (one.looks, -one.track.box.width)))
        through = [one for one in self._vehicles.values() if _is_through(one)]
        for vehicle in (*gone, *through):
            yield from self._tell(vehicle)

    def rest(self) -> Iterator[PlatePassage]:
        """The vehicles not yet told of, when the video is at its end."""
        for vehicle in self._vehicles.values():
            yield from self._tell(vehicle)

    def _tell(self, vehicle: _Vehicle) -> Iterator[PlatePassage]:
        outcome = vote(vehicle.reads)
        if vehicle.told or outcome is None or outcome.confidence < LEAST_CONFIDENCE:
            return
        vehicle.told = True
        passed = PlatePassage(vehicle.track, outcome, vehicle.read_s[0], vehicle.read_s[-1])
        if (passed.unsure and not self._tells_unsure) or self._is_told(passed):
            return
        self._passed.append((outcome.text, passed.until_s))
        yield passed

    def _is_told(self, passed: PlatePassage) -> bool:
        """Whether the passage was told of already: the same plate, or an unsure one that is like it."""
        text = passed.vote.text
        since = passed.since_s - PASSAGE_S
        self._passed = [one for one in self._passed if one[1] >= since]
        return any(text == told or (passed.unsure and _alike(text, told)) for told, _ in self._passed)

    def _look(self, frame: Frame, vehicle: _Vehicle) -> None:
        left, top, right, bottom = grown(vehicle.track.box, frame.picture.width, frame.picture.height)
        vehicle.looks += 1
        vehicle.looked_s = frame.seconds
        found = self._finder.find(frame.image[top:bottom, left:right])
        if found:
            vehicle.reads.append(found[0].reading)
            vehicle.read_s.append(frame.seconds)


def finding(passed: PlatePassage, frame: Frame, *, camera_id: str, epoch: str) -> Finding:
    """What `camera_id` says of a vehicle that passed, at `frame`; its plate is in the attribute of that name."""
    box = passed.track.box
    outcome = passed.vote
    picture = frame.picture
    why = Message("findings.plate_why", agreeing=outcome.agreeing, reads=outcome.reads)
    return Finding(
        camera_id=camera_id,
        ref=f"{epoch}/{passed.track.id}/{PLATE_READ}",
        rule=RULE,
        category=PLATE_READ,
        label=passed.track.label,
        at=frame.at - timedelta(seconds=frame.seconds - passed.since_s),
        ended=frame.at - timedelta(seconds=frame.seconds - passed.until_s),
        confidence=round(outcome.confidence, 3),
        box=(
            round(box.x1 / picture.width, 4),
            round(box.y1 / picture.height, 4),
            round(box.x2 / picture.width, 4),
            round(box.y2 / picture.height, 4),
        ),
        summary=Message("findings.plate_unsure") if passed.unsure else Message("findings.plate"),
        attributes={
            WHY: str(why),
            WHY_MESSAGE: why.to_json(),
            "reads": outcome.reads,
            "region": outcome.country,
            **({UNSURE: True} if passed.unsure else {}),
            PLATE: outcome.text,
            "video_s": round(frame.seconds, 3),
        },
    )


def load_plate_watch(*, tells_unsure: bool = False) -> VehiclePlates:
    """One with the shipped networks, for one run. Raises Misconfigured when they are not there."""
    return VehiclePlates(PlateFinder(load_reader(), load_text_finder()), tells_unsure=tells_unsure)


def _is_due(vehicle: _Vehicle, seconds: float) -> bool:
    seen = not vehicle.track.hidden and vehicle.track.box.width >= LEAST_WIDTH
    return seen and not _is_through(vehicle) and seconds - vehicle.looked_s >= PAUSE_S


def _is_through(vehicle: _Vehicle) -> bool:
    if vehicle.looks >= MOST_LOOKS:
        return True
    outcome = None
    if len(vehicle.reads) >= ENOUGH_READS:
        outcome = vote(vehicle.reads)
    return outcome is not None and outcome.confidence >= SURE


def _alike(text: str, told: str) -> bool:
    """Whether one is the other with a character read wrong, or cut off."""
    if len(text) == len(told):
        return sum(one != other for one, other in zip(text, told, strict=True)) <= 1
    return text.startswith(told) or told.startswith(text) or text.endswith(told) or told.endswith(text)
