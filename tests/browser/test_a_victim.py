"""A person is recorded on an incident's page, accepted, linked to a victim, and named outside only once that was decided;
in both directions of writing."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from incidents.models import Incident
from sources.models import Organization, Source
from tests.browser.pages import speak
from tests.browser.test_first_incident import Person, choose, people, read
from tests.factories import Register

pytestmark = pytest.mark.browser

__all__ = ["people"]  # a fixture of both journeys

NAME = "زيد المثال"


def press(page: Page, action: str) -> None:
    """The button or link of a verb, by where it leads: its words depend on the language."""
    page.locator(f".sj-button[href*='/{action}/'], .sj-button[formaction*='/{action}/']").click()


def confirm(page: Page) -> None:
    """Send the form of a page on which one thing is decided."""
    page.locator("form.sj-box button[type=submit]").click()
    expect(page.locator(".sj-facts").first).to_be_visible()


@pytest.fixture
def scene(register: Register) -> tuple[Incident, Source, Organization]:
    """Made before the browser is there, in whose thread no row may be read."""
    return (
        register.published(title="Shelling of a made-up street"),
        register.source(title="A made-up list of the dead"),
        register.organization(name="A made-up monitor"),
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_from_the_incidents_page_to_the_api(
    live_server,
    people: tuple[str, str],
    scene: tuple[Incident, Source, Organization],
    chromium: Browser,
    language: str,
) -> None:
    incident, source, claimant = scene
    person = Person(chromium, live_server.url)
    address = f"{live_server.url}/admin/incidents/incident/{incident.pk}/change/"

    page = person.log_in(people[0])
    speak(page, live_server.url, language)
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    page.locator(".sj-button[href*='personrecord/add']").click()
    expect(page.locator("[id='id_incident'] + .select2-container")).to_contain_text(incident.reference)
    choose(page, "claimant", claimant.name)
    choose(page, "source", source.title)
    page.fill("[name=stated]", f"{NAME}، 30 عاماً")
    page.fill("[name=names-0-text]", NAME)
    page.fill("[name=age]", "30")
    page.select_option("[name=fate]", "killed")
    page.locator("[name=_continue]").click()
    expect(page.locator(".sj-box h2").first).to_contain_text(NAME)
    press(page, "submit")
    expect(page.locator(".sj-status-proposed").first).to_be_visible()
    record = page.url

    second = person.log_in(people[1])
    speak(second, live_server.url, language)
    second.goto(record)
    press(second, "accept")
    expect(second.locator(".sj-status-accepted").first).to_be_visible()
    press(second, "link")
    second.fill("[name=reason]", "the first record of this man")
    confirm(second)
    reference = re.search(r"SV-[A-Z0-9]{6}", second.locator(".sj-facts").first.inner_text()).group()

    victims = f"{live_server.url}/api/v1/victims/{reference}/"
    [withheld] = json.loads(read(victims))["records"]
    assert (withheld["age"], withheld["names"], withheld["name_withheld"]) == (
        {"number": 30, "unit": "years"}, [], True,
    )  # fmt: skip

    press(second, "name")
    second.select_option("[name=level]", "0")
    second.fill("[name=basis]", "published by the family")
    confirm(second)
    [shown] = json.loads(read(victims))["records"]
    assert [name["text"] for name in shown["names"]] == [NAME]
    assert person.complaints == []
