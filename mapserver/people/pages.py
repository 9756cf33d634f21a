"""People, devices and what they are signed in with as a page, for administrators. Every change is the API's own."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.access import people, tokens
from mapserver.access.passwords import NewPassword
from mapserver.devices import service as devices
from mapserver.people.api import IssuedPassword
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.access import Principal, Role, visibility
from telemetry.cities import City, known_towns
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message

router = GuardedRouter(prefix="/people", include_in_schema=False)
BOTH_TOWNS = ""
"""What the form says for nobody's town alone."""


@dataclass(frozen=True)
class Issued:
    """A secret that is shown in one answer alone."""

    title: Message
    secret: str
    advice: Message


@router.get("")
def listed(request: Request, caller: MayAdminister, session: Reader) -> Response:
    """The page."""
    return page(request, "people/page.html", _context(session, caller))


@router.post("")
def add(
    request: Request,
    caller: MayAdminister,
    password: IssuedPassword,
    parts: Parts,
    work: Writer,
    name: Annotated[str, Form(max_length=50)],
    role: Annotated[Role, Form()],
    city: Annotated[str, Form()] = BOTH_TOWNS,
) -> Response:
    """Add a person and show the password to begin with, once."""
    try:
        if role is Role.DEVICE:
            raise BadInput(Message("people.add_device_by_command"))
        user = people.add(work, name, role, _town(city), password=password, by=caller, at=parts.clock.now())
    except (BadInput, Conflict, NotFound) as error:
        return _refused(request, work.session, caller, error)
    return page(request, "people/page.html", _context(work.session, caller, issued=_password_of(user.name, password)))


@router.post("/{name}/tokens")
def issue_token(
    request: Request,
    name: str,
    caller: MayAdminister,
    parts: Parts,
    work: Writer,
    label: Annotated[str, Form(min_length=1, max_length=100)],
    days: Annotated[int, Form(ge=1, le=366)],
) -> Response:
    """Make a token of a person or device and show it, once."""
    lasts = timedelta(days=days)
    try:
        secret = tokens.issue(work, parts.tokens, name, label=label, lasts=lasts, by=caller, at=parts.clock.now())
    except (BadInput, NotFound) as error:
        return _refused(request, work.session, caller, error)
    heading = Message("people.token_of", name=name, label=label)
    issued = Issued(heading, secret, Message("people.token_advice"))
    return page(request, "people/page.html", _context(work.session, caller, issued=issued))


@router.post("/tokens/{token_id}/revoke")
def revoke_token(request: Request, token_id: str, caller: MayAdminister, parts: Parts, work: Writer) -> Response:
    """End one session or token."""
    try:
        ended = tokens.revoke(work, token_id, by=caller, at=parts.clock.now())
    except NotFound as error:
        return _refused(request, work.session, caller, error)
    return _back_to(ended["user"])


@router.post("/devices/{name}/revoke")
def revoke_device(request: Request, name: str, caller: MayAdminister, parts: Parts, work: Writer) -> Response:
    """Silence a device."""
    return _do(request, work, caller, name, lambda: devices.revoke(work, name, by=caller, now=parts.clock.now()))


@router.post("/{name}/rights")
def rights(
    request: Request,
    name: str,
    caller: MayAdminister,
    parts: Parts,
    work: Writer,
    role: Annotated[Role, Form()],
    city: Annotated[str, Form()] = BOTH_TOWNS,
) -> Response:
    """Give another role, another town, or both."""

    def change() -> None:
        at = parts.clock.now()
        if people.get(work.session, name, caller).role == role:
            people.change_town(work, name, _town(city), by=caller, at=at)
        else:
            people.change_role(work, name, role, _town(city), by=caller, at=at)

    return _do(request, work, caller, name, change)


@router.post("/{name}/deactivate")
def deactivate(request: Request, name: str, caller: MayAdminister, parts: Parts, work: Writer) -> Response:
    """Let them in no more."""
    return _do(request, work, caller, name, lambda: people.deactivate(work, name, by=caller, at=parts.clock.now()))


@router.post("/{name}/activate")
def activate(request: Request, name: str, caller: MayAdminister, parts: Parts, work: Writer) -> Response:
    """Let them in again."""
    return _do(request, work, caller, name, lambda: people.activate(work, name, by=caller, at=parts.clock.now()))


@router.post("/{name}/end-sessions")
def end_sessions(request: Request, name: str, caller: MayAdminister, parts: Parts, work: Writer) -> Response:
    """Sign them out of every browser."""
    return _do(request, work, caller, name, lambda: people.end_sessions(work, name, by=caller, at=parts.clock.now()))


@router.post("/{name}/reset")
def reset(
    request: Request, name: str, caller: MayAdminister, password: IssuedPassword, parts: Parts, work: Writer
) -> Response:
    """Show a new password, once."""
    try:
        people.reset_password(work, name, password, by=caller, at=parts.clock.now())
    except (BadInput, NotFound) as error:
        return _refused(request, work.session, caller, error)
    return page(request, "people/page.html", _context(work.session, caller, issued=_password_of(name, password)))


def _do(request: Request, work: Writer, caller: Principal, name: str, act: Callable[[], object]) -> Response:
    """Back to where `name` stands once `act` is done, or the page with the reason why not."""
    try:
        act()
    except (BadInput, Conflict, NotFound) as error:
        return _refused(request, work.session, caller, error)
    return _back_to(name)


def _back_to(name: str) -> Response:
    return RedirectResponse(f"/people#{quote(name)}", 303)


def _refused(request: Request, session: Session, caller: Principal, error: BadInput | Conflict | NotFound) -> Response:
    return page(request, "people/page.html", _context(session, caller, error=error.told), status=error.status)


def _town(city: str) -> City | None:
    if city == BOTH_TOWNS:
        return None
    return City(city)


def _password_of(name: str, password: NewPassword) -> Issued:
    advice = Message("people.password_advice")
    return Issued(Message("people.password_of", name=name), password.text, advice)


def _context(
    session: Session, caller: Principal, *, issued: Issued | None = None, error: Message | None = None
) -> dict[str, Any]:
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in tokens.listed(session, caller):
        held[one["user"]].append(one)
    found = people.listed(session, caller)
    names = {person["name"] for person in found}
    bound = {
        device.name: device.public() for device in devices.listed(session, visibility(caller)) if device.name in names
    }
    return {
        "principal": caller,
        "people": [person for person in found if person["role"] != Role.DEVICE],
        "devices": [person for person in found if person["role"] == Role.DEVICE],
        "sources": {name: device["sources"] for name, device in bound.items()},
        "held": held,
        "roles": [role.value for role in Role if role is not Role.DEVICE],
        "towns": [(city, city.facts.name) for city in known_towns()],
        "issued": issued,
        "error": error,
    }
