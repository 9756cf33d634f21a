"""Responsible services, and which of them an incident is for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shapely.geometry import Point, Polygon

from telemetry.messages import Message

LONGEST_TEXT = 500
"""Characters of a coordinator's note, and of a service's line."""


class ServiceChannel(StrEnum):
    """How a service is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    """A POST to the service's own system (`mapserver/referrals/webhook.py`)."""
    BY_HAND = "by_hand"
    """Not by the program: a coordinator passes the status link on."""


class ReferralState(StrEnum):
    """How far a referral is."""

    ASKED = "asked"
    """The service has not answered."""
    ACCEPTED = "accepted"
    """The service sees to it."""
    DONE = "done"
    NOT_OURS = "not_ours"
    """The service is not responsible."""
    WITHDRAWN = "withdrawn"
    """A coordinator took it back."""

    @property
    def open(self) -> bool:
        """Whether something is expected of the service."""
        return self in (ReferralState.ASKED, ReferralState.ACCEPTED)


class ServiceAnswer(StrEnum):
    """What a service says."""

    ACCEPTED = "accepted"
    DONE = "done"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class ResponsibleService:
    """Who deals with incidents of some categories, in a town or a part of it."""

    name: str
    """Its table in the town's file."""
    title: Message
    categories: tuple[str, ...]
    towns: frozenset[str]
    """Ids; every town where empty."""
    area: Polygon | None
    """Where it is responsible, in degrees (longitude, latitude); everywhere for None."""
    channel: ServiceChannel
    address: str
    """For e-mail and webhook; else empty."""
    phone: str
    due: timedelta
    language: str | None
    """In which it is written to; that of the town for None."""

    def covers(self, category: str, town: str, place: Point | None) -> bool:
        """Whether it is responsible for `category` at `place` (longitude, latitude); one of an unknown place is for
        no service of a part of the town."""
        if category not in self.categories or not self.serves(town):
            return False
        return self.area is None or (place is not None and self.area.covers(place))

    def serves(self, town: str) -> bool:
        """Whether it works in the town at all."""
        return not self.towns or town in self.towns


ServiceList = dict[str, ResponsibleService]
"""By name, in the order of the file."""


def responsible(services: ServiceList, category: str, town: str, place: Point | None) -> Iterator[ResponsibleService]:
    """The services that are responsible, in the order of the file: the first is the one."""
    return (service for service in services.values() if service.covers(category, town, place))
