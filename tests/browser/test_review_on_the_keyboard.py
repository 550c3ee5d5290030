"""An incident is entered on one screen, reviewed without a mouse, sent back, corrected, published, and read outside;
in both languages."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from incidents.admin import words
from incidents.models import Measure, Population
from tests.browser.person import Person, ready
from tests.browser.test_a_victim import press
from tests.browser.test_first_incident import choose, read
from tests.factories import Register

pytestmark = pytest.mark.browser

TITLE = "Shelling of a made-up market"
SAID = {"en": "at least four", "ar": "أربعة على الأقل"}
FIRST, SECOND = "A made-up monitor", "Another made-up monitor"
SOURCE = "A made-up report"


@dataclass
class Scene:
    """Two people working in one language, and what they choose by name in it."""

    language: str
    analyst: str
    reviewer: str
    killed: str
    civilians: str
    meaning: str


@pytest.fixture(params=["en", "ar"])
def scene(request: pytest.FixtureRequest, live_server: Any, register: Register) -> Scene:
    """Made before the browser is there, in whose thread no row may be read. An incident like it is recorded already."""
    register.incident(title=TITLE, occurred="2018-03-05")
    register.organization(name=FIRST)
    register.organization(name=SECOND)
    register.source(title=SOURCE)
    for user in (register.analyst, register.reviewer):
        user.language = request.param
    with translation.override(request.param):
        return Scene(
            language=request.param,
            analyst=ready(register.analyst),
            reviewer=ready(register.reviewer),
            killed=words.named(Measure.objects.get(code="killed")),
            civilians=words.named(Population.objects.get(code="civilians")),
            meaning=words.date("2018-03-05~"),
        )


def enter(page: Page, scene: Scene) -> None:
    """One screen: the incident, a claim whose words give a count, another like it, a statement."""
    page.locator(".sj-button[href$='/incidents/incident/add/']").click()
    page.fill("[name=title]", TITLE)
    page.fill("[name=occurred]", "2018-03-05~")
    expect(page.locator("#id_occurred_meaning")).to_have_text(scene.meaning)
    choose(page, "claims-0-claimant", FIRST)
    choose(page, "claims-0-measure", scene.killed)
    choose(page, "claims-0-population", scene.civilians)
    choose(page, "claims-0-source", SOURCE)
    page.fill("[name=claims-0-stated]", SAID[scene.language])
    expect(page.locator("#id_claims-0-stated_proposals button").first).to_be_visible()
    expect(page.locator("[name=claims-0-number]")).to_have_value("")  # proposed, never taken silently
    page.press("[name=claims-0-stated]", "Alt+1")
    expect(page.locator("[name=claims-0-number]")).to_have_value("4")
    expect(page.locator("[name=claims-0-quantifier]")).to_have_value("at_least")

    page.keyboard.press("Alt+c")
    measure = page.locator("#id_claims-1-measure + .select2-container .select2-selection")
    expect(measure).to_be_focused()  # the first that is chosen anew
    for name in ("claimant", "source"):
        above = page.locator(f"[name=claims-0-{name}]").input_value()
        expect(page.locator(f"[name=claims-1-{name}]")).to_have_value(above)
    for name in ("measure", "population", "quantifier", "number"):
        expect(page.locator(f"[name=claims-1-{name}]")).to_have_value("")
    choose(page, "claims-1-measure", scene.killed)
    choose(page, "claims-1-population", scene.civilians)
    choose(page, "claims-1-claimant", SECOND)
    page.fill("[name=claims-1-stated]", "6")
    page.select_option("[name=claims-1-quantifier]", "exact")
    page.fill("[name=claims-1-number]", "6")

    page.keyboard.press("Alt+s")
    choose(page, "statements-0-claimant", FIRST)
    page.select_option("[name=statements-0-kind]", "note")
    page.fill("[name=statements-0-value]", "A made-up saying")
    choose(page, "statements-0-source", SOURCE)


def decide(page: Page, says: str, key: str, left: int, note: str = "") -> None:
    """On the review screen, by keyboard alone: go to the card that says so, press the key, write the note if asked."""
    cards = page.locator("[data-card]")
    expect(page.locator("[data-card]:focus")).to_have_count(1)
    here = cards.evaluate_all("cards => cards.indexOf(document.activeElement)")
    wanted = [says in text for text in cards.all_inner_texts()].index(True)
    step = 1 if wanted > here else -1
    for place in range(here + step, wanted + step, step) if wanted != here else ():
        page.keyboard.press("j" if step > 0 else "k")
        expect(cards.nth(place)).to_be_focused()
    page.keyboard.press(key)
    if key == "a":
        page.keyboard.press("Enter")  # the key asks, Enter accepts
    if note:
        expect(cards.nth(wanted).locator("[name=note]")).to_be_focused()
        page.keyboard.type(note)
        page.keyboard.press("Enter")
    expect(page.locator("[data-card]")).to_have_count(left)


def test_from_one_screen_by_keyboard_to_the_api(live_server: Any, scene: Scene, chromium: Browser) -> None:
    person = Person(chromium, live_server.url)
    page = person.log_in(scene.analyst)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if scene.language == "ar" else "ltr")
    enter(page, scene)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sj-near")).to_contain_text(TITLE)
    page.locator("[name=despite]").check()
    page.locator("[name=_continue]").click()
    expect(page.locator(".sj-box h2").first).to_have_text(TITLE)
    incident = page.url
    reference = re.search(r"SJ-[A-Z0-9]{6}", page.locator(".sj-head").inner_text()).group()
    press(page, "submit-all")
    expect(page.locator(".sj-status-proposed")).to_have_count(3)

    second = person.log_in(scene.reviewer)
    review = incident.replace("/change/", "/review/")
    second.goto(review)
    cards = second.locator("[data-card]")
    expect(cards).to_have_count(3)
    expect(cards.first).to_be_focused()
    second.keyboard.press("j")
    expect(cards.nth(1)).to_be_focused()
    second.keyboard.press("k")
    expect(cards.first).to_be_focused()
    decide(second, SAID[scene.language], "a", left=2)
    decide(second, SECOND, "r", left=1, note="the source says seven")
    decide(second, "A made-up saying", "a", left=0)

    page.goto(f"{live_server.url}/admin/")
    page.locator(".sj-queue[href*='/queue/returned/']").click()
    page.locator(".sj-table tbody a").first.click()
    page.goto(incident)
    page.locator(".sj-row-returned a[href*='/incidents/claim/']").first.click()
    expect(page.locator(".sj-facts").first).to_contain_text("the source says seven")
    press(page, "submit")  # as it was: the words are what the source says
    expect(page.locator(".sj-status-proposed").first).to_be_visible()
    second.goto(review)
    decide(second, SECOND, "a", left=0)

    # What was accepted is corrected by a claim of its own.
    page.reload()  # it was accepted since: who corrects has read what stands there
    returned = page.url
    page.locator(".sj-button[href*='corrects=']").click()
    page.fill("[name=correction_reason]", "The report says seven.")
    page.fill("[name=stated]", "7")
    page.fill("[name=number]", "7")
    page.locator("[name=_continue]").click()
    expect(page).not_to_have_url(returned)
    press(page, "submit")
    expect(page.locator(".sj-status-proposed").first).to_be_visible()
    second.goto(review)
    decide(second, "The report says seven.", "a", left=0)
    press(second, "publish")
    expect(second.locator(".sj-status-published").first).to_be_visible()
    assert person.complaints == []

    root = f"{live_server.url}/api/v1"
    outside = json.loads(read(f"{root}/incidents/{reference}/"))
    assert (outside["title"], outside["status"], outside["reviewed"]) == (TITLE, "published", True)
    assert {_exactly(claim) for claim in outside["claims"]} == {
        (FIRST, "at_least", 4, SAID[scene.language]),
        (SECOND, "exact", 7, "7"),
    }
    old = json.loads(read(f"{root}/claims/?incident={reference}&status=corrected"))["results"]
    assert [_exactly(claim) for claim in old] == [(SECOND, "exact", 6, "6")]


def _exactly(claim: dict[str, Any]) -> tuple[str, str, int, str]:
    count = claim["count"]
    return claim["claimant"]["name"], count["quantifier"], count["minimum"], count["stated"]
