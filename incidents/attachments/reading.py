"""What a file is that somebody adds to a note, read from its content, and what is shown of it.

Runs in a worker process: it takes apart what strangers may have made. A photo becomes a fresh JPEG; voice is packed
anew without its metadata, nothing encoded again; a document stays as it is, and is never shown in a page.
"""

import io
from dataclasses import dataclass
from enum import StrEnum

import av

from telemetry.errors import BadMedia
from telemetry.messages import Message
from vision.frames.still_images import LARGEST_PICTURE, MOST_PIXELS, clean_jpeg

MIB = 1024 * 1024
LARGEST = {"photo": LARGEST_PICTURE, "voice": 8 * MIB, "document": 12 * MIB}
"""Bytes of one file as it comes, by kind."""
LARGEST_OF_ALL = max(LARGEST.values())
LONGEST_VOICE_S = 600.0
_PDF_HEAD = b"%PDF-"
_PDF_END = b"%%EOF"
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class AttachmentKind(StrEnum):
    """What somebody adds to a note."""

    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"


@dataclass(frozen=True)
class ReadFile:
    """A file as it came and as it is shown."""

    kind: AttachmentKind
    content_type: str
    """Of what is shown."""
    shown: bytes
    original_content_type: str
    original: bytes


def read_file(content: bytes, most_pixels: int = MOST_PIXELS) -> ReadFile:
    """What `content` is, and what may be shown of it. Raises BadMedia for what is none of the kinds, too large, too
    long, or cannot be read."""
    picture = _picture_type(content)
    if picture is not None:
        _require_size(content, AttachmentKind.PHOTO)
        return ReadFile(AttachmentKind.PHOTO, "image/jpeg", clean_jpeg(content, most_pixels), picture, content)
    container = _voice_container(content)
    if container is not None:
        _require_size(content, AttachmentKind.VOICE)
        content_type = f"audio/{container}"
        return ReadFile(AttachmentKind.VOICE, content_type, _repacked(content, container), content_type, content)
    if content.startswith(_PDF_HEAD) and _PDF_END in content[-2048:]:
        _require_size(content, AttachmentKind.DOCUMENT)
        return ReadFile(AttachmentKind.DOCUMENT, "application/pdf", content, "application/pdf", content)
    raise BadMedia(Message("attachments.unknown_kind"))


def _require_size(content: bytes, kind: AttachmentKind) -> None:
    largest = LARGEST[kind]
    if len(content) > largest:
        raise BadMedia(Message("attachments.too_large", kind=kind, size=len(content), largest=largest))


def _picture_type(content: bytes) -> str | None:
    for head, name in _PICTURES.items():
        if content.startswith(head):
            return name
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def _voice_container(content: bytes) -> str | None:
    """The container that a browser's MediaRecorder makes: WebM and Ogg (Chromium, Firefox), MP4 (Safari)."""
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if content.startswith(b"OggS"):
        return "ogg"
    if content[4:8] == b"ftyp":
        return "mp4"
    return None


def _repacked(content: bytes, container: str) -> bytes:
    """The sound alone in a fresh container of the same kind, without title, place, device or cover picture."""
    out = io.BytesIO()
    try:
        with av.open(io.BytesIO(content), "r") as source, av.open(out, "w", format=container) as target:
            if source.streams.video or len(source.streams.audio) != 1:
                raise BadMedia(Message("attachments.not_voice"))
            spoken = source.streams.audio[0]
            stream = target.add_stream_from_template(spoken)
            stream.metadata.clear()
            for packet in source.demux(spoken):
                if packet.dts is None:
                    continue
                if packet.time_base is not None and float(packet.dts * packet.time_base) > LONGEST_VOICE_S:
                    raise BadMedia(Message("attachments.too_long", minutes=LONGEST_VOICE_S / 60))
                packet.stream = stream
                target.mux(packet)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise BadMedia(Message("attachments.voice_unreadable")) from error
    return out.getvalue()
