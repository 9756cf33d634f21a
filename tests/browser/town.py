"""A town of its own for tests of the browser: cameras that a test can stop, and people of some role."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Page

from mapserver import migrations
from mapserver.access import service as access
from mapserver.access.passwords import chosen
from mapserver.core.services import assemble
from mapserver.core.settings import load, new_secret
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE, Scope
from tests.vision.cameras.builders import a_camera

PASSWORD = "a-long-enough-password"
WAIT_MS = 60_000


def found(data: Path, cameras: dict[str, tuple[str, str]], people: dict[str, Role], *, scope: Scope = LIVE) -> None:
    """Settings and database in `data`; of each camera its title and source by its id, of each person the role; all of
    `scope`."""
    videos = ", ".join(
        f"{{name = {json.dumps(name)}, source = {json.dumps(source)}, simulated = true}}"
        for name, (_, source) in cameras.items()
    )
    (data / "vanagas.toml").write_text(f'secure_cookies = false\nsecret_key = "{new_secret()}"\nvideos = [{videos}]\n')
    parts = assemble(load(data))
    migrations.upgrade(parts.store)
    facts = City("dobele").facts
    password = chosen(PASSWORD, "anybody")
    with parts.store.write() as work:
        for name, (title, _) in cameras.items():
            work.session.add(
                a_camera(name, name=title, lat=facts.lat, lon=facts.lon, scope=scope)
            )  # fmt: skip
        now = parts.clock.now()
        for name, role in people.items():
            city = None if role is Role.ADMIN else City("dobele")
            access.add_user(work.session, name, role, city, scope=scope, password=password, now=now)
    parts.store.close()


def signed_in(browser: Browser, url: str, name: str) -> Page:
    """A page of a browser in which one of the people is signed in."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{url}/sign-in?lang=en")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page
