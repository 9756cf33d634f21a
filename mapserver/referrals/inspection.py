"""Inspection of what services are told with: are all of them reachable by what the settings say?"""

from collections.abc import Iterator
from functools import partial

from incidents.referrals import outbox
from incidents.referrals.values import ServiceChannel
from mapserver.core.services import Services
from mapserver.faults.values import Amiss, Inspection, Sound
from telemetry.messages import Message
from telemetry.visibility import Visibility


def referral_inspections(parts: Services) -> Iterator[Inspection]:
    """Whether services can be told, and whether what was to be sent got there."""
    yield Inspection("services", partial(look, parts))


def look(parts: Services) -> Sound | Amiss:
    """Amiss where a setting is missing that a service of the file needs, or where messages were given up."""
    settings = parts.settings
    services = parts.town_files.services.values()
    mailed = [one.name for one in services if one.channel is ServiceChannel.EMAIL]
    posted = [one.name for one in services if one.channel is ServiceChannel.WEBHOOK]
    if mailed and settings.mail is None:
        return Amiss(Message("faults.no_mail_server", services=mailed), Message("faults.set_mail"))
    keyless = [name for name in posted if name not in settings.referrals.webhook_keys]
    if keyless:
        return Amiss(Message("faults.no_webhook_key", services=keyless), Message("faults.set_webhook_key"))
    if (mailed or posted) and settings.public_url is None and not settings.demo:
        return Amiss(Message("faults.no_public_url"), Message("faults.set_public_url"))
    with parts.store.read() as session:
        given_up = outbox.count_given_up(session, Visibility(None, settings.scope))
    if given_up:
        return Amiss(Message("faults.services_not_told", count=given_up), Message("faults.look_at_referrals"))
    return Sound(Message("faults.services_reachable", count=len(services)))
