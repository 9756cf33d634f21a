"""The KMZ round DJI's documents: taken apart, put together, and kept as it was while its plan does not change.

A KMZ without DJI's documents is read as plain KML.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from mission.formats import kml
from mission.formats.document import Dump, PlanFile, alike, same_items
from mission.formats.wpml import reading, writing
from mission.formats.wpml.aircraft import AIRCRAFT, DEFAULT
from mission.parsing import bounded
from mission.parsing.markup import children, named
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem

TEMPLATE = "wpmz/template.kml"
WAYLINES = "wpmz/waylines.wpml"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, so that the same plan is the same file."""


@dataclass(frozen=True)
class WpmlSource:
    """A KMZ's files as they were read, and the plan they were understood as."""

    members: Mapping[str, bytes]
    root: Element
    items: tuple[MissionItem, ...]
    home: Position | None
    speed_m_s: float | None
    waypoints: int

    @property
    def told(self) -> tuple[Message, ...]:
        """What only a DJI file can hold."""
        return (reading.told(self.waypoints),)


def read(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a KMZ: DJI's, or any that holds a KML. Raises BadPlan."""
    members = bounded.unzipped(content, name)
    waylines = _member(members, "waylines.wpml")
    template = _member(members, "template.kml")
    if waylines is None and template is None:
        plain = _member(members, ".kml")
        if plain is None:
            raise BadPlan(Message("plans.wpml.neither", name=name, waylines=WAYLINES))
        return kml.read(members[plain], name, height_m)
    found = waylines or template or ""
    root = bounded.xml_of(members[found], f"{name}, {found}")
    plan = reading.plan_of(root, name, is_template=waylines is None)
    if template is not None and waylines is not None:
        other = bounded.xml_of(members[template], f"{name}, {template}")
        plan = replace(plan, home=plan.home or reading.home_of(other, f"{name}, {template}"))
    return replace(plan, kept={"kmz": _kept(plan, members, root)})


def read_waylines(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a waylines.wpml out of its KMZ."""
    del height_m
    root = bounded.xml_of(content, name)
    plan = reading.plan_of(root, name)
    return replace(plan, kept={"kmz": _kept(plan, {WAYLINES: content}, root)})


def read_kml(content: bytes, name: str, height_m: float) -> PlanFile:
    """The plan in a .kml: DJI's template, if it is one, else plain KML."""
    root = bounded.xml_of(content, name)
    if any("/wpmz/" in str(element.tag) for element in root.iter()):
        return reading.plan_of(root, name, is_template=True)
    return kml.of_root(root, name, height_m)


def write(plan: PlanFile, aircraft: str | None = None) -> Dump:
    """The plan as DJI's KMZ for an aircraft of `AIRCRAFT`; by default the one of the file read, else the Mavic 3E.

    What was read from a KMZ and not changed is written as it was. Raises BadPlan when DJI's format cannot hold it.
    """
    if aircraft is not None and aircraft.lower() not in AIRCRAFT:
        raise BadPlan(Message("plans.wpml.aircraft", aircraft=aircraft, known=list(AIRCRAFT)))
    kept: WpmlSource | None = plan.kept.get("kmz")
    lost: list[Message] = []
    same = kept is not None and same_items(kept.items, plan.items) and kept.speed_m_s == plan.speed_m_s
    if kept is not None and same and aircraft is None and kept.home == plan.home:
        members = dict(kept.members)
        lost += writing.lost_beside_items(plan)
    else:
        wanted = None
        if aircraft or kept is None:
            wanted = AIRCRAFT[(aircraft or DEFAULT).lower()]
        root = None
        resources: dict[str, bytes] = {}
        if kept is not None:
            root = kept.root
            resources = {name: data for name, data in kept.members.items() if "/res/" in name}
        template, waylines, more = writing.documents(plan, wanted, root)
        members = {TEMPLATE: template, WAYLINES: waylines, **resources}
        lost += more
        if kept is not None:
            lost.append(Message("plans.lost.dji_anew"))
    content = _zipped(members)
    if not same and not lost and not alike(read(content, plan.name, 0.0).items, plan.items):
        lost.append(Message("plans.lost.dji_order"))
    return Dump(content, tuple(lost))


def _member(members: Mapping[str, bytes], ending: str) -> str | None:
    return next((name for name in members if name.lower().endswith(ending)), None)


def _kept(plan: PlanFile, members: Mapping[str, bytes], root: Element) -> WpmlSource:
    waypoints = sum(len(children(folder, "Placemark")) for folder in named(root, "Folder"))
    return WpmlSource(members, root, plan.items, plan.home, plan.speed_m_s, waypoints)


def _zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return file.getvalue()
