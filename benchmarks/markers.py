"""Thousands of things on the live map: half the pictures a second of an empty map while 500 of them move each second.

The live page of the running server is open in headless Chromium, which draws without a graphics card. A feed in the
page (`_crowded_town.js`) stands for the server's: 1,000 open incidents and 5,000 units in one town; the page's own
store, lists and map take it. The map glides over the same ground for each row, and the pictures that it draws are
counted. The empty map is measured before and after; the ratio is to the mean of both. The other side is what this
program did before: an element of the page for each unit and for 300 incidents (`_html_markers.js`), on an empty page.
How large the window is decides how fast the empty map is, so it is said.
"""

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from telemetry.access import Role
from tests.browser.conftest import FLAGS, NAMES
from tests.browser.town import found, signed_in
from tests.process.running import Program, free_port

INCIDENTS, POINTS, FEW, ELEMENTS = 1_000, 5_000, 500, 300
SECONDS, SETTLE_MS = 5, 2_000
WIDTH, HEIGHT = 1280, 800
WANTED = {FEW: 1 / 2, POINTS: 1 / 3}
"""Pictures a second beside those of the empty map, by the units that move each second."""
HERE = Path(__file__).parent
VIEW = "() => document.getElementById('map').glMap.jumpTo({ center: [23.316, 55.934], zoom: 12.6 })"
DRAWN = """() => document.getElementById("map").glMap.areTilesLoaded()"""
COUNT = """async (seconds) => {
    const map = document.getElementById("map").glMap;
    let pictures = 0;
    const count = () => (pictures += 1);
    map.on("render", count);
    map.easeTo({ center: [23.336, 55.934], duration: seconds * 1000, easing: (part) => part });
    const begun = performance.now();
    await new Promise((done) => setTimeout(done, seconds * 1000));
    map.off("render", count);
    return (1000 * pictures) / (performance.now() - begun);
}"""


def main() -> None:
    """Measure each row and print the table."""
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        data = Path(folder)
        found(data, {}, {"ilze": Role.COORDINATOR})
        port = free_port()
        with (
            Program("serve", "--data", folder, "--port", str(port), log=data / "log") as program,
            sync_playwright() as started,
        ):
            program.wait_for("ready")
            path = next(path for name in NAMES if (path := shutil.which(name)))
            browser = started.chromium.launch(executable_path=path, args=FLAGS)
            page = signed_in(browser, f"http://127.0.0.1:{port}", "ilze")
            page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            page.add_init_script(path=HERE / "_crowded_town.js")
            _tell(_Rows(page, f"http://127.0.0.1:{port}/map"))


class _Rows:
    """Pictures a second on the page as it is for each row."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._address = address

    def empty(self) -> float:
        self._open(incidents=0, points=0, moving=0)
        return self._count()

    def layers(self, moving: int) -> float:
        self._open(incidents=INCIDENTS, points=POINTS, moving=moving)
        return self._count()

    def elements(self, incidents: int, points: int, moving: int) -> float:
        self._open(incidents=0, points=0, moving=0)
        self._page.evaluate((HERE / "_html_markers.js").read_text(encoding="utf-8"), [incidents, points, moving])
        return self._count()

    def _open(self, **wanted: int) -> None:
        asked = "&".join(f"{name}={number}" for name, number in wanted.items())
        self._page.goto(f"{self._address}?{asked}")
        self._page.wait_for_function("() => document.body.dataset.live === 'live'")
        self._page.evaluate(VIEW)

    def _count(self) -> float:
        self._page.wait_for_function(DRAWN)
        self._page.wait_for_timeout(SETTLE_MS)
        pictures: Any = self._page.evaluate(COUNT, SECONDS)
        return float(pictures)


def _tell(rows: _Rows) -> None:
    before = rows.empty()
    layers = {moving: rows.layers(moving) for moving in WANTED}
    after = rows.empty()
    few = rows.elements(1, 5, 5)
    many = rows.elements(ELEMENTS, POINTS, FEW)
    empty = statistics.mean((before, after))
    print(
        f"{WIDTH}x{HEIGHT}, {SECONDS} s a row; {INCIDENTS:,} incidents and {POINTS:,} units where no number is said\n"
    )
    print("| on the map | pictures a second | of the empty map's | wanted |\n|---|---|---|---|")
    print(f"| nothing, before and after | {before:.1f}, {after:.1f} | | |")
    for moving, rate in layers.items():
        print(f"| layers, {moving:,} units move each second | {rate:.1f} | {rate / empty:.2f} | {WANTED[moving]:.2f} |")
    print(f"| elements, 6 of them, all move | {few:.1f} | {few / empty:.2f} | |")
    print(f"| elements, {ELEMENTS} incidents and {POINTS:,} units, {FEW} move | {many:.2f} | {many / empty:.3f} | |")
    print(f"\nLayers against elements, {FEW} moving: {layers[FEW] / max(many, 1 / SECONDS):.0f} to 1")
    missed = [
        f"{moving:,} moving: {rate / empty:.2f}" for moving, rate in layers.items() if rate / empty < WANTED[moving]
    ]
    if missed:
        raise SystemExit(f"fewer pictures of the empty map's than wanted: {'; '.join(missed)}")


if __name__ == "__main__":
    main()
