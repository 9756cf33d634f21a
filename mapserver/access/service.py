"""Signing in and out, making tokens and users. What administrators change later is in people.py and tokens.py."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from mapserver.access import passwords
from mapserver.access.passwords import NewPassword
from mapserver.access.principal_cache import ACCESS
from mapserver.access.tables import TokenKind, TokenRow, UserRow
from telemetry.access import MAY_SERVE_BOTH, Principal, Role
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, NotFound, NotSignedIn
from telemetry.messages import Message
from telemetry.scopes import LIVE, Scope
from telemetry.store import Change, Work

LONGEST = timedelta(days=366)
"""No token is good for longer."""
ID_DIGITS = 12
"""Hexadecimal digits of the digest by which a token is called."""


class Tokens:
    """Makes and recognises session and API tokens under one secret key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(
        self,
        session: Session,
        user: str,
        *,
        label: str,
        now: datetime,
        lasts: timedelta,
        kind: TokenKind = TokenKind.PROGRAM,
    ) -> str:
        """A new token for `user`, valid from `now` (UTC) for `lasts`. Only its digest is kept.

        Raises BadInput when it would last longer than a year.
        """
        if not timedelta(0) < lasts <= LONGEST:
            raise BadInput(Message("access.token_too_long", days=LONGEST.days))
        token = secrets.token_urlsafe(32)
        digest = self.digest(token)
        row = TokenRow(
            digest=digest,
            id=digest[:ID_DIGITS],
            user=user,
            kind=kind,
            label=label,
            created_at=now,
            expires_at=now + lasts,
        )
        session.add(row)
        session.flush()
        return token

    def revoke(self, work: Work, token: str) -> None:
        """End the token; unknown ones are no error."""
        row = work.session.get(TokenRow, self.digest(token))
        if row is not None:
            work.session.delete(row)
            tell_access_changed(work, row.user)

    def digest(self, token: str) -> str:
        """What is kept of `token`: its HMAC-SHA-256 under the secret key, in hex."""
        return hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()


def tell_access_changed(work: Work, name: str) -> None:
    """Let this process know at the commit that the rights of user `name` have changed; others see it by themselves."""
    work.tell(Change(ACCESS, name, frozenset(), LIVE, None))


def sign_in(session: Session, name: str, password: str) -> UserRow:
    """The user, if the password is right. Raises NotSignedIn with the same words and cost whatever was wrong."""
    user = session.get(UserRow, name.strip().lower())
    kept = user.password_hash if user is not None and user.active else None
    if not passwords.is_password(password, kept) or user is None:
        raise NotSignedIn(Message("access.wrong_password"))
    return user


def add_user(
    session: Session,
    name: str,
    role: Role,
    city: City | None,
    *,
    scope: Scope = LIVE,
    password: NewPassword | None,
    now: datetime,
) -> UserRow:
    """A new user in `scope`; without a town one of both. Raises Conflict when the name is taken, BadInput when name or
    town will not do."""
    name = name.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,49}", name):
        raise BadInput(Message("access.not_a_user_name", name=name))
    require_fitting(role, city)
    if session.get(UserRow, name) is not None:
        raise Conflict(Message("access.user_exists", name=name))
    kept = None if password is None else password.hash
    user = UserRow(name=name, role=role, city=city, scope=scope, created_at=now, password_hash=kept)
    session.add(user)
    session.flush()
    return user


def require_fitting(role: Role, city: City | None) -> None:
    """Raises BadInput when nobody of `role` may belong to `city`, or to both towns (None)."""
    if city is None and role not in MAY_SERVE_BOTH | {Role.ADMIN}:
        raise BadInput(Message("access.role_of_one_town", role=role))
    if city is not None and role is Role.ADMIN:
        raise BadInput(Message("access.admin_serves_both"))


def get_user(session: Session, name: str) -> UserRow:
    """The user. Raises NotFound listing the known names."""
    user = session.get(UserRow, name.strip().lower())
    if user is None:
        known = session.exec(select(UserRow.name).order_by(col(UserRow.name)).limit(20)).all()
        raise NotFound(
            Message("access.user_not_known", name=name, known=", ".join(known) or Message("access.nobody_yet"))
        )
    return user


def principal_of(user: UserRow) -> Principal:
    """The user as the rest of the program knows it."""
    return Principal(user.name, Role(user.role), None if user.city is None else City(user.city), Scope(user.scope))
