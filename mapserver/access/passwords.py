"""Passwords: which are strong enough, how they are kept, and whether one is right. Knows no user.

Hashed with Argon2id by argon2-cffi at its recommended cost; judged by zxcvbn (Wheeler, USENIX Security 2016).
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from zxcvbn import zxcvbn

from mapserver.access.password_advice import advice
from telemetry.cities import known_towns
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.sentences import spaced

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
JUDGED_CHARACTERS = 72
"""zxcvbn takes no more, and its time grows with the square of the length."""
STRONG = 3
"""Of zxcvbn's 0..4: safely unguessable, 10^8 tries and more."""
GENERATED_BYTES = 12
_PROGRAM_WORDS = ("vanagas", "vanags")
_hasher = PasswordHasher()


def require_strong(password: str, name: str) -> None:
    """Raises BadInput, saying why, when user `name` had better choose another password."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(Message("access.password_short", length=len(password), least=SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        raise BadInput(Message("access.password_long", length=len(password), most=LONGEST_PASSWORD))
    judged = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=_known_words(name))
    if judged["score"] < STRONG:
        said = [judged["feedback"]["warning"], *judged["feedback"]["suggestions"]]
        raise BadInput(Message("access.password_weak", reasons=spaced(map(advice, said))))


@dataclass(frozen=True)
class NewPassword:
    """A password to be. Made before the turn to write is taken: hashing takes long, on purpose."""

    text: str
    hash: str
    """What is kept of it (PHC string format)."""


def generated() -> NewPassword:
    """A random one of 16 characters, to be changed by whom it is for."""
    text = secrets.token_urlsafe(GENERATED_BYTES)
    return NewPassword(text, _hasher.hash(text))


def chosen(text: str, name: str) -> NewPassword:
    """The one that user `name` wants. Raises BadInput when it is too weak."""
    require_strong(text, name)
    return NewPassword(text, _hasher.hash(text))


def is_password(password: str, kept: str | None) -> bool:
    """Whether `password` is the one whose hash is kept; takes as long when there is none."""
    try:
        _hasher.verify(kept or NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def _known_words(name: str) -> list[str]:
    parts: Iterable[str] = name.replace("-", ".").replace("_", ".").split(".")
    towns = known_towns()
    return [name, *parts, *towns, *(city.facts.name for city in towns), *_PROGRAM_WORDS]


def _hash_of_nothing() -> str:
    """As costly to compare with as any other hash, and no password has it but by chance."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (_hasher.salt_len, _hasher.hash_len)
    )
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${digest}"


NOBODYS_HASH = _hash_of_nothing()
"""Compared with where nobody of a name has a password."""
