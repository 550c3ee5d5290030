"""Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.person import Person, ready
from tests.factories import Register

NAMES = ("chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("no Chromium was found; install Debian's with: apt-get install -y chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


MONITOR, OTHER, DOCUMENT = "A made-up monitor", "Another made-up monitor", "A made-up report"
TITLE = "A made-up siege"


@pytest.fixture
def who_enters(live_server: Any, register: Register) -> str:
    """An analyst, and what they name; made before the browser is there, in whose thread no row may be read."""
    for name in (MONITOR, OTHER):
        register.organization(name=name)
    register.source(title=DOCUMENT)
    return ready(register.analyst)


@pytest.fixture
def form(live_server: Any, who_enters: str, chromium: Browser) -> Page:
    """The form of a new incident."""
    page = Person(chromium, live_server.url).log_in(who_enters)
    page.goto(f"{live_server.url}/admin/incidents/incident/add/")
    page.fill("[name=title]", TITLE)
    return page
