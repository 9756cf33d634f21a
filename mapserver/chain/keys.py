"""The key that signs heads: a PEM file of an Ed25519 key, as `openssl genpkey -algorithm ed25519` makes it too.

RFC 8410, section 7 (private, PKCS #8) and section 4 (public, SubjectPublicKeyInfo). Encrypts no file.
"""

import os
import re
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from telemetry.errors import Misconfigured
from telemetry.messages import Message

_PUBLIC_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


def make_key(file: Path) -> str:
    """Make a new private key in the new `file`, readable for its owner alone, and its public half in FILE.pub.

    Returns the public key in hex. Raises OSError, FileExistsError where there is one.
    """
    key = Ed25519PrivateKey.generate()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as private:
        private.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key()
    public_file(file).write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return public.public_bytes_raw().hex()


def public_file(file: Path) -> Path:
    """Where the public half of the key in `file` is kept beside it."""
    return file.with_name(f"{file.name}.pub")


def read_private(file: Path) -> Ed25519PrivateKey:
    """The key. Raises Misconfigured when the file cannot be read or is no such key."""
    try:
        key = load_pem_private_key(_content(file), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Misconfigured(Message("chain.no_key", file=str(file))) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured(Message("chain.no_key", file=str(file)))
    return key


def read_public(file: Path) -> frozenset[str]:
    """The public keys in hex of a file of public keys, of before, too, or of a private key. Raises Misconfigured."""
    blocks = _PUBLIC_BLOCK.findall(_content(file))
    if not blocks:
        return frozenset({read_private(file).public_key().public_bytes_raw().hex()})
    return frozenset(_public_in(block, file) for block in blocks)


def _public_in(block: bytes, file: Path) -> str:
    try:
        key = load_pem_public_key(block)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Misconfigured(Message("chain.no_key", file=str(file))) from error
    if not isinstance(key, Ed25519PublicKey):
        raise Misconfigured(Message("chain.no_key", file=str(file)))
    return key.public_bytes_raw().hex()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misconfigured(Message("chain.key_unreadable", file=str(file), reason=error.strerror or "")) from error
