"""Numbers for a monitoring system, in Prometheus' text format (version 0.0.4)."""

import shutil
from collections.abc import Iterator

from fastapi import Response
from fastapi.responses import PlainTextResponse

from incidents.timeline import repository as incidents
from incidents.timeline import unsettled
from mapserver.core.version import VERSION
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MayAdminister
from mapserver.web.routes import GuardedRouter
from telemetry.access import visibility, visible_cities
from telemetry.observations import repository as observations
from telemetry.supervision import WorkerState
from vision.feeds.reader import Status

router = GuardedRouter(tags=["metrics"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(caller: MayAdminister, parts: Parts, session: Reader) -> Response:
    """Counts of what is kept and of what flows; for administrators and a monitoring system with their token."""
    lines: list[str] = []
    for city in sorted(visible_cities(caller)):
        visible = visibility(caller).within([city])
        lines.append(f'vanagas_observations_total{{city="{city}"}} {observations.count(session, visible)}')
        for (_, state), count in sorted(incidents.count_by_state(session, visible).items()):
            lines.append(f'vanagas_incidents{{city="{city}",state="{state}"}} {count}')
        lines.append(f'vanagas_unsettled_observations{{city="{city}"}} {unsettled.count(session, visible)}')
    lines.extend(_server(parts))
    lines.extend(_videos(parts))
    return PlainTextResponse("\n".join(lines) + "\n")


def _server(parts: Parts) -> Iterator[str]:
    yield f'vanagas_build_info{{version="{VERSION}"}} 1'
    yield f"vanagas_faults {len(parts.faults.standing())}"
    for fault in parts.faults.standing():
        yield f'vanagas_fault_since_seconds{{part="{_label(fault.part)}"}} {fault.since.timestamp():.0f}'
    for report in parts.workers.reports():
        name = _label(report.name)
        yield f'vanagas_worker_running{{worker="{name}"}} {int(report.state is WorkerState.RUNNING)}'
        yield f'vanagas_worker_restarts_total{{worker="{name}"}} {report.restarts}'
    stores = not any(fault.part == "storage" for fault in parts.faults.standing())
    yield f"vanagas_database_stores {int(stores)}"
    yield f"vanagas_database_bytes {parts.store.size_bytes()}"
    usage = shutil.disk_usage(parts.settings.data_dir)
    yield f"vanagas_disk_free_bytes {usage.free}"
    yield f"vanagas_disk_total_bytes {usage.total}"
    broker = parts.jobs.broker
    if broker is not None:
        yield f"vanagas_broker_connected {int(broker.connected)}"
        for what, count in vars(broker.counts).items():
            yield f'vanagas_broker_messages_total{{outcome="{what}"}} {count}'


def _label(text: str) -> str:
    """Escaped as Prometheus' text format wants it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _videos(parts: Parts) -> Iterator[str]:
    for name, state in sorted(parts.jobs.streams().items()):
        yield f'vanagas_stream_lost{{stream="{name}"}} {int(state.status is Status.LOST)}'
        yield f'vanagas_stream_packets{{stream="{name}"}} {state.packets}'
        yield f'vanagas_stream_frames{{stream="{name}"}} {state.counters.frames}'
        yield f'vanagas_stream_skipped{{stream="{name}"}} {state.skipped}'
        yield f'vanagas_stream_looks{{stream="{name}"}} {state.counters.detections}'
        yield f'vanagas_stream_network_runs{{stream="{name}"}} {state.counters.network_runs}'
        yield f'vanagas_stream_findings{{stream="{name}"}} {state.counters.findings}'
        if state.rate is not None:
            yield f'vanagas_stream_detections_per_second{{stream="{name}"}} {state.rate.per_s:.2f}'
            yield f'vanagas_stream_detection_wait_seconds{{stream="{name}"}} {state.rate.waited_s:.3f}'
            yield f'vanagas_stream_weight{{stream="{name}"}} {state.rate.weight:g}'
            yield f'vanagas_stream_overloaded{{stream="{name}"}} {int(state.rate.late)}'
    for name, watched in sorted(parts.jobs.watched().items()):
        channels = {id(one): one for one in (watched.live, watched.small, watched.converted)}.values()
        yield f'vanagas_stream_viewers{{stream="{name}"}} {sum(channel.viewers for channel in channels)}'
        yield f'vanagas_stream_converted{{stream="{name}"}} {int(watched.converted.viewers > 0)}'
    for name, kept in sorted(parts.jobs.recordings().items()):
        yield f'vanagas_recording_failing{{stream="{name}"}} {int(kept.error is not None)}'
        yield f'vanagas_recording_parts{{stream="{name}"}} {kept.parts}'
        yield f'vanagas_recording_lost_parts{{stream="{name}"}} {kept.lost_parts}'
