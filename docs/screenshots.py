"""Pictures of the main screens in both languages: ``.venv/bin/python -m docs.screenshots``.

Starts a register of its own with the reference tables and the founding case, which name nobody but in public, and
nothing else; looks at it with Debian's Chromium as its administrator; writes docs/screenshots/{en,ar}/*.png.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from config import data_folder
from config.progress import say

CHECKOUT = Path(__file__).resolve().parent.parent
LARGEST = 250_000  # bytes: a checkout is not for pictures
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDTH, HEIGHT = 1280, 860

SCREENS = {
    "home": "/admin/",
    "incidents": "/admin/incidents/incident/",
    "entry": "/admin/incidents/incident/add/",
    "incident": "/admin/incidents/incident/",
    "scope": "/admin/incidents/incident/queue/disagree/",
    "timeline": "timeline/",
    "history": "history/",
    "claims": "/admin/incidents/claim/",
    "sources": "/admin/sources/source/",
}
OF_THE_INCIDENT = ("timeline", "history")


@dataclass(frozen=True)
class Register:
    """One that is served, and whose administrator may log in."""

    address: str
    user: str
    password: str


@contextmanager
def served(folder: Path) -> Iterator[Register]:
    """A register of its own until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "quickstart", "--port", "8642"],
        cwd=CHECKOUT,
        env=os.environ | {"SIJIL_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    told = ""
    try:
        for line in process.stdout or ():
            told += line
            if line.startswith("sijil: serving"):
                break
        found = re.search(r"user (\S+), password (\S+)", told)
        served_at = re.search(r"http://\S+?:\d+", told)
        if found is None or served_at is None:
            sys.exit(f"the register did not start:\n{told}")
        yield Register(served_at[0], found[1], found[2])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def log_in(page: Page, register: Register) -> None:
    page.fill("[name=username]", register.user)
    page.fill("[name=password]", register.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login/" not in address)


def speak(page: Page, register: Register, language: str) -> None:
    """Choose a language as the menu does."""
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    page.request.post(
        f"{register.address}/i18n/setlang/",
        form={"language": language, "next": "/admin/", "csrfmiddlewaretoken": cookies["sijil-csrf"]},
        headers={"Referer": register.address},
    )


def take(page: Page, name: str, folder: Path) -> None:
    """One picture. The pointer and the cursor stay out of it."""
    path = folder / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path} has {path.stat().st_size:,} bytes; at most {LARGEST:,} were expected")


def pictures(register: Register, page: Page, language: str) -> None:
    folder = CHECKOUT / "docs" / "screenshots" / language
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    page.goto(f"{register.address}/admin/login/")
    take(page, "login", folder)
    log_in(page, register)
    speak(page, register, language)
    incident = ""
    for name, address in SCREENS.items():
        if name in OF_THE_INCIDENT:
            address = incident.replace("change/", address)
        page.goto(register.address + address, wait_until="networkidle")
        if name == "incident":
            page.get_by_role("link", name="21 April 2018").click()
            page.wait_for_load_state("networkidle")
            incident = page.url.removeprefix(register.address)
        if name == "scope":  # the first of those in which sources disagree
            page.locator(".sj-table tbody a").first.click()
            page.wait_for_load_state("networkidle")
        take(page, name, folder)
    page.context.close()


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium was found; install Debian's with: apt-get install -y chromium")
    data = data_folder.location()
    folder = data.with_name(f"{data.name}-screenshots")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with served(folder) as register, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for language in ("en", "ar"):
                context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale=language)
                pictures(register, context.new_page(), language)
                say(f"docs/screenshots/{language} is written")
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
