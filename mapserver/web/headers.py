"""The headers of every answer: what a browser may do with it, and that nobody keeps it unless it says so."""

from starlette.datastructures import MutableHeaders

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(self)",
    "Cache-Control": "no-store",
}
"""Nothing outside the server is ever asked, nobody else may frame or read it, and what is not public is not cached."""


def add_security_headers(headers: MutableHeaders) -> None:
    """Add those that the answer does not set itself."""
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
