"""The video of a camera that could have seen an incident plays on its page, in a real browser."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from mapserver.core.services import assemble
from mapserver.core.settings import load
from telemetry.access import Role
from telemetry.cities import City
from telemetry.observations.values import SourceKind
from tests.browser.town import WAIT_MS, found, signed_in
from tests.builders import NOON, observation, place
from tests.mapserver.conftest import makes_tokens
from tests.process.running import Program, free_port
from tests.vision.cameras.builders import a_camera
from tests.vision.packets import camera_clip
from tests.vision.recording.kept import record


def seen(url: str, token: str) -> str:
    """The incident of a call about the middle of Dobele at noon."""
    said = observation(position=place(accuracy_m=5), kind=SourceKind.REPORT, source="caller", category="fight")
    sent = [said.model_dump(mode="json")]
    headers = {"Authorization": f"Bearer {token}"}
    (receipt,) = httpx.post(f"{url}/api/v1/observations", json=sent, headers=headers, timeout=60).json()
    return str(receipt["incident_id"])


@pytest.fixture(scope="module")
def incident_page(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Page]:
    """The page of an incident that one camera saw, of which ten seconds are kept, and another that was down."""
    data: Path = tmp_path_factory.mktemp("town")
    found(data, {}, {"ilze": Role.COORDINATOR})
    parts = assemble(load(data))
    south = place(north_m=-50)
    east = place(east_m=40, north_m=-40)
    with parts.store.write() as work:
        work.session.add(a_camera("DOB-C1", name="Market square", lat=south.lat, lon=south.lon, range_m=100))
        work.session.add(a_camera("DOB-C2", name="Town hall", lat=east.lat, lon=east.lon, range_m=100, azimuth_deg=315))
    token = makes_tokens(parts)(Role.DEVICE, City("dobele"))
    record(parts.recordings, camera_clip(data, seconds=10), NOON - timedelta(seconds=30))
    parts.store.close()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program:
        program.wait_for("ready")
        incident = seen(url, token)
        page = signed_in(browser, url, "ilze")
        page.goto(f"{url}/incidents/{incident}")
        yield page
        page.context.close()


def test_the_video_plays_without_a_clip(incident_page: Page) -> None:
    video = incident_page.locator(".footage-offer video").first
    video.evaluate("player => player.play()")
    incident_page.wait_for_function(
        "() => document.querySelector('.footage-offer video').currentTime > 1", timeout=WAIT_MS
    )
    assert video.evaluate("player => [player.videoWidth, player.videoHeight]") == [320, 240]


def test_what_is_not_known_stands_before_the_timeline(incident_page: Page) -> None:
    unknown = incident_page.locator(".not-known")
    expect(unknown).to_contain_text("Town hall looked here, but nothing of it was recorded")
    expect(unknown).to_contain_text("Market square has no video from")
    assert unknown.bounding_box()["y"] < incident_page.locator("ol.timeline").bounding_box()["y"]  # type: ignore[index]


def test_a_video_that_cannot_be_played_says_why(incident_page: Page) -> None:
    incident_page.route("**/footage?*", lambda route: route.continue_(url=route.request.url.replace("DOB-C1", "NONE")))
    incident_page.reload()
    incident_page.locator(".footage-offer video").first.evaluate("player => player.play().catch(() => {})")
    expect(incident_page.locator(".footage-trouble")).to_contain_text("nothing that NONE recorded is kept")
