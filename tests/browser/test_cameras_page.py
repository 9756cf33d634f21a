"""The page of cameras in a browser: add one, see what it sends, move it, and find it in a list."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from telemetry.access import Role
from tests.browser.conftest import LONGEST_MS
from tests.browser.town import found, signed_in
from tests.process.running import Program, free_port
from tests.vision.packets import camera_clip
from vision.simulator import SimulatedCamera

ACCOUNT = ("operator", "S3cr3t-Word")


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedCamera]:
    with SimulatedCamera(camera_clip(tmp_path_factory.mktemp("clip")), account=ACCOUNT) as simulated:
        yield simulated


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("registry")
    found(data, {}, {"ilze": Role.ADMIN, "rasa": Role.SUPERVISOR})
    port = free_port()
    with Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program:
        program.wait_for("ready")
        yield f"http://127.0.0.1:{port}"


def fill_form(page: Page, address: str) -> None:
    form = page.locator("form[action='/cameras']")
    said = {"id": "DOB-C07", "name": "Bridge", "lat": "56.6253", "lon": "23.2771", "azimuth_deg": "120"}
    for name, value in said.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=main]").fill(address)


def test_a_camera_is_tried_added_moved_and_retired(browser: Browser, server: str, camera: SimulatedCamera) -> None:
    page = signed_in(browser, server, "ilze")
    page.goto(f"{server}/cameras")
    fill_form(page, camera.address.replace("rtsp://", f"rtsp://{ACCOUNT[0]}:{ACCOUNT[1]}@"))
    form = page.locator("form[action='/cameras']")
    form.get_by_role("button", name="Show me a picture").click()
    expect(form.locator("figcaption")).to_contain_text("h264", timeout=LONGEST_MS)
    expect(form.locator("figure img")).to_be_visible()
    form.get_by_role("button", name="Add").click()
    card = page.locator("details#DOB-C07")
    expect(card).to_have_attribute("open", "")
    expect(card.locator("form.stack")).to_contain_text("kept: rtsp://127.0.0.1")
    assert ACCOUNT[1] not in page.content()
    card.get_by_role("button", name="Show me a picture").click()
    expect(card.locator("figcaption")).to_contain_text("h264", timeout=LONGEST_MS)
    card.locator("[name=lat]").fill("56.6254")
    card.get_by_role("button", name="Change Bridge").click()
    expect(page.locator("details#DOB-C07 [name=lat]")).to_have_value("56.6254")
    page.locator("details#DOB-C07").get_by_role("button", name="Use no more Bridge").click()
    expect(page.get_by_role("heading", name="No longer used")).to_be_visible()
    page.get_by_role("button", name="Use again Bridge").click()
    expect(page.locator("details#DOB-C07")).to_be_visible()
    page.context.close()


def test_a_list_with_a_bad_line_is_refused_with_the_line(browser: Browser, server: str, tmp_path: Path) -> None:
    file = tmp_path / "cameras.csv"
    heading = "id;city;name;lat;lon;azimuth_deg;hfov_deg;range_m"
    file.write_text(f"{heading}\nDOB-C08;dobele;Yard;23,28;56,62;0;60;50\n", "utf-8-sig")
    page = signed_in(browser, server, "ilze")
    page.goto(f"{server}/cameras")
    page.locator("input[name=list]").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    expect(page.locator(".outcome")).to_contain_text("line 2: latitude 23.28 and longitude 56.62 are exchanged")
    page.context.close()


def test_a_supervisor_sees_how_cameras_are_and_changes_nothing(browser: Browser, server: str) -> None:
    page = signed_in(browser, server, "rasa")
    page.goto(f"{server}/cameras")
    expect(page.get_by_role("heading", name="Fixed cameras")).to_be_visible()
    expect(page.locator("form[action^='/cameras']")).to_have_count(0)
    page.context.close()
