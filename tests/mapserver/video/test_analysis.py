"""Who analyses the videos, by the settings: what is refused, and where a cluster's findings go."""

from pathlib import Path
from typing import Any

import pytest

from mapserver.core.services import Services
from mapserver.core.settings import load, new_secret
from mapserver.core.video_settings import AnalysisSettings
from mapserver.intake.broker import topics
from mapserver.video.analysis import analysis_workers, home_of
from telemetry.cities import known_towns
from telemetry.errors import Misconfigured
from tests.vision.cameras.builders import a_camera
from tests.vision.cluster.blocks import Blocks
from vision.cluster.destination import Destination
from vision.cluster.workers import RayWorkers
from vision.workers.local import LocalWorkers

TOKENS = {"siauliai": "token of a device of Šiauliai", "dobele": "token of a device of Dobele"}
HOME = "https://vanagas.example"
BROKER = "mqtts://broker.example"

TOPICS = ["frigate/events", "frigate/reviews", "frigate/tracked_object_update"]


def set_to(folder: Path, *, videos: list[dict[str, str]] | None = None, **analysis: Any) -> AnalysisSettings:
    mqtt = {"host": "10.0.0.6", "tls": True}
    return load(folder, secret_key=new_secret(), analysis=analysis, videos=videos or [], mqtt=mqtt).analysis


def test_processes_of_this_machine_do_it_unless_something_else_is_said(parts: Services) -> None:
    assert isinstance(analysis_workers(parts, Blocks, print), LocalWorkers)


def test_a_cluster_does_it_by_setting(parts: Services, tmp_path: Path) -> None:
    parts.settings.analysis = set_to(tmp_path, workers="ray", tokens=TOKENS)
    assert isinstance(analysis_workers(parts, Blocks, print), RayWorkers)


def test_what_it_finds_comes_home_in_the_name_of_the_town_that_the_camera_serves(
    parts: Services, tmp_path: Path
) -> None:
    with parts.store.write() as work:
        for city in known_towns():
            facts = city.facts
            work.session.add(
                a_camera(f"C-{city}", city=city, name="Gate", lat=facts.lat, lon=facts.lon)
            )  # fmt: skip
    parts.settings.analysis = set_to(tmp_path, workers="ray", ray_address="10.0.0.5:6379", home_url=HOME, tokens=TOKENS)
    for city in known_towns():
        home = home_of(parts, f"C-{city}")
        assert (home.url, home.token) == (HOME, TOKENS[city])


def test_by_setting_it_comes_home_through_the_broker_which_the_server_then_listens_to(
    parts: Services, tmp_path: Path
) -> None:
    assert topics(parts.settings) == TOPICS
    parts.settings.analysis = set_to(
        tmp_path, workers="ray", ray_address="10.0.0.5:6379", home_url=BROKER, tokens=TOKENS, mqtt_username="cluster",
        mqtt_password="of the cluster",
    )  # fmt: skip
    with parts.store.write() as work:
        work.session.add(a_camera("C", name="C", lat=56, lon=23))
    assert home_of(parts, "C") == Destination(BROKER, TOKENS["dobele"], "cluster", "of the cluster")
    assert topics(parts.settings) == [*TOPICS, "vanagas/findings/+"]


def test_a_broker_that_the_server_does_not_listen_to_or_only_in_clear_is_refused_as_home(tmp_path: Path) -> None:
    analysis = {"workers": "ray", "tokens": TOKENS, "home_url": BROKER}
    with pytest.raises(Misconfigured, match=r"set mqtt\.host, too"):
        load(tmp_path, secret_key=new_secret(), analysis=analysis)
    with pytest.raises(Misconfigured, match=r"in clear; set mqtt\.tls"):
        load(tmp_path, secret_key=new_secret(), analysis=analysis, mqtt={"host": "10.0.0.6"})


def test_a_cluster_on_this_machine_finds_home_by_itself(parts: Services, tmp_path: Path) -> None:
    test_a_cluster_does_it_by_setting(parts, tmp_path)
    with parts.store.write() as work:
        work.session.add(a_camera("C", name="C", lat=56, lon=23))
    parts.settings.port = 8123
    assert home_of(parts, "C").url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("analysis", "words"),
    [
        ({"workers": "spark"}, "workers"),
        ({"ray_address": "10.0.0.5:6379"}, "ray_address is about a cluster"),
        ({"tokens": TOKENS}, "tokens is about a cluster"),
        ({"workers": "ray", "tokens": TOKENS, "processes": 2}, "processes are this machine's"),
        ({"workers": "ray", "tokens": TOKENS, "ray_address": "10.0.0.5"}, "ray_address"),
        ({"workers": "ray", "tokens": TOKENS, "ray_address": "ray://10.0.0.5:10001"}, "ray_address"),
        ({"workers": "ray", "tokens": TOKENS, "ray_address": "10.0.0.5:6379"}, "home_url is missing"),
        ({"workers": "ray", "tokens": TOKENS, "home_url": "vanagas.example"}, "home_url is no address"),
        ({"workers": "ray", "tokens": TOKENS, "home_url": "http://vanagas.example"}, "in clear"),
        (
            {
                "workers": "ray",
                "tokens": TOKENS,
                "ray_address": "10.0.0.5:6379",
                "home_url": "http://127.0.0.1:8000",
            },
            "home_url is loopback",
        ),
        ({"workers": "ray", "tokens": TOKENS, "home_url": "mqtt://broker.example"}, "in clear"),
        ({"workers": "ray", "tokens": TOKENS, "home_url": "mqtts://broker.example/findings"}, "home_url is no address"),
        ({"workers": "ray", "tokens": TOKENS, "home_url": HOME, "mqtt_username": "cluster"}, "are for a broker"),
        ({"workers": "ray", "tokens": TOKENS, "home_url": BROKER, "mqtt_password": "password"}, "everybody knows"),
        ({"workers": "ray", "tokens": TOKENS, "cpus_a_stream": 0}, "cpus_a_stream"),
        ({"workers": "ray", "tokens": TOKENS, "alone_s": 0}, "alone_s"),
    ],
)
def test_settings_that_contradict_themselves_are_refused_with_what_to_do(
    tmp_path: Path, analysis: dict[str, Any], words: str
) -> None:
    with pytest.raises(Misconfigured, match=words):
        set_to(tmp_path, **analysis)


def test_a_file_that_only_this_machine_has_is_refused_for_a_cluster_of_others(tmp_path: Path) -> None:
    elsewhere = {"workers": "ray", "ray_address": "10.0.0.5:6379", "home_url": HOME, "tokens": TOKENS}
    with pytest.raises(Misconfigured, match="the video of C2 is a file"):
        set_to(
            tmp_path, videos=[{"name": "C1", "source": "rtsp://10.0.0.9/live"}, {"name": "C2", "source": "gate.mp4"}],
            **elsewhere,
        )  # fmt: skip


def test_tokens_are_not_shown(tmp_path: Path) -> None:
    assert TOKENS["dobele"] not in repr(set_to(tmp_path, workers="ray", tokens=TOKENS))
