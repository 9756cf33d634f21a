"""Files of zones: which format one is, all its zones or none, and writing them back. Keeps nothing.

A file with a single unclear zone is refused whole, with every unclear place in it: leaving one zone out would open the
sky above it, and the older data stay in force meanwhile. Whoever must fly may have unclear zones kept at their worst
(`keep_unclear`): prohibited, at all heights, always, wherever that is what is unclear; each says so in its remarks.
A zone whose outline cannot be drawn has no worst case, so it refuses the file in any event.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mission.airspace import ed269, ed318
from mission.airspace.data_set import DataSet
from mission.airspace.reading import LARGEST_FILE, MOST_ZONES, Notes, json_of, moment, shown, text
from mission.airspace.rings import BadOutline
from mission.airspace.zones import UasZone, ZoneFormat
from telemetry.clock import iso
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message, written
from telemetry.sentences import sentences

TOLD = 12
"""Faults named in a refusal; the rest are counted."""


@dataclass(frozen=True)
class ZoneFile:
    """What a file of zones holds."""

    format: ZoneFormat
    sha256: str
    zones: tuple[UasZone, ...]
    title: str = ""
    issued: datetime | None = None
    """UTC, as far as the file says; so are the next two."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    synthetic: bool = False
    """It says of itself that its zones are invented."""
    remarks: tuple[Message, ...] = ()
    """What was read on the safe side, with its zone."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """The members of the document beside its zones."""

    def data_set(self, name: str, loaded_at: datetime) -> DataSet:
        """Where these zones come from."""
        return DataSet(
            name=name,
            format=self.format.value,
            version=self.sha256,
            loaded_at=loaded_at,
            title=self.title,
            issued=self.issued,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            synthetic=self.synthetic,
        )


def load_zones(path: Path, *, languages: Sequence[str] = (), keep_unclear: bool = False) -> ZoneFile:
    """The zones of an ED-269 or ED-318 file. Raises BadInput naming the file, the zone and the reason."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise BadInput(
            Message("airspace.file_unreadable", name=path.name, reason=getattr(error, "strerror", None) or error)
        ) from error
    return read_zones(content, path.name, languages=languages, keep_unclear=keep_unclear)


def read_zones(content: bytes, name: str, *, languages: Sequence[str] = (), keep_unclear: bool = False) -> ZoneFile:
    """The zones in the bytes of a file called `name`; `languages` are those preferred, such as `lt`."""
    document = json_of(content, name)
    if not isinstance(document, dict):
        raise BadInput(Message("airspace.no_zone_file", name=name))
    wanted = [*languages, ed318.ENGLISH]
    for kind, module in ((ZoneFormat.ED269, ed269), (ZoneFormat.ED318, ed318)):
        found = module.features(document)
        if found is not None:
            notes = [Notes(_place(name, number, entry)) for number, entry in enumerate(found, start=1)]
            zones = _zones(found, kind, name, notes, wanted, keep_unclear=keep_unclear)
            return _described(document, kind, content, name, zones, notes, wanted)
    raise BadInput(Message("airspace.no_zone_file", name=name))


def _zones(
    entries: list[Any], kind: ZoneFormat, name: str, notes: list[Notes], languages: list[str], *, keep_unclear: bool
) -> tuple[UasZone, ...]:
    if not entries:
        raise BadInput(Message("airspace.file_without_zone", name=name))
    if len(entries) > MOST_ZONES:
        raise BadInput(Message("airspace.too_many_zones", name=name, zones=len(entries), most=MOST_ZONES))
    zones = []
    for entry, noted in zip(entries, notes, strict=True):
        try:
            zone = _zone(entry, kind, noted, languages)
            zones.append(replace(zone, remarks=(*noted.remarks, *noted.unclear)))
        except BadOutline as error:
            noted.lost.append(error.told)
    faults = [_at(n.place, fault) for n in notes for fault in n.lost]
    if not keep_unclear:
        faults += [_at(n.place, fault) for n in notes for fault in n.unclear]
    if faults:
        told = faults[:TOLD]
        if len(faults) > TOLD:
            told.append(Message("airspace.more_faults", more=len(faults) - TOLD))
        raise BadInput(Message("airspace.file_refused", name=name, faults=sentences(told)))
    return tuple(zones)


def _zone(entry: object, kind: ZoneFormat, notes: Notes, languages: list[str]) -> UasZone:
    if not isinstance(entry, dict):
        raise BadOutline(Message("airspace.unclear.not_an_object", value=shown(entry)))
    if kind is ZoneFormat.ED269:
        return ed269.read_zone(entry, notes)
    return ed318.read_zone(entry, notes, languages)


def _at(place: Message, said: Message) -> Message:
    return Message("airspace.unclear.because", what=place, reason=said)


def _place(name: str, number: int, entry: object) -> Message:
    facts = entry
    if isinstance(entry, dict):
        facts = entry.get("properties", entry)
    identifier = ""
    if isinstance(facts, dict):
        identifier = text(facts.get("identifier"))[:40]
    if not identifier:
        return Message("airspace.places.zone", number=number)
    return Message("airspace.places.named_zone", number=number, identifier=identifier)


def _described(
    document: dict[str, Any],
    kind: ZoneFormat,
    content: bytes,
    name: str,
    zones: tuple[UasZone, ...],
    notes: list[Notes],
    languages: list[str],
) -> ZoneFile:
    head = Notes(written(name))
    facts = dict(document)
    if isinstance(document.get("metadata"), dict):
        facts |= document["metadata"]
    remarks = [_at(n.place, remark) for n in notes for remark in (*n.unclear, *n.remarks)]
    found = ZoneFile(
        format=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        zones=zones,
        title=ed318.text_in(document.get("title") or document.get("name"), languages),
        issued=moment(facts.get("issued") or facts.get("createdAt"), "issued", head),
        valid_from=moment(facts.get("validFrom"), "validFrom", head),
        valid_until=moment(facts.get("validTo"), "validTo", head),
        synthetic=document.get("synthetic") is True,
        kept={key: value for key, value in document.items() if key not in ("features", "UASZoneList")},
    )
    return replace(found, remarks=(*head.unclear, *remarks))


def write_zones(path: Path, file: ZoneFile, kind: ZoneFormat) -> tuple[Message, ...]:
    """Write the zones of `file` in a format, in one step; gives what that format cannot hold, a sentence each."""
    title = file.title or path.stem
    if kind is ZoneFormat.ED269:
        document, losses = ed269.document(file.zones, title=title, more=_head(file, kind))
    else:
        document, losses = ed318.document(file.zones, title=title, more=_head(file, kind))
    write_whole(path, json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    dated = (file.issued, file.valid_from, file.valid_until) != (None, None, None)
    if kind is ZoneFormat.ED269 and file.format is not kind and dated:
        losses = (*losses, Message("airspace.lost.dates"))
    return losses


def _head(file: ZoneFile, kind: ZoneFormat) -> dict[str, Any]:
    """The members of the document beside its zones."""
    if file.format is kind:
        return dict(file.kept)
    head: dict[str, Any] = {}
    if file.synthetic:
        head["synthetic"] = True
    if kind is ZoneFormat.ED318:
        dates = {"issued": file.issued, "validFrom": file.valid_from, "validTo": file.valid_until}
        head["metadata"] = {key: iso(at) for key, at in dates.items() if at is not None}
    return head
