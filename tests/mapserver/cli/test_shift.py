"""`vanagas shift`: shifts are planned, listed and taken off on a terminal, and somebody is on shift or nobody."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mapserver.core.services import Services
from mapserver.core.settings import new_secret
from telemetry.access import Role
from tests.process.running import typed


def test_a_shift_is_planned_and_answers_who_is_on_shift(parts: Services, token: Callable[..., str]) -> None:
    key = {"VANAGAS_SECRET_KEY": new_secret()}

    def run(*words: str) -> tuple[int, str]:
        done = typed("shift", *words, "--data", str(parts.settings.data_dir), env=key)
        return done.returncode, done.stdout

    token(Role.COORDINATOR)
    begins = datetime.now(UTC) - timedelta(hours=1)
    times = ("--from", begins.isoformat(), "--until", (begins + timedelta(hours=8)).isoformat())
    assert run("now")[0] == 1
    assert run("add", "coordinator.dobele", "--city", "dobele", *times)[0] == 0
    status, said = run("now", "--json")
    shift = json.loads(said)
    assert (status, shift["person"], shift["role"]) == (0, "coordinator.dobele", "coordinator")
    assert json.loads(run("list", "--json")[1]) == shift
    assert run("cancel", shift["id"])[0] == 0
    assert run("now")[0] == 1
