"""No page of the admin breaks its policy of content, and everything on them still works under it."""

import re
from dataclasses import dataclass

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from incidents.models import Claim, Incident, ResponsibilityClaim, Statement
from tests.browser.pages import ALONE, listen, of_model, open_to, session_of, speak
from tests.factories import Register

pytestmark = pytest.mark.browser


@dataclass
class Visit:
    """A superuser's session, and every page there is."""

    session: str
    addresses: list[str]


@pytest.fixture
def visit(live_server, register: Register) -> Visit:
    """To a register in which every list has a row; made before the browser, whose driver keeps the thread."""
    incident = register.incident()
    register.draft(incident)
    register.proposed(incident)
    register.accepted(register.published())
    AccessAttempt.objects.create(username="x", ip_address="198.51.100.7", failures_since_start=5)
    AccessFailureLog.objects.create(username="x", ip_address="198.51.100.7")
    root = User.objects.create_superuser("root-example", password="not used")
    return Visit(session_of(root), addresses())


def addresses() -> list[str]:
    found = [reverse(name) for name in ALONE]
    for model in admin.site._registry:
        rows = [model._default_manager.order_by(order).first() for order in ("pk", "-pk")]
        for row in {row.pk: row for row in rows if row is not None}.values() or [None]:
            found += of_model(model, row.pk if row is not None else None)
    for model in (Incident, Claim, ResponsibilityClaim, Statement):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_step"
        found += [reverse(name, args=[row.pk, "withdraw"]) for row in model._default_manager.order_by("-pk")[:1]]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(("language", "every"), [("en", 1), ("ar", 5)])
def test_no_page_breaks_the_policy(live_server, visit: Visit, chromium, language: str, every: int) -> None:
    context = open_to(chromium, live_server.url, visit.session)
    said = listen(context)
    page = context.new_page()
    speak(page, live_server.url, language)
    told = {}
    for address in visit.addresses[::every]:
        answer = page.goto(live_server.url + address, wait_until="load")
        if answer.status == 200:
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert page.evaluate("typeof Alpine === 'object' && Alpine.version") == "3.17.4"
        if said:
            told[address] = list(said)
            said.clear()
    assert told == {}
    assert len(visit.addresses) > 60


def test_neither_do_the_pages_before_one_is_logged_in(live_server, chromium) -> None:
    context = chromium.new_context()
    said = listen(context)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/login/")
    for _ in range(5):
        page.fill("[name=username]", "nobody")
        page.fill("[name=password]", "wrong")
        page.press("[name=password]", "Enter")
        page.wait_for_load_state()
    expect(page.get_by_role("alert")).to_be_visible()
    assert said == []


def test_what_moves_on_a_page_still_moves(live_server, visit: Visit, chromium) -> None:
    context = open_to(chromium, live_server.url, visit.session)
    said = listen(context)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/")

    # Groups of the menu open and close, the menu itself goes away and stays away.
    expect(page.get_by_role("link", name="Coding rules")).to_be_hidden()
    page.locator("h2", has_text="Terms").click()
    expect(page.get_by_role("link", name="Coding rules")).to_be_visible()
    menu = page.locator("#nav-sidebar-apps")
    page.get_by_text("dock_to_right").locator("visible=true").click()
    expect(menu).to_be_hidden()
    page.reload()
    expect(menu).to_be_hidden()
    page.get_by_text("dock_to_right").locator("visible=true").click()
    expect(menu).to_be_visible()

    # The person's menu, light and dark, remembered.
    dark = page.locator("html.dark")
    expect(dark).to_have_count(0)
    page.get_by_text("unfold_more").click()
    expect(page.get_by_role("link", name="Second factor")).to_be_visible()
    page.get_by_text("Dark", exact=True).click()
    expect(dark).to_have_count(1)
    page.reload()
    expect(dark).to_have_count(1)
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.type("Sourc")
    expect(page.locator("#command-results-list li").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/sources/**")
    assert said == []


def test_lists_choose_filter_and_turn_pages(live_server, visit: Visit, chromium) -> None:
    context = open_to(chromium, live_server.url, visit.session)
    said = listen(context)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/places/place/")
    page.get_by_role("link", name="Next", exact=True).first.click()
    page.wait_for_url("**p=2*")

    page.goto(f"{live_server.url}/admin/incidents/claim/")
    page.locator(".action-select").first.check()
    bar = page.locator("#changelist-actions")
    expect(bar.get_by_role("combobox")).to_be_visible()
    assert bar.bounding_box()["width"] > 300
    expect(bar.get_by_role("button", name="Run")).to_be_hidden()
    bar.get_by_role("combobox").select_option("export_public")
    expect(bar.get_by_role("button", name="Run")).to_be_visible()
    page.locator(".action-select").first.uncheck()
    page.get_by_text("Filters").locator("visible=true").first.click()
    expect(page.locator("#changelist-filter")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#changelist-filter")).to_be_hidden()
    assert said == []


def test_forms_find_rows_and_take_more(live_server, visit: Visit, chromium) -> None:
    context = open_to(chromium, live_server.url, visit.session)
    said = listen(context)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/incidents/incident/add/")
    page.locator("[id='id_where'] + .select2-container").click()
    page.locator(".select2-container--open .select2-search__field").last.type("kafar batn")
    page.locator(".select2-results__option", has_text="Kafr Batna").first.click()
    expect(page.locator("[id='id_where'] + .select2-container")).to_contain_text("Kafr Batna")
    rows = page.locator("[id^='id_claims-'][id$='-measure']:not([id*='__prefix__'])")
    before = rows.count()
    page.get_by_text("Add a claim").click()
    expect(rows).to_have_count(before + 1)
    expect(page.locator("#incident_form")).to_have_attribute("action", "/admin/incidents/incident/add/")

    page.goto(f"{live_server.url}/admin/accounts/user/")
    page.get_by_role("link", name="aya-example").click()
    page.wait_for_url("**/change/")
    expect(page.locator("#user_form")).to_have_attribute("action", re.compile(r"^/admin/accounts/user/\d+/change/$"))
    assert said == []
