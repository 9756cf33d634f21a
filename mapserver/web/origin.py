"""Origins of pages (RFC 6454): scheme, host and port, compared as a whole."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Origin:
    """Where a page comes from."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The origin of an address; None for one of no http or https, such as "null"."""
        try:
            parts = urlsplit(text)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            return None
        if not parts.hostname:
            return None
        return cls(parts.scheme, parts.hostname, port)
