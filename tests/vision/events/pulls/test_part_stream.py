"""The parts of an endless body are the same however its bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadObservation
from vision.events.pulls.part_stream import Part, PartStream

ALERT = b"<EventNotificationAlert><eventType>VMD</eventType></EventNotificationAlert>"
BODIES = st.lists(st.sampled_from([ALERT, b"Heartbeat", b"Code=VideoMotion;action=Start;index=0", b"\xff\xd8 \r\n x"]))


def written(body: bytes, *, with_length: bool, new_line: bytes = b"\r\n") -> bytes:
    head = [b"--myboundary", b"Content-Type: text/plain"]
    if with_length:
        head.append(b"Content-Length: %d" % len(body))
    return new_line.join([*head, b"", body, b""])


@given(bodies=BODIES, with_length=st.booleans(), new_line=st.sampled_from([b"\r\n", b"\n"]), data=st.data())
def test_parts_do_not_depend_on_how_the_bytes_are_divided(
    bodies: list[bytes], with_length: bool, new_line: bytes, data: st.DataObject
) -> None:
    whole = b"".join(written(body, with_length=with_length, new_line=new_line) for body in bodies)
    whole += b"--myboundary" + new_line
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    stream = PartStream('"--myboundary"')
    found = [
        part
        for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)
        for part in stream.feed(whole[start:end])
    ]
    assert found == [Part("text/plain", body) for body in bodies]


def test_an_alert_without_a_length_is_given_before_the_next_boundary_comes() -> None:
    stream = PartStream("boundary")
    head = b"--boundary\r\nContent-Type: application/xml\r\n\r\n"
    assert stream.feed(head + ALERT) == [Part("application/xml", ALERT)]


def test_text_between_two_parts_is_given_as_a_part_of_its_own() -> None:
    stream = PartStream("b")
    picture = b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: 1\r\n\r\n"
    stream.feed(picture + b"x")
    assert stream.feed(b"astray\r\n" + picture + b"y") == [Part("", b"astray"), Part("image/jpeg", b"y")]


@pytest.mark.parametrize("length", [3, 900])
def test_a_wrong_length_is_not_believed(length: int) -> None:
    stream = PartStream("myboundary")
    event = b'Code=VideoMotion;action=Start;index=0;data={"Id": [0]}'
    stream.feed(b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % length + event)
    assert stream.feed(b"\r\n--myboundary\r\n") == [Part("text/plain", event)]


def test_a_text_of_the_right_length_is_given_before_the_next_boundary_comes() -> None:
    stream = PartStream("myboundary")
    head = b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
    assert stream.feed(head + b"Heartbeat") == [Part("text/plain", b"Heartbeat")]


def test_a_part_that_never_ends_is_refused() -> None:
    stream = PartStream("b")
    stream.feed(b"--b\r\nContent-Type: text/plain\r\n\r\n")
    with pytest.raises(BadObservation, match="16"):
        for _ in range(17):
            stream.feed(b"x" * 1_000_000)


def test_a_length_beyond_any_event_is_refused() -> None:
    with pytest.raises(BadObservation):
        PartStream("b").feed(b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: 999999999\r\n\r\nx")
