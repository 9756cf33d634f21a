"""Numbers for a monitoring system: each stream by name, with how often it is analysed."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.core.version import VERSION
from telemetry.access import Role
from vision.feeds.reader import Status
from vision.live.watched_camera import StreamState
from vision.pipeline.counters import Counters
from vision.workers.stride_scheduler import AnalysisRate

COUNTED = Counters(frames=880, detections=50, network_runs=86)
BUSY = StreamState("gate", "rtsp://gate", Status.RUNNING, None, 0, 900, 12, COUNTED, AnalysisRate(4, 2.5, 0.75))


def test_each_stream_tells_how_often_it_is_analysed_and_how_late(
    client: TestClient, parts: Services, token: Callable[..., str]
) -> None:
    parts.jobs.streams = lambda: {"gate": BUSY}
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token(Role.ADMIN, None)}"})
    assert answer.status_code == 200
    assert {
        'vanagas_stream_packets{stream="gate"} 900',
        'vanagas_stream_detections_per_second{stream="gate"} 2.50',
        'vanagas_stream_detection_wait_seconds{stream="gate"} 0.750',
        'vanagas_stream_weight{stream="gate"} 4',
        'vanagas_stream_looks{stream="gate"} 50',
        'vanagas_stream_network_runs{stream="gate"} 86',
        'vanagas_stream_overloaded{stream="gate"} 1',
    } <= set(answer.text.splitlines())


def test_an_overloaded_stream_says_so_in_words() -> None:
    assert str(BUSY.overload) == "the machine is too busy: looked at 2.5 times a second, 0.8 s late"


def test_the_server_itself_is_told_of(client: TestClient, token: Callable[..., str]) -> None:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token(Role.ADMIN, None)}"})
    told = dict(line.rsplit(" ", 1) for line in answer.text.splitlines())
    assert told[f'vanagas_build_info{{version="{VERSION}"}}'] == "1"
    assert told["vanagas_database_stores"] == "1"
    assert int(told["vanagas_database_bytes"]) > 0
    assert 0 < int(told["vanagas_disk_free_bytes"]) < int(told["vanagas_disk_total_bytes"])
