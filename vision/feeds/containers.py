"""FFmpeg's containers: opening a file or an address, and what they say of their pictures. Reads no pictures."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av

from telemetry.errors import BadMedia, SourceLost
from telemetry.messages import Message, written
from vision.feeds.address import StreamAddress
from vision.feeds.packets import StreamForm
from vision.feeds.srt import SrtBridge, bridge_program
from vision.fmp4.codecs import codec_string
from vision.fmp4.init import initial_segment

_QUICK = {"analyzeduration": "1000000", "fpsprobesize": "0"}
"""FFmpeg looks into a live stream for a second at most, and not for its rate."""
_TURNED = frozenset({"mov", "mp4", "matroska", "webm"})
"""Formats of files that may say that their pictures are to be turned."""


class SourceRefused(SourceLost):
    """A camera that does not take the user name and password: asked again and again, it locks the account."""


@dataclass(frozen=True)
class OpenStream:
    """A stream that is open."""

    container: Any
    bridge: SrtBridge | None = None
    """The process that hands it on, where there is one."""

    def close(self) -> None:
        """Give the connection back."""
        self.container.close()
        if self.bridge is not None:
            self.bridge.close()


def open_stream(address: StreamAddress, *, timeout_s: float, stall_s: float) -> OpenStream:
    """What is behind `address`, waited for `timeout_s`, its pictures for `stall_s`. Raises SourceLost, BadMedia and
    SourceRefused."""
    if address.url.lower().startswith("srt://") and (program := bridge_program()) is not None:
        return _open_bridged(program, address, stall_s=max(timeout_s, stall_s))
    return OpenStream(_open_directly(address, timeout_s=timeout_s, stall_s=stall_s))


def _open_bridged(program: str, address: StreamAddress, *, stall_s: float) -> OpenStream:
    try:
        bridge = SrtBridge(program, address, stall_s=stall_s)
    except OSError as error:
        cannot = Message("feeds.program_fails", source=address.name, program=program, reason=error.strerror)
        raise SourceLost(cannot) from error
    try:
        return OpenStream(av.open(bridge, format="mpegts", options=_QUICK), bridge)
    except av.error.FFmpegError as error:
        bridge.close()
        why = Message("feeds.srt_refused", source=address.name)
        if address.listens:
            why = Message("feeds.nobody_sends", source=address.name)
        raise SourceLost(why) from error


def _open_directly(address: StreamAddress, *, timeout_s: float, stall_s: float) -> Any:
    try:
        return av.open(address.url, options=_QUICK | address.options, timeout=(timeout_s, stall_s))
    except av.error.ProtocolNotFoundError as error:
        unspoken = Message("feeds.not_spoken", source=address.name, instead=_way_round(address))
        raise BadMedia(unspoken) from error
    except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError) as error:
        raise SourceRefused(Message("feeds.password_refused", source=address.name)) from error
    except av.error.FFmpegError as error:
        if address.listens and isinstance(error, av.error.ExitError):
            raise SourceLost(Message("feeds.nobody_sends", source=address.name)) from error
        why = reason(error, timeout_s)
        raise SourceLost(Message("feeds.not_opened", source=address.name, reason=why)) from error


def _way_round(address: StreamAddress) -> Message:
    if address.url.lower().startswith("srt://"):
        return Message("feeds.install_ffmpeg")
    return Message("feeds.put_in_front")


def open_file(path: Path) -> Any:
    """The container in `path`. Raises BadMedia for what is no video."""
    if path.is_dir():
        raise BadMedia(Message("feeds.is_folder", source=path))
    if not path.is_file():
        raise BadMedia(Message("feeds.no_file", source=path))
    if path.stat().st_size == 0:
        raise BadMedia(Message("feeds.empty_file", source=path))
    try:
        # A playlist given as a video must not reach into the network.
        return av.open(str(path.resolve()), options={"protocol_whitelist": "file"})
    except av.error.FFmpegError as error:
        code = "no_video"
        if _is_mp4(path):
            code = "no_whole_mp4"
        raise BadMedia(Message(f"feeds.{code}", source=path, reason=reason(error))) from error


def stream_form(stream: Any, *, rotation: int = 0) -> StreamForm:
    """How the pictures of `stream` are encoded, to be turned by `rotation`."""
    context = stream.codec_context
    rate = stream.average_rate or stream.guessed_rate
    extradata = bytes(context.extradata or b"")
    return StreamForm(
        codec=context.name,
        codec_string=codec_string(context.name, extradata),
        extradata=extradata,
        width=context.width,
        height=context.height,
        time_base=stream.time_base,
        frame_period_s=float(1 / rate) if rate else 1 / 25,
        init=initial_segment(stream),
        rotation=rotation,
    )


def file_rotation(container: Any, path: Path) -> int:
    """By how many degrees counter-clockwise the pictures in `path`, open as `container`, are to be turned.

    Phones write it beside the pictures (display matrix, ISO/IEC 14496-12 8.5.2); FFmpeg tells it with the first one.
    """
    if not _TURNED & set(container.format.name.split(",")):
        return 0
    with suppress(av.error.FFmpegError, StopIteration), open_file(path) as again:
        return int(next(again.decode(video=0)).rotation)
    return 0


def file_time(container: Any, path: Path) -> datetime:
    """When the first picture was taken, UTC: as the file says, else when it was last written."""
    with suppress(KeyError, ValueError):
        written = datetime.fromisoformat(container.metadata["creation_time"])
        if written.tzinfo:
            return written.astimezone(UTC)
        return written.replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def reason(error: av.error.FFmpegError, waited_s: float | None = None) -> Message:
    """FFmpeg's error: its own words, where it is not that nobody answered."""
    if isinstance(error, av.error.ExitError):
        if waited_s is None:
            return Message("feeds.no_answer")
        return Message("feeds.no_answer_for", waited_s=f"{waited_s:g}")
    return written((error.strerror or type(error).__name__).lower())


def _is_mp4(path: Path) -> bool:
    """Whether it begins as an MP4 does."""
    with path.open("rb") as file:
        return file.read(12)[4:8] == b"ftyp"
