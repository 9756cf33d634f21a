"""Heads of chains, signed: what is kept outside the database, a line each. Reads no database and makes no key file."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from telemetry.chain.canonical import canonical, utc_text
from telemetry.chain.values import Head
from telemetry.errors import BadInput
from telemetry.messages import Message

PURPOSE = "vanagas-chain-head-1"
"""Signed with each head, so that a signature of another kind is never one of a head."""


@dataclass(frozen=True)
class SignedHead:
    """That a chain was so long and ended so."""

    chain: str
    seq: int
    hash: str
    at: str
    """When it was signed: UTC, ISO 8601."""
    key: str
    """The public key, in hex."""
    signature: str
    """Of `signed_text`, in hex."""

    def to_json(self) -> dict[str, Any]:
        """A line of a file of heads, as a dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Any) -> "SignedHead":
        """Raises ValueError for what is none."""
        if not isinstance(said, dict) or set(said) != set(cls.__dataclass_fields__):
            raise ValueError("not a signed head")
        texts = [value for name, value in said.items() if name != "seq"]
        if not all(isinstance(value, str) for value in texts) or type(said["seq"]) is not int:
            raise ValueError("not a signed head")
        return cls(**said)


def signed_head(key: Ed25519PrivateKey, head: Head, at: datetime) -> SignedHead:
    """`head`, signed `at` (UTC) with the private `key`."""
    public = key.public_key().public_bytes_raw()
    moment = utc_text(at)
    said = _signed_text(head.chain, head.seq, head.hash, moment)
    return SignedHead(head.chain, head.seq, head.hash, moment, public.hex(), key.sign(said).hex())


@lru_cache(maxsize=1_024)  # the other chain and the file hold the same head
def is_signed(head: SignedHead, public_keys: frozenset[str] | None) -> bool:
    """Whether the signature is good, and by one of `public_keys` (hex) where they are given."""
    if public_keys is not None and head.key not in public_keys:
        return False
    said = _signed_text(head.chain, head.seq, head.hash, head.at)
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key)).verify(bytes.fromhex(head.signature), said)
    except (ValueError, InvalidSignature):
        return False
    return True


def read_heads(file: Path) -> Iterator[SignedHead]:
    """The heads of a file, a line each; a last line that was not written to its end is left out.

    Raises BadInput for a line that is none, OSError.
    """
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith("\n"):
                return
            try:
                head = SignedHead.from_json(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise BadInput(Message("chain.bad_heads_line", file=str(file), line=number)) from error
            yield head


def _signed_text(chain: str, seq: int, hash_: str, at: str) -> bytes:
    return canonical([PURPOSE, chain, seq, hash_, at]).encode()
