"""What administrators do with people and devices: roles, towns, new passwords, an end. Each change is written down.

Knows no route: whoever calls has checked that `by` may administer. Whom they see is asked of `_is_visible`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, func, or_, select

from mapserver.access import service
from mapserver.access.passwords import NewPassword
from mapserver.access.tables import TokenKind, TokenRow, UserRow
from telemetry.access import GRANTS, Permission, Principal, Role, visible_cities
from telemetry.audit import service as audit
from telemetry.cities import City, all_towns
from telemetry.clock import iso, iso_or_none
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import ENGLISH, LANGUAGES, Message
from telemetry.scopes import Scope
from telemetry.store import Work
from telemetry.visibility import Visibility


def listed(session: Session, by: Principal) -> list[dict[str, Any]]:
    """Everybody of the towns and the scope that `by` may see, by name."""
    users = session.exec(select(UserRow).order_by(col(UserRow.name)))
    return [public(session, user) for user in users if _is_visible(user, by)]


def working_in(session: Session, city: str, scope: str) -> list[UserRow]:
    """The people who may sign in and may see incidents of a town and a scope, by name."""
    of_town = Visibility.one(City(city), Scope(scope))
    query = select(UserRow).where(
        UserRow.active,
        of_town.in_scope(UserRow.scope),
        or_(of_town.in_towns(UserRow.city), col(UserRow.city).is_(None)),
        col(UserRow.role).in_([role for role, granted in GRANTS.items() if Permission.SEE_INCIDENTS in granted]),
    )
    return list(session.exec(query.order_by(col(UserRow.name))))


def public(session: Session, user: UserRow) -> dict[str, Any]:
    """The JSON-ready shape of one; never a password or a token."""
    counts = dict(
        session.exec(
            select(TokenRow.kind, func.count()).where(TokenRow.user == user.name).group_by(TokenRow.kind)
        ).all()
    )
    used = session.exec(select(func.max(TokenRow.last_used_at)).where(TokenRow.user == user.name)).one()
    return {
        "name": user.name,
        "role": user.role,
        "city": user.city,
        "scope": user.scope,
        "active": user.active,
        "has_password": user.password_hash is not None,
        "created_at": iso(user.created_at),
        "sessions": counts.get(TokenKind.SESSION, 0),
        "tokens": counts.get(TokenKind.PROGRAM, 0),
        "last_used_at": iso_or_none(used),
    }


def get(session: Session, name: str, by: Principal) -> UserRow:
    """The user. Raises NotFound when there is none in the towns and the scope that `by` may see."""
    user = session.get(UserRow, name.strip().lower())
    if user is None or not _is_visible(user, by):
        raise NotFound(Message("access.no_such_user", name=name))
    return user


def add(
    work: Work, name: str, role: Role, city: City | None, *, password: NewPassword | None, by: Principal, at: datetime
) -> UserRow:
    """A new user; a device has no password. Raises Conflict, BadInput, NotFound."""
    _require_visible(city, by)
    user = service.add_user(work.session, name, role, city, scope=by.scope, password=password, now=at)
    _record(work, user, by, "add_user", at, f"{role}, {_town(user)}")
    return user


def change_role(work: Work, name: str, role: Role, city: City | None, *, by: Principal, at: datetime) -> UserRow:
    """Give another role, and the town that goes with it. Raises BadInput, Conflict, NotFound."""
    user = get(work.session, name, by)
    if Role.DEVICE in (role, user.role) and role != user.role:
        raise BadInput(Message("access.kind_stays"))
    return _change_rights(work, user, role, city, action="change_role", by=by, at=at)


def change_town(work: Work, name: str, city: City | None, *, by: Principal, at: datetime) -> UserRow:
    """Move to another town, or to both (None). Raises BadInput, NotFound."""
    user = get(work.session, name, by)
    return _change_rights(work, user, Role(user.role), city, action="change_town", by=by, at=at)


def deactivate(work: Work, name: str, *, by: Principal, at: datetime) -> UserRow:
    """Let them sign in no more; all their sessions and tokens end. Raises Conflict for the last administrator."""
    user = get(work.session, name, by)
    _require_another_admin(work.session, user)
    user.active = False
    ended = end_access(work, user)
    _record(work, user, by, "deactivate", at, Message("audit.access_ended", ended=ended))
    return user


def activate(work: Work, name: str, *, by: Principal, at: datetime) -> UserRow:
    """Let them sign in again, with the password they had. Tokens that ended stay so."""
    user = get(work.session, name, by)
    user.active = True
    service.tell_access_changed(work, user.name)
    _record(work, user, by, "activate", at)
    return user


def reset_password(work: Work, name: str, password: NewPassword, *, by: Principal, at: datetime) -> None:
    """Another password for who forgot theirs; all their sessions and tokens end. Raises BadInput for a device."""
    user = get(work.session, name, by)
    if user.role == Role.DEVICE:
        raise BadInput(Message("access.device_has_no_password", name=user.name))
    user.password_hash = password.hash
    ended = end_access(work, user)
    _record(work, user, by, "reset_password", at, Message("audit.access_ended", ended=ended))


def set_password(
    work: Work, user: UserRow, password: NewPassword, *, by: Principal, at: datetime, but: str = ""
) -> None:
    """Another password for `user`; sessions and tokens but the one with the id `but` end."""
    user.password_hash = password.hash
    ended = end_access(work, user, but=but)
    _record(work, user, by, "change_password", at, Message("audit.other_access_ended", ended=ended))


def choose_language(work: Work, name: str, language: str | None) -> None:
    """Speak to `name` in a language from now on; None: as the browser or the town has it. Raises BadInput."""
    if language is not None and language not in LANGUAGES:
        known = list(LANGUAGES)
        raise BadInput(Message("account_page.unknown_language", language=language[:20], known=known))
    service.get_user(work.session, name).language = language
    service.tell_access_changed(work, name)


def end_sessions(work: Work, name: str, *, by: Principal, at: datetime) -> int:
    """Sign a person out of every browser; gives of how many."""
    user = get(work.session, name, by)
    ended = end_access(work, user, kinds=[TokenKind.SESSION])
    _record(work, user, by, "end_sessions", at, Message("audit.sessions_ended", ended=ended))
    return ended


def end_own_sessions(work: Work, by: Principal, *, but: str, at: datetime) -> int:
    """Sign `by` out of every browser but the session with the id `but`; gives of how many."""
    user = service.get_user(work.session, by.name)
    ended = end_access(work, user, kinds=[TokenKind.SESSION], but=but)
    _record(work, user, by, "end_sessions", at, Message("audit.other_sessions_ended", ended=ended))
    return ended


def end_access(work: Work, user: UserRow, *, kinds: Iterable[TokenKind] = TokenKind, but: str = "") -> int:
    """End sessions and tokens of `user` but the one with the id `but`; gives how many."""
    theirs = delete(TokenRow).where(
        col(TokenRow.user) == user.name, col(TokenRow.kind).in_(list(kinds)), col(TokenRow.id) != but
    )
    ended: int = work.session.execute(theirs).rowcount  # type: ignore[attr-defined]
    service.tell_access_changed(work, user.name)
    return ended


def _change_rights(
    work: Work, user: UserRow, role: Role, city: City | None, *, action: str, by: Principal, at: datetime
) -> UserRow:
    _require_visible(city, by)
    service.require_fitting(role, city)
    if role is not Role.ADMIN:
        _require_another_admin(work.session, user)
    before = f"{user.role}, {_town(user)}"
    user.role = role
    user.city = city
    service.tell_access_changed(work, user.name)
    _record(work, user, by, action, at, f"{before}; now {role}, {_town(user)}")
    return user


def _require_another_admin(session: Session, user: UserRow) -> None:
    """Raises Conflict when nobody could administer what is of the scope of `user` any more."""
    if user.role != Role.ADMIN or not user.active:
        return
    others = select(func.count()).where(
        UserRow.role == Role.ADMIN, UserRow.active, UserRow.scope == user.scope, UserRow.name != user.name
    )
    if session.exec(others).one() == 0:
        raise Conflict(Message("access.last_administrator", name=user.name))


def _is_visible(user: UserRow, by: Principal) -> bool:
    towns = all_towns() if user.city is None else {City(user.city)}
    return user.scope == by.scope and towns <= visible_cities(by)


def _require_visible(city: City | None, by: Principal) -> None:
    towns = all_towns() if city is None else {city}
    if not towns <= visible_cities(by):
        raise NotFound(Message("access.town_not_seen"))


def _town(user: UserRow) -> str:
    return Message("towns.both").text(ENGLISH.code) if user.city is None else City(user.city).facts.name


def _record(work: Work, user: UserRow, by: Principal, action: str, at: datetime, detail: Message | str = "") -> None:
    town = None if user.city is None else City(user.city)
    audit.record(work.session, by, action, f"user {user.name}", city=town, at=at, detail=detail)
