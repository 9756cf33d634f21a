"""An address is kept so that nobody without the key reads it, and shown so that nobody learns its secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadInput, Misconfigured
from vision.cameras.stream_cipher import StreamCipher, StreamPart, checked_address, shown_address

KEY = b"a secret key of at least 32 characters"
ADDRESS = "rtsp://operator:S3cr3t@10.0.0.7:554/cam/realmonitor?channel=1&subtype=0&token=S3cr3t"


@given(st.text(max_size=200))
def test_what_was_encrypted_is_read_again(address: str) -> None:
    cipher = StreamCipher(KEY)
    kept = cipher.encrypted(address, "C1", StreamPart.MAIN)
    assert cipher.decrypted(kept, "C1", StreamPart.MAIN) == address


def test_the_same_address_is_another_text_each_time() -> None:
    cipher = StreamCipher(KEY)
    kept = {cipher.encrypted(ADDRESS, "C1", StreamPart.MAIN) for _ in range(5)}
    assert len(kept) == 5
    assert not any("S3cr3t" in one or "10.0.0.7" in one for one in kept)


@pytest.mark.parametrize(
    ("key", "camera", "part"),
    [
        (b"another secret key of 32 characters!", "C1", StreamPart.MAIN),
        (KEY, "C2", StreamPart.MAIN),
        (KEY, "C1", StreamPart.SUB),
    ],
)
def test_another_key_camera_or_stream_does_not_read_it(key: bytes, camera: str, part: StreamPart) -> None:
    kept = StreamCipher(KEY).encrypted(ADDRESS, "C1", StreamPart.MAIN)
    with pytest.raises(Misconfigured, match="another secret key; enter it anew"):
        StreamCipher(key).decrypted(kept, camera, part)


@pytest.mark.parametrize("kept", ["", "1:", "1:!!", "1:AAAA", "plain"])
def test_what_was_damaged_is_not_read(kept: str) -> None:
    with pytest.raises(Misconfigured):
        StreamCipher(KEY).decrypted(kept, "C1", StreamPart.MAIN)


def test_an_address_is_shown_with_the_picture_that_it_means_and_no_secret() -> None:
    assert shown_address(ADDRESS) == "rtsp://10.0.0.7:554/cam/realmonitor?channel=1&subtype=0"
    assert shown_address("rtmp://0.0.0.0:1935/live/gate?listen") == "rtmp://0.0.0.0:1935/live/gate?listen"
    assert shown_address("rtsp://u:a?channel=S3cr3t&x@10.0.0.7/main") == "rtsp://10.0.0.7/main"


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=6, max_size=30))
def test_no_password_is_shown_whatever_it_holds(password: str) -> None:
    address = f"rtsp://operator:Q{password}Z@10.0.0.7/main"
    try:
        shown = shown_address(checked_address(address))
    except BadInput as error:
        shown = error.message
    assert f"Q{password}Z" not in shown


@pytest.mark.parametrize("text", ["", "gate.mp4", "/etc/passwd", "file:///etc/passwd", "rtsp://a/\x00", "gopher://a/b"])
def test_what_is_no_stream_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checked_address(text)
