"""Tables of users and of the sessions and tokens they act with."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from telemetry.store import UtcDateTime


class UserRow(SQLModel, table=True):
    """Somebody who may sign in, or a device that may hand in."""

    __tablename__ = "users"

    name: str = Field(primary_key=True)
    role: str
    city: str | None = None
    """None only for administrators."""
    password_hash: str | None = None
    """Argon2id; None for devices, which use tokens only."""
    active: bool = True
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class TokenRow(SQLModel, table=True):
    """A session of a browser or a token of a program, kept as a keyed digest only."""

    __tablename__ = "tokens"

    digest: str = Field(primary_key=True)
    """HMAC-SHA-256 of the token under the secret key."""
    user: str = Field(foreign_key="users.name", index=True)
    label: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
