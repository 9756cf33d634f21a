"""One's own account: another password, and the sessions and tokens one is signed in with. Nobody else's."""

from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from mapserver.access import passwords, people, service, tokens
from mapserver.access.passwords import NewPassword
from mapserver.access.principal_cache import Credential
from mapserver.web.dependencies import Caller, Held, Parts, Reader, Writer
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from telemetry.errors import BadInput
from telemetry.messages import Message

router = GuardedRouter(prefix="/account", include_in_schema=False)


@router.get("")
def shown(request: Request, caller: Caller, held: Held, session: Reader) -> Response:
    """The page."""
    return page(request, "account/page.html", _context(session, held))


async def _wanted(
    current: Annotated[str, Form()], new: Annotated[str, Form()], caller: Caller, parts: Parts
) -> NewPassword | BadInput:
    """The new password, if the present one is right, before the turn to write is taken: both take long, on purpose."""

    def compare() -> NewPassword | BadInput:
        with parts.store.read() as session:
            kept = service.get_user(session, caller.name).password_hash
        if not passwords.is_password(current, kept):
            return BadInput(Message("account.current_password_wrong"))
        try:
            return passwords.chosen(new, caller.name)
        except BadInput as error:
            return error

    return await parts.sign_ins.in_turn(compare)


@router.post("/password")
def change_password(
    request: Request,
    caller: Caller,
    held: Held,
    wanted: Annotated[NewPassword | BadInput, Depends(_wanted)],
    parts: Parts,
    work: Writer,
) -> Response:
    """Take another password; every other session and token of one's own ends."""
    if isinstance(wanted, BadInput):
        return page(request, "account/page.html", _context(work.session, held, error=wanted.told), status=wanted.status)
    user = service.get_user(work.session, caller.name)
    people.set_password(work, user, wanted, by=caller, at=parts.clock.now(), but=held.id)
    done = Message("account.password_changed")
    return page(request, "account/page.html", _context(work.session, held, done=done))


@router.post("/language")
def choose_language(caller: Caller, work: Writer, language: Annotated[str, Form()] = "") -> Response:
    """Be spoken to in a language; none: as the browser or the town has it."""
    people.choose_language(work, caller.name, language or None)
    return RedirectResponse("/account", 303)


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
    session: Session, held: Credential, *, error: Message | None = None, done: Message | None = None
) -> dict[str, Any]:
    return {
        "principal": held.principal,
        "current": held.id,
        "own_language": held.language,
        "held": tokens.of_user(session, held.principal.name),
        "shortest": passwords.SHORTEST_PASSWORD,
        "error": error,
        "done": done,
    }
