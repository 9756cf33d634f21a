"""What the API answers of people and tokens."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Json, Utc
from telemetry.access import Role


class PersonAnswer(Answer):
    """A user: a person or a device."""

    name: str
    role: Role
    city: str | None
    """Null for all towns."""
    scope: str
    """`live`, or `exercise/ID`: what they see and make belongs there."""
    active: bool
    has_password: bool
    created_at: Utc
    sessions: int
    tokens: int
    last_used_at: Utc | None


class NewPersonAnswer(PersonAnswer):
    """A user that was added."""

    password: str | None
    """In this answer alone; null for a device."""


class PasswordAnswer(Answer):
    """A new password."""

    password: str
    """In this answer alone."""


class EndedSessions(Answer):
    """How many sessions were ended."""

    ended: int


class TokenAnswer(Answer):
    """A session or a token, without its secret."""

    id: str
    user: str
    kind: str
    label: str
    created_at: Utc
    expires_at: Utc
    last_used_at: Utc | None


class IssuedToken(Answer):
    """A new token."""

    EXAMPLE: ClassVar[Json] = {"token": "vng_7Jx…"}

    token: str
    """In this answer alone."""
