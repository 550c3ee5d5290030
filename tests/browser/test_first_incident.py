"""An analyst enters an incident with two claims that conflict; a second person accepts and publishes it; anyone reads
both claims exactly as they were made."""

import csv
import io
import json
import re
import urllib.request

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import Person, ready
from tests.factories import Register

pytestmark = pytest.mark.browser

TITLE = "Shelling of a made-up market"


def choose(page: Page, name: str, text: str) -> None:
    """Type into an autocomplete field and take what it finds."""
    page.locator(f"[id='id_{name}'] + .select2-container").click()
    page.locator(".select2-container--open .select2-search__field").last.type(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def record_source(page: Page, name: str, title: str, publisher: str, *, another: bool) -> None:
    """Record a missing source in the window that the sign beside the field opens."""
    with page.expect_popup() as opened:
        page.locator(f"[id='add_id_{name}']").click()
    window = opened.value
    window.fill("[name=title]", title)
    choose(window, "kind", "news article")
    choose(window, "publisher", publisher)
    window.fill("[name=published]", "2018-03-06")
    save = window.get_by_role("button", name="Save", exact=True)
    if another:  # what may be the same is shown first
        save.click()
        expect(window.locator(".sj-near")).to_be_visible()
        window.locator("[name=despite]").check()
    with window.expect_event("close"):
        save.click()
    expect(page.locator(f"[id='id_{name}'] + .select2-container")).to_contain_text(title)


def fill_claim(page: Page, row: int, *, claimant: str, source: str, **values: str) -> None:
    """One row for a claim, with a source of its own."""
    prefix = f"claims-{row}-"
    choose(page, f"{prefix}claimant", claimant)
    choose(page, f"{prefix}measure", "killed")
    choose(page, f"{prefix}population", "civilians")
    record_source(page, f"{prefix}source", source, claimant, another=row > 0)
    for name, value in values.items():
        control = page.locator(f"[name='{prefix}{name}']")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()


@pytest.fixture
def people(live_server, register: Register) -> tuple[str, str]:
    """An analyst and one who reviews and publishes, by their names for logging in."""
    return ready(register.analyst), ready(register.reviewer)


def test_two_conflicting_claims_from_form_to_api(live_server, people: tuple[str, str], chromium: Browser) -> None:
    analyst, reviewer = people
    person = Person(chromium, live_server.url)

    page = person.log_in(analyst)
    page.get_by_role("link", name="Enter an incident").click()
    page.fill("[name=title]", TITLE)
    page.fill("[name=occurred]", "2018-03-05")
    choose(page, "where", "Kafr Batna")
    fill_claim(
        page, 0, claimant="Airwars", source="A first made-up report",
        quantifier="between", number="21", upper="23", stated="21–23",
    )  # fmt: skip
    page.get_by_text("Add a claim").click()
    fill_claim(
        page, 1, claimant="Uppsala Conflict Data Program", source="A second made-up report",
        quantifier="exact", number="25", best="25", stated="25",
    )  # fmt: skip
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".sj-near")).to_contain_text("Kafr Batna")  # the founding case has one of that day and place
    page.locator("[name=despite]").check()
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_role("heading", name=TITLE, exact=True)).to_be_visible()
    reference = re.search(r"SJ-[A-Z0-9]{6}", page.locator(".sj-head").inner_text()).group()
    page.get_by_role("button", name="Submit for review, with 2 drafts").click()
    expect(page.get_by_text("Submitted for review with 2 drafts.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)

    second = person.log_in(reviewer)
    second.get_by_text("incidents waiting to be published").click()
    second.get_by_role("link", name=re.compile(reference)).first.click()
    second.get_by_role("button", name="Accept all 2 proposed").click()
    expect(second.get_by_text("2 accepted.")).to_be_visible()
    second.get_by_role("button", name="Publish").click()
    expect(second.get_by_text("Published: SJ-")).to_be_visible()
    assert person.complaints == []

    root = f"{live_server.url}/api/v1"
    incident = json.loads(read(f"{root}/incidents/{reference}/"))
    listed = json.loads(read(f"{root}/claims/?incident={reference}"))["results"]
    rows = csv.DictReader(io.StringIO(read(f"{root}/claims/?incident={reference}&format=csv")))

    assert (incident["title"], incident["status"], incident["reviewed"]) == (TITLE, "published", True)
    assert [place["name"] for place in incident["places"]] == ["Kafr Batna"]
    assert incident["claims"] == listed
    assert {_exactly(claim) for claim in listed} == {
        ("Airwars", "between", 21, None, 23, "21–23", "A first made-up report", "Airwars"),
        ("Uppsala Conflict Data Program", "exact", 25, 25, 25, "25", "A second made-up report",
         "Uppsala Conflict Data Program"),
    }  # fmt: skip
    assert {(row["count_minimum"], row["count_best"], row["count_maximum"], row["source_title"]) for row in rows} == {
        ("21", "", "23", "A first made-up report"),
        ("25", "25", "25", "A second made-up report"),
    }


def _exactly(claim: dict) -> tuple:
    count, source = claim["count"], claim["citations"][0]["source"]
    return (
        claim["claimant"]["name"], count["quantifier"], count["minimum"], count["best"], count["maximum"],
        count["stated"], source["title"], source["publisher"]["name"],
    )  # fmt: skip
