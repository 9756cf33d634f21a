"""Who analyses the videos, as the settings have it: processes of this machine, or the machines of a Ray cluster."""

from collections.abc import Callable
from functools import partial

from mapserver.camera_setups.video_source import sight
from mapserver.core.services import Services
from mapserver.core.settings import Settings
from mapserver.core.video_settings import AnalysisSettings
from vision.cluster.destination import Destination
from vision.cluster.messages import Cluster
from vision.cluster.workers import RayWorkers
from vision.findings import Finding
from vision.workers.local import LocalWorkers
from vision.workers.protocol import MakeDetector, Workers


def analysis_workers(parts: Services, make_detector: MakeDetector, sink: Callable[[Finding], None]) -> Workers:
    """The workers that the settings ask for; `sink` keeps what those of this machine find. Starts nothing."""
    wanted = parts.settings.analysis
    if wanted.workers == "local":
        return LocalWorkers(make_detector, sink=sink, processes=wanted.processes, supervisor=parts.workers)
    return RayWorkers(
        make_detector,
        cluster=cluster_of(wanted),
        home_of=partial(home_of, parts),
        alone_s=wanted.alone_s,
        supervisor=parts.workers,
    )


def cluster_of(wanted: AnalysisSettings) -> Cluster:
    """The cluster that the settings name, and what may be taken of it."""
    return Cluster(wanted.ray_address, wanted.ray_namespace, wanted.cpus_a_stream)


def home_of(parts: Services, name: str) -> Destination:
    """Where the cluster sends what it finds on the video of `name`: here, as the town's device that it serves now."""
    with parts.store.read() as session:
        city = sight(session, name).city
    wanted = parts.settings.analysis
    return Destination(
        home_url(parts.settings), wanted.tokens[city].get_secret_value(),
        wanted.mqtt_username, wanted.mqtt_password.get_secret_value(),
    )  # fmt: skip


def home_url(settings: Settings) -> str:
    """This server's address, or its broker's, as the cluster's machines have it; on loopback where they are this
    machine's processes."""
    return settings.analysis.home_url or f"http://127.0.0.1:{settings.port}"
