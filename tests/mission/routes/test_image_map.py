"""The map of images per point: classes, shapes and numbers of the GeoJSON."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from mission.routes.cameras import camera_named
from mission.routes.image_count import count_images
from mission.routes.image_map import image_classes, image_map
from mission.routes.pictures import pictures_of_legs
from mission.routes.survey import SurveyRequest, plan_survey
from mission.zones.geometry import area_m2
from tests.mission.areas import HOLE, SQUARE, area


@given(st.integers(1, 40))
def test_every_number_of_pictures_is_in_one_class(wanted: int) -> None:
    classes = image_classes(wanted)
    for images in range(3 * wanted):
        held = [least for least, most in classes if least <= images and (most is None or images <= most)]
        assert len(held) == 1
        assert (held[0] >= wanted) == (images >= wanted)


def test_the_map_covers_the_area_once_and_tells_how_much_falls_short() -> None:
    polygon = area(SQUARE, HOLE)
    route = plan_survey(polygon, SurveyRequest())
    count = count_images(polygon, pictures_of_legs(route.legs, route.summary.trigger_m or 0), camera_named("generic"))
    found = image_map(count, 5)
    parts = [shape(feature["geometry"]) for feature in found["features"]]
    assert all(part.is_valid for part in parts)
    assert sum(area_m2(piece) for part in parts for piece in shapely.get_parts(part)) == pytest.approx(
        area_m2(polygon), rel=0.03
    )
    assert shapely.intersection(parts[0], parts[-1]).area == pytest.approx(0, abs=1e-15)
    assert found["properties"]["short_fraction"] == pytest.approx(count.short_fraction(5), abs=1e-4)
    assert [feature["properties"]["enough"] for feature in found["features"]] == sorted(
        feature["properties"]["enough"] for feature in found["features"]
    )
