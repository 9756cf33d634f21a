"""The catalogue of drones: complete, extensible, and clear about what is wrong in a file of one's own."""

from pathlib import Path

import pytest

from mission.routes.cameras import shipped as cameras
from mission.routes.drones import camera_of, drone_named, drones, shipped
from telemetry.errors import BadPlan


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_drone_carries_cameras_of_the_catalogue_and_hovers_a_sane_while(name: str) -> None:
    drone = shipped()[name]
    assert set(drone.cameras) <= set(cameras())
    assert 25 <= drone.airframe.battery_wh / drone.airframe.hover_w * 60 <= 60
    assert drone.airframe.mass_kg <= drone.airframe.take_off_mass_kg


def test_the_mavic_3e_hovers_as_long_as_its_maker_says() -> None:
    airframe = drone_named("mavic3e").airframe
    assert airframe.battery_wh / airframe.power_w(0.0, 0.0) * 60 == pytest.approx(38, abs=0.1)


def test_a_file_of_ones_own_adds_a_drone(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[mine]\ntitle='Mine'\ncameras=['generic']\n[mine.airframe]\nname='Mine'\nbattery_wh=120\n")
    known = drones(path)
    assert set(known) == {*shipped(), "mine"}
    assert drone_named("mine", known).airframe.battery_wh == 120


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[mine", r"mine\.toml is not TOML"),
        ("[mine]\ntitle='x'\ncameras=[]\n[mine.airframe]", r"mine\.toml: mine\.cameras: "),
        ("[mine]\ntitle='x'\ncameras=['a']\n[mine.airframe]\nweight=3", "an airframe has no weight"),
        ("[mine]\ntitle='x'\ncameras=['a']\n[mine.airframe]\nhover_w=-3", "hover_w must be more than 0"),
        ("[mine]\ntitle='x'\ncameras=['a']\n[mine.airframe]\nhover_w='much'", r"mine\.airframe\.hover_w"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_place_and_reason(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(BadPlan, match=sentence):
        drones(path)


def test_a_name_or_a_camera_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(BadPlan, match="no drone called 'kite'; known are evo2dual, "):
        drone_named("kite")
    assert camera_of(drone_named("m30t"), None) == "m30t"
    assert camera_of(drone_named("m30t"), "m30t_thermal") == "m30t_thermal"
    with pytest.raises(BadPlan, match="Matrice 30T carries no camera mavic3e; it has m30t, m30t_thermal"):
        camera_of(drone_named("m30t"), "mavic3e")
