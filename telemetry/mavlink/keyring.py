"""The signing keys of the drones, by the files that the settings name. Makes no key and signs nothing."""

from collections.abc import Mapping
from pathlib import Path

from telemetry.errors import KeyUnreadable
from telemetry.mavlink.signing import SigningKey, read_signing_key


class Keyring:
    """A drone that has a key file is never spoken to without its key; a file that was missing is read again."""

    def __init__(self, files: Mapping[str, Path] | None = None) -> None:
        """`files` by unit id. Raises Misconfigured when everybody may read one of them."""
        self._files = dict(files or {})
        self._keys: dict[str, SigningKey] = {}
        for unit_id in self._files:
            try:
                self.key_of(unit_id)
            except KeyUnreadable:  # told by who asks for the key
                continue

    @property
    def units(self) -> list[str]:
        """The ids of the drones that have a key file."""
        return sorted(self._files)

    def key_of(self, unit_id: str) -> SigningKey | None:
        """The drone's key, None where it has none. Raises KeyUnreadable: then nothing may be sent to it."""
        if unit_id not in self._files:
            return None
        if unit_id not in self._keys:
            self._keys[unit_id] = read_signing_key(self._files[unit_id])
        return self._keys[unit_id]
