"""Key files of drones: missing, damaged, put back."""

from pathlib import Path

import pytest

from telemetry.errors import KeyUnreadable
from telemetry.mavlink.keyring import Keyring
from telemetry.mavlink.signing import SigningKey


def test_a_drone_without_a_key_file_has_no_key() -> None:
    assert Keyring().key_of("drone-1") is None


def test_a_missing_key_is_an_error_until_the_file_is_put_back(tmp_path: Path) -> None:
    file = tmp_path / "key"
    keyring = Keyring({"drone-1": file})
    with pytest.raises(KeyUnreadable, match="cannot be read"):
        keyring.key_of("drone-1")
    file.write_bytes(bytes(32))
    file.chmod(0o600)
    assert keyring.key_of("drone-1") == SigningKey(bytes(32))


def test_a_key_of_the_wrong_length_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(bytes(31))
    file.chmod(0o600)
    with pytest.raises(KeyUnreadable, match="31 bytes"):
        Keyring({"drone-1": file}).key_of("drone-1")
