"""One's own account: another password, and the sessions and tokens one is signed in with. Nobody else's."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.access import passwords, people, service, tokens
from mapserver.access.principal_cache import Credential
from mapserver.deps import Caller, Held, Parts, Reader, Writer
from mapserver.pages.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.errors import BadInput

router = GuardedRouter(prefix="/account", include_in_schema=False)


@dataclass(frozen=True)
class _PasswordCheck:
    """What came of comparing the present password, before the turn to write is taken: it takes long, on purpose."""

    is_right: bool


@router.get("")
def shown(request: Request, caller: Caller, held: Held, session: Reader) -> Response:
    """The page."""
    return page(request, "account.html", _context(session, held))


async def _compared(current: Annotated[str, Form()], caller: Caller, parts: Parts) -> _PasswordCheck:
    def compare() -> _PasswordCheck:
        with parts.store.read() as session:
            kept = service.get_user(session, caller.name).password_hash
        return _PasswordCheck(passwords.is_password(current, kept))

    return await parts.sign_ins.check_password(compare)


@router.post("/password")
def change_password(
    request: Request,
    caller: Caller,
    held: Held,
    checked: Annotated[_PasswordCheck, Depends(_compared)],
    parts: Parts,
    work: Writer,
    new: Annotated[str, Form()],
) -> Response:
    """Take another password; every other session and token of one's own ends."""
    user = service.get_user(work.session, caller.name)
    try:
        if not checked.is_right:
            raise BadInput("the current password is not right")
        people.set_password(work, user, new, by=caller, at=parts.clock.now(), but=held.id)
    except BadInput as error:
        return page(request, "account.html", _context(work.session, held, error=error.message), status=error.status)
    done = "The new password holds. Every other session and token of yours has ended."
    return page(request, "account.html", _context(work.session, held, done=done))


@router.post("/end/{token_id}")
def end(token_id: str, caller: Caller, parts: Parts, work: Writer) -> Response:
    """End one of one's own sessions or tokens."""
    tokens.end_own(work, token_id, by=caller, at=parts.clock.now())
    return RedirectResponse("/account", 303)


@router.post("/end-others")
def end_others(caller: Caller, held: Held, parts: Parts, work: Writer) -> Response:
    """Sign out everywhere else; tokens of programs stay."""
    people.end_own_sessions(work, caller, but=held.id, at=parts.clock.now())
    return RedirectResponse("/account", 303)


def _context(
    session: Session, held: Credential, *, error: str | None = None, done: str | None = None
) -> dict[str, Any]:
    return {
        "principal": held.principal,
        "current": held.id,
        "held": tokens.of_user(session, held.principal.name),
        "shortest": passwords.SHORTEST_PASSWORD,
        "error": error,
        "done": done,
    }
