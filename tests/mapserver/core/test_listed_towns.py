"""Settings about towns are held against the list of towns."""

from pathlib import Path
from typing import Any

import pytest

from mapserver.core.listed_towns import require_listed_towns
from mapserver.core.settings import Settings, new_secret
from telemetry.errors import Misconfigured


def settings(tmp_path: Path, **said: Any) -> Settings:
    return Settings(data_dir=tmp_path, secret_key=new_secret(), **said)


@pytest.mark.parametrize(
    ("said", "setting"),
    [
        ({"checks": {"riga": {}}}, "checks"),
        ({"terrains": {"riga": "riga.tif"}}, "terrains"),
        ({"orthophotos": {"riga": "riga.tif"}}, "orthophotos"),
        ({"towns": {"riga": {}}}, "towns"),
        ({"recording": {"keep": [{"city": "riga", "days": 1}]}}, "recording.keep"),
        ({"retention": {"keep": [{"city": "riga"}]}}, "retention.keep"),
    ],
)
def test_a_setting_about_a_town_that_is_not_listed_is_refused(
    tmp_path: Path, said: dict[str, Any], setting: str
) -> None:
    with pytest.raises(Misconfigured, match=f"the setting {setting} is about a town.*there are siauliai, dobele"):
        require_listed_towns(settings(tmp_path, **said))


def test_settings_about_listed_towns_are_taken(tmp_path: Path) -> None:
    require_listed_towns(settings(tmp_path, checks={"dobele": {}}, towns={"siauliai": {}}))


def test_a_cluster_needs_a_token_of_every_town(tmp_path: Path) -> None:
    analysis = {"workers": "ray", "tokens": {"dobele": "x" * 40}}
    with pytest.raises(Misconfigured, match="none for siauliai"):
        require_listed_towns(settings(tmp_path, analysis=analysis))
