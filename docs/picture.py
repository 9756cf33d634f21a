"""Draws docs/picture.jpg, the README's picture, from the running demo: `make picture`.

The map is taken once the incident has grown from four kinds of source; nothing is staged.
"""

import contextlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).parent / "picture.jpg"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
STORY = ("drone", "tower", "fixed_camera", "inspector")
WAIT_MS = 180_000


def main() -> None:
    """Start the demo, wait for the story, take the picture, end the demo."""
    browser = next((path for name in NAMES if (path := shutil.which(name))), None)
    if browser is None:
        sys.exit("the picture needs Chromium or Chrome; install the package chromium")
    with tempfile.TemporaryDirectory() as data:
        demo = subprocess.Popen(
            [sys.executable, "-u", "-m", "mapserver", "demo", "--no-browser", "--port", "8077", "--data", data],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            url, password = _ready(demo)
            with sync_playwright() as started:
                chrome = started.chromium.launch(executable_path=browser, args=list(FLAGS))
                page = chrome.new_page(viewport={"width": 1600, "height": 900})
                _sign_in(page, url, password)
                _picture(page, url)
                chrome.close()
        finally:
            demo.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                demo.wait(20)
    print(f"{OUT.name}: {OUT.stat().st_size / 1024:.0f} KiB")


def _ready(demo: "subprocess.Popen[str]") -> tuple[str, str]:
    password = ""
    for line in demo.stdout or ():
        if line.startswith("password "):
            password = line.split()[1]
        if line.startswith("ready "):
            return line.split()[1], password
    sys.exit("the demo did not start; run `make demo` to see why")


def _sign_in(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/sign-in?lang=en")
    page.fill("input[name=username]", "coordinator.dobele")
    page.fill("input[name=password]", password)
    page.click("button.primary")
    page.wait_for_url("**/map")


def _picture(page: Page, url: str) -> None:
    grown = "".join(f'[data-sources*="{kind}"]' for kind in STORY)
    incident = page.locator(f"li[data-incident-id]{grown}").first
    incident.wait_for(state="attached", timeout=WAIT_MS)
    page.goto(f"{url}/map#incident/{incident.get_attribute('data-incident-id')}")
    page.wait_for_selector("body[data-live=live]", timeout=WAIT_MS)
    page.wait_for_timeout(4_000)  # the map eases to the incident and draws its tiles
    page.locator(".maplibregl-popup-close-button").click()
    page.locator(".maplibregl-ctrl-zoom-in").click()
    page.wait_for_timeout(25_000)  # a few lines of the survey
    shot = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    if shot is None:
        sys.exit("the browser gave no picture")
    cv2.imwrite(str(OUT), shot, [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
