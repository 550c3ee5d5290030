"""What is being entered is there already: everything typed goes to it in one step, in both languages."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from incidents.models import Incident
from tests.browser.person import Person, ready
from tests.browser.test_first_incident import choose
from tests.factories import Register

pytestmark = pytest.mark.browser

TITLE, MONITOR, DOCUMENT = "Shelling of a made-up bakery", "A made-up monitor", "A made-up report on the bakery"
WORDS = {"en": ("killed", "civilians"), "ar": ("قتلى", "مدنيون")}


@dataclass
class Scene:
    """One analyst working in one language, and an incident that is there, draft or published."""

    language: str
    analyst: str
    there: Incident


@pytest.fixture(params=[("en", "draft"), ("ar", "published")], ids=["en", "ar"])
def scene(request: pytest.FixtureRequest, live_server: Any, register: Register) -> Scene:
    """Made before the browser is there, in whose thread no row may be read."""
    language, status = request.param
    make = register.published if status == "published" else register.incident
    there = make(title=TITLE, occurred="2018-03-05")
    register.organization(name=MONITOR)
    register.source(title=DOCUMENT)
    register.analyst.language = language
    return Scene(language, ready(register.analyst), there)


def typed(page: Page, scene: Scene) -> None:
    """A new incident with two claims, the first of a source whose window finds that it is there."""
    killed, civilians = WORDS[scene.language]
    page.fill("[name=title]", "Shelling of the made-up bakery")
    page.fill("[name=occurred]", "2018-03-05")
    choose(page, "claims-0-claimant", MONITOR)
    choose(page, "claims-0-measure", killed)
    choose(page, "claims-0-population", civilians)
    page.fill("[name=claims-0-stated]", "at least four")
    expect(page.locator("#id_claims-0-stated_proposals button").first).to_be_visible()
    page.press("[name=claims-0-stated]", "Alt+1")
    with page.expect_popup() as opened:
        page.locator("[id='add_id_claims-0-source']").click()
    window = opened.value
    window.fill("[name=title]", DOCUMENT)
    window.locator("[id='id_kind'] + .select2-container").click()
    window.locator(".select2-results__option").first.click()
    window.press("[name=title]", "Enter")
    with window.expect_event("close"):
        window.locator("button[name=_use]").click()
    expect(page.locator("[id='id_claims-0-source'] + .select2-container")).to_contain_text(DOCUMENT)
    another(page, scene, 1, "6")


def another(page: Page, scene: Scene, line: int, number: str) -> None:
    """A line below, of the claimant and the source of the one above."""
    killed, civilians = WORDS[scene.language]
    page.keyboard.press("Alt+c")
    choose(page, f"claims-{line}-measure", killed)
    choose(page, f"claims-{line}-population", civilians)
    page.fill(f"[name=claims-{line}-stated]", number)
    page.fill(f"[name=claims-{line}-number]", number)
    page.select_option(f"[name=claims-{line}-quantifier]", "exact")


def test_from_the_warning_to_the_incident_that_is_there(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person = Person(chromium, live_server.url)
    page = person.log_in(scene.analyst)
    page.locator(".sj-button[href$='/incidents/incident/add/']").click()
    typed(page, scene)
    page.press("[name=title]", "Enter")
    expect(page.locator(".sj-near")).to_contain_text(TITLE)
    page.press("[name=title]", "Enter")  # saves, and takes nothing anywhere
    expect(page.locator(".sj-near")).to_contain_text(TITLE)
    assert page.url.endswith("/add/")

    page.locator(".sj-near .sj-take").click()
    page.wait_for_url(f"**/incident/{scene.there.pk}/rows/")
    expect(page.locator("[name=claims-0-stated]")).to_have_value("at least four")
    expect(page.locator("[name=claims-0-number]")).to_have_value("4")
    expect(page.locator("[name=claims-1-stated]")).to_have_value("6")
    expect(page.locator("[id='id_claims-1-claimant'] + .select2-container")).to_contain_text(MONITOR)
    expect(page.locator("body")).to_contain_text("Shelling of the made-up bakery")
    another(page, scene, 2, "7")
    page.locator("button[name=_save]").click()
    page.wait_for_url(f"**/incident/{scene.there.pk}/change/")
    expect(page.locator(".sj-row-draft")).to_have_count(3)
    assert person.complaints == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_by_looking(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person = Person(chromium, live_server.url)
    page = person.log_in(scene.analyst)
    page.goto(f"{live_server.url}/admin/incidents/incident/add/")
    typed(page, scene)
    page.press("[name=title]", "Enter")
    page.locator(".sj-near .sj-take").click()
    page.wait_for_url(f"**/incident/{scene.there.pk}/rows/")
    page.goto(f"{live_server.url}/admin/incidents/incident/{scene.there.pk}/change/")
    expect(page.locator(".sj-row-draft")).to_have_count(0)
    page.goto(f"{live_server.url}/admin/incidents/incident/?q=bakery")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
