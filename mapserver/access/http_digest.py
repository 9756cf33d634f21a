"""HTTP Digest (RFC 7616) for devices that can do nothing else: the challenge, and whether an answer is right.

Keeps nothing: a nonce says itself when it was made, and a device's password follows from its token and ends with it.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from telemetry.errors import NotSignedIn
from telemetry.messages import Message

REALM = "vanagas"
NONCE_S = 300
"""How long a nonce is good; a device whose nonce is older is told so and asks again by itself."""
HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {
    "SHA-256": hashlib.sha256,
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
}
"""The algorithms that are offered, the better one first; older cameras know MD5 alone."""
PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


@dataclass(frozen=True)
class DigestAnswer:
    """What a device answers to a challenge."""

    username: str
    nonce: str
    uri: str
    response: str
    count: str
    client_nonce: str
    algorithm: str
    realm: str = REALM
    protection: str = "auth"
    """`qop`; empty in the older form of RFC 2069."""

    @classmethod
    def read(cls, header: str) -> Self:
        """The parameters after `Digest`. Raises NotSignedIn for those that are missing or not known."""
        found = {name.lower(): quoted or plain for name, quoted, plain in PARAMETER.findall(header[:4_000])}
        algorithm = found.get("algorithm", "MD5").upper()
        protection = found.get("qop", "")
        needed = ("username", "nonce", "uri", "response", "realm")
        if any(name not in found for name in needed) or algorithm not in HASHES or protection not in ("", "auth"):
            raise NotSignedIn(Message("web.digest_wrong"))
        return cls(
            username=found["username"],
            nonce=found["nonce"],
            uri=found["uri"],
            response=found["response"].lower(),
            count=found.get("nc", ""),
            client_nonce=found.get("cnonce", ""),
            algorithm=algorithm,
            realm=found["realm"],
            protection=protection,
        )

    def is_of(self, password: str, method: str) -> bool:
        """Whether it was made with `password` for a request by `method`."""
        return hmac.compare_digest(self.response, self._expected(password, method))

    def _expected(self, password: str, method: str) -> str:
        def hashed(*parts: str) -> str:
            return HASHES[self.algorithm](":".join(parts).encode()).hexdigest()

        who = hashed(self.username, self.realm, password)
        what = hashed(method, self.uri)
        if not self.protection:
            return hashed(who, self.nonce, what)
        return hashed(who, self.nonce, self.count, self.client_nonce, self.protection, what)

    def is_about(self, path: str) -> bool:
        """Whether it is about the address `path`; devices write it with or without the server's name."""
        return urlsplit(self.uri).path == path


def device_password(key: bytes, token_digest: str) -> str:
    """The password that goes with a token of which `token_digest` is kept; `key` is the installation's secret."""
    made = hmac.new(key, b"http digest:" + token_digest.encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:15]).decode().lower()


def challenges(key: bytes, now: datetime, *, stale: bool = False) -> list[str]:
    """The headers WWW-Authenticate, one an algorithm."""
    nonce = _nonce(key, int(now.timestamp()))
    again = ", stale=true" * stale
    return [f'Digest realm="{REALM}", qop="auth", algorithm={name}, nonce="{nonce}"{again}' for name in HASHES]


def is_fresh(nonce: str, key: bytes, now: datetime) -> bool:
    """Whether this installation made the nonce, a short while ago."""
    made, _, _ = nonce.partition("-")
    if not made.isdecimal() or len(made) > 12:
        return False
    age_s = now.timestamp() - int(made)
    return -NONCE_S <= age_s <= NONCE_S and hmac.compare_digest(nonce, _nonce(key, int(made)))


def _nonce(key: bytes, made_s: int) -> str:
    seal = hmac.new(key, b"http digest nonce:" + str(made_s).encode(), hashlib.sha256).hexdigest()
    return f"{made_s}-{seal[:32]}"
