"""People and devices: who may sign in, with which role, in which town; for administrators."""

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel, Field

from mapserver.access import passwords, people
from mapserver.access.passwords import NewPassword
from mapserver.people.schemas import EndedSessions, NewPersonAnswer, PasswordAnswer, PersonAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.permissions import MayAdminister
from telemetry.access import Role
from telemetry.cities import City
from telemetry.errors import Conflict, NotFound

router = ApiRouter("people", "/people")


async def _issued_password(caller: MayAdminister, parts: Parts) -> NewPassword:
    return await parts.sign_ins.in_turn(passwords.generated)


IssuedPassword = Annotated[NewPassword, Depends(_issued_password)]
"""A new password, hashed before the turn to write is taken; name it before the `Writer`."""


class NewPerson(BaseModel):
    """A user to be."""

    name: Annotated[str, Field(max_length=50)]
    role: Role
    city: City | None = None
    """Left out for who serves all towns."""


class Rights(BaseModel):
    """A role with the town that goes with it."""

    role: Role
    city: City | None = None
    """Left out for who serves all towns."""


class TownBody(BaseModel):
    """Where somebody belongs."""

    city: City | None
    """Null for all towns."""


@router.get("", response_model=list[PersonAnswer])
def listed(caller: MayAdminister, session: Reader) -> list[dict[str, Any]]:
    """Everybody, by name, with how many sessions and tokens they have and when they were last used."""
    return people.listed(session, caller)


@router.get("/{name}", response_model=PersonAnswer)
def one(name: str, caller: MayAdminister, session: Reader) -> dict[str, Any]:
    """One person or device."""
    return people.public(session, people.get(session, name, caller))


@router.post("", response_model=NewPersonAnswer, status_code=201)
@refuses(Conflict, NotFound)
def add(wanted: NewPerson, caller: MayAdminister, issued: IssuedPassword, parts: Parts, work: Writer) -> dict[str, Any]:
    """Add one. The `password` to begin with is in this answer alone; a device has none and wants a token."""
    password = None if wanted.role is Role.DEVICE else issued
    at = parts.clock.now()
    user = people.add(work, wanted.name, wanted.role, wanted.city, password=password, by=caller, at=at)
    return {**people.public(work.session, user), "password": None if password is None else password.text}


@router.put("/{name}/role", response_model=PersonAnswer)
@refuses(Conflict)
def role(name: str, wanted: Rights, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Give another role; open pages, sockets and streams follow within a second."""
    user = people.change_role(work, name, wanted.role, wanted.city, by=caller, at=parts.clock.now())
    return people.public(work.session, user)


@router.put("/{name}/town", response_model=PersonAnswer)
@refuses(Conflict)
def town(name: str, wanted: TownBody, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Move to another town; open pages, sockets and streams follow within a second."""
    user = people.change_town(work, name, wanted.city, by=caller, at=parts.clock.now())
    return people.public(work.session, user)


@router.post("/{name}/deactivate", response_model=PersonAnswer)
@refuses(Conflict)
def deactivate(name: str, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Let them in no more: sessions, tokens and open connections end within a second."""
    return people.public(work.session, people.deactivate(work, name, by=caller, at=parts.clock.now()))


@router.post("/{name}/activate", response_model=PersonAnswer)
@refuses(Conflict)
def activate(name: str, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, Any]:
    """Let them in again, with the password they had; tokens have to be made anew."""
    return people.public(work.session, people.activate(work, name, by=caller, at=parts.clock.now()))


@router.post("/{name}/reset", response_model=PasswordAnswer)
@refuses(Conflict)
def reset(name: str, caller: MayAdminister, issued: IssuedPassword, parts: Parts, work: Writer) -> dict[str, str]:
    """A new password, in this answer alone; sessions and tokens end."""
    people.reset_password(work, name, issued, by=caller, at=parts.clock.now())
    return {"password": issued.text}


@router.post("/{name}/end-sessions", response_model=EndedSessions)
@refuses(Conflict)
def end_sessions(name: str, caller: MayAdminister, parts: Parts, work: Writer) -> dict[str, int]:
    """Sign them out of every browser; tells of how many."""
    return {"ended": people.end_sessions(work, name, by=caller, at=parts.clock.now())}
