"""Addresses: what is opened how, what is refused, and that no secret is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("text", "url", "name"),
    [
        ("rtsp://u:a#b@cam/live", "rtsp://u:a%23b@cam/live", "rtsp://cam/live"),
        (
            "rtsp://u:a/b?c@d:e%f@10.0.0.1:554/x",
            "rtsp://u:a%2Fb%3Fc%40d%3Ae%25f@10.0.0.1:554/x",
            "rtsp://10.0.0.1:554/x",
        ),
        ("rtsp://u:12/3@cam/live", "rtsp://u:12%2F3@cam/live", "rtsp://cam/live"),
        ("rtsp://u:ž@[::1]:554/x", "rtsp://u:%C5%BE@[::1]:554/x", "rtsp://[::1]:554/x"),
        ("rtsp://u:p%23x@cam/live", "rtsp://u:p%23x@cam/live", "rtsp://cam/live"),
        ("rtsp://cam.local/user@x/live", "rtsp://cam.local/user@x/live", "rtsp://…"),
        ("udp://@239.0.0.1:5000", "udp://@239.0.0.1:5000", "udp://239.0.0.1:5000"),
        ("rtsp://c.lan/user=a&password=b&channel=1", None, "rtsp://c.lan/user=a&password=…&channel=1"),
    ],
)
def test_a_password_may_hold_any_character_and_is_never_shown(text: str, url: str | None, name: str) -> None:
    address = read_address(text)
    assert (address.url, address.name) == (url or text, name)


@pytest.mark.parametrize("text", ["rtsp://u3:ab", "rtsp://u:p@ss/w@host/x", "rtsp://u:p@cam.lan/a@b.lan/x"])
def test_where_it_is_not_clear_where_a_password_ends_the_message_says_how_to_write_it(text: str) -> None:
    with pytest.raises(BadMedia, match="%40 for @") as caught:
        read_address(text)
    assert caught.value.message.startswith("rtsp://…: ")


@given(password=st.text(st.characters(min_codepoint=32), max_size=12))
def test_no_part_of_any_password_is_shown(password: str) -> None:
    assert display_name(f"rtsp://admin:{password}@10.1.2.3:554/live") in ("rtsp://10.1.2.3:554/live", "rtsp://…")
