"""Takes SRT in through Debian's ffmpeg, as a process that hands it on: the FFmpeg inside PyAV does not speak SRT.

One process a stream, which copies the pictures as they are into a pipe of MPEG-TS and leaves sound out. The address,
which may carry a passphrase, goes to it over its standard input, so that no list of processes shows it.
"""

import os
import select
import shutil
import subprocess
from functools import cache
from typing import IO
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from vision.feeds.address import StreamAddress

ASKED_S = 10.0
END_S = 2.0
_ARGUMENTS = (
    "-hide_banner", "-loglevel", "quiet", "-fflags", "nobuffer",
    "-f", "concat", "-safe", "0", "-protocol_whitelist", "pipe,srt,udp", "-i", "pipe:0",
    "-map", "0:v:0", "-c", "copy", "-flush_packets", "1", "-muxdelay", "0", "-f", "mpegts", "pipe:1",
)  # fmt: skip
"""A list of one entry (ffmpeg-formats, concat) is how ffmpeg takes an address from its standard input."""


@cache
def bridge_program() -> str | None:
    """The ffmpeg on this machine that speaks SRT; None where there is none. Looked for once."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    try:
        said = subprocess.run(  # noqa: S603 the program is found on PATH, no word of it comes from outside
            [program, "-hide_banner", "-protocols"], capture_output=True, text=True, timeout=ASKED_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if "srt" in said.stdout.split():
        return program
    return None


class SrtBridge:
    """A running bridge; PyAV reads it like a file. Close it."""

    def __init__(self, program: str, address: StreamAddress, *, stall_s: float) -> None:
        """`stall_s`: when nothing comes for so long, the stream is over. Raises OSError when it cannot be started."""
        self._stall_s = stall_s
        self._process = subprocess.Popen(  # noqa: S603 no word of it comes from outside
            [program, *_ARGUMENTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self._pipe = _pipe(self._process.stdout)
        with _pipe(self._process.stdin) as asked:
            asked.write(_list_of(bridged_url(address, stall_s=stall_s)).encode())

    def read(self, size: int) -> bytes:
        """What has come, at most `size`; nothing at the end, and when nothing came for too long."""
        ready, _, _ = select.select([self._pipe], [], [], self._stall_s)
        if ready:
            return os.read(self._pipe.fileno(), size)
        return b""

    def close(self) -> None:
        """End the process and wait for that."""
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pipe.close()


def bridged_url(address: StreamAddress, *, stall_s: float) -> str:
    """The address as ffmpeg takes it, with its limits of time (ffmpeg-protocols, srt: microseconds)."""
    parts = urlsplit(address.url)
    limit = str(round(stall_s * 1_000_000))
    said = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"timeout": limit}
    if address.listens:
        said |= {"mode": "listener", "listen_timeout": limit}
    return urlunsplit(parts._replace(query=urlencode(said)))


def _list_of(url: str) -> str:
    quoted = url.replace("'", "'\\''")
    return f"ffconcat version 1.0\nfile '{quoted}'\n"


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("the bridge has no pipe")
    return pipe
