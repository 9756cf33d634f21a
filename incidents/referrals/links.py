"""Status links: the secret part of each is worked out of the server's key, and the database has only its digest."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

PATH = "/handed-over/"
_PURPOSE = b"status link of "


def secret_part(key: bytes, referral_id: str) -> str:
    """What the link to the status page of a referral ends with: 256 bits that nobody without `key` can work out."""
    digest = hmac.digest(key, _PURPOSE + referral_id.encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """By what the database knows a link."""
    return hashlib.sha256(secret.encode()).hexdigest()


def status_link(base: str, secret: str, language: str) -> str:
    """The address of the status page below `base`, in `language`."""
    return f"{base.rstrip('/')}{PATH}{secret}?lang={language}"
