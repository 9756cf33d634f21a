"""The parts of a running server: each fault begins when a file or folder goes, and ends when it is back."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services, assemble
from mapserver.core.settings import MqttSettings, Settings, new_secret
from mapserver.core.town_settings import TownSettings
from mapserver.core.video_settings import VideoSettings
from mapserver.faults import Amiss, Faults, Inspection, Sound
from mapserver.faults.storage import StorageProbe
from mapserver.faults.watch import FaultWatch
from mapserver.inspections.files import file_inspections
from mapserver.inspections.machine import disk_inspections
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.cities import City
from telemetry.messages import written
from tests.mapserver.clients import english_client
from tests.mapserver.conftest import makes_tokens
from tests.process.running import free_port

STREETS = '{"type": "FeatureCollection", "features": []}'


def parts_of(settings: Settings) -> set[str]:
    parts = assemble(settings)
    faults = Faults(parts.clock)
    for inspection in (*file_inspections(settings, parts.keyring), *disk_inspections(settings)):
        faults.take(inspection)
    parts.store.close()
    return {fault.part for fault in faults.standing()} - {"disk"}


def test_a_missing_terrain_street_and_key_file_are_all_told_at_once(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        secret_key=new_secret(),
        terrains={City("dobele"): tmp_path / "dobele.tif"},
        towns={City("siauliai"): TownSettings(streets_file=tmp_path / "streets.geojson")},
        signing_keys={"DRN-1": tmp_path / "key"},
    )
    assert parts_of(settings) == {"terrain dobele", "streets siauliai", "key DRN-1"}


async def test_a_fault_ends_when_the_file_is_back(parts: Services, tmp_path: Path) -> None:
    file = tmp_path / "streets.geojson"
    parts.settings.towns = {City("dobele"): TownSettings(streets_file=file)}
    watch = FaultWatch(parts.faults, parts.storage, lambda: file_inspections(parts.settings, parts.keyring))
    await watch.look()
    assert [fault.part for fault in parts.faults.standing()] == ["streets dobele"]
    file.write_text(STREETS)
    await watch.look()
    assert parts.faults.standing() == []
    await watch.stop()


async def test_a_part_that_cannot_be_looked_at_hides_no_other(parts: Services) -> None:
    def broken() -> Sound | Amiss:
        raise RuntimeError

    other = Inspection("other", lambda: Amiss(written("it is broken"), written("mend it")))
    watch = FaultWatch(parts.faults, parts.storage, lambda: [Inspection("broken", broken), other])
    await watch.look()
    assert [fault.part for fault in parts.faults.standing()] == ["other"]
    await watch.stop()


def test_a_disk_that_is_nearly_full_is_a_fault(parts: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    (inspection,) = disk_inspections(parts.settings)
    usage = SimpleNamespace(total=1000, free=99)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    found = inspection.look()
    assert isinstance(found, Amiss)
    assert "10 % of it is free" in str(found.what)
    usage.free = 100
    assert isinstance(inspection.look(), Sound)


@pytest.fixture
def troubled(migrated: Path, tmp_path: Path) -> Iterator[Services]:
    """A server of whose settings much is wrong at once."""
    shutil.copy(migrated, tmp_path / "vanagas.db")
    settings = Settings(
        data_dir=tmp_path,
        secret_key=new_secret(),
        secure_cookies=False,
        terrains={City("dobele"): tmp_path / "dobele.tif"},
        signing_keys={"DRN-1": tmp_path / "key"},
        mqtt=MqttSettings(host="127.0.0.1", port=free_port()),
        videos=[VideoSettings(name="UNKNOWN", source=str(tmp_path / "no.mp4"))],
        categories_file=tmp_path / "categories.toml",
        procedures_file=tmp_path / "procedures.toml",
        models_file=tmp_path / "models.toml",
    )
    made = assemble(settings)
    yield made
    made.store.close()


def test_a_server_starts_whatever_is_missing_and_says_all_of_it(troubled: Services) -> None:
    with english_client(create_app(troubled)) as client:
        headers = {"Authorization": f"Bearer {makes_tokens(troubled)(Role.ADMIN, None)}"}
        expected = {
            "analysis",
            "broker",
            "camera UNKNOWN",
            "categories",
            "file procedures.toml",
            "key DRN-1",
            "terrain dobele",
        }
        told: list[dict[str, str]] = []
        while not expected <= {fault["part"] for fault in told}:
            told = client.get("/api/v1/faults", headers=headers).json()["faults"]
        assert all(fault["remedy"] for fault in told)
        ready = client.get("/readyz", headers=headers)
        assert (ready.status_code, ready.json()["status"], ready.json()["stores"]) == (200, "ready with faults", True)
        assert client.get("/wall", headers={"Authorization": f"Bearer {makes_tokens(troubled)(Role.COORDINATOR)}"})


def test_strangers_are_told_neither_names_nor_remedies(troubled: Services) -> None:
    with english_client(create_app(troubled)) as client:
        while not (said := client.get("/readyz").json()["faults"]):
            pass
        assert {frozenset(fault) for fault in said} == {frozenset({"part", "since"})}
        assert not [fault for fault in said if " " in fault["part"]]


def test_a_pilot_is_told_what_does_not_work_in_their_town_and_no_path(
    client: TestClient, parts: Services, as_role: Callable[..., dict[str, str]]
) -> None:
    parts.faults.begin(
        "terrain dobele", Amiss(written("no flight can be checked"), written("put back it.tif")), city=City("dobele")
    )
    parts.faults.begin(
        "terrain siauliai",
        Amiss(written("no flight can be checked"), written("put back it.tif")),
        city=City("siauliai"),
    )
    (told,) = client.get("/api/v1/faults", headers=as_role(Role.PILOT)).json()["faults"]
    assert (told["part"], "remedy" in told) == ("terrain dobele", False)


def test_readiness_is_refused_while_nothing_can_be_stored(client: TestClient, parts: Services) -> None:
    parts.storage = StorageProbe(parts.store, parts.settings.data_dir / "gone")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "cannot store")


def test_no_flight_is_checked_on_flat_ground_while_the_terrain_is_missing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=new_secret(), terrains={City("dobele"): tmp_path / "gone.tif"})
    parts = assemble(settings)
    with pytest.raises(Exception, match=r"gone\.tif cannot be read"):
        parts.standards.terrains[City("dobele")].heights_m(56.6, 23.3)
    parts.store.close()
