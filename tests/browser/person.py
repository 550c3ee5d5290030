"""Someone at their own browser, whose console must stay silent."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts import second_factor
from accounts.models import User
from tests.second_factor import fresh_code

PASSWORD = "correct horse battery"


def ready(user: User) -> str:
    """Give the person a password and, where they must have one, a second factor; their name for logging in."""
    user.is_staff = True
    user.set_password(PASSWORD)
    user.save()
    if second_factor.is_required(user):
        fresh_code(user.username)
    return user.username


def _now_shown(username: str) -> str:
    """The person's code, read in a thread: the browser's driver keeps this one for itself."""

    def read() -> str:
        try:
            return fresh_code(username)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(read).result()


@dataclass
class Person:
    """Logs in as a person does, with the second factor where it is asked for."""

    browser: Browser
    site: str
    complaints: list[str] = field(default_factory=list)

    def context(self, **options: object) -> BrowserContext:
        context = self.browser.new_context(**{"viewport": {"width": 1400, "height": 1000}} | options)
        context.set_default_timeout(15_000)
        context.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def log_in(self, username: str, **options: object) -> Page:
        page = self.context(**options).new_page()
        page.goto(f"{self.site}/admin/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda address: "/login/" not in address)
        if "/second-factor/verify/" in page.url:
            page.fill("[name=code]", _now_shown(username))
            page.press("[name=code]", "Enter")
        expect(page.locator(".sj-queues")).to_be_visible()
        return page
