"""Heads are signed, kept in a file outside the database, and written into the other towns' chains.

So who rewrites a chain must also change the file, or make the same of the other town's chain, whose own head is in the
file, too. Reads the key each time: a key that was replaced signs from then on.
"""

import logging
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from mapserver.chain import stored
from mapserver.chain.keys import read_private
from mapserver.core.chain_settings import ChainSettings
from telemetry.chain.canonical import canonical
from telemetry.chain.heads import SignedHead, read_heads, signed_head
from telemetry.chain.service import append_entry
from telemetry.chain.tables import ChainEntryRow
from telemetry.chain.values import SYSTEM_CHAIN, EntryType, Head
from telemetry.errors import VanagasError
from telemetry.store import STORE_ERRORS, Store, Work

log = logging.getLogger(__name__)

_OF_A_HEAD = f'"type":"{EntryType.HEAD}"}}'
"""How the body of an entry about a head ends, as `type` is the last of its keys."""


def sign_heads(store: Store, wanted: ChainSettings, now: datetime) -> list[SignedHead]:
    """Sign the head of each chain that grew since it was signed last, at `now` (UTC): the new heads.

    A chain that grew by other chains' heads alone is not signed for that. In the file first, then in the chains: what
    is cut off between the two is in the file. Raises Misconfigured for the key, BadInput for a file that holds other
    things, OSError, STORE_ERRORS.
    """
    key = read_private(wanted.signing_key)
    known: dict[str, int] = {}
    if wanted.heads_file.exists():
        known = {head.chain: head.seq for head in read_heads(wanted.heads_file)}
    with store.read() as session:
        chains = stored.heads(session)
        grown = [head for head in chains if _has_grown(session, head, known.get(head.chain, 0))]
    signed = [signed_head(key, head, now) for head in grown]
    if signed:
        _append(wanted.heads_file, signed)
        names = [head.chain for head in chains]
        store.run(lambda work: _exchange(work, signed, names, now))
    return signed


def try_signing(store: Store, wanted: ChainSettings | None, now: datetime) -> None:
    """As `sign_heads`, where the settings ask for it; what keeps it from that is logged, and stops nothing else."""
    if wanted is None:
        return
    try:
        sign_heads(store, wanted, now)
    except (VanagasError, OSError, *STORE_ERRORS) as error:
        log.error("the heads of the chains could not be signed: %s", error)


def _has_grown(session: Session, head: Head, signed_seq: int) -> bool:
    if signed_seq == 0:
        return True
    row = ChainEntryRow
    added = select(row.seq).where(row.chain == head.chain, row.seq > signed_seq)
    return session.exec(added.where(~col(row.body).endswith(_OF_A_HEAD, autoescape=True)).limit(1)).first() is not None


def _exchange(work: Work, signed: Sequence[SignedHead], names: Sequence[str], now: datetime) -> None:
    """Write each head into the chains of the other towns, or of the system where there is no other town."""
    for head in signed:
        others = [name for name in names if name not in (head.chain, SYSTEM_CHAIN)]
        if not others and head.chain != SYSTEM_CHAIN:
            others = [SYSTEM_CHAIN]
        for name in others:
            append_entry(work.session, name, EntryType.HEAD, {"head": head.to_json()}, at=now)


def _append(file: Path, heads: Sequence[SignedHead]) -> None:
    """Have the heads on the disk before this returns. A line that was once cut off by a power cut goes."""
    lines = "".join(f"{canonical(head.to_json())}\n" for head in heads).encode()
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            os.ftruncate(descriptor, file.read_bytes().rfind(b"\n") + 1)
        os.write(descriptor, lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
