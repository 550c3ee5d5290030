"""A line that was added by mistake goes again, and nothing that was typed in the others goes with it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from incidents.models import Claim, Incident, ResponsibilityClaim
from tests.browser.conftest import DOCUMENT, MONITOR, OTHER, TITLE
from tests.browser.test_a_figure import meanwhile
from tests.browser.test_first_incident import choose

pytestmark = pytest.mark.browser


def fill(page: Page, line: int, claimant: str, number: str) -> None:
    choose(page, f"claims-{line}-claimant", claimant)
    choose(page, f"claims-{line}-measure", "killed")
    choose(page, f"claims-{line}-population", "civilians")
    choose(page, f"claims-{line}-source", DOCUMENT)
    page.fill(f"[name=claims-{line}-stated]", number)
    page.select_option(f"[name=claims-{line}-quantifier]", "exact")
    page.fill(f"[name=claims-{line}-number]", number)


def take_away(page: Page, group: str, line: int) -> None:
    page.locator(f"#{group}-group .form-group:not(.empty-form)").nth(line).get_by_role(
        "button", name="Take this line away"
    ).click()


def test_what_was_typed_below_moves_up_as_it_is(form: Page) -> None:
    fill(form, 0, MONITOR, "4")
    for line, (claimant, number) in enumerate([(MONITOR, "5"), (OTHER, "6"), (OTHER, "7")], start=1):
        form.keyboard.press("Alt+c")
        fill(form, line, claimant, number)
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))

    take_away(form, "claims", 1)

    assert asked == ["Take away this line, with what was typed in it?"]
    expect(form.locator("[name=claims-1-stated]")).to_have_value("6")
    expect(form.locator("[name=claims-2-stated]")).to_have_value("7")
    expect(form.locator("[name=claims-3-stated]")).to_have_count(0)
    choose(form, "claims-1-claimant", MONITOR)  # what is found by typing still is
    form.keyboard.press("Alt+c")
    fill(form, 3, OTHER, "8")
    form.locator("[name=_continue]").click()
    expect(form.locator(".sj-row-draft")).to_have_count(4)
    found = meanwhile(
        lambda: sorted(Claim.objects.filter(incident__title=TITLE).values_list("minimum", "claimant__name"))
    )
    assert found == [(4, MONITOR), (6, MONITOR), (7, OTHER), (8, OTHER)]


def test_an_empty_line_goes_unasked_and_none_that_is_left_alone_is_in_the_way(form: Page) -> None:
    fill(form, 0, MONITOR, "4")
    form.keyboard.press("Alt+s")
    form.keyboard.press("Alt+r")
    form.on("dialog", lambda dialog: pytest.fail(f"asked: {dialog.message}"))
    take_away(form, "responsibilityclaims", 0)
    expect(form.locator("#responsibilityclaims-group .add-row")).to_be_focused()
    form.locator("[name=_continue]").click()
    expect(form.locator(".sj-row-draft")).to_have_count(1)
    assert meanwhile(lambda: Incident.objects.filter(title=TITLE).count()) == 1
    assert meanwhile(lambda: ResponsibilityClaim.objects.filter(incident__title=TITLE).exists()) is False


def test_a_name_is_taken_away_and_the_one_below_stays(form: Page, live_server: Any) -> None:
    form.locator("[name=_continue]").click()
    form.get_by_role("link", name="Record a person…").click()
    form.fill("[name=names-0-text]", "Made-up Name")
    form.get_by_text("Add another Name").click()
    form.fill("[name=names-1-text]", "Other Name")
    form.on("dialog", lambda dialog: dialog.accept())
    take_away(form, "names", 0)
    expect(form.locator("[name=names-0-text]")).to_have_value("Other Name")
