"""What somebody meets who enters and reviews all day: nothing is recorded unseen, saving leads on, and deciding goes on
from where it was."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from incidents.models import Incident
from tests.browser.person import Person, ready
from tests.browser.test_first_incident import choose
from tests.factories import Register

pytestmark = pytest.mark.browser

MONITOR, DOCUMENT = "A made-up monitor", "A made-up report"


@dataclass
class Scene:
    language: str
    analyst: str
    reviewer: str
    incident: Incident


@pytest.fixture(params=["en", "ar"])
def scene(request: pytest.FixtureRequest, live_server: Any, register: Register) -> Scene:
    """Made before the browser is there, in whose thread no row may be read."""
    incident = register.published()
    for number in range(4):
        register.proposed(incident, claimant=register.organization(name=f"Monitor {number}"))
    register.organization(name=MONITOR)
    register.source(title=DOCUMENT)
    for user in (register.analyst, register.reviewer):
        user.language = request.param
    return Scene(request.param, ready(register.analyst), ready(register.reviewer), incident)


def test_what_a_new_line_takes_over_is_seen_and_saving_leads_to_the_incident(
    live_server: Any, scene: Scene, chromium: Browser
) -> None:
    killed, civilians = {"en": ("killed", "civilians"), "ar": ("قتلى", "مدنيون")}[scene.language]
    person = Person(chromium, live_server.url)
    page = person.log_in(scene.analyst)
    page.goto(f"{live_server.url}/admin/incidents/incident/add/")
    folded = page.locator("details", has=page.locator("[name=claims-0-basis]"))
    assert folded.get_attribute("open") is None  # nothing is said there yet
    page.fill("[name=title]", "A made-up siege")
    choose(page, "claims-0-claimant", MONITOR)
    choose(page, "claims-0-measure", killed)
    choose(page, "claims-0-population", civilians)
    choose(page, "claims-0-source", DOCUMENT)
    page.fill("[name=claims-0-stated]", "12")
    page.fill("[name=claims-0-number]", "12")
    folded.locator("summary").click()
    page.select_option("[name=claims-0-quantifier]", "exact")
    page.select_option("[name=claims-0-basis]", "cumulative")
    page.select_option("[name=claims-0-disclosure]", "1")
    page.keyboard.press("Alt+c")
    expect(page.locator("[name=claims-1-disclosure]")).to_be_visible()
    expect(page.locator("[name=claims-1-disclosure]")).to_have_value("1")
    for name, value in (("basis", "event"), ("measure", ""), ("population", ""), ("quantifier", "")):
        expect(page.locator(f"[name=claims-1-{name}]")).to_have_value(value)
    choose(page, "claims-1-measure", killed)
    choose(page, "claims-1-population", civilians)
    page.select_option("[name=claims-1-quantifier]", "exact")
    page.fill("[name=claims-1-stated]", "13")
    page.fill("[name=claims-1-number]", "13")
    page.fill("[name=claims-1-since]", "2017")  # of an event there is no beginning
    page.locator("[name=_save]").last.click()
    expect(page.locator("[name=claims-1-since][aria-invalid=true]")).to_be_visible()
    expect(page.locator("[name=claims-0-basis]")).to_be_visible()
    page.fill("[name=claims-1-since]", "")
    page.locator("[name=_save]").last.click()
    expect(page.locator(".sj-row-draft")).to_have_count(2)
    expect(page.locator(".sj-button[formaction$='/submit-all/']")).to_be_visible()
    page.locator(".sj-row-draft .sj-action").first.click()
    page.fill("[name=note]", "looked at again")
    page.locator("[name=_save]").last.click()
    expect(page.locator(".sj-row-draft")).to_have_count(2)  # back at the incident
    assert person.complaints == []


def test_deciding_goes_on_from_where_it_was(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person = Person(chromium, live_server.url)
    page = person.log_in(scene.reviewer)
    page.goto(f"{live_server.url}/admin/incidents/incident/{scene.incident.pk}/review/")
    cards = page.locator("[data-card]")
    expect(cards.first).to_be_focused()
    names = [one.get_attribute("aria-label") for one in cards.all()]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("[data-confirm]:visible")).to_have_count(1)  # one key only asks
    page.keyboard.press("Escape")
    expect(page.locator("[data-confirm]:visible")).to_have_count(0)
    expect(cards.nth(2)).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(3)
    expect(cards.nth(2)).to_be_focused()
    assert cards.nth(2).get_attribute("aria-label") == names[3]
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(2)
    expect(cards.nth(1)).to_be_focused()
    page.goto(f"{live_server.url}/admin/incidents/incident/{scene.incident.pk}/review/")
    expect(cards.first).to_be_focused()  # whoever comes anew begins at the top
    assert person.complaints == []
