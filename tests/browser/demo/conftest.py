"""The demo as a process, and people who look at it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize

from tests.browser.conftest import LONGEST_MS
from tests.process.running import Program, free_port, typed

STORY_MS = 150_000
"""For what the demo's story brings: it takes its time in earnest, a survey is flown."""


@dataclass
class Demo:
    """A running demo."""

    url: str
    password: str
    data: Path


@dataclass
class Visit:
    """One person's browser: its page, and everything it asked for or complained about."""

    page: Page
    demo: Demo
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def was_refused(self, status: int) -> None:
        """The browser has complained of an answer that was meant to be a refusal; once for each."""
        self.complaints.remove(next(said for said in self.complaints if f"status of {status} " in said))

    def sign_in(self, name: str) -> None:
        """Sign in as one of the demo's people."""
        self.page.goto(f"{self.demo.url}/sign-in?lang=en")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", self.demo.password)
        self.page.click("button.primary")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


@cache
def _token(data: Path, user: str) -> str:
    made = typed("token", "--user", user, "--data", str(data))
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def token(demo: Demo, user: str) -> str:
    """A token of one of the demo's people."""
    return _token(demo.data, user)


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data = tmp_path_factory.mktemp("demo")
    args = ("demo", "--no-browser", "--port", str(free_port()), "--data", str(data))
    with Program(*args, log=data / "demo.log") as program:
        url = program.wait_for("ready").removeprefix("ready ")
        password = next(line.removeprefix("password ") for line in program.lines if line.startswith("password "))
        yield Demo(url, password, data)


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Visit]:
    """A person at a desk, who would rather not see markers glide: what moves is drawn without a graphics card."""
    size: ViewportSize = {"width": 1600, "height": 900}
    yield from _visit(browser.new_context(viewport=size, reduced_motion="reduce"), demo)


@pytest.fixture
def on_phone(browser: Browser, demo: Demo) -> Iterator[Visit]:
    """Another person, with a phone in the field."""
    size: ViewportSize = {"width": 390, "height": 844}
    phone = browser.new_context(viewport=size, has_touch=True, is_mobile=True, reduced_motion="reduce")
    yield from _visit(phone, demo)


def _visit(context: BrowserContext, demo: Demo) -> Iterator[Visit]:
    context.set_default_timeout(LONGEST_MS)
    page = context.new_page()
    opened = Visit(page, demo)

    def note(request: Request) -> None:
        opened.asked.append(request.url)

    context.on("request", note)
    page.on("console", lambda said: opened.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    outside = [url for url in opened.asked if not re.match(rf"(data:|blob:|{re.escape(demo.url)}/)", url)]
    context.close()
    assert outside == [], "a page asked something outside the server"
    assert opened.complaints == []
