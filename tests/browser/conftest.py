"""A real browser."""

import json
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from telemetry.access import Role
from tests.browser.town import found
from tests.process.running import Program, free_port

EVERYBODY = {
    "janis": Role.INSPECTOR,
    "ilze": Role.COORDINATOR,
    "petras": Role.PILOT,
    "saule": Role.SUPERVISOR,
    "adomas": Role.ADMIN,
}
"""Who is signed in with which role in the town that tests share."""
PLACES = "Skolas iela 3,56.6215,23.2815,,lv,address\nSkolas iela 5,56.6217,23.2817,,lv,address\n"
"""What the gazetteer of that town has."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",  # without a graphics card, putting the page together as if there were one costs twice
]

LONGEST_MS = 60_000
"""For whatever a page is to show: the tests share their machine, and no test of a page measures it."""


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=LONGEST_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("the browser tests need Chromium or Chrome; install the package chromium")
    started = playwright.chromium.launch(executable_path=found, args=FLAGS)
    yield started
    started.close()


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with nothing in it but one user of each role and two places by name."""
    data = tmp_path_factory.mktemp("town")
    found(data, {}, EVERYBODY)
    gazetteer = data / "gazetteer.csv"
    gazetteer.write_text(f"name,lat,lon,aliases,lang,kind\n{PLACES}")
    settings = data / "vanagas.toml"
    settings.write_text(f"gazetteer = {json.dumps(str(gazetteer))}\n{settings.read_text()}")
    port = free_port()
    with Program("serve", "--data", str(data), "--port", str(port), log=data / "log") as program:
        program.wait_for("ready")
        yield f"http://127.0.0.1:{port}"
