"""`vanagas user`: rights that reach over both towns are given only when that is said."""

from pathlib import Path

import pytest

from mapserver.core.settings import new_secret
from tests.process.running import typed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--role", "coordinator"), "--both-towns for one who serves both"),
        (("--role", "supervisor", "--both-towns", "--city", "dobele"), "exclude each other"),
    ],
)
def test_who_serves_both_towns_has_to_be_said_plainly(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    assert typed("db", "upgrade", "--data", str(tmp_path)).returncode == 0
    key = {"VANAGAS_SECRET_KEY": new_secret()}
    refused = typed("user", "night", *options, "--data", str(tmp_path), env=key)
    assert refused.returncode != 0
    assert said in refused.stderr
