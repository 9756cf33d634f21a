"""FFmpeg's containers: opening a file or an address, and what they say of their pictures. Reads no pictures."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av

from telemetry.errors import BadMedia, SourceLost
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
        raise SourceLost(
            f"{address.name}: {program} cannot be started ({error.strerror}); look at its rights"
        ) from error
    try:
        return OpenStream(av.open(bridge, format="mpegts", options=_QUICK), bridge)
    except av.error.FFmpegError as error:
        bridge.close()
        why = "cannot be opened (no answer, or not with this passphrase); check the address and the camera"
        if address.listens:
            why = "nobody sends to it yet"
        raise SourceLost(f"{address.name}: {why}") from error


def _open_directly(address: StreamAddress, *, timeout_s: float, stall_s: float) -> Any:
    try:
        return av.open(address.url, options=_QUICK | address.options, timeout=(timeout_s, stall_s))
    except av.error.ProtocolNotFoundError as error:
        raise BadMedia(f"{address.name}: the FFmpeg in use does not speak that; {_way_round(address)}") from error
    except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError) as error:
        raise SourceRefused(
            f"{address.name}: the camera refuses the user name or the password; correct them in its address"
            " (a % in either is written %25)"
        ) from error
    except av.error.FFmpegError as error:
        if address.listens and isinstance(error, av.error.ExitError):
            raise SourceLost(f"{address.name}: nobody sends to it yet") from error
        raise SourceLost(
            f"{address.name}: cannot be opened ({reason(error, timeout_s)}); check the address and the camera"
        ) from error


def _way_round(address: StreamAddress) -> str:
    in_front = "put MediaMTX in front and give its rtsp:// address"
    if address.url.lower().startswith("srt://"):
        return f"install Debian's ffmpeg, or {in_front}"
    return in_front


def open_file(path: Path) -> Any:
    """The container in `path`. Raises BadMedia for what is no video."""
    if path.is_dir():
        raise BadMedia(f"{path}: is a folder; name the video file in it")
    if not path.is_file():
        raise BadMedia(f"{path}: there is no such file")
    if path.stat().st_size == 0:
        raise BadMedia(f"{path}: the file is empty (0 bytes)")
    try:
        # A playlist given as a video must not reach into the network.
        return av.open(str(path.resolve()), options={"protocol_whitelist": "file"})
    except av.error.FFmpegError as error:
        raise BadMedia(f"{path}: is not a video that can be read ({reason(error)}){_guess(path)}") from error


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


def reason(error: av.error.FFmpegError, waited_s: float | None = None) -> str:
    """FFmpeg's error in words."""
    if isinstance(error, av.error.ExitError):
        if waited_s is None:
            return "no answer in the time allowed"
        return f"no answer for {waited_s:g} s"
    return (error.strerror or type(error).__name__).lower()


def _guess(path: Path) -> str:
    with path.open("rb") as file:
        is_mp4 = file.read(12)[4:8] == b"ftyp"
    if is_mp4:
        return "; an MP4 cut off before its index was written, record it again or repair it"
    return ""
