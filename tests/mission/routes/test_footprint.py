"""Ground resolution, footprint and the camera catalogue."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mission.routes.cameras import camera_named, catalogue, shipped
from mission.routes.footprint import altitude_for_gsd, footprint_m, gsd_cm, spacing_m
from telemetry.errors import BadPlan


@given(st.sampled_from(sorted(shipped())), st.floats(2, 500))
def test_altitude_and_resolution_are_each_others_inverse(name: str, altitude_m: float) -> None:
    camera = camera_named(name)
    assert altitude_for_gsd(camera, gsd_cm(camera, altitude_m)) == pytest.approx(altitude_m)


def test_a_mavic_3e_sees_what_its_maker_says() -> None:
    """DJI states 2.7 cm a pixel at 100 m for the wide camera of the Mavic 3E."""
    assert gsd_cm(camera_named("mavic3e"), 100) == pytest.approx(2.7, abs=0.1)


def test_half_a_side_overlap_is_half_the_footprint() -> None:
    camera = camera_named("generic")
    assert spacing_m(camera, 60, 0.5) == pytest.approx(footprint_m(camera, 60)[0] / 2)


def test_a_file_of_ones_own_adds_a_camera_and_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    good = "[mine]\ntitle='Mine'\nsensor_width_mm=10\nsensor_height_mm=8\nfocal_mm=9\nimage_width_px=4000\n"
    path.write_text(good + "image_height_px=3000\nmin_trigger_s=1\n")
    assert set(catalogue(path)) == {*shipped(), "mine"}
    path.write_text(good)
    with pytest.raises(BadPlan, match=r"mine\.toml: mine\.image_height_px: field required"):
        catalogue(path)
    path.write_text("[mine")
    with pytest.raises(BadPlan, match=r"mine\.toml is not TOML"):
        catalogue(path)
    with pytest.raises(BadPlan, match=r"gone\.toml cannot be read"):
        catalogue(tmp_path / "gone.toml")
