"""The settings file that the program prints is TOML, means the defaults, and is the one that comes with it."""

import re
import tomllib

import pytest
from pydantic import BaseModel

from build_assets import ROOT
from mapserver.cli.settings import example
from mapserver.core.settings import Settings
from mapserver.core.town_settings import TownSettings
from mission.checks.policy import Policy
from tests.process.running import typed

WITHOUT_DEFAULT = re.compile(r'= \[?(TEXT|PATH|NUMBER|true\|false|"[^"]*"\|)')
SECTIONS = ["alerts", "escalation", "plates", "recording", "analysis", "wall", "requests", "rates", "retention"]


def taken_in() -> dict[str, object]:
    """The file read with the # before its settings taken away, but for those that have no default."""
    lines = [line.removeprefix("#") if line[1:2] not in ("", " ") else line for line in example()]
    return tomllib.loads("\n".join(line for line in lines if not WITHOUT_DEFAULT.search(line)))


def test_the_file_that_comes_with_the_program_is_the_one_that_it_prints() -> None:
    assert typed("settings").stdout == (ROOT / "deploy/vanagas.toml").read_text("utf-8")


def test_all_of_it_is_commented_out() -> None:
    assert tomllib.loads("\n".join(example())) == {}


def test_every_setting_stands_there() -> None:
    lines = list(example())
    for name in Settings.model_fields:
        assert [line for line in lines if re.match(rf"#(\[+{name}[.\]]|{name} = )", line)], name


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_means_the_defaults(name: str) -> None:
    default = Settings.model_fields[name].default
    assert isinstance(default, BaseModel)
    said = taken_in()[name]
    assert isinstance(said, dict)
    for tables in ("keep", "evidence"):
        said.pop(tables, None)
    kept = {key: value for key, value in said.items() if key not in ("processes", *CLUSTER)}
    assert type(default).model_validate(kept) == default


CLUSTER = ("ray_namespace", "cpus_a_stream", "mqtt_username", "mqtt_password", "tokens", "alone_s")
"""Refused where the analysis has no cluster."""


def test_what_is_set_town_by_town_means_the_defaults() -> None:
    said = taken_in()
    assert TownSettings.model_validate(said["towns"]["NAME"]) == TownSettings()  # type: ignore[index]
    assert Policy.model_validate(said["checks"]["NAME"]) == Policy()  # type: ignore[index]


def test_plain_settings_have_their_defaults() -> None:
    said = taken_in()
    for name in ("host", "port", "session_hours", "model", "secure_cookies", "camera_lost_s"):
        assert said[name] == Settings.model_fields[name].default
