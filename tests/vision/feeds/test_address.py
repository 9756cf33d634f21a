"""Addresses: what is opened how, what is refused, and that no secret is shown."""

import pytest

from telemetry.errors import BadMedia
from vision.feeds.address import display_name, read_address


@pytest.mark.parametrize(
    ("text", "url", "listens", "options"),
    [
        ("rtsp://u:p@c:554/main?x=1", "rtsp://u:p@c:554/main?x=1", False, {"rtsp_transport": "tcp"}),
        ("rtmp://0.0.0.0:1935/live/body?listen", "rtmp://0.0.0.0:1935/live/body", True, {"listen": "1"}),
        ("tcp://0.0.0.0:9000?listen&a=b", "tcp://0.0.0.0:9000?a=b", True, {"listen": "1"}),
        ("srt://0.0.0.0:9000?mode=listener&latency=120", "srt://0.0.0.0:9000?latency=120", True, {"mode": "listener"}),
        ("udp://0.0.0.0:5000", "udp://0.0.0.0:5000", True, {}),
        ("http://c/live.ts", "http://c/live.ts", False, {}),
    ],
)
def test_an_address_says_who_calls_whom(text: str, url: str, listens: bool, options: dict[str, str]) -> None:
    address = read_address(text)
    assert (address.url, address.listens, address.options) == (url, listens, options)


def test_rtsp_goes_over_udp_when_asked_to() -> None:
    assert read_address("rtsp://c/main", transport="udp").options == {"rtsp_transport": "udp"}


@pytest.mark.parametrize("text", ["ftp://c/clip.mp4", "https://c/live?listen"])
def test_what_nobody_can_stream_by_is_refused_and_said_what_can(text: str) -> None:
    with pytest.raises(BadMedia, match="one of http"):
        read_address(text)


def test_an_address_is_shown_without_user_password_and_query() -> None:
    assert display_name("rtsp://u:p@camera.local:554/main?token=1") == "rtsp://camera.local:554/main"
