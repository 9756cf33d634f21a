"""Signing keys of the server's drones: set by file, read at the start, refused at the start."""

from pathlib import Path

import pytest

from mapserver.core import settings
from mapserver.core.services import assemble
from telemetry.errors import Misconfigured
from telemetry.mavlink.signing import SigningKey


def set_key(folder: Path, mode: int) -> settings.Settings:
    file = folder / "falcon.key"
    file.write_bytes(b"f" * 32)
    file.chmod(mode)
    secret = settings.new_secret()
    (folder / settings.CONFIG_FILE).write_text(f'secret_key = "{secret}"\n[signing_keys]\nfalcon = "{file}"\n')
    return settings.load(folder)


def test_a_drones_key_is_read_from_the_file_that_the_settings_name(tmp_path: Path) -> None:
    parts = assemble(set_key(tmp_path, 0o600))
    parts.store.close()
    assert parts.keyring.key_of("falcon") == SigningKey(b"f" * 32)
    assert "fff" not in repr(parts)


def test_the_server_does_not_start_with_a_key_that_everybody_may_read(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"falcon\.key; chmod 600"):
        assemble(set_key(tmp_path, 0o644))
