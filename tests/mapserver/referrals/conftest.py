"""A server with a town's services, a mail server, a service's own system, and a fallen tree."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from incidents.referrals.reading import read_services
from incidents.referrals.tables import ReferralRow
from incidents.timeline import service as timeline
from incidents.timeline.acceptance import accept
from incidents.timeline.tables import IncidentRow
from mapserver.core.mail_settings import MailSettings, ReferralSettings
from mapserver.core.services import Services
from mapserver.core.town_files import TownFiles
from mapserver.referrals.flow import ReferralWish, hand_over
from mapserver.referrals.worker import ReferralWorker
from telemetry.access import Principal, Role
from telemetry.cities import City
from telemetry.clock import ManualClock, SystemClock
from tests.builders import observation
from tests.mapserver.referrals.receivers import Mailbox, Receiver, http_server, mail_server

KEY = "the key that the roads service was given"
SERVICES = """
[greenery]
title = {{ en = "Greenery service", lt = "Želdynų tarnyba", lv = "Apzaļumošanas dienests" }}
categories = ["fallen_tree"]
email = "greenery@town.example"
phone = "+371 60000000"
due_h = 24

[roads]
title = "Road service"
categories = ["pothole"]
webhook = "{webhook}"
due_h = 72

[cleaning]
title = "Cleaning"
categories = ["illegal_dumping"]
due_h = 48

[elsewhere]
title = "Of the other town"
categories = ["fallen_tree"]
towns = ["siauliai"]
due_h = 48
"""


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def clock(parts: Services) -> ManualClock:
    clock = ManualClock(SystemClock().now())
    parts.clock = clock
    return clock


@pytest.fixture
def served(parts: Services, clock: ManualClock, mailbox: Mailbox, receiver: Receiver) -> Iterator[Services]:
    """The parts, told of the mail server and of the services."""
    with mail_server(mailbox) as port, http_server(receiver) as webhook:
        mail = MailSettings(host="127.0.0.1", port=port, tls="off", sender="centre@town.example")
        update = {
            "mail": mail,
            "referrals": ReferralSettings(webhook_keys={"roads": SecretStr(KEY)}),
            "public_url": "https://vanagas.example",
        }
        parts.settings = parts.settings.model_copy(update=update)
        parts.town_files = TownFiles(services=read_services(SERVICES.format(webhook=webhook), "services.toml"))
        yield parts


@pytest.fixture
def worker(served: Services) -> ReferralWorker:
    return ReferralWorker(served)


@pytest.fixture
def incident(served: Services) -> Callable[..., str]:
    """Makes an incident of a category; gives its number."""

    def make(category: str = "fallen_tree") -> str:
        with served.store.write() as work:
            seen = [observation(category, category=category)]
            (receipt,) = accept(work, seen, now=served.clock.now(), rules=served.rules)
        return receipt.incident_id or ""

    return make


COORDINATOR = Principal("ilze", Role.COORDINATOR, City("dobele"))


@pytest.fixture
def referred(served: Services, incident: Callable[..., str]) -> Callable[..., ReferralRow]:
    """Hands a new incident of a category over, without a page."""

    def make(category: str = "fallen_tree", note: str = "") -> ReferralRow:
        number = incident(category)
        with served.store.write() as work:
            row = work.session.get_one(IncidentRow, number)
            return hand_over(served, work, row, ReferralWish(note=note), COORDINATOR)

    return make


@pytest.fixture
def told(served: Services) -> Callable[[str], list[str]]:
    """What the timeline of an incident says of referrals, in English."""

    def read(incident_id: str) -> list[str]:
        with served.store.read() as session:
            return [one["text"] for one in timeline.timeline(session, incident_id) if one["kind"] == "referral"]

    return read
