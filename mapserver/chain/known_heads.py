"""Which heads and which key a verification holds chains against, by the settings or by what was typed."""

from collections.abc import Iterable
from pathlib import Path

from mapserver.chain.keys import public_file, read_public
from mapserver.core.settings import Settings
from telemetry.chain.heads import SignedHead, read_heads


def heads_file(settings: Settings) -> Path | None:
    """The file of heads of the settings, once there is one."""
    if settings.chain is None or not settings.chain.heads_file.exists():
        return None
    return settings.chain.heads_file


def signing_key(settings: Settings) -> Path | None:
    """The file of the key by which heads are signed: its public half where that is there."""
    if settings.chain is None:
        return None
    public = public_file(settings.chain.signing_key)
    return public if public.exists() else settings.chain.signing_key


def outside_heads(file: Path | None) -> Iterable[SignedHead]:
    """The heads of a file; none without one. Raises BadInput, OSError while they are read."""
    return () if file is None else read_heads(file)


def public_keys(file: Path | None) -> frozenset[str] | None:
    """The public keys of a file, in hex; None without one. Raises Misconfigured."""
    return None if file is None else read_public(file)
