"""Devices and what each may speak for. Their tokens are made on the command line."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from mapserver.devices import service
from mapserver.devices.schemas import DeviceAnswer
from mapserver.devices.service import Binding
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister
from telemetry.access import visibility
from telemetry.cities import City
from telemetry.errors import Conflict
from telemetry.observations.values import Name

router = ApiRouter("devices", "/devices")


class NewDevice(BaseModel):
    """A device that is to hand in."""

    name: Name
    city: City
    sources: Annotated[list[Name], Field(max_length=1_000)] = []
    """What it may speak for: `KIND:ID`, or `KIND:*` for a gateway of its town."""


class BoundSource(BaseModel):
    """One source of a device."""

    source: Name
    """`KIND:ID`, or `KIND:*` for a gateway of its town."""


@router.get("", response_model=list[DeviceAnswer])
def listed(caller: MayAdminister, session: Reader) -> list[dict[str, Any]]:
    """Every device, what it may speak for, and when a token of its was used last."""
    return [device.public() for device in service.listed(session, visibility(caller))]


@router.post("", response_model=DeviceAnswer, status_code=201)
@refuses(Conflict)
def add(wanted: NewDevice, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Add a device; it may hand in nothing but what it is bound to."""
    bindings = [Binding.read(text) for text in dict.fromkeys(wanted.sources)]
    device = service.add(work, wanted.name, wanted.city, bindings, by=caller, now=parts.clock.now())
    return device.public()


@router.post("/{name}/bind", response_model=DeviceAnswer)
@refuses(Conflict)
def bind(name: str, bound: BoundSource, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Let a device speak for one more source."""
    service.bind(work, name, Binding.read(bound.source), by=caller, now=parts.clock.now())
    return service.get(work.session, name, visibility(caller)).public()


@router.post("/{name}/unbind", response_model=DeviceAnswer)
def unbind(name: str, bound: BoundSource, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Let a device speak for a source no more."""
    service.unbind(work, name, Binding.read(bound.source), by=caller, now=parts.clock.now())
    return service.get(work.session, name, visibility(caller)).public()


@router.post("/{name}/revoke", response_model=DeviceAnswer)
def revoke(name: str, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Silence a device: its tokens end within a second, and it is active no more."""
    service.revoke(work, name, by=caller, now=parts.clock.now())
    return service.get(work.session, name, visibility(caller)).public()
