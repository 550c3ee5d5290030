"""Organizations and sources: merged with a preview and taken apart again, withdrawn with the reason in their place; in
both languages, and as it is seen outside."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from sources.models import Organization, Source
from tests.browser.person import Person, ready
from tests.browser.test_a_victim import press
from tests.browser.test_first_incident import choose
from tests.factories import Register

pytestmark = pytest.mark.browser

KINDS = ("organization", "source")


@dataclass(frozen=True)
class Record:
    """What a journey needs to know of an organization or a source, in whose thread no row may be read."""

    kind: str
    pk: Any
    name: str
    key: str

    @classmethod
    def of(cls, row: Organization | Source) -> "Record":
        kind = row._meta.model_name or ""
        return cls(kind, row.pk, str(row), row.code if isinstance(row, Organization) else str(row.pk))

    def desk(self, site: str) -> str:
        return f"{site}/admin/sources/{self.kind}/{self.pk}/change/"


@dataclass
class Scene:
    """A publisher working in one language; of each kind one record that is named, another, and one that nothing names."""

    language: str
    publisher: str
    named: dict[str, Record]
    other: dict[str, Record]
    unnamed: dict[str, Record]
    claim: str


@pytest.fixture(params=["en", "ar"])
def scene(request: pytest.FixtureRequest, live_server: Any, register: Register) -> Scene:
    """Made before the browser is there."""
    office = register.organization("made-up-office", name="A made-up office")
    paper = register.source(title="A made-up paper")
    claim = register.accepted(register.published(), claimant=office, sources=[paper])
    others = register.organization("real-office", name="The office proper"), register.source(title="The paper proper")
    lone = (
        register.organization("no-office", name="An office that never was"),
        register.source(title="A page by mistake"),
    )
    register.reviewer.language = request.param
    sides = [{str(row._meta.model_name): Record.of(row) for row in pair} for pair in ((office, paper), others, lone)]
    return Scene(request.param, ready(register.reviewer), *sides, str(claim.pk))


def outside(site: str, path: str) -> tuple[int, str, dict[str, Any]]:
    """Status, where it leads, and what is said; redirects not followed."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc)
    connection.request("GET", f"/api/v1/{path}")
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("Location", ""), json.loads(body) if body else {}


def named_by_the_claim(site: str, scene: Scene, kind: str) -> str:
    """The key of the organization or source that readers of the claim are told."""
    claim = outside(site, f"claims/{scene.claim}/")[2]
    return str(claim["claimant"]["code"] if kind == "organization" else claim["citations"][0]["source"]["id"])


def decide(page: Page, reason: str) -> None:
    page.fill("[name=reason]", reason)
    page.locator("form.sj-box button[type=submit]").first.click()


@pytest.mark.parametrize("kind", KINDS)
def test_merged_with_a_preview_and_taken_apart_again(
    live_server: Any, scene: Scene, chromium: Browser, kind: str
) -> None:
    site, named, other = live_server.url, scene.named[kind], scene.other[kind]
    person = Person(chromium, site)
    page = person.log_in(scene.publisher)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if scene.language == "ar" else "ltr")
    page.goto(named.desk(site))
    press(page, "merge")
    choose(page, "into", other.name)
    decide(page, "One and the same, written twice.")
    expect(page.locator(".sj-box .sj-list li")).not_to_have_count(0)
    assert outside(site, f"{kind}s/{named.key}/")[0] == 200  # looked at, nothing done
    page.locator("button[name=confirm]").click()
    page.wait_for_url(other.desk(site))
    status, leads, _body = outside(site, f"{kind}s/{named.key}/")
    assert (status, leads.endswith(f"/{kind}s/{other.key}/")) == (301, True)
    assert named_by_the_claim(site, scene, kind) == other.key

    page.goto(named.desk(site))
    press(page, "unmerge")
    decide(page, "They are two after all.")
    page.wait_for_url(named.desk(site))
    expect(page.locator(".sj-button[href*='/merge/']")).to_be_visible()
    assert outside(site, f"{kind}s/{named.key}/")[0] == 200
    assert named_by_the_claim(site, scene, kind) == named.key
    assert person.complaints == []


@pytest.mark.parametrize("kind", KINDS)
def test_withdrawn_with_the_reason_in_its_place_unless_something_names_it(
    live_server: Any, scene: Scene, chromium: Browser, kind: str
) -> None:
    site, lone, named = live_server.url, scene.unnamed[kind], scene.named[kind]
    person = Person(chromium, site)
    page = person.log_in(scene.publisher)
    page.goto(named.desk(site))
    press(page, "withdraw")
    decide(page, "There is no such thing.")
    expect(page.locator(".errornote")).to_contain_text(named.name)  # refused: the claim names it
    expect(page.locator("[name=reason]")).to_have_value("There is no such thing.")
    assert outside(site, f"{kind}s/{named.key}/")[0] == 200

    page.goto(lone.desk(site))
    press(page, "withdraw")
    page.locator("form.sj-box button[type=submit]").first.click()  # not without a reason
    expect(page.locator("[name=reason]")).to_be_visible()
    assert outside(site, f"{kind}s/{lone.key}/")[0] == 200
    decide(page, "There is no such thing.")
    page.wait_for_url(lone.desk(site))
    expect(page.locator(".sj-withdrawn")).to_contain_text("There is no such thing.")
    expect(page.locator(".sj-button[href*='/withdraw/']")).to_have_count(0)
    status, _leads, body = outside(site, f"{kind}s/{lone.key}/")
    assert (status, body["errors"][0]["detail"]) == (410, "There is no such thing.")
    page.goto(f"{site}/admin/sources/{kind}/")
    expect(page.locator("#result_list tr", has_text=lone.name).locator(".sj-status-withdrawn")).to_be_visible()
    assert person.complaints == []
