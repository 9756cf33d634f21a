"""The stories of body cameras: taken, handed over, given back, lost. What is possible when: `mobile_units.custody`.

Handing out and taking back go through the assignments, of which custody is the other side.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from mapserver.access.tables import UserRow
from mapserver.assignments.flow import Deployment, deploy, end_deployment
from mapserver.core.services import Services
from mapserver.devices import service as devices
from mapserver.devices.service import Binding
from mapserver.devices.tables import DeviceBindingRow
from mobile_units.assignments import service as assignments
from mobile_units.custody import service as custody
from mobile_units.custody.service import KeptCamera
from mobile_units.custody.tables import CustodyFootageRow
from mobile_units.custody.values import GIB, CustodyEvent, CustodyEventKind
from telemetry.access import Permission, Principal, Role, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, NotAllowed
from telemetry.messages import Message
from telemetry.observations import SourceKind
from telemetry.observations.values import Name
from telemetry.store import Work
from telemetry.units.tables import UnitRow

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_E = CustodyEventKind


class CustodyOrder(BaseModel):
    """What is to happen to a body camera, or has happened."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    event: CustodyEventKind
    to: Name | None = None
    """`issue`: the inspector who carries it, the caller without one. `hand_over`: to whom its holder gives it; the
    person who takes it sends none."""
    zone_id: Name | None = None
    """`issue`: for which problem zone."""
    purpose: Annotated[str, Field(max_length=300)] = ""
    """`issue`: what for."""
    battery: Annotated[float, Field(ge=0, le=1)] | None = None
    """Its charge, 0..1, where it is known."""
    free_gib: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    """Its free storage, where it is known."""
    sha256: Annotated[list[Sha256], Field(max_length=10_000)] = []
    """`offload_done`, `verify`: of which files."""
    empty: bool = False
    """`offload_done`: there was no footage on it."""


def order(parts: Services, work: Work, camera_id: str, wanted: CustodyOrder, by: Principal) -> KeptCamera:
    """Let it happen, and write it down. Raises NotFound, NotAllowed, CustodyRefused, BadInput."""
    camera = custody.get(work.session, camera_id, visibility(by))
    now = parts.clock.now()
    if wanted.battery is not None or wanted.free_gib is not None:
        free_bytes = None
        if wanted.free_gib is not None:
            free_bytes = int(wanted.free_gib * GIB)
        custody.note_reading(work, camera.unit, battery=wanted.battery, free_bytes=free_bytes, now=now)
    _STORIES.get(wanted.event, _at_the_dock)(parts, work, camera, wanted, by)
    return custody.get(work.session, camera_id, visibility(by))


def empty(parts: Services, work: Work, camera_id: str, by: Principal) -> None:
    """Nothing was recorded with it: its offload begins and is done at once. Raises CustodyRefused where it recorded."""
    order(parts, work, camera_id, CustodyOrder(event=_E.OFFLOAD_BEGIN), by)
    order(parts, work, camera_id, CustodyOrder(event=_E.OFFLOAD_DONE, empty=True), by)


def camera_meant(session: Session, text: str, by: Principal) -> str:
    """The id of the body camera that a typed number, a name or a scanned code means. Raises BadInput."""
    wanted = text.strip().rpartition("camera=")[2].casefold()
    known = [one.unit for one in custody.listed(session, visibility(by))]
    exact = [unit.id for unit in known if wanted in (unit.id.casefold(), unit.name.casefold())]
    if exact:
        return exact[0]
    numbered = [unit.id for unit in known if wanted and unit.id.casefold().rpartition("-")[2] == wanted]
    if len(numbered) == 1:
        return numbered[0]
    raise BadInput(Message("custody.none_meant", text=text[:60], known=[unit.id for unit in known]))


def colleagues(session: Session, by: Principal) -> list[str]:
    """The inspectors to whom `by` could hand a camera over, by name."""
    query = select(UserRow.name).where(
        UserRow.role == Role.INSPECTOR, visibility(by).rows(UserRow), col(UserRow.active), UserRow.name != by.name
    )
    return list(session.exec(query.order_by(UserRow.name)))


def _issue(parts: Services, work: Work, camera: KeptCamera, wanted: CustodyOrder, by: Principal) -> None:
    holder = wanted.to or by.name
    if holder != by.name:
        by.require(Permission.DEPLOY)
    if wanted.zone_id is None:
        raise BadInput(Message("custody.zone_missing", camera=camera.unit.name))
    purpose = wanted.purpose.strip()
    if not purpose:
        purpose = Message("custody.patrol").text(City(camera.row.city).facts.language)
    deploy(parts, work, Deployment(unit_id=camera.unit.id, zone_id=wanted.zone_id, purpose=purpose, holder=holder), by)


def _record(parts: Services, work: Work, camera: KeptCamera, wanted: CustodyOrder, by: Principal) -> None:
    _require_holder_or_dock(camera, by)
    _happen(parts, work, camera.unit, CustodyEvent(parts.clock.now(), camera.unit.id, wanted.event, by.name), by)


def _hand_over(parts: Services, work: Work, camera: KeptCamera, wanted: CustodyOrder, by: Principal) -> None:
    """Its holder says to whom; it changes hands when that person confirms."""
    holder = camera.row.holder
    event = CustodyEvent(
        parts.clock.now(), camera.unit.id, _E.HAND_OVER, by.name, to=wanted.to or by.name, both_confirmed=True
    )
    custody.require_possible(work.session, camera.unit, event)
    if by.name == holder:
        if wanted.to not in colleagues(work.session, by):
            raise BadInput(Message("custody.not_a_colleague", name=wanted.to))
        custody.offer(work, camera.unit, wanted.to)
        _audit(parts, work, camera.unit, "camera_offer", Message("audit.camera_to", person=wanted.to), by)
        return
    if camera.row.offered_to != by.name or wanted.to not in (None, by.name):
        raise NotAllowed(Message("custody.not_offered", camera=camera.unit.name, name=by.name))
    held = assignments.active_of_unit(work.session, camera.unit.id)
    if held is not None:
        assignments.end(work, held, by.name, event.at)
        assignments.deploy(
            work,
            unit=camera.unit,
            zone_id=held.zone_id,
            city=City(held.city),
            holder=by.name,
            purpose=held.purpose,
            position=None,
            since=event.at,
            until=held.until,
            by=by.name,
            now=event.at,
        )
    confirmed = CustodyEvent(
        event.at, camera.unit.id, _E.HAND_OVER, by.name, to=by.name, confirmed_by=frozenset({holder or "", by.name})
    )
    _happen(parts, work, camera.unit, confirmed, by)


def _give_back(parts: Services, work: Work, camera: KeptCamera, wanted: CustodyOrder, by: Principal) -> None:
    _require_holder_or_dock(camera, by)
    held = assignments.active_of_unit(work.session, camera.unit.id)
    if held is not None and camera.row.holder is not None:
        end_deployment(parts, work, held.id, by)
        return
    _happen(parts, work, camera.unit, CustodyEvent(parts.clock.now(), camera.unit.id, _E.RETURN, by.name), by)


def _report_lost(parts: Services, work: Work, camera: KeptCamera, wanted: CustodyOrder, by: Principal) -> None:
    """Its own keys are dead at once, and no other device speaks for it by name."""
    _require_holder_or_dock(camera, by)
    now = parts.clock.now()
    _happen(parts, work, camera.unit, CustodyEvent(now, camera.unit.id, _E.REPORT_LOST, by.name), by)
    _end_assignment(work, camera.unit, by, now)
    own = Binding(SourceKind.BODY_CAMERA, camera.unit.id)
    named = select(DeviceBindingRow.device).where(
        DeviceBindingRow.source_kind == own.kind, DeviceBindingRow.source_id == own.source_id
    )
    for device in list(work.session.exec(named)):
        if devices.bindings_of(work.session, device) == (own,):
            devices.revoke(work, device, by=by, now=now)
        else:
            devices.unbind(work, device, own, by=by, now=now)


def _at_the_dock(parts: Services, work: Work, camera: KeptCamera, wanted: CustodyOrder, by: Principal) -> None:
    by.require(Permission.HOLD_EVIDENCE)
    now = parts.clock.now()
    sha256 = tuple(wanted.sha256)
    event = CustodyEvent(now, camera.unit.id, wanted.event, by.name, sha256=sha256, is_empty=wanted.empty)
    if wanted.event is _E.VERIFY:
        _require_whole(parts, sha256)
    _happen(parts, work, camera.unit, event, by)
    if wanted.event is _E.TO_REPAIR:
        _end_assignment(work, camera.unit, by, now)


def bring(
    parts: Services, work: Work, unit: UnitRow, event: CustodyEvent, by: Principal, files: list[CustodyFootageRow]
) -> None:
    """What an offload did, with what is known of its files, written down."""
    custody.happen(work, unit, event, by=by, files=files)
    _audit(parts, work, unit, f"camera_{event.kind}", "", by)


def _require_whole(parts: Services, sha256: tuple[str, ...]) -> None:
    """Raises NotFound for a file that is not in the media store as its name says."""
    for one in sha256:
        parts.media.open(one).close()


def _require_holder_or_dock(camera: KeptCamera, by: Principal) -> None:
    if by.name != camera.row.holder and not by.may(Permission.HOLD_EVIDENCE):
        raise NotAllowed(Message("custody.not_yours", camera=camera.unit.name))


def _end_assignment(work: Work, unit: UnitRow, by: Principal, now: datetime) -> None:
    held = assignments.active_of_unit(work.session, unit.id)
    if held is not None:
        assignments.end(work, held, by.name, now)


def _happen(parts: Services, work: Work, unit: UnitRow, event: CustodyEvent, by: Principal) -> None:
    custody.happen(work, unit, event, by=by)
    _audit(parts, work, unit, f"camera_{event.kind}", "", by)


def _audit(parts: Services, work: Work, unit: UnitRow, action: str, detail: Message | str, by: Principal) -> None:
    city = City(custody.row_of(work.session, unit).city)
    audit.record(work.session, by, action, f"unit {unit.id}", city=city, at=parts.clock.now(), detail=detail)


_Story = Callable[[Services, Work, KeptCamera, CustodyOrder, Principal], None]
_STORIES: dict[CustodyEventKind, _Story] = {
    _E.ISSUE: _issue,
    _E.START: _record,
    _E.STOP: _record,
    _E.HAND_OVER: _hand_over,
    _E.RETURN: _give_back,
    _E.REPORT_LOST: _report_lost,
}
