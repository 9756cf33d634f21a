"""What somebody adds to a note is known by its content, and what is shown of it says nothing of place or device."""

import io

import av
import pytest

from incidents.attachments import reading
from incidents.attachments.reading import AttachmentKind, read_file
from telemetry.errors import BadMedia
from tests.incidents.attachments.builders import PDF, photo, voice
from tests.vision.packets import camera_clip


def test_a_photo_is_shown_without_its_place_and_kept_with_it() -> None:
    sent = photo(exif=b"GPS 56.62 23.28")
    read = read_file(sent)
    assert (read.kind, read.content_type, read.original) == (AttachmentKind.PHOTO, "image/jpeg", sent)
    assert b"GPS" not in read.shown
    assert b"Exif" not in read.shown


@pytest.mark.parametrize(("container", "codec"), [("webm", "libopus"), ("ogg", "libopus"), ("mp4", "aac")])
def test_voice_of_every_browser_is_shown_without_its_metadata(container: str, codec: str) -> None:
    sent = voice(container=container, codec=codec, title="Janis' phone")
    read = read_file(sent)
    assert (read.kind, read.content_type, read.original) == (AttachmentKind.VOICE, f"audio/{container}", sent)
    assert b"Janis" in sent
    assert b"Janis" not in read.shown
    with av.open(io.BytesIO(read.shown), "r") as container_read:
        assert sum(frame.samples for frame in container_read.decode(audio=0)) > 20_000


def test_a_document_is_kept_as_it_came() -> None:
    read = read_file(PDF)
    assert (read.kind, read.shown, read.original) == (AttachmentKind.DOCUMENT, PDF, PDF)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ\x90\x00 a program", "is no photo"),
        (b"%PDF-1.4 cut off", "is no photo"),
        (b"\x1a\x45\xdf\xa3 no sound", "cannot be read"),
        (b"\xff\xd8\xff no picture", "picture"),
    ],
)
def test_what_cannot_be_used_says_why(content: bytes, why: str) -> None:
    with pytest.raises(BadMedia, match=why):
        read_file(content)


def test_a_film_is_no_voice(tmp_path_factory: pytest.TempPathFactory) -> None:
    film = io.BytesIO()
    clip = str(camera_clip(tmp_path_factory.mktemp("film"), seconds=1))
    with av.open(clip) as source, av.open(film, "w", format="mp4") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    with pytest.raises(BadMedia, match="not sound alone"):
        read_file(film.getvalue())


def test_what_is_too_large_or_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reading.LARGEST, "document", 10)
    with pytest.raises(BadMedia, match="at most"):
        read_file(PDF)
    monkeypatch.setattr(reading, "LONGEST_VOICE_S", 0.2)
    with pytest.raises(BadMedia, match="at most"):
        read_file(voice(seconds=1))
