"""The look-out for faults of a running server: which parts are inspected, and who is told."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from mapserver.core.services import Jobs, Services
from mapserver.faults.values import Amiss, Inspection, Sound
from mapserver.faults.watch import FaultWatch
from mapserver.faults.workers import silence_inspection
from mapserver.inspections.clock import ClockInspection, hosts_with_a_clock
from mapserver.inspections.files import file_inspections
from mapserver.inspections.machine import disk_inspections
from mapserver.inspections.sign_ins import sign_in_inspection
from mapserver.inspections.webhook import Webhook
from mapserver.referrals.inspection import referral_inspections
from mapserver.shifts.inspection import shift_inspections
from telemetry.messages import Message


@asynccontextmanager
async def watching_faults(parts: Services) -> AsyncIterator[None]:
    """Inspect every part again and again; begin once the jobs run."""
    async with AsyncExitStack() as stack:
        if parts.settings.alerts.webhook is not None:
            webhook = Webhook(parts.settings.alerts.webhook, parts.faults, supervisor=parts.workers)
            webhook.start()
            stack.push_async_callback(webhook.stop)
        watch = FaultWatch(parts.faults, parts.storage, _inspections(parts), supervisor=parts.workers)
        watch.start()
        stack.push_async_callback(watch.stop)
        yield


def _inspections(parts: Services) -> Callable[[], Iterator[Inspection]]:
    clock = ClockInspection(hosts_with_a_clock(parts.settings), now=parts.clock.now)
    lasting = [
        *disk_inspections(parts.settings),
        Inspection("clock", clock.look),
        sign_in_inspection(parts.store, parts.clock),
        parts.forgetting.inspection(),
        silence_inspection(parts.workers),
    ]
    if parts.settings.mqtt is not None:
        lasting.append(_broker_inspection(parts.jobs))

    def inspections() -> Iterator[Inspection]:
        yield from file_inspections(parts.settings, parts.keyring)
        yield from lasting
        yield from shift_inspections(parts)
        yield from referral_inspections(parts)

    return inspections


def _broker_inspection(jobs: Jobs) -> Inspection:
    """How the link to the broker is, as it says itself; all is well where another server has it."""

    def look() -> Sound | Amiss:
        link = jobs.broker
        if link is None or link.trouble is None:
            return Sound(Message("faults.broker_connected"))
        return Amiss(Message("faults.broker_silent"), link.trouble)

    return Inspection("broker", look)
