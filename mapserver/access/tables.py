"""Tables of users, of the sessions and tokens they act with, and of the version that every change of these counts up.

Triggers of the database count the version, whoever changes the rows; see migration 0015.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class TokenKind(StrEnum):
    """What a token was made for."""

    SESSION = "session"
    """A browser that signed in with a password."""
    PROGRAM = "program"
    """A program or a device."""


class UserRow(SQLModel, table=True):
    """Somebody who may sign in, or a device that may hand in."""

    __tablename__ = "users"

    name: str = Field(primary_key=True)
    role: str
    city: str | None = None
    """None for who serves all towns."""
    scope: str
    password_hash: str | None = None
    """Argon2id; None for devices, which use tokens only."""
    active: bool = True
    language: str | None = None
    """ISO 639-1; None for who has chosen none."""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class TokenRow(SQLModel, table=True):
    """A session of a browser or a token of a program, kept as a keyed digest only."""

    __tablename__ = "tokens"

    digest: str = Field(primary_key=True)
    """HMAC-SHA-256 of the token under the secret key."""
    id: str = Field(unique=True, index=True)
    """What people call it by; no secret."""
    user: str = Field(foreign_key="users.name", index=True)
    kind: str
    label: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    last_used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    """To the minute, and written some minutes later; None for never."""


class AccessVersionRow(SQLModel, table=True):
    """One row: how often users and tokens have changed."""

    __tablename__ = "access_version"

    id: int = Field(default=1, primary_key=True)
    version: int
