"""The key under which plates that hit nothing are hashed. It lies beside the database, not in it, and is thrown away.

The hash lets the reads of one vehicle be merged while the key lives. Once it is replaced nobody, with any amount of
guessing, can tell which plate a hash was of; a vehicle seen before and after that is two.
"""

import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from telemetry.clock import iso
from telemetry.errors import Misconfigured
from telemetry.messages import Message
from vision.plates.watch_list_match import fold


class PlateKeys:
    """The key of the day, made when first needed and replaced when it is `lasts` old."""

    def __init__(self, file: Path, *, lasts: timedelta, due_by: Callable[[], datetime | None]) -> None:
        """`due_by` says up to which moment (UTC) things are due; None while the clock is not believed."""
        self._file = file
        self._lasts = lasts
        self._due_by = due_by
        self._turn = threading.Lock()
        self._key: tuple[datetime, bytes] | None = None

    def digest(self, plate: str, now: datetime) -> str:
        """What stands for `plate` at `now` (UTC): HMAC-SHA-256, 128 bits of it in hex. Plates read alike are one.

        Raises Misconfigured when the key's file is damaged.
        """
        return hmac.new(self._current(now), fold(plate).encode(), hashlib.sha256).hexdigest()[:32]

    def _current(self, now: datetime) -> bytes:
        with self._turn:
            kept = self._key or self._stored()
            if kept is None:
                kept = self._keep(now, secrets.token_bytes(32))
            elif not kept[0] <= now < kept[0] + self._lasts:
                kept = self._renewed(*kept)
            self._key = kept
            return kept[1]

    def _renewed(self, since: datetime, key: bytes) -> tuple[datetime, bytes]:
        """Another key for one that is old; one that the clock made in the future is as old as it can be told."""
        due_by = self._due_by()
        if due_by is None or since <= due_by < since + self._lasts:
            return since, key
        return self._keep(due_by, key if due_by < since else secrets.token_bytes(32))

    def _stored(self) -> tuple[datetime, bytes] | None:
        if not self._file.is_file():
            return None
        try:
            raw = json.loads(self._file.read_text())
            return datetime.fromisoformat(raw["since"]), bytes.fromhex(raw["key"])
        except (ValueError, KeyError, TypeError) as error:
            raise Misconfigured(Message("plates.key_unreadable", file=self._file)) from error

    def _keep(self, since: datetime, key: bytes) -> tuple[datetime, bytes]:
        part = self._file.with_name(self._file.name + ".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"since": iso(since), "key": key.hex()}, file)
        part.replace(self._file)
        return since, key
