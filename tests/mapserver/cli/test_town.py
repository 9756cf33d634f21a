"""`vanagas town`: towns are listed, added and changed, and commands take them from then on."""

import json
from pathlib import Path

import pytest

from mapserver.core.settings import new_secret
from tests.process.running import typed

JONISKIS = (
    *("joniskis", "--name", "Joniškis", "--country", "LT", "--language", "lt"),
    *("--zone", "Europe/Vilnius", "--lat", "56.24", "--lon", "23.61"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert typed("db", "upgrade", "--data", str(tmp_path)).returncode == 0
    return tmp_path


def test_a_town_is_added_changed_and_taken_by_other_commands(data: Path) -> None:
    (data / "vanagas.toml").write_text(f'secret_key = "{new_secret()}"\n[towns.joniskis]\n', "utf-8")
    device = ("devices", "add", "gate", "--city", "joniskis", "--data", str(data))
    refused = typed(*device)
    assert refused.returncode != 0
    assert "the setting towns is about a town that there is not" in refused.stderr
    assert typed("town", "add", *JONISKIS, "--data", str(data)).returncode == 0
    assert typed("town", "change", "joniskis", "--lat", "56.25", "--data", str(data)).returncode == 0
    assert typed(*device).returncode == 0
    listed = typed("town", "list", "--json", "--data", str(data)).stdout.splitlines()
    last = json.loads(listed[-1])
    assert (last["id"], last["name"], last["lat"], last["languages"]) == ("joniskis", "Joniškis", 56.25, ["lt"])


def test_a_town_is_removed_once_neither_settings_nor_recordings_are_about_it(data: Path) -> None:
    (data / "vanagas.toml").write_text("[towns.joniskis]\n", "utf-8")
    assert typed("town", "add", *JONISKIS, "--data", str(data)).returncode == 0
    remove = ("town", "remove", "joniskis", "--data", str(data))
    assert "settings are about it (towns)" in typed(*remove).stderr
    (data / "vanagas.toml").unlink()
    recordings = data / "recordings" / "joniskis" / "traffic"
    recordings.mkdir(parents=True)
    assert "its recordings are in" in typed(*remove).stderr
    recordings.rmdir()
    assert typed(*remove).stdout == "the town joniskis (Joniškis) is removed\n"


def test_a_town_that_is_not_listed_is_refused_with_those_that_are(data: Path) -> None:
    key = {"VANAGAS_SECRET_KEY": new_secret()}
    refused = typed("devices", "add", "gate", "--city", "riga", "--data", str(data), env=key)
    assert refused.returncode != 0
    assert "there are siauliai, dobele" in refused.stderr
