"""What vanagas.toml says of a town counts while the server runs: no restart for a new town, its cameras or files."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from mapserver.access import service as access
from mapserver.access.service import Tokens
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import SystemClock
from telemetry.store import Store
from telemetry.towns import service as towns
from tests.process.running import Program, free_port, typed
from tests.process.test_stop import ENV, SECRET
from tests.vision.packets import camera_clip

PATIENCE_S = 90.0
TOWN = (
    "town", "add", "joniskis", "--name", "Joniškis", "--country", "LT", "--language", "lt", "--zone", "Europe/Vilnius",
    "--lat", "56.24", "--lon", "23.61",
)  # fmt: skip
CAMERA = {
    "id": "JON-C1",
    "name": "Market square",
    "city": "joniskis",
    "lat": 56.24,
    "lon": 23.61,
    "azimuth_deg": 10,
    "hfov_deg": 70,
    "range_m": 80,
}


def run(data: Path, *args: str) -> str:
    done = typed(*args, "--data", str(data), env=ENV)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def people_of(data: Path) -> dict[Role, str]:
    """Tokens of two people of the new town, by their role."""
    now = SystemClock().now()
    with closing(Store(f"sqlite:///{data / 'vanagas.db'}")) as store:
        towns.load(store)
        with store.write() as work:
            for role, city in ((Role.ADMIN, None), (Role.SUPERVISOR, City("joniskis"))):
                access.add_user(work.session, f"{role}.joniskis", role, city, password=None, now=now)
            return {
                role: Tokens(SECRET.encode()).issue(
                    work.session, f"{role}.joniskis", label="", now=now, lasts=timedelta(hours=1)
                )
                for role in (Role.ADMIN, Role.SUPERVISOR)
            }


def until(get: Callable[[], Any], true: Callable[[Any], bool]) -> Any:
    """Ask the server until `true`: what it takes up by itself is told to nobody."""
    ends = time.monotonic() + PATIENCE_S
    while not true(said := get()):
        assert time.monotonic() < ends, said
        time.sleep(0.2)
    return said


def test_a_new_town_its_cameras_and_files_are_taken_up_by_a_running_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "db", "upgrade")
    file = data / "vanagas.toml"
    port = free_port()
    clip = camera_clip(tmp_path)
    with Program("serve", "--data", str(data), "--port", str(port), env=ENV, log=tmp_path / "log") as program:
        program.wait_for("ready")
        run(data, *TOWN)
        people = people_of(data)

        def ask(path: str, role: Role = Role.SUPERVISOR, method: str = "GET", json: object = None) -> Any:
            headers = {"Authorization": f"Bearer {people[role]}", "Accept-Language": "en"}
            url = f"http://127.0.0.1:{port}/api/v1/{path}"
            answer = httpx.request(method, url, headers=headers, json=json, trust_env=False, timeout=30)
            assert answer.status_code < 300, answer.text
            return answer.json()

        def faults() -> list[str]:
            return [fault["part"] for fault in ask("faults")["faults"]]

        ask("cameras", Role.ADMIN, "POST", CAMERA)
        said = f"""
        [checks.joniskis]
        privacy_notice = "the town hall"
        [orthophotos]
        joniskis = "{tmp_path / "missing.pmtiles"}"
        [[videos]]
        name = "JON-C1"
        source = "{clip}"
        """
        file.write_text(said)
        until(lambda: ask("streams"), lambda streams: [one["id"] for one in streams] == ["JON-C1"])
        until(lambda: ask("streams"), lambda streams: streams[0]["status"] != "off_duty")
        until(faults, lambda parts: "orthophoto joniskis" in parts)

        file.write_text("[videos")
        until(faults, lambda parts: "settings" in parts)
        assert ask("streams") != []

        file.write_text(said.partition("[orthophotos]")[0])
        until(lambda: ask("streams"), lambda streams: streams == [])
        until(faults, lambda parts: not {"settings", "orthophoto joniskis"} & set(parts))

        file.write_text("session_hours = 2")
        until(faults, lambda parts: "settings" in parts)
