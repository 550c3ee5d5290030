"""Every page of the admin that a superuser can open, and what a browser has to say about it."""

import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import User
from tests.second_factor import logged_in

# Told by the browser itself for each element, script or style that the policy stopped, wherever it came from.
LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
});
"""


def _complains(message: Any) -> bool:
    """Whether a line of the console says that something is wrong; a refusal of ours (403, 404) is none."""
    return message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource")


def listen(context: BrowserContext) -> list[str]:
    """Everything that a page complains of from now on: the policy, scripts, and dialogs that somebody's script opened."""
    said: list[str] = []
    context.add_init_script(LISTEN)
    context.on(
        "console", lambda message: _complains(message) and said.append(f"{message.text} ({message.location['url']})")
    )
    context.on("weberror", lambda error: said.append(str(error.error)))

    def refuse(dialog: Any) -> None:
        if dialog.type == "beforeunload":  # the page's own, about what was typed and not saved
            dialog.accept()
            return
        said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.on("dialog", refuse)
    return said


def of_model(model: type, pk: object | None) -> Iterator[str]:
    """The addresses of a model's pages, those of one row included if there is one."""
    model_admin = admin.site._registry[model]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{name}_changelist")
    if not isinstance(model_admin, ReadOnlyAdmin):
        yield reverse(f"{name}_add")
    if pk is not None:
        yield reverse(f"{name}_change", args=[pk])
        yield reverse(f"{name}_history", args=[pk])
        yield reverse(f"{name}_delete", args=[pk])


ALONE = ("admin:index", "admin:password_change", "second_factor:overview", "second_factor:enrol")


def session_of(user: User) -> str:
    """The key of a new session in which the person is logged in and has just shown the second factor."""
    session = logged_in(Client(), user).session
    session["second_factor_at"] = int(time.time())
    session.save()
    return str(session.session_key)


def open_to(browser: Browser, site: str, session_key: str, **options: Any) -> BrowserContext:
    """A browser in which somebody is logged in."""
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 1000}} | options)
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_key, "url": site}])
    return context


def speak(page: Page, site: str, language: str) -> None:
    """Choose a language as the menu does; it is kept in the account of whoever is logged in."""
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    if settings.CSRF_COOKIE_NAME not in cookies:
        page.goto(f"{site}/admin/password_change/")  # any page with a form
        cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    sent = {"language": language, "next": "/admin/", "csrfmiddlewaretoken": cookies[settings.CSRF_COOKIE_NAME]}
    assert page.request.post(f"{site}/i18n/setlang/", form=sent, headers={"Referer": site}).ok
