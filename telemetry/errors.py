"""The one error tree. Every message says what was wrong and what to do; nothing here knows HTTP beyond a status number.

An error is raised with a `Message`, so that each reader is told in their language; a text is shown as written.

VanagasError
├── BadInput 422            what was sent cannot be used
│   ├── BadObservation      an observation or a device's event
│   │   ├── UnknownCamera   an event of a camera that nobody has added yet
│   │   └── UnknownEvent    an event of a kind that nobody knows yet
│   ├── BadGeometry         a zone, a position, a polygon
│   ├── BadPlan             a flight plan or a route request
│   ├── BadRule             a rule for a camera's picture
│   ├── BadMask             a mask on a camera's picture
│   ├── BadMedia            a video, a picture, a stream
│   ├── BadRequest 400      a request that is not HTTP as it should be
│   ├── WrongMethod 405     a method that the address does not take
│   ├── TooSlow 408         a request that arrives too slowly
│   ├── TooLarge 413        a request with more than its route takes
│   └── HeadersTooLarge 431 a request whose line and headers are more than is read
├── NotSignedIn 401         no valid session or token
├── NotAllowed 403          signed in, but not for this
├── NotFound 404            no such thing, or not in a town you may see
├── Conflict 409            true a moment ago, or taken by somebody else
│   ├── FlightBlocked       a flight's checks stand in its way
│   ├── CustodyRefused      an event of a body camera cannot be
│   ├── OwnedElsewhere      another server process has taken it over
│   └── OrderAsks           an order is given only once the pilot has confirmed what it would do
├── TooManyRequests 429     more requests than one sender may make
├── Unavailable 503         a part outside the program does not answer
│   ├── Overloaded          too much of one kind of work waits already
│   ├── VehicleSilent       a vehicle sends no heartbeat or no answer
│   ├── SourceLost          a camera, stream or broker is gone
│   └── StoreUnavailable    the database cannot be read or written now
│       └── WriteConflict   another process wrote the same at the same time
└── Misconfigured 500       settings that must not be started with
    └── KeyUnreadable       a drone's signing key cannot be read: it is not flown
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from telemetry.messages import Message, as_message


class VanagasError(Exception):
    """Base of everything this program raises on purpose. `status` is the HTTP status it becomes."""

    status: ClassVar[int] = 500
    retry_after_s: int | None = None
    """Seconds after which trying again makes sense, where that is known."""

    def __init__(self, message: Message | str) -> None:
        super().__init__(message)
        self.told: Message = as_message(message)
        """What is shown to people, in the language of each."""

    @property
    def message(self) -> str:
        """The words in English, for logs and for programs that compare them."""
        return str(self.told)

    @property
    def details(self) -> dict[str, Any]:
        """What a program that asked is told beside the message; JSON-ready."""
        return {}


class BadInput(VanagasError):
    """What was sent cannot be used; the message names the thing and the reason."""

    status = 422


class BadObservation(BadInput):
    """An observation or a device's event has a field missing or of the wrong kind."""


class UnknownCamera(BadObservation):
    """A device's event is of a camera that nobody has added yet."""


class UnknownEvent(BadObservation):
    """A device's message is well formed, but of a kind that is not known yet."""


class BadGeometry(BadInput):
    """A position, polygon or zone is not a thing on the globe."""


class BadPlan(BadInput):
    """A flight plan or a route request cannot be read or flown."""


class _BadPart(BadInput):
    """One of several things that were sent together, and which of its fields; `details` carries both."""

    def __init__(self, message: Message | str, *, number: int | None, field: str | None) -> None:
        super().__init__(message)
        self.number = number
        self.field = field

    @property
    def details(self) -> dict[str, Any]:
        return {"number": self.number, "field": self.field}


class BadRule(_BadPart):
    """A rule for a camera's picture cannot be used; `number` counts from 1."""


class BadMask(_BadPart):
    """A mask on a camera's picture cannot be used; `number` counts from 1."""


class BadMedia(BadInput):
    """A video, picture or stream cannot be decoded."""


class BadRequest(BadInput):
    """The request is not HTTP as it should be."""

    status = 400


class WrongMethod(BadInput):
    """The address does not take this method; the header Allow says which it takes."""

    status = 405


class TooSlow(BadInput):
    """The request arrives more slowly than it may."""

    status = 408


class TooLarge(BadInput):
    """The request is larger than its route takes."""

    status = 413


class HeadersTooLarge(BadInput):
    """The request's line and headers are larger than is read."""

    status = 431


class NotSignedIn(VanagasError):
    """No valid session or token came with the request."""

    status = 401


class NotAllowed(VanagasError):
    """The principal is known, but its role does not carry the permission."""

    status = 403


class NotFound(VanagasError):
    """There is no such thing, or it belongs to a town the principal may not see."""

    status = 404


class Conflict(VanagasError):
    """The state does not allow it now: taken, ended, or changed by somebody else."""

    status = 409


class CustodyRefused(Conflict):
    """An event of a body camera cannot be: the camera stays as it was. The message says why and what to do."""


class OwnedElsewhere(Conflict):
    """Another server process has taken over what this one goes on writing about."""


class FlightBlocked(Conflict):
    """Checks stand in a flight's way; `details` holds their verdicts."""

    def __init__(self, message: Message | str, verdicts: Sequence[dict[str, Any]]) -> None:
        super().__init__(message)
        self.verdicts = list(verdicts)

    @property
    def details(self) -> dict[str, Any]:
        return {"verdicts": self.verdicts}


class TooManyRequests(VanagasError):
    """One sender made more requests than it may."""

    status = 429

    def __init__(self, message: Message | str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class OrderAsks(Conflict):
    """An order would do something that the pilot confirms first; `details` holds what: `subject` and `message` each."""

    def __init__(self, message: Message | str, asks: Sequence[dict[str, str]]) -> None:
        super().__init__(message)
        self.asks = list(asks)

    @property
    def details(self) -> dict[str, Any]:
        return {"asks": self.asks}


class Unavailable(VanagasError):
    """Something outside the program does not answer."""

    status = 503


class Overloaded(Unavailable):
    """Too much of one kind of work waits already."""

    def __init__(self, message: Message | str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class VehicleSilent(Unavailable):
    """A vehicle sends no heartbeat, or no answer to a command, in the time allowed."""


class SourceLost(Unavailable):
    """A camera, stream or broker that was there is gone."""


class StoreUnavailable(Unavailable):
    """The database cannot be read or written now: its disk is full, or another program holds it. Nothing was kept."""


class WriteConflict(StoreUnavailable):
    """Another process wrote the same at the same time: the whole unit of work is to be done again."""


class Misconfigured(VanagasError):
    """The settings must not be started with; the message says which and why."""


class KeyUnreadable(Misconfigured):
    """A drone's signing key is missing or damaged; the drone is not flown until it is there."""
