"""The key that signs heads: a PEM file of an Ed25519 key, as `openssl genpkey -algorithm ed25519` makes it too.

RFC 8410, section 7 (private, PKCS #8) and section 4 (public, SubjectPublicKeyInfo). Encrypts no file.
"""

import base64
import binascii
import os
import re
import secrets
from pathlib import Path

from telemetry.chain import ed25519
from telemetry.errors import Misconfigured
from telemetry.messages import Message

_PRIVATE_HEAD = bytes.fromhex("302e020100300506032b657004220420")
_PUBLIC_HEAD = bytes.fromhex("302a300506032b6570032100")
_PEM = re.compile(r"-----BEGIN (PRIVATE|PUBLIC) KEY-----([A-Za-z0-9+/=\s]+)-----END \1 KEY-----")


def make_key(file: Path) -> str:
    """Make a new private key in the new `file`, readable for its owner alone, and its public half in FILE.pub.

    Returns the public key in hex. Raises OSError, FileExistsError where there is one.
    """
    seed = secrets.token_bytes(32)
    public = ed25519.public_key(seed)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as private:
        private.write(_pem("PRIVATE", _PRIVATE_HEAD + seed))
    public_file(file).write_text(_pem("PUBLIC", _PUBLIC_HEAD + public), encoding="ascii")
    return public.hex()


def public_file(file: Path) -> Path:
    """Where the public half of the key in `file` is kept beside it."""
    return file.with_name(f"{file.name}.pub")


def read_private(file: Path) -> bytes:
    """The 32 secret bytes. Raises Misconfigured when the file cannot be read or is no such key."""
    return _content(file, "PRIVATE", _PRIVATE_HEAD)


def read_public(file: Path) -> str:
    """The public key in hex, of a public or a private key's file. Raises Misconfigured."""
    try:
        return _content(file, "PUBLIC", _PUBLIC_HEAD).hex()
    except Misconfigured:
        return ed25519.public_key(read_private(file)).hex()


def _content(file: Path, kind: str, head: bytes) -> bytes:
    try:
        said = _PEM.search(file.read_text(encoding="ascii", errors="replace"))
    except OSError as error:
        raise Misconfigured(Message("chain.key_unreadable", file=str(file), reason=error.strerror or "")) from error
    try:
        content = base64.b64decode("" if said is None or said[1] != kind else said[2])
    except binascii.Error:
        content = b""
    if content[: len(head)] != head or len(content) != len(head) + 32:
        raise Misconfigured(Message("chain.no_key", file=str(file)))
    return content[len(head) :]


def _pem(kind: str, content: bytes) -> str:
    return f"-----BEGIN {kind} KEY-----\n{base64.b64encode(content).decode()}\n-----END {kind} KEY-----\n"
