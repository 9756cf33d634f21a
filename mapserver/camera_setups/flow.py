"""How each camera is set up at present: what was drawn in the browser, else the settings' file, else what is usual.

Puts the parts together for the running streams and for the pages; the parts themselves are `vision`'s.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from mapserver.camera_setups.video_source import Sight, owned, sight, sight_for
from mapserver.core.services import Services
from mapserver.core.settings import Settings
from mapserver.core.video_settings import VideoSettings
from mapserver.core.videos import video_of
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.errors import BadInput, Misconfigured
from telemetry.messages import Message
from telemetry.observations import SourceKind
from telemetry.store import Work
from telemetry.units import service as units
from telemetry.units.tables import UnitRow
from vision.cameras import service as cameras
from vision.cameras.tables import CameraRow
from vision.feeds.address import is_address
from vision.footage import find_footage
from vision.ground.calibration import ClickedGround, Laid, MeasuredPose, Stand, lay_on_ground, parse_calibration
from vision.ground.pose import FIXED_SPREAD
from vision.models.catalogue import find_model, read_catalogue
from vision.privacy.masks import Mask, Masks, gather, parse_masks
from vision.rules import CLOSED_AREA_RULES, AnyRule, check_classes, parse_rules, read_rules
from vision.setups import service
from vision.setups.setup import Place, Setup
from vision.setups.tables import SetupPart

FROM_FILE = "settings"
FROM_BROWSER = "drawn"
USUAL = "usual"
"""Where rules in force come from."""


@dataclass
class Placing:
    """Where what a camera shows is, by how it was laid on the ground and where it stands at the moment."""

    how: ClickedGround | MeasuredPose
    laid: Laid | None = None
    _stand: Stand | None = None

    def move(self, stand: Stand | None) -> None:
        """It stands there now; what cannot be laid on the ground from there is placed nowhere."""
        if self.laid is not None and stand == self._stand:
            return
        self._stand = stand
        try:
            self.laid = lay_on_ground(self.how, stand)
        except BadInput:
            self.laid = None


@dataclass
class _Kept:
    """What was put together for one camera, and of which versions."""

    versions: dict[str, int]
    setup: Setup
    placing: Placing | None


@dataclass
class Setups:
    """The setups of the videos that there are. One thread at a time."""

    settings: Settings
    _files: dict[str, tuple[AnyRule, ...] | None] = field(default_factory=dict)
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def check(self, known: Iterable[VideoSettings]) -> dict[str, str]:
        """Read the rules files of the videos that are `known`; why one cannot be used, by the video's name.

        A video with such a file goes by no rules at all, unless some were drawn: nothing is found by rules that nobody
        asked for. Raises NotFound or Misconfigured when the model's classes are not known.
        """
        classes = find_model(self.settings.model, read_catalogue(self.settings.models_file)).classes
        unusable = {}
        for video in known:
            try:
                rules = rules_of_file(video)
                check_classes(rules or (), classes)
            except (BadInput, Misconfigured) as error:
                unusable[video.name] = error.message
                rules = ()
            self._files[video.name] = rules
        return unusable

    def forget(self, names: Iterable[str]) -> None:
        """Put together anew how these are set up: the settings say something else of them."""
        for name in names:
            self._kept.pop(name, None)

    def of(self, session: Session, name: str) -> Setup:
        """How `name` is set up now: the same object as before unless something was changed. Raises NotFound."""
        versions = service.versions(session, name)
        kept = self._kept.get(name)
        if kept is None or kept.versions != versions:
            kept = self._kept[name] = self._gather(session, name, versions)
        if kept.placing is not None:
            before = kept.placing.laid
            kept.placing.move(stand_of(session, name))
            if kept.placing.laid is not before:
                kept.setup = replace(kept.setup, place=_place(kept.placing))
        return kept.setup

    def _gather(self, session: Session, name: str, versions: dict[str, int]) -> _Kept:
        video = video_of(self.settings, session, name)
        how = calibration_of(session, name)
        placing = None
        place = None
        above = False
        if how is not None and video is not None and not flies_in_footage(video, sight(session, name)):
            placing = Placing(how)
            placing.move(stand_of(session, name))
            place = _place(placing)
            above = placing.how.from_above
        zone = None
        if owned(session, name):
            zone = sight(session, name).city.facts.zone
        rules = drawn_rules(session, name) or self._files.get(name)
        if rules is None:
            rules = CLOSED_AREA_RULES
        masks = gather(masks_of(session, name))
        return _Kept(versions, Setup(rules, masks, place, above, zone), placing)


def _place(placing: Placing) -> Place | None:
    if placing.laid is None:
        return None
    return placing.laid.place


def set_up(
    parts: Services, work: Work, caller: Principal, camera_id: str, part: SetupPart, content: Any, after: int | None
) -> dict[str, Any]:
    """Keep a version of one part, None to take it back; the running stream takes it up after the commit.

    `content` is checked already. `after`: see `service.keep`. Raises NotFound outside the caller's towns, Conflict.
    """
    seen = sight_for(work.session, camera_id, caller)
    now = parts.clock.now()
    row = service.keep(work.session, camera_id, part, content, after=after, by=caller.name, now=now)
    said = Message("audit.version", version=row.version)
    if content is None:
        said = Message("audit.version_taken_back", version=row.version)
    audit.record(work.session, caller, "set_up", f"{part} of {camera_id}", city=seen.city, at=now, detail=said)
    unit = work.session.get(UnitRow, camera_id)
    if unit is None:
        work.tell(cameras.change(work.session.get_one(CameraRow, camera_id)))
    else:
        work.tell(units.change(unit))
    return service.public(row)


def rules_of_file(video: VideoSettings) -> tuple[AnyRule, ...] | None:
    """The rules that the settings name for a video: a file's, or those that ship with the footage of that name."""
    if video.rules is None:
        return None
    shipped = {footage.name: footage.rules for footage in find_footage()}
    if video.rules in shipped:
        return shipped[video.rules]
    try:
        return read_rules(Path(video.rules))
    except BadInput as error:
        raise Misconfigured(Message("cameras.video_refused", name=video.name, reason=error.message)) from error


def drawn_rules(session: Session, name: str) -> tuple[AnyRule, ...] | None:
    """The rules that were drawn for a camera; None where none are in force."""
    content = _content(session, name, SetupPart.RULES)
    if content is None:
        return None
    return parse_rules(content, where=f"the rules of {name}")


def rules_in_force(session: Session, settings: Settings, name: str) -> tuple[tuple[AnyRule, ...], str]:
    """The rules a camera goes by, and where they come from. Raises Misconfigured for a file that is gone."""
    if drawn := drawn_rules(session, name):
        return drawn, FROM_BROWSER
    video = video_of(settings, session, name)
    if video is None or (from_file := rules_of_file(video)) is None:
        return CLOSED_AREA_RULES, USUAL
    return from_file, FROM_FILE


def masks_of(session: Session, name: str) -> tuple[Mask, ...]:
    """The masks that were drawn for a camera."""
    content = _content(session, name, SetupPart.MASKS)
    if content is None:
        return ()
    return parse_masks(content)


def masks_over(session: Session, name: str, begins: datetime, ends: datetime) -> Masks:
    """What is hidden in footage of a camera from `begins` to `ends` (UTC): what was hidden then, and what is now."""
    rows = service.in_force(session, name, SetupPart.MASKS, begins, ends)
    drawn = [mask for row in rows if row.content is not None for mask in parse_masks(row.content)]
    return gather(list(dict.fromkeys(drawn)))


def calibration_of(session: Session, name: str) -> ClickedGround | MeasuredPose | None:
    """How the picture was laid on the ground; None where nobody did."""
    content = _content(session, name, SetupPart.GROUND)
    if content is None:
        return None
    return parse_calibration(content)


def flies_in_footage(video: VideoSettings, seen: Sight) -> bool:
    """Whether its pictures are stand-in footage under a camera that flies: its pose would say nothing of them.

    So are the pictures of a simulated drone, which has no camera, and those of a file, which are of another time.
    """
    stands_in = video.simulated or seen.simulated or not is_address(video.source)
    return seen.kind is SourceKind.DRONE and stands_in


def stand_of(session: Session, name: str) -> Stand | None:
    """Where the unit or camera stands; None for a unit that has reported nothing yet. Raises NotFound."""
    unit = session.get(UnitRow, name)
    if unit is None:
        stands = sight(session, name).stands
        if stands is None:
            return None
        return Stand(stands.lat, stands.lon, accuracy_m=FIXED_SPREAD.horizontal_m)
    if unit.lat is None or unit.lon is None:
        return None
    return Stand(
        unit.lat, unit.lon, moves=True, accuracy_m=unit.accuracy_m or 25.0,
        height_m=unit.height_m, heading_deg=unit.heading_deg,
    )  # fmt: skip


def _content(session: Session, name: str, part: SetupPart) -> Any:
    row = service.latest(session, name, part)
    if row is None:
        return None
    return row.content
