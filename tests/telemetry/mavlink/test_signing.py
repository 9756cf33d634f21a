"""Signatures: what we sign pymavlink believes and the other way round; what is unsigned, wrong or old is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v10 import ardupilotmega as mavlink1
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.clock import ManualClock
from telemetry.errors import Misconfigured
from telemetry.mavlink.signing import EPOCH, FrameRefusal, Signing, SigningKey, read_signing_key
from telemetry.mavlink.stream import intact

KEY, OTHER = SigningKey(bytes(range(32))), SigningKey(bytes(32))
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def signing(key: SigningKey = KEY, at: datetime = NOW, link_id: int = 0) -> Signing:
    return Signing(key, ManualClock(at).now, link_id=link_id)


def heartbeat(mode: int = 7) -> bytes:
    packed: bytes = mavlink.MAVLink_heartbeat_message(2, 12, 81, mode, 3, 3).pack(mavlink.MAVLink(None, 1, 1))
    return packed


def pymavlinks(key: SigningKey) -> mavlink.MAVLink:
    mav = mavlink.MAVLink(None, 1, 1)
    mav.signing.secret_key, mav.signing.sign_outgoing = key.secret, True
    mav.signing.timestamp = int((NOW - EPOCH).total_seconds() * 1e5)
    return mav


@given(mode=st.integers(0, 2**32 - 1), link_id=st.integers(0, 255))
def test_what_we_sign_pymavlink_believes(mode: int, link_id: int) -> None:
    heard = pymavlinks(KEY).decode(bytearray(signing(link_id=link_id).signed(heartbeat(mode))))
    assert (heard.get_signed(), heard.get_link_id(), heard.custom_mode) == (True, link_id, mode)


def test_what_we_sign_with_another_key_pymavlink_does_not_believe() -> None:
    with pytest.raises(mavlink.MAVError, match="signature"):
        pymavlinks(KEY).decode(bytearray(signing(OTHER).signed(heartbeat())))


def test_what_pymavlink_signs_we_believe() -> None:
    mav, ours = pymavlinks(KEY), signing()
    for _ in range(3):
        assert ours.believes(bytes(mavlink.MAVLink_heartbeat_message(2, 12, 0, 0, 3, 3).pack(mav)))


@given(mode=st.integers(0, 2**32 - 1), sequence=st.integers(0, 255))
def test_a_frame_of_version_1_is_signed_as_the_same_message_of_version_2(mode: int, sequence: int) -> None:
    old = mavlink1.MAVLink(None, 7, 3)
    old.seq = sequence
    signed = signing().signed(bytes(mavlink1.MAVLink_heartbeat_message(2, 12, 0, mode, 0, 0).pack(old)))
    heard = pymavlinks(KEY).decode(bytearray(signed))
    said = (heard.get_srcSystem(), heard.get_srcComponent(), heard.get_seq(), heard.custom_mode, heard.get_signed())
    assert said == (7, 3, sequence, mode, True)
    assert intact(signed)


@given(at=st.integers(1, 33), bit=st.integers(0, 7))
def test_a_signed_frame_with_one_bit_turned_is_refused(at: int, bit: int) -> None:
    frame = bytearray(signing().signed(heartbeat()))
    frame[at] ^= 1 << bit
    assert not (intact(bytes(frame)) and signing().believes(bytes(frame)))


def test_what_is_refused_is_counted_by_why() -> None:
    ours = signing()
    frame = signing().signed(heartbeat())
    assert ours.believes(frame)
    for refused in (heartbeat(), frame, signing(OTHER).signed(heartbeat())):
        assert not ours.believes(refused)
    assert ours.refused == {FrameRefusal.UNSIGNED: 1, FrameRefusal.REPLAYED: 1, FrameRefusal.WRONG_KEY: 1}
    assert ours.refused_in_words() == "1 signed with another key, 1 unsigned, 1 with an old time"


def test_each_stream_has_a_time_of_its_own() -> None:
    ours = signing()
    assert ours.believes(signing(at=NOW).signed(heartbeat()))
    assert ours.believes(signing(at=NOW - timedelta(seconds=5), link_id=4).signed(heartbeat()))


@pytest.mark.parametrize(("late_s", "believed"), [(59, True), (61, False), (-3600, True)])
def test_a_stream_may_begin_no_more_than_a_minute_behind_our_clock(late_s: int, believed: bool) -> None:
    assert signing().believes(signing(at=NOW - timedelta(seconds=late_s)).signed(heartbeat())) is believed


def test_times_grow_although_the_clock_stands_still_or_another_is_ahead() -> None:
    ours, theirs = signing(), signing(at=NOW + timedelta(hours=1))
    assert ours.believes(theirs.signed(heartbeat()))
    listening = signing(at=NOW + timedelta(hours=1))
    assert all(listening.believes(ours.signed(heartbeat())) for _ in range(3))


def test_a_radio_that_cannot_sign_may_tell_its_status() -> None:
    status = mavlink.MAVLink_radio_status_message(100, 100, 50, 10, 10, 0, 0).pack(mavlink.MAVLink(None, 51, 68))
    assert signing().believes(bytes(status))


def test_a_key_of_32_bytes_that_only_its_owner_may_read_is_read_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(KEY.secret)
    file.chmod(0o600)
    key = read_signing_key(file)
    assert key == KEY
    assert repr(key) == "SigningKey()"


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [(b"x" * 32, 0o644, "chmod 600"), (b"00" * 32, 0o600, "has 64 bytes"), (b"", 0o600, "has 0 bytes")],
)
def test_a_key_that_is_anybodys_or_of_another_length_is_refused(
    tmp_path: Path, content: bytes, mode: int, why: str
) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(Misconfigured, match=why):
        read_signing_key(file)


def test_a_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read: No such file"):
        read_signing_key(tmp_path / "none")
