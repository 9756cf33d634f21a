"""Frames of SIA DC-09 (ANSI/SIA DC-09-2021, section 5.5): reading them, checking them, the answers that they get.

`<LF>` CRC, length and `"id"` sequence `R`receiver `L`line `#`account `[`data`]` further data, time and `<CR>`. The CRC
is CRC-16/ARC over all from the first quote on. Encrypted frames (`"*SIA-DCS"`) are told apart, not opened.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastcrc import crc16

FRAME = re.compile(
    rb"(?P<head>[^\"\r\n]{0,12})(?P<body>\"(?P<id>\*?[A-Z][A-Z0-9-]{1,15})\"(?P<seq>\d{4})(?P<receiver>R[0-9A-Fa-f]{1,6})?"
    rb"(?P<line>L[0-9A-Fa-f]{1,6})(?:#(?P<account>[0-9A-Fa-f]{3,16}))?\[(?P<rest>[^\r\n]*))"
)
LINE = re.compile(rb"[^\r\n\x00]+")
LONGEST_FRAME = 4_000
"""Bytes; four hexadecimal digits could say more, panels do not."""
TIME = re.compile(rb"_(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4})$")
"""HH:MM:SS,MM-DD-YYYY."""
DATA = re.compile(rb"([^\[\]]*)\]")


@dataclass(frozen=True)
class SiaFrame:
    """One frame as it was read."""

    id: str
    """SIA-DCS, ADM-CID or NULL; a leading star says that it is encrypted."""
    sequence: str
    receiver: str
    line: str
    account: str
    data: str
    """What stands in the first brackets, without account and bar."""
    time: tuple[int, int, int, int, int, int] | None
    """Year, month, day, hour, minute, second; None where it says none."""
    body: bytes
    is_checked: bool
    """Its CRC and its length are right."""
    is_whole: bool
    """It ends where a frame ends: after its time, or at its length."""


def lines_in(payload: bytes) -> Iterator[bytes]:
    """The lines of `payload` that are not blank: each is to be a frame."""
    return (line[0] for line in LINE.finditer(payload) if line[0].strip())


def frame_in(line: bytes) -> SiaFrame | None:
    """The frame that a line is; None for what is none."""
    match = None
    if len(line) <= LONGEST_FRAME:
        match = FRAME.search(line)
    if match is None:
        return None
    return _frame(match)


def _frame(match: re.Match[bytes]) -> SiaFrame:
    body = match["body"].rstrip()
    rest = match["rest"].rstrip()
    data = DATA.match(rest)
    content = b""
    if data is not None:
        content = data[1]
    time = TIME.search(rest)
    head = match["head"].strip(b"\n\x00 ")
    length = _hexadecimal(head[-4:])
    crc = _hexadecimal(head[:-4])
    is_long_enough = length == len(body)
    is_whole = data is not None and (time is not None or is_long_enough)
    return SiaFrame(
        id=match["id"].decode(),
        sequence=match["seq"].decode(),
        receiver=(match["receiver"] or b"").decode(),
        line=match["line"].decode(),
        account=(match["account"] or b"").decode(),
        data=_without_account(content.decode("latin-1")),
        time=_numbers(time),
        body=body,
        is_checked=is_long_enough and crc == crc16.arc(body),
        is_whole=is_whole,
    )


def _without_account(data: str) -> str:
    """The data after `#account|`."""
    if not data.startswith("#"):
        return data
    return data.partition("|")[2]


def _numbers(time: re.Match[bytes] | None) -> tuple[int, int, int, int, int, int] | None:
    if time is None:
        return None
    hour, minute, second, month, day, year = (int(time[number]) for number in range(1, 7))
    return year, month, day, hour, minute, second


def _hexadecimal(digits: bytes) -> int | None:
    try:
        return int(digits, 16)
    except ValueError:
        return None


def answer(kind: str, frame: SiaFrame) -> bytes:
    """The receiver's ACK or DUH to a frame, with its sequence and account."""
    account = f"#{frame.account}".rstrip("#")
    return _framed(f'"{kind}"{frame.sequence}{frame.receiver}{frame.line}{account}[]'.encode())


def negative_answer(time: str) -> bytes:
    """The receiver's NAK, for a frame whose CRC or time is wrong; `time` is its own, as HH:MM:SS,MM-DD-YYYY UTC."""
    return _framed(f'"NAK"0000R0L0A0[]_{time}'.encode())


def _framed(body: bytes) -> bytes:
    return b"\n" + f"{crc16.arc(body):04X}{len(body):04X}".encode() + body + b"\r"
