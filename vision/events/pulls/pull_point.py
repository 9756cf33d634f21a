"""ONVIF PullPoint: a subscription that is asked again and again for what happened.

ONVIF Core Specification, 9.2 (pull-point notification) and 8.3.2 (GetSystemDateAndTime). The device's own clock goes
into the password digest, as a device whose clock is off refuses ours. What the subscription calls itself (its address
and its reference parameters) goes back in each call; of the addresses that a device names only the path is taken, since
behind a router they are not ours to reach.
"""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from xml.etree.ElementTree import Element, tostring

import httpx

from telemetry.clock import Clock
from telemetry.dialects.xml_reading import child_of, inside, text_at
from telemetry.messages import Message
from vision.events.pulls.attached_stream import client_for, failure, offset_of
from vision.events.pulls.part_stream import LARGEST_PART
from vision.events.pulls.soap import CONTENT_TYPE, Request, answer_in
from vision.events.pulls.values import DeviceAddress, PulledMessage, PullFailed

PULL_S = 20
"""How long the device may hold a call while nothing happens."""
MOST_MESSAGES = 100
"""In one answer; the rest come in the next."""
LASTS_S = 600
"""Asked for when subscribing; renewed at half of it."""
GOODBYE_S = 3.0
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
EVENTS = "http://www.onvif.org/ver10/events/wsdl"
NOTIFICATION = "http://docs.oasis-open.org/wsn/b-2"
SUBSCRIPTION = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"


@dataclass(frozen=True)
class Subscription:
    """A pull point as the device made it."""

    url: str
    to: str
    """Its address in the device's words."""
    parameters: Sequence[str]
    """XML that it wants back."""


class PullPoint:
    """One device that is subscribed to."""

    def __init__(self, address: DeviceAddress, clock: Clock, *, pull_s: int = PULL_S, lasts_s: int = LASTS_S) -> None:
        """`address.url` is the device service's, such as http://HOST/onvif/device_service."""
        self._address = address
        self._clock = clock
        self._pull_s = pull_s
        self._lasts_s = lasts_s
        self.clock_offset_s: float | None = None
        """By which the device's clock was ahead when it was asked last, seconds."""

    async def messages(self) -> AsyncGenerator[PulledMessage, None]:
        """What the device answers, until it refuses or the subscription is lost. Raises PullFailed then."""
        try:
            async with client_for(self._address, idle_s=self._pull_s + 30.0) as client:
                self.clock_offset_s = await self._offset(client)
                subscription = await self._subscribe(client)
                try:
                    async for message in self._pulled(client, subscription):
                        yield message
                finally:
                    await self._unsubscribe(client, subscription)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise failure(error) from error

    async def _pulled(
        self, client: httpx.AsyncClient, subscription: Subscription
    ) -> AsyncGenerator[PulledMessage, None]:
        renew_at_s = time.monotonic() + self._lasts_s / 2
        body = (
            f'<e:PullMessages xmlns:e="{EVENTS}"><e:Timeout>PT{self._pull_s}S</e:Timeout>'
            f"<e:MessageLimit>{MOST_MESSAGES}</e:MessageLimit></e:PullMessages>"
        )
        while True:
            request = _to(subscription, f"{EVENTS}/PullPointSubscription/PullMessagesRequest", body)
            payload, answer = await self._call(client, subscription.url, request)
            if any(inside(answer, "NotificationMessage")):
                yield PulledMessage(payload, CONTENT_TYPE)
            else:
                yield PulledMessage(b"", CONTENT_TYPE)
            if time.monotonic() >= renew_at_s:
                await self._renew(client, subscription)
                renew_at_s = time.monotonic() + self._lasts_s / 2

    async def _offset(self, client: httpx.AsyncClient) -> float | None:
        """Seconds by which the device's clock is ahead; by its HTTP answer where it does not tell its time."""
        body = f'<d:GetSystemDateAndTime xmlns:d="{DEVICE}"/>'
        request = Request(f"{DEVICE}/GetSystemDateAndTime", body)
        asked = await self._post(client, self._address.url, request, at=None)
        with suppress(PullFailed, ValueError):
            said = next(inside(answer_in(asked.content, asked.status_code), "UTCDateTime"), None)
            if said is not None:
                return (_utc_of(said) - self._clock.now()).total_seconds()
        return offset_of(asked.headers, self._clock)

    async def _subscribe(self, client: httpx.AsyncClient) -> Subscription:
        wanted = Request(
            f"{DEVICE}/GetCapabilities",
            f'<d:GetCapabilities xmlns:d="{DEVICE}"><d:Category>Events</d:Category></d:GetCapabilities>',
        )
        _, capabilities = await self._call(client, self._address.url, wanted)
        named = next((text_at(events, "XAddr") for events in inside(capabilities, "Events")), "")
        url = self._reachable(named)
        create = Request(
            f"{EVENTS}/EventPortType/CreatePullPointSubscriptionRequest",
            f'<e:CreatePullPointSubscription xmlns:e="{EVENTS}">'
            f"<e:InitialTerminationTime>PT{self._lasts_s}S</e:InitialTerminationTime></e:CreatePullPointSubscription>",
            to=named or url,
        )
        _, created = await self._call(client, url, create)
        reference = child_of(created, "SubscriptionReference")
        to = text_at(reference, "Address")
        parameters = child_of(reference, "ReferenceParameters")
        wanted_back = () if parameters is None else tuple(tostring(one, encoding="unicode") for one in parameters)
        return Subscription(self._reachable(to) if to else url, to or url, wanted_back)

    async def _renew(self, client: httpx.AsyncClient, subscription: Subscription) -> None:
        """Have it last longer; a device that knows no renewal prolongs it by being asked, or drops it, which shows."""
        body = f'<n:Renew xmlns:n="{NOTIFICATION}"><n:TerminationTime>PT{self._lasts_s}S</n:TerminationTime></n:Renew>'
        with suppress(PullFailed):
            await self._call(client, subscription.url, _to(subscription, f"{SUBSCRIPTION}/RenewRequest", body))

    async def _unsubscribe(self, client: httpx.AsyncClient, subscription: Subscription) -> None:
        """Let the device forget it, if it still answers: it holds but a few."""
        body = f'<n:Unsubscribe xmlns:n="{NOTIFICATION}"/>'
        client.timeout = httpx.Timeout(GOODBYE_S)
        with suppress(PullFailed, httpx.HTTPError):
            await self._call(client, subscription.url, _to(subscription, f"{SUBSCRIPTION}/UnsubscribeRequest", body))

    async def _call(self, client: httpx.AsyncClient, url: str, request: Request) -> tuple[bytes, Element]:
        """The answer, whole and as the first element of its body."""
        device_now = self._clock.now() + timedelta(seconds=self.clock_offset_s or 0.0)
        answer = await self._post(client, url, request, at=device_now)
        return answer.content, answer_in(answer.content, answer.status_code)

    async def _post(
        self, client: httpx.AsyncClient, url: str, request: Request, *, at: datetime | None
    ) -> httpx.Response:
        """The whole answer. Raises PullFailed for one that is larger than any."""
        kind = f'{CONTENT_TYPE}; action="{request.action}"'
        envelope = request.envelope(self._address, at)
        async with client.stream("POST", url, content=envelope, headers={"Content-Type": kind}) as answer:
            content = b""
            async for data in answer.aiter_bytes():
                content += data
                if len(content) > LARGEST_PART:
                    raise PullFailed(Message("events.message_too_large", size=len(content), most=LARGEST_PART))
            return httpx.Response(answer.status_code, headers=_without_encoding(answer.headers), content=content)

    def _reachable(self, named: str) -> str:
        """`named` at the host and port at which the device is reached from here."""
        scheme, host, path, *_ = urlsplit(self._address.url)
        there = urlsplit(named)
        return urlunsplit((scheme, host, there.path or path, there.query, ""))


def _to(subscription: Subscription, action: str, body: str) -> Request:
    return Request(action, body, to=subscription.to, headers=subscription.parameters)


def _without_encoding(headers: httpx.Headers) -> httpx.Headers:
    """`headers` of a body that is unpacked already."""
    return httpx.Headers({name: value for name, value in headers.items() if name != "content-encoding"})


def _utc_of(said: Element) -> datetime:
    """The moment in tt:UTCDateTime. Raises ValueError when it is none."""
    date = [int(text_at(said, "Date", part)) for part in ("Year", "Month", "Day")]
    clock = [int(text_at(said, "Time", part)) for part in ("Hour", "Minute", "Second")]
    return datetime(date[0], date[1], date[2], clock[0], clock[1], min(clock[2], 59), tzinfo=UTC)
