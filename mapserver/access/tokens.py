"""Sessions and tokens: which there are, when they were last used, and their end. A secret is never shown again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select, update

from mapserver.access import people, service
from mapserver.access.tables import TokenKind, TokenRow, UserRow
from telemetry.access import Principal
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso, iso_or_none
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.store import Store, Work


def listed(session: Session, by: Principal, *, user: str | None = None) -> list[dict[str, Any]]:
    """Those of everybody that `by` may see, or of `user` alone, newest first."""
    names = [person["name"] for person in people.listed(session, by)]
    if user is not None:
        names = [people.get(session, user, by).name]
    rows = select(TokenRow).where(col(TokenRow.user).in_(names)).order_by(col(TokenRow.created_at).desc())
    return [public(row) for row in session.exec(rows)]


def of_user(session: Session, name: str) -> list[dict[str, Any]]:
    """Those of one user, newest first."""
    rows = select(TokenRow).where(TokenRow.user == name).order_by(col(TokenRow.created_at).desc())
    return [public(row) for row in session.exec(rows)]


def public(row: TokenRow) -> dict[str, Any]:
    """The JSON-ready shape of one."""
    return {
        "id": row.id,
        "user": row.user,
        "kind": row.kind,
        "label": row.label,
        "created_at": iso(row.created_at),
        "expires_at": iso(row.expires_at),
        "last_used_at": iso_or_none(row.last_used_at),
    }


def issue(
    work: Work, tokens: service.Tokens, user: str, *, label: str, lasts: timedelta, by: Principal, at: datetime
) -> str:
    """A new token of `user`, which is shown once. Raises BadInput, NotFound."""
    owner = people.get(work.session, user, by)
    issued = tokens.issue(work.session, owner.name, label=label, now=at, lasts=lasts)
    detail = Message("audit.token_issued", label=label, days=f"{lasts / timedelta(days=1):g}")
    _record(work, owner, by, "issue_token", at, detail)
    return issued


def revoke(work: Work, token_id: str, *, by: Principal, at: datetime) -> dict[str, Any]:
    """End one. Raises NotFound when there is none of somebody that `by` may see."""
    row = work.session.exec(select(TokenRow).where(TokenRow.id == token_id)).first()
    if row is None:
        raise NotFound(Message("access.no_such_token", token=token_id))
    owner = people.get(work.session, row.user, by)
    return end(work, row, owner, by=by, at=at)


def end_own(work: Work, token_id: str, *, by: Principal, at: datetime) -> dict[str, Any]:
    """End one of the caller's own. Raises NotFound."""
    row = work.session.exec(select(TokenRow).where(TokenRow.id == token_id, TokenRow.user == by.name)).first()
    if row is None:
        raise NotFound(Message("access.not_your_session"))
    return end(work, row, service.get_user(work.session, by.name), by=by, at=at)


def end(work: Work, row: TokenRow, owner: UserRow, *, by: Principal, at: datetime) -> dict[str, Any]:
    """Take away what `row` gives its owner."""
    shown = public(row)
    work.session.delete(row)
    service.tell_access_changed(work, owner.name)
    what = "revoke_token"
    if row.kind == TokenKind.SESSION:
        what = "end_session"
    _record(work, owner, by, what, at, f"{row.id}, {row.label}")
    return shown


def forget_expired(work: Work, *, before: datetime) -> None:
    """Remove what had expired at `before`."""
    work.session.execute(delete(TokenRow).where(col(TokenRow.expires_at) <= before))


def write_uses(store: Store, uses: Mapping[str, datetime]) -> None:
    """Keep when each, by its id, was last used."""
    with store.write() as work:
        for token_id, at in uses.items():
            row = update(TokenRow).where(col(TokenRow.id) == token_id).values(last_used_at=at)
            work.session.execute(row)


def _record(work: Work, owner: UserRow, by: Principal, action: str, at: datetime, detail: Message | str) -> None:
    town = None if owner.city is None else City(owner.city)
    audit.record(work.session, by, action, f"user {owner.name}", city=town, at=at, detail=detail)
