"""SRT comes in through a process of Debian's ffmpeg where there is one; else it is said what to do."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from telemetry.errors import BadMedia, SourceLost
from tests.vision.packets import camera_clip
from vision.feeds.address import read_address
from vision.feeds.source import open_source
from vision.feeds.srt import bridge_program, bridged_url
from vision.feeds.stall_limit import StallLimit

PASSPHRASE = "a long enough's phrase"
SAID = "passphrase=a+long+enough%27s+phrase"
needs_ffmpeg = pytest.mark.skipif(bridge_program() is None, reason="no ffmpeg that speaks SRT is installed")


@pytest.fixture
def without_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PATH", str(tmp_path))
    bridge_program.cache_clear()
    yield
    bridge_program.cache_clear()


@needs_ffmpeg
def test_a_camera_that_calls_by_srt_is_read_and_no_list_of_processes_shows_its_passphrase(
    tmp_path: Path, free_port: int
) -> None:
    clip = camera_clip(tmp_path, seconds=8)
    address = f"srt://127.0.0.1:{free_port}"
    camera = subprocess.Popen(
        ["sh", "-c", f'until ffmpeg -loglevel quiet -re -i "{clip}" -c copy -f mpegts "{address}?{SAID}"; do :; done']
    )
    try:
        with open_source(f"{address}?listen&{SAID}", timeout_s=10, rhythm=StallLimit()) as source:
            packets = iter(source)
            taken = [next(packets) for _ in range(15)]
            children = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            ours = [line for line in children.splitlines() if "-f concat" in line]
    finally:
        camera.kill()
        camera.wait()
    assert source.form.codec == "h264"
    assert (source.form.width, source.form.height) == (320, 240)
    assert taken[0].key
    assert len({packet.pts for packet in taken}) == 15
    assert ours
    assert all("phrase" not in line for line in ours)
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in left.splitlines() if line in ours]


@needs_ffmpeg
def test_a_camera_that_does_not_answer_by_srt_is_lost_in_words_without_its_passphrase(free_port: int) -> None:
    with pytest.raises(SourceLost, match="no answer, or not with this passphrase") as told:
        open_source(f"srt://127.0.0.1:{free_port}?{SAID}", timeout_s=1)
    assert "phrase=" not in told.value.message


def test_without_ffmpeg_srt_is_refused_with_the_ways_round_it(without_ffmpeg: None) -> None:
    with pytest.raises(BadMedia, match="install Debian's ffmpeg, or put MediaMTX in front"):
        open_source("srt://127.0.0.1:9999?mode=listener")


def test_the_bridge_is_told_who_calls_and_how_long_to_wait() -> None:
    caller = bridged_url(read_address(f"srt://10.0.0.1:9000?{SAID}&latency=120"), stall_s=2.5)
    asked = parse_qs(urlsplit(caller).query)
    assert asked == {"passphrase": [PASSPHRASE], "latency": ["120"], "timeout": ["2500000"]}
    listener = bridged_url(read_address("srt://0.0.0.0:9000?listen"), stall_s=2.5)
    assert parse_qs(urlsplit(listener).query)["mode"] == ["listener"]
