"""What becomes of incidents once they are public: revised, merged and brought back, withdrawn, spoken about and given
into somebody's hands; in both languages, and as it is seen outside."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from incidents.models import Incident
from tests.browser.person import Person, ready
from tests.browser.test_a_victim import press
from tests.browser.test_first_incident import choose
from tests.factories import Register

pytestmark = pytest.mark.browser

OLD, NEW, OTHER = "Shelling of a made-up street", "Shelling of a made-up square", "Shooting at a made-up bridge"


@dataclass
class Scene:
    """Two people working in one language, and two incidents that are published."""

    language: str
    analyst: str
    reviewer: str
    reviewer_id: int
    one: Incident
    other: Incident


@pytest.fixture(params=["en", "ar"])
def scene(request: pytest.FixtureRequest, live_server: Any, register: Register) -> Scene:
    """Made before the browser is there, in whose thread no row may be read."""
    one, other = register.published(title=OLD), register.published(title=OTHER, occurred="2024-01-01")
    register.accepted(one)
    for user in (register.analyst, register.reviewer):
        user.language = request.param
    people = ready(register.analyst), ready(register.reviewer)
    return Scene(request.param, *people, register.reviewer.pk, one, other)


@dataclass
class Outside:
    """The API, redirects not followed."""

    site: str

    def get(self, incident: Incident) -> tuple[int, str, dict[str, Any]]:
        """Status, where it leads, and what is said."""
        connection = http.client.HTTPConnection(urlsplit(self.site).netloc)
        connection.request("GET", f"/api/v1/incidents/{incident.reference}/")
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), json.loads(body) if body else {}

    def title(self, incident: Incident) -> str:
        return str(self.get(incident)[2]["title"])


def desk(site: str, incident: Incident) -> str:
    return f"{site}/admin/incidents/incident/{incident.pk}/change/"


def decide(page: Page, **values: str) -> None:
    """Fill in the page on which one thing is decided, and send it."""
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.locator("form.sj-box button[type=submit]").click()


def test_revised_by_one_and_approved_by_another(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person, outside = Person(chromium, live_server.url), Outside(live_server.url)
    page = person.log_in(scene.analyst)
    page.goto(desk(live_server.url, scene.one))
    press(page, "revise")
    decide(page, note="It was the square.")
    page.locator(".sj-notice .sj-button[href*='/incidents/revision/']").click()
    page.fill("[name=title]", NEW)
    page.locator("[name=_continue]").click()
    expect(page.locator(".sj-table tbody tr")).to_contain_text([NEW])
    assert outside.title(scene.one) == OLD
    press(page, "submit")
    expect(page.locator(".sj-status-in_review").first).to_be_visible()
    assert outside.title(scene.one) == OLD

    second = person.log_in(scene.reviewer)
    second.goto(f"{live_server.url}/admin/")
    second.locator(".sj-queue[href*='/queue/revisions/']").click()
    second.locator(".sj-table a[href*='/incidents/revision/']").first.click()
    press(second, "approve")
    expect(second.locator(".sj-status-approved").first).to_be_visible()
    assert outside.title(scene.one) == NEW
    assert person.complaints == []


def test_merged_with_a_preview_and_taken_apart_again(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person, outside = Person(chromium, live_server.url), Outside(live_server.url)
    before = outside.get(scene.one)
    assert before[0] == 200
    page = person.log_in(scene.reviewer)
    page.goto(desk(live_server.url, scene.one))
    press(page, "merge")
    choose(page, "into", OTHER)
    decide(page, reason="the same day, seen from the other bank")
    expect(page.locator(".sj-box .sj-list li")).not_to_have_count(0)
    assert outside.get(scene.one)[0] == 200  # looked at, nothing done
    page.locator("button[name=confirm]").click()
    page.wait_for_url(desk(live_server.url, scene.other))
    status, leads, _body = outside.get(scene.one)
    assert (status, leads.endswith(f"/incidents/{scene.other.reference}/")) == (301, True)
    assert len(outside.get(scene.other)[2]["claims"]) == 1

    page.goto(desk(live_server.url, scene.one))
    page.locator(".sj-notice .sj-button[href*='/undo/']").click()
    decide(page, note="they are two after all")
    expect(page.locator(".sj-status-published").first).to_be_visible()
    status, _leads, body = outside.get(scene.one)
    assert (status, body["title"], body["claims"]) == (200, OLD, before[2]["claims"])
    assert (outside.title(scene.other), outside.get(scene.other)[2]["claims"]) == (OTHER, [])
    assert person.complaints == []


def test_withdrawn_with_the_reason_in_its_place(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person, outside = Person(chromium, live_server.url), Outside(live_server.url)
    page = person.log_in(scene.reviewer)
    page.goto(desk(live_server.url, scene.one))
    press(page, "withdraw")
    decide(page)  # not without a reason
    expect(page.locator("[name=note]")).to_be_visible()
    assert outside.get(scene.one)[0] == 200
    decide(page, note="It never happened.")
    expect(page.locator(".sj-status-withdrawn").first).to_be_visible()
    status, _leads, body = outside.get(scene.one)
    assert (status, body["errors"][0]["detail"]) == (410, "It never happened.")
    assert person.complaints == []


def test_spoken_about_settled_and_given_into_hands(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person = Person(chromium, live_server.url)
    page = person.log_in(scene.reviewer)
    page.goto(desk(live_server.url, scene.one))
    page.locator("#discussion summary").click()
    page.select_option("#discussion [name=field]", "title")
    page.fill("#discussion [name=text]", "Which street?")
    page.locator("#discussion form[action$='/comment/'] button[type=submit]").click()
    remark = page.locator(".sj-remark", has_text="Which street?")
    expect(remark).to_be_visible()
    page.locator("select[name=assignee]").select_option(str(scene.reviewer_id))
    page.locator("form[action$='/assign/'] button[type=submit]").click()
    expect(page.locator("select[name=assignee]")).to_have_value(str(scene.reviewer_id))
    page.goto(f"{live_server.url}/admin/")
    page.locator(".sj-queue[href*='/queue/assigned/']").click()
    expect(page.locator(f".sj-table a[href*='/incident/{scene.one.pk}/']")).to_be_visible()

    colleague = person.log_in(scene.analyst)
    colleague.goto(desk(live_server.url, scene.one))
    colleague.locator(".sj-remark form[action$='/resolve/'] button[type=submit]").click()
    expect(colleague.locator(".sj-remark.sj-settled")).to_contain_text("Which street?")
    expect(colleague.locator(".sj-remark form[action$='/reopen/']")).to_have_count(1)
    assert person.complaints == []
