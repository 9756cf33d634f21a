"""Who a device may speak for: the one place that decides, for HTTP and MQTT alike; and its keeping, all of it audited.

Knows no token's secret and no request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import sqlalchemy
from sqlmodel import Session, col, func, select

from mapserver.access import service as access
from mapserver.access.tables import TokenRow, UserRow
from mapserver.devices.tables import DeviceBindingRow
from telemetry.access import Principal, Role, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso_or_none
from telemetry.errors import BadInput, Conflict, NotAllowed, NotFound
from telemetry.messages import Message
from telemetry.observations import Source, SourceKind
from telemetry.store import Work
from telemetry.visibility import Visibility
from vision.cameras.tables import CameraRow

ALL_OF_TOWN = "*"
"""The source id of a gateway's binding: every source of the kind in its town."""
GATEWAY_KINDS = tuple(kind for kind in SourceKind if kind is not SourceKind.INSPECTOR)
"""What a device may speak for; an inspector speaks for themselves, signed in."""
LONGEST_ID = 200
# Asked for every message, so composed once.
_BOUND = sqlalchemy.select(col(DeviceBindingRow.source_kind), col(DeviceBindingRow.source_id)).where(
    col(DeviceBindingRow.device) == sqlalchemy.bindparam("device")
)
_ELSEWHERE = sqlalchemy.select(col(CameraRow.id)).where(
    col(CameraRow.id).in_(sqlalchemy.bindparam("ids", expanding=True)),
    sqlalchemy.or_(
        col(CameraRow.city).is_distinct_from(sqlalchemy.bindparam("city")),
        col(CameraRow.scope) != sqlalchemy.bindparam("scope"),
    ),
)


@dataclass(frozen=True)
class Binding:
    """What a device may speak for."""

    kind: SourceKind
    source_id: str
    """`*` for every source of the kind in the device's town."""

    @classmethod
    def read(cls, text: str) -> Self:
        """From `KIND:ID`, such as `fixed_camera:DOB-C01` or `plate_reader:*`. Raises BadInput."""
        kind, colon, source_id = text.partition(":")
        known = ", ".join(GATEWAY_KINDS)
        if not colon or kind not in GATEWAY_KINDS or not 0 < len(source_id) <= LONGEST_ID:
            raise BadInput(Message("devices.not_a_source", text=text, known=known))
        return cls(SourceKind(kind), source_id)

    def __str__(self) -> str:
        return f"{self.kind}:{self.source_id}"


@dataclass(frozen=True)
class Device:
    """A device as administrators see it."""

    name: str
    city: str | None
    active: bool
    bindings: tuple[Binding, ...]
    last_used_at: datetime | None
    """When one of its tokens was used last, UTC; None for never."""

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "name": self.name,
            "city": self.city,
            "active": self.active,
            "sources": [str(binding) for binding in self.bindings],
            "last_used_at": iso_or_none(self.last_used_at),
        }


def require_bound(session: Session, by: Principal, sources: Iterable[Source]) -> None:
    """Raises NotAllowed unless `by` may speak for each of `sources`.

    A device may speak for what it is bound to, a person for every source but for another inspector.
    """
    named = list(dict.fromkeys(sources))
    if by.role is Role.DEVICE:
        _require_device(session, by, named)
        return
    for source in named:
        if source.kind is SourceKind.INSPECTOR and source.id != by.name:
            raise NotAllowed(Message("devices.not_that_inspector", name=by.name, inspector=source.id))


def is_gateway(session: Session, by: Principal, kinds: Iterable[SourceKind]) -> bool:
    """Whether a device may speak for every source of one of `kinds` in its town."""
    bound = {(binding.kind, binding.source_id) for binding in bindings_of(session, by.name)}
    return any((kind, ALL_OF_TOWN) in bound for kind in kinds)


def listed(session: Session, visible: Visibility) -> list[Device]:
    """Every device in the scope of `visible`, by name."""
    used = dict(session.exec(select(TokenRow.user, func.max(TokenRow.last_used_at)).group_by(TokenRow.user)).all())
    users = session.exec(
        select(UserRow).where(UserRow.role == Role.DEVICE, visible.in_scope(UserRow.scope)).order_by(col(UserRow.name))
    )
    return [
        Device(user.name, user.city, user.active, bindings_of(session, user.name), used.get(user.name))
        for user in users
    ]


def get(session: Session, name: str, visible: Visibility) -> Device:
    """The device, if it is in the scope of `visible`. Raises NotFound."""
    found = next((device for device in listed(session, visible) if device.name == name), None)
    if found is None:
        raise NotFound(Message("devices.no_such_device", name=name))
    return found


def bindings_of(session: Session, name: str) -> tuple[Binding, ...]:
    """What the device may speak for, in order."""
    query = select(DeviceBindingRow).where(DeviceBindingRow.device == name)
    rows = session.exec(query.order_by(col(DeviceBindingRow.source_kind), col(DeviceBindingRow.source_id)))
    return tuple(Binding(SourceKind(row.source_kind), row.source_id) for row in rows)


def add(work: Work, name: str, city: City, bindings: Iterable[Binding], *, by: Principal, now: datetime) -> Device:
    """A new device of `city`, which may speak for `bindings` and nothing else. Raises Conflict, BadInput."""
    user = access.add_user(work.session, name, Role.DEVICE, city, scope=by.scope, password=None, now=now)
    access.tell_access_changed(work, user.name)
    audit.record(work.session, by, "add_device", f"device {user.name}", city=city, at=now)
    for binding in bindings:
        bind(work, user.name, binding, by=by, now=now)
    return get(work.session, user.name, visibility(by))


def bind(work: Work, name: str, binding: Binding, *, by: Principal, now: datetime) -> None:
    """Let the device speak for a source. Raises NotFound; Conflict when it may already."""
    device = get(work.session, name, visibility(by))
    if binding in device.bindings:
        raise Conflict(Message("devices.bound_already", name=name, source=binding))
    work.session.add(
        DeviceBindingRow(
            device=name, source_kind=binding.kind, source_id=binding.source_id, added_by=by.name, added_at=now
        )
    )
    work.session.flush()
    _audit(work, device, by, "bind_device", now, str(binding))


def unbind(work: Work, name: str, binding: Binding, *, by: Principal, now: datetime) -> None:
    """Let the device speak for a source no more. Raises NotFound."""
    device = get(work.session, name, visibility(by))
    row = work.session.get(DeviceBindingRow, (name, binding.kind, binding.source_id))
    if row is None:
        raise NotFound(Message("devices.not_bound", name=name, source=binding))
    work.session.delete(row)
    work.session.flush()
    _audit(work, device, by, "unbind_device", now, str(binding))


def revoke(work: Work, name: str, *, by: Principal, now: datetime) -> None:
    """Silence the device: its tokens end and it is active no more. Raises NotFound."""
    device = get(work.session, name, visibility(by))
    user = work.session.get_one(UserRow, name)
    user.active = False
    work.session.add(user)
    tokens = work.session.exec(select(TokenRow).where(TokenRow.user == name)).all()
    for token in tokens:
        work.session.delete(token)
    access.tell_access_changed(work, name)
    _audit(work, device, by, "revoke_device", now, Message("audit.tokens_ended", ended=len(tokens)))


def _require_device(session: Session, by: Principal, sources: Sequence[Source]) -> None:
    bound = {(kind, one) for kind, one in session.connection().execute(_BOUND, {"device": by.name})}
    for source in sources:
        if (source.kind, source.id) not in bound and (source.kind, ALL_OF_TOWN) not in bound:
            raise NotAllowed(Message("devices.may_not_speak", name=by.name, kind=source.kind, source=source.id))
    by_gateway = {source.id for source in sources if (source.kind, source.id) not in bound}
    if not by_gateway:
        return
    camera = (
        session.connection().execute(_ELSEWHERE, {"ids": list(by_gateway), "city": by.city, "scope": by.scope}).scalar()
    )
    if camera is not None:
        raise NotAllowed(Message("devices.other_town", name=by.name, camera=camera))


def _audit(work: Work, device: Device, by: Principal, action: str, now: datetime, detail: Message | str) -> None:
    city = None if device.city is None else City(device.city)
    audit.record(work.session, by, action, f"device {device.name}", city=city, at=now, detail=detail)
