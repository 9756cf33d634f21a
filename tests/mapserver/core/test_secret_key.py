"""A secret key that is not the database's is noticed at the start, and what to do is said."""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from mapserver.access.tables import TokenRow
from mapserver.core.settings import Settings, new_secret
from mapserver.program.opening import open_parts
from telemetry.errors import Misconfigured
from tests.process.running import typed


def settings(folder: Path, key: str) -> Settings:
    return Settings(data_dir=folder, secret_key=key, secure_cookies=False)


@pytest.fixture
def data(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    env = {"VANAGAS_SECRET_KEY": new_secret()}
    assert typed("db", "upgrade", "--data", str(tmp_path), env=env).returncode == 0
    made = typed("user", "cam.dobele", "--role", "device", "--city", "dobele", "--data", str(tmp_path), env=env)
    assert made.returncode == 0, made.stderr
    return tmp_path, env


def test_the_key_of_the_first_start_is_remembered(data: tuple[Path, dict[str, str]]) -> None:
    folder, env = data
    open_parts(settings(folder, env["VANAGAS_SECRET_KEY"])).store.close()
    with pytest.raises(Misconfigured, match="not the one that this database was written with"):
        open_parts(settings(folder, new_secret()))


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("token", "--user", "cam.dobele")])
def test_a_command_with_another_key_says_so_and_the_way_out(
    data: tuple[Path, dict[str, str]], command: tuple[str, ...]
) -> None:
    folder, _ = data
    refused = typed(*command, "--data", str(folder), env={"VANAGAS_SECRET_KEY": new_secret()})
    assert refused.returncode == 2
    assert "vanagas db new-key" in refused.stderr


def test_a_new_key_is_taken_when_that_is_asked_for_and_ends_every_token(data: tuple[Path, dict[str, str]]) -> None:
    folder, env = data
    token = typed("token", "--user", "cam.dobele", "--data", str(folder), env=env).stdout.strip()
    other = {"VANAGAS_SECRET_KEY": new_secret()}
    assert typed("db", "new-key", "--data", str(folder), env=other).returncode == 0
    parts = open_parts(settings(folder, other["VANAGAS_SECRET_KEY"]))
    with parts.store.read() as session:
        assert session.get(TokenRow, parts.tokens.digest(token)) is None
        assert session.exec(select(TokenRow)).all() == []
    parts.store.close()
    assert typed("token", "--user", "cam.dobele", "--data", str(folder), env=env).returncode == 2


def test_the_doctor_tells_of_another_key(data: tuple[Path, dict[str, str]]) -> None:
    folder, env = data
    open_parts(settings(folder, env["VANAGAS_SECRET_KEY"])).store.close()
    other = typed("doctor", "--json", "--data", str(folder), env={"VANAGAS_SECRET_KEY": new_secret()})
    found = {part["part"]: part for part in json.loads(other.stdout)["parts"]}
    assert found["secret key"]["state"] == "amiss"
    assert "vanagas db new-key" in found["secret key"]["remedy"]
    assert found["retention"]["state"] == "sound"
