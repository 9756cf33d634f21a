"""How soon a pilot sees on the page that the link to a flying drone is gone: within 3.5 s, through a fifth of loss.

A simulated drone hovers on a survey of the running demo, the flight's page is open in a real browser, and the plug is
pulled again and again at odd moments. Counted is the time from the last datagram that may pass to the alarm on the
page, by the wall's clock, since waiting is what is measured; and from the plug put back to a screen that says so.
"""

import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, NAMES
from tests.browser.demo.bench import Bench
from tests.browser.demo.conftest import Demo, Visit
from tests.process.running import Program, free_port

PULLS, LOSS = 10, 0.2
PILOT = "pilot.siauliai"
DOWN_S = 5.0
LONGEST_MS = 60_000


def main() -> None:
    """Pull the plug `PULLS` times and print the table."""
    rng = random.Random(4)
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        data = Path(folder)
        arguments = ("demo", "--no-browser", "--port", str(free_port()), "--data", str(data))
        with Program(*arguments, log=data / "demo.log") as program, sync_playwright() as started:
            url = program.wait_for("ready").removeprefix("ready ")
            password = next(line.removeprefix("password ") for line in program.lines if line.startswith("password "))
            demo = Demo(url, password, data)
            path = next(path for name in NAMES if (path := shutil.which(name)))
            page = started.chromium.launch(executable_path=path, args=FLAGS).new_page()
            with Bench(demo, "DRN-7", east_m=-900) as bench:
                _hover(Visit(page, demo), bench)
                bench.lose(LOSS)
                times = [_pull(page, bench, rng) for _ in range(PULLS)]
    print(f"Seconds, {PULLS} pulls at {LOSS:.0%} of loss before and after\n")
    print("| from | to | median | longest |\n|---|---|---|---|")
    for number, (begins, ends) in enumerate(
        (("plug pulled", "alarm on the page"), ("plug back", "`heard` on the page"))
    ):
        column = [pair[number] for pair in times]
        print(f"| {begins} | {ends} | {statistics.median(column):.2f} | {max(column):.2f} |")


def _hover(visit: Visit, bench: Bench) -> None:
    flight_id = bench.schedule(PILOT)
    bench.api("POST", f"/flights/{flight_id}/confirm", PILOT, {})
    visit.sign_in(PILOT)
    visit.page.goto(f"{visit.demo.url}/flights/{flight_id}/fly")
    visit.page.locator("[data-order=pause]").click(timeout=LONGEST_MS)
    visit.page.locator("#state", has_text="Paused").wait_for(timeout=LONGEST_MS)


def _pull(page: Page, bench: Bench, rng: random.Random) -> tuple[float, float]:
    time.sleep(2 + rng.random())
    pulled = time.monotonic()
    bench.lose(1)
    page.locator(".instruments[data-link=lost]").wait_for(timeout=LONGEST_MS)
    seen = time.monotonic() - pulled
    time.sleep(max(0.0, DOWN_S - seen))
    back = time.monotonic()
    bench.lose(LOSS)
    page.locator(".instruments[data-link=heard]").wait_for(timeout=LONGEST_MS)
    return seen, time.monotonic() - back
