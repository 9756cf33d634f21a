"""Addresses of streams as they are kept: encrypted, beside a form that may be shown. Opens no stream.

A camera's address holds its user and password, and with some makes more secrets in its query, so the whole of it is
encrypted. AES-256-GCM (NIST SP 800-38D) with 96 random bits as nonce; the key is derived from the server's secret key
by HKDF-SHA-256 (RFC 5869). What is encrypted for one camera and part cannot be read as that of another.
"""

import base64
import os
import re
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from telemetry.errors import BadInput, Misconfigured
from telemetry.messages import Message
from vision.feeds.address import display_name, is_address, read_address

_VERSION = "1:"
_PURPOSE = b"vanagas camera streams"
_NONCE_BYTES = 12
LONGEST_ADDRESS = 2_000
_PLAIN_NAMES = frozenset(
    {"camera", "ch", "channel", "chid", "profile", "resolution", "stream", "streamtype", "subtype"}
)
"""Parts of a query that say which picture is meant; all others may be secrets and are not shown."""
_PLAIN_VALUE = re.compile(r"[\w.]{1,20}")


class StreamPart(StrEnum):
    """Which of a camera's streams."""

    MAIN = "main"
    SUB = "sub"


class StreamCipher:
    """Encrypts and decrypts addresses of streams with one server's key."""

    def __init__(self, secret_key: bytes) -> None:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key)
        self._cipher = AESGCM(derived)

    def encrypted(self, address: str, camera_id: str, part: StreamPart) -> str:
        """`address` as it is kept; another text each time."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, address.encode(), _about(camera_id, part))
        return _VERSION + base64.b64encode(nonce + sealed).decode()

    def decrypted(self, kept: str, camera_id: str, part: StreamPart) -> str:
        """The address that is kept as `kept`. Raises Misconfigured when it was encrypted with another key."""
        try:
            sealed = base64.b64decode(kept.removeprefix(_VERSION), validate=True)
            plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _about(camera_id, part))
        except (InvalidTag, ValueError) as error:
            raise Misconfigured(Message("cameras.address_unreadable", camera=camera_id)) from error
        return plain.decode()


def checked_address(text: str) -> str:
    """`text` if a stream can be opened there. Raises BadInput, which does not repeat it, for what is no address."""
    address = text.strip()
    if not is_address(address):
        raise BadInput(Message("cameras.no_address"))
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise BadInput(Message("cameras.address_too_long", most=LONGEST_ADDRESS))
    read_address(address)
    return address


def shown_address(address: str) -> str:
    """An address as it may be shown: no user, no password, and of its query only which picture is meant.

    Raises BadMedia as `read_address` does.
    """
    read = read_address(address)
    plain = [
        f"{name}={value}"
        for name, value in parse_qsl(urlsplit(read.url).query)
        if name.lower() in _PLAIN_NAMES and _PLAIN_VALUE.fullmatch(value)
    ]
    if read.listens and not read.url.lower().startswith("udp"):
        plain.append("listen")
    return "?".join(filter(None, (display_name(address), "&".join(plain))))


def _about(camera_id: str, part: StreamPart) -> bytes:
    return f"{part}/{camera_id}".encode()
