"""A request for events that the device answers without end: ISAPI's alertStream, Dahua's eventManager attach.

ISAPI 2.x, `GET /ISAPI/Event/notification/alertStream`; Dahua HTTP API 3, `eventManager.cgi?action=attach`, whose
`heartbeat` asks for a sign of life every so many seconds.
"""

import ssl
from collections.abc import AsyncGenerator, Callable
from email.message import Message as Headers
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

import httpx

from telemetry.clock import Clock
from telemetry.errors import BadObservation
from telemetry.messages import Message
from vision.events.pulls.part_stream import PartStream
from vision.events.pulls.values import RETRY_REFUSED_S, DeviceAddress, PulledMessage, PullFailed

CONNECT_S = 10.0
IDLE_S = 60.0
"""A device that has said nothing for so long, not even that it is there, is asked anew."""
PATHS = {
    "hikvision": "/ISAPI/Event/notification/alertStream",
    "dahua": "/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5",
    "onvif": "/onvif/device_service",
}
"""What is asked for where an address names no path, by dialect."""


def whole_url(url: str, dialect: str) -> str:
    """`url` with the path at which devices of the dialect have their events, where it has none."""
    if urlsplit(url).path.strip("/"):
        return url
    scheme, host, *_ = urlsplit(url)
    return urlunsplit((scheme, host, "", "", "")) + PATHS[dialect]


def client_for(address: DeviceAddress, *, idle_s: float = IDLE_S) -> httpx.AsyncClient:
    """An HTTP client that says user name and password and follows no redirect: a device that names another address
    is not believed. Raises PullFailed when the certificate file cannot be read."""
    try:
        verify = ssl.create_default_context(cafile=address.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise PullFailed(Message("pulls.no_certificate", file=str(address.ca_file), reason=error)) from error
    return httpx.AsyncClient(
        auth=_credentials(address),
        timeout=httpx.Timeout(CONNECT_S, read=idle_s),
        follow_redirects=False,
        trust_env=False,
        verify=verify,
    )


def offset_of(headers: httpx.Headers, clock: Clock) -> float | None:
    """Seconds by which the device's clock is ahead, by the `Date` of its answer; None when it says none."""
    try:
        said = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    if said.tzinfo is None:
        return None
    return (said - clock.now()).total_seconds()


def failure(error: httpx.HTTPError | httpx.InvalidURL) -> PullFailed:
    """What kept the device from answering."""
    return PullFailed(Message("pulls.no_answer", reason=str(error) or type(error).__name__))


def require_welcome(status: int) -> None:
    """Raises PullFailed for an answer that is no success; after a wrong password it is long before the next try."""
    if status in (401, 403):
        raise PullFailed(Message("pulls.refused"), retry_s=RETRY_REFUSED_S)
    if status != httpx.codes.OK:
        raise PullFailed(Message("pulls.status", status=status))


class AttachedStream:
    """One device that is attached to."""

    def __init__(self, address: DeviceAddress, clock: Clock, *, idle_s: float = IDLE_S) -> None:
        self._address = address
        self._clock = clock
        self._idle_s = idle_s
        self.clock_offset_s: float | None = None
        """By which the device's clock was ahead when it was asked last, seconds."""

    async def messages(self) -> AsyncGenerator[PulledMessage, None]:
        """What the device sends, until the connection breaks. Raises PullFailed then, and when there is none."""
        try:
            async with (
                client_for(self._address, idle_s=self._idle_s) as client,
                client.stream("GET", self._address.url) as answer,
            ):
                require_welcome(answer.status_code)
                self.clock_offset_s = offset_of(answer.headers, self._clock)
                stream = PartStream(_boundary_of(answer.headers.get("content-type", "")))
                async for data in answer.aiter_raw():
                    for part in stream.feed(data):
                        yield PulledMessage(part.body, part.content_type)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise failure(error) from error
        except BadObservation as error:
            raise PullFailed(error.told) from error
        raise PullFailed(Message("pulls.ended"))


def _credentials(address: DeviceAddress) -> httpx.Auth | None:
    if not address.username:
        return None
    makers: dict[str, Callable[[str, str], httpx.Auth]] = {"digest": httpx.DigestAuth, "basic": httpx.BasicAuth}
    return makers[address.scheme](address.username, address.password)


def _boundary_of(content_type: str) -> str:
    headers = Headers()
    headers["content-type"] = content_type
    boundary = headers.get_boundary()
    if headers.get_content_maintype() != "multipart" or not boundary:
        raise PullFailed(Message("pulls.no_stream", content_type=content_type[:100] or "-"))
    return boundary
