"""A figure is proposed from what is drawn, adopted by another, made stale by a later claim, and proposed anew; in both
languages."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page, expect

from incidents import counts
from incidents.models import Figure, Incident, Scope
from tests.browser.person import Person, ready
from tests.factories import Register

pytestmark = pytest.mark.browser


@dataclass
class Scene:
    """Two people working in one language, the scope they look at, and words of the page in it."""

    language: str
    register: Register
    incident: Incident
    page: str
    analyst: str
    reviewer: str
    words: dict[str, str]


WORDS = (
    "stale", "adopted", "What speaks here changed since you read it. What you typed is kept: look at it again.",
    "sources disagree", "figures waiting to be adopted", "stale figures",
)  # fmt: skip


@pytest.fixture(params=["en", "ar"])
def scene(request: pytest.FixtureRequest, live_server: Any, register: Register) -> Scene:
    incident = register.published(title="Shelling of a made-up market")
    for number in (25, 21):
        register.accepted(incident, count=counts.code(counts.Quantifier.EXACT, number, stated=str(number)))
    scope = Scope.objects.get(incident=incident)
    for user in (register.analyst, register.reviewer):
        user.language = request.param
    with translation.override(request.param):
        words = {one: gettext(one) for one in WORDS}
    return Scene(
        request.param, register, incident, f"{live_server.url}/admin/incidents/scope/{scope.pk}/change/",
        ready(register.analyst), ready(register.reviewer), words,
    )  # fmt: skip


def meanwhile(deed: Any) -> Any:
    """Done by a colleague, in a thread of their own: the browser's driver keeps this one."""

    def done() -> Any:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(done).result()


def propose(page: Page, reason: str) -> None:
    page.locator("[name=policy][value=range]").check()
    page.fill("[name=reason]", reason)
    page.locator("#propose button[type=submit]").click()


def adopt(page: Page) -> None:
    page.locator("#figures form[action$='/step/adopt/'] button").click()


def test_from_proposal_to_a_figure_that_is_stale_and_proposed_anew(
    live_server: Any, scene: Scene, chromium: Browser
) -> None:
    person = Person(chromium, live_server.url)
    analyst = person.log_in(scene.analyst)
    analyst.locator(".sj-queue[href*='/queue/disagree/']").click()
    analyst.locator(f".sj-table a[href='{scene.page.removeprefix(live_server.url)}']").click()
    expect(analyst.locator("html")).to_have_attribute("dir", "rtl" if scene.language == "ar" else "ltr")
    plot = analyst.locator("svg.sj-plot")
    dots = plot.locator(".sj-plot-dot")
    expect(dots).to_have_count(2)
    boxes = [dots.nth(at).bounding_box() for at in range(2)]
    names = plot.locator(".sj-plot-speaks text").all_text_contents()
    more, less = sorted(zip(names, boxes, strict=True), key=lambda one: "25" not in one[0])
    assert (more[1]["x"] > less[1]["x"]) == (scene.language == "en")  # it grows in the direction of reading

    propose(analyst, "Both counts hold some water.")
    expect(analyst.locator("#figures .sj-status-proposed")).to_be_visible()
    expect(analyst.locator("#figures form[action$='/step/adopt/']")).to_have_count(0)

    reviewer = person.log_in(scene.reviewer)
    reviewer.locator(".sj-queue[href*='/queue/adopt/']").click()
    reviewer.locator(".sj-table tbody a").first.click()
    expect(reviewer.locator("#figures")).to_contain_text("Both counts hold some water.")
    adopt(reviewer)
    expect(reviewer.locator("#figures .sj-status-adopted")).to_have_text(scene.words["adopted"])
    expect(reviewer.locator("svg .sj-plot-band")).to_have_count(1)

    # A claim arrives while somebody reads; what they typed on the older page is refused, and stays.
    analyst.goto(scene.page)
    later = counts.code(counts.Quantifier.EXACT, 40, stated="40")
    meanwhile(lambda: scene.register.accepted(scene.incident, count=later))
    propose(analyst, "Typed before I knew.")
    expect(analyst.locator("#propose")).to_contain_text(
        scene.words["What speaks here changed since you read it. What you typed is kept: look at it again."]
    )
    expect(analyst.locator("[name=reason]")).to_have_value("Typed before I knew.")
    expect(analyst.locator("#figures .sj-tag", has_text=scene.words["stale"])).to_be_visible()

    analyst.goto(f"{live_server.url}/admin/")
    analyst.locator(".sj-queue[href*='/queue/stale/']").click()
    analyst.locator(".sj-table tbody a").first.click()
    propose(analyst, "A third count is higher.")
    expect(analyst.locator("#figures .sj-status-proposed")).to_be_visible()
    reviewer.goto(scene.page)
    adopt(reviewer)
    expect(reviewer.locator("#figures .sj-status-adopted")).to_have_count(1)
    expect(reviewer.locator("#figures .sj-tag", has_text=scene.words["stale"])).to_have_count(0)
    reviewer.locator("#figures summary").click()
    expect(reviewer.locator("#figures .sj-status-superseded")).to_be_visible()
    assert person.complaints == []
    found = meanwhile(lambda: list(Figure.objects.order_by("high").values_list("status", "high")))
    assert found == [("superseded", 25), ("adopted", 40)]
