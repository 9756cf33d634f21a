"""The jobs that live as long as the server: devices over MQTT, flights when they are due, weather, video, clips, and
what is to be forgotten."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from incidents.retention.retention_worker import RetentionWorker
from mapserver.account.upkeep import FORGET_S, WRITE_USES_S, forget_expired, write_uses
from mapserver.chain.worker import LOOK_S, HeadSigner
from mapserver.clips.worker import ClipDesk
from mapserver.clocks.worker import EVERY_S as EVERY_CLOCKS_S
from mapserver.clocks.worker import ClockWorker
from mapserver.core.in_turn import InTurn
from mapserver.core.services import Services
from mapserver.core.settings import WeatherSettings
from mapserver.core.settings_watch import LOOK_S as SETTINGS_LOOK_S
from mapserver.core.settings_watch import SettingsWatch
from mapserver.escalation.worker import ESCALATE_S, EscalationWorker
from mapserver.faults import Amiss
from mapserver.faults.workers import REPORT_S, write_reports
from mapserver.flights.control import take_warning
from mapserver.grouping.worker import EVERY_S as EVERY_SETTLING_S
from mapserver.grouping.worker import SettlingWorker
from mapserver.inspections.running import watching_faults
from mapserver.intake.broker import BrokerListener
from mapserver.intake.event_pull import EventPull
from mapserver.intake.flow import forget_waiting
from mapserver.intake.receiver import DeviceReceiver
from mapserver.program.logs import FlightLog
from mapserver.recordings.flow import recording_desk
from mapserver.referrals.worker import EVERY_S as EVERY_REFERRAL_S
from mapserver.referrals.worker import ReferralWorker
from mapserver.retention.flow import retention_desk
from mapserver.sign_in.failures import EVERY_S
from mapserver.video.wall import WallDesk
from mapserver.video.worker import VideoDesk
from mission.airspace.service import stored_files_read_by
from mission.debrief.worker import DebriefWorker
from mission.flights.supervisor import FlightSupervisor
from mission.weather.open_meteo import OpenMeteo
from mission.weather.watch import WeatherWatch
from telemetry.errors import Misconfigured
from telemetry.messages import Message
from telemetry.store import change_log
from telemetry.supervision import ThreadWorker
from vision.plates.screening import FORGET_AT_ONCE, forget
from vision.recording.recording_worker import RecordingWorker

FORGETTING = "forgetting"
"""The lease of whoever forgets what is due."""
TURN_S = 10.0
"""How often a server looks whether the one that did it is gone."""


@asynccontextmanager
async def running_jobs(parts: Services) -> AsyncIterator[None]:
    """Every job, started in order and stopped in reverse."""
    async with AsyncExitStack() as stack:
        stack.enter_context(stored_files_read_by(parts.files.stored_airspace))
        await asyncio.to_thread(parts.principals.start)
        stack.push_async_callback(asyncio.to_thread, parts.principals.stop)
        stack.callback(parts.store.listen(FlightLog().hear))
        parts.looks.recover()
        parts.leases.start()
        stack.push_async_callback(asyncio.to_thread, parts.leases.stop)
        await _sign_heads(parts, stack)
        recording = _recording_desk(parts)
        if recording is not None:
            recording.start()
            parts.jobs.recordings = recording.states
            stack.callback(recording.stop)
        video = VideoDesk(parts, recording)
        video.start()
        parts.jobs.streams = video.states
        parts.jobs.watched = video.watched
        stack.callback(video.stop)
        wall = WallDesk(parts)
        wall.start()
        parts.jobs.conditions = wall.conditions
        stack.callback(wall.stop)
        clips = ClipDesk(parts)
        clips.start()
        parts.jobs.clips = clips.progress
        stack.callback(clips.stop)
        flights = FlightSupervisor(
            parts.store,
            standards=parts.standards,
            clock=parts.clock,
            keyring=parts.keyring,
            tlogs=parts.tlogs,
            records=parts.flight_records,
            on_warning=partial(take_warning, parts),
            supervisor=parts.workers,
            leases=parts.leases,
        )
        await flights.start()
        parts.jobs.flights = flights.console
        parts.jobs.camera_pose = flights.camera_pose
        stack.push_async_callback(flights.stop)
        retention = retention_desk(parts)
        escalation = EscalationWorker(parts)
        stack.push_async_callback(asyncio.to_thread, escalation.stop)
        settling = SettlingWorker(parts)
        clocks = ClockWorker(parts)
        for worker in _rounds(parts, SettingsWatch(parts, video.take_up), settling, clocks, escalation, retention):
            worker.start()
            stack.push_async_callback(asyncio.to_thread, worker.stop)
        stack.callback(retention.stop)
        stack.callback(settling.close)
        stack.callback(clocks.close)
        if parts.settings.weather is not None:
            weather = _weather_watch(parts, parts.settings.weather)
            weather.start()
            stack.push_async_callback(weather.stop)
        await _hear_devices(parts, stack)
        await stack.enter_async_context(watching_faults(parts))
        yield


async def _sign_heads(parts: Services, stack: AsyncExitStack) -> None:
    """Sign the heads of chains now and then, and once more when all that writes has stopped."""
    if parts.settings.chain is None:
        return
    signer = HeadSigner(parts, parts.settings.chain)
    worker = parts.workers.rounds("chain heads", signer.look, every_s=LOOK_S)
    worker.start()
    stack.push_async_callback(asyncio.to_thread, signer.finish)
    stack.push_async_callback(asyncio.to_thread, worker.stop)


async def _hear_devices(parts: Services, stack: AsyncExitStack) -> None:
    """Listen to the broker and on the ports on which devices call in, and fetch the events of those that do not."""
    if parts.settings.mqtt is not None:
        listener = BrokerListener(parts, parts.settings.mqtt)
        await listener.start()
        stack.push_async_callback(listener.stop)
    for wanted in parts.settings.receivers:
        receiver = DeviceReceiver(parts, wanted)
        await receiver.start()
        stack.push_async_callback(receiver.stop)
    for fetched in parts.settings.pulls:
        pull = EventPull(parts, fetched)
        pull.start()
        stack.push_async_callback(pull.stop)


def _weather_watch(parts: Services, service: WeatherSettings) -> WeatherWatch:
    return WeatherWatch(
        parts.store,
        OpenMeteo(service.base_url, timeout_s=service.timeout_s),
        every_s=service.every_min * 60,
        clock=parts.clock,
        scope=parts.settings.scope,
        leases=parts.leases,
        supervisor=parts.workers,
    )


def _rounds(
    parts: Services,
    settings: SettingsWatch,
    settling: SettlingWorker,
    clocks: ClockWorker,
    escalation: EscalationWorker,
    retention: RetentionWorker,
) -> list[ThreadWorker]:
    """What is looked at again and again."""
    debriefs = DebriefWorker(
        parts.store,
        standards=parts.standards,
        clock=parts.clock,
        tlogs=parts.tlogs,
        server_id=parts.leases.owner.id,
    )
    return [
        parts.workers.rounds(
            "worker reports",
            partial(write_reports, parts.settings.data_dir, parts.workers, parts.clock),
            every_s=REPORT_S,
        ),
        parts.workers.rounds("settings", settings.look, every_s=SETTINGS_LOOK_S),
        parts.workers.rounds("escalation", escalation.look, every_s=ESCALATE_S),
        parts.workers.rounds("referrals", ReferralWorker(parts).look, every_s=EVERY_REFERRAL_S),
        parts.workers.rounds("incidents", settling.look, every_s=EVERY_SETTLING_S),
        parts.workers.rounds("debriefs", debriefs.look, every_s=2.0),
        parts.workers.rounds("failed sign-ins", parts.sign_ins.failures.write, every_s=EVERY_S),
        parts.workers.rounds("clock", parts.forgetting.renew, every_s=60.0),
        _in_turn(parts, "plates", partial(_forget_plates, parts), every_s=300.0),
        _in_turn(parts, "quarantine", partial(forget_waiting, parts), every_s=300.0),
        _in_turn(parts, "clocks", clocks.look, every_s=EVERY_CLOCKS_S),
        _in_turn(parts, "retention", retention.forget, every_s=86_400.0),
        parts.workers.rounds("token use", partial(write_uses, parts), every_s=WRITE_USES_S),
        _in_turn(parts, "expired tokens", partial(forget_expired, parts), every_s=FORGET_S),
        _in_turn(parts, "change log", partial(_prune_changes, parts), every_s=10.0),
    ]


def _in_turn(parts: Services, name: str, work: Callable[[], object], *, every_s: float) -> ThreadWorker:
    """What one of the servers of a database forgets for all of them."""
    in_turn = InTurn(parts.leases, FORGETTING, work, every_s=every_s)
    return parts.workers.rounds(name, in_turn.look, every_s=min(every_s, TURN_S))


def _recording_desk(parts: Services) -> RecordingWorker | None:
    try:
        return recording_desk(parts)
    except Misconfigured as error:
        words = Message("faults.not_recorded")
        parts.faults.begin("recording", Amiss(words, Message("faults.then_restart", reason=error.told)))
        return None


def _forget_plates(parts: Services) -> None:
    """Let go of what is due, some at a time, so that nobody's write waits for long."""
    due_by = parts.forgetting.due_by()
    while due_by is not None and parts.store.run(partial(forget, now=due_by)) == FORGET_AT_ONCE:
        pass


def _prune_changes(parts: Services) -> None:
    """Let go of what no viewer is given any more, some at a time, so that nobody's write waits for long."""
    now = parts.forgetting.due_by()
    while parts.store.run(partial(change_log.prune, now=now)) == change_log.AT_ONCE:
        pass
