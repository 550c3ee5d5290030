"""Lines of the entry form: what goes with a measure, a part of a line above, the keyboard, and the way to what is wrong."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from incidents.models import Claim, Incident
from tests.browser.conftest import DOCUMENT, MONITOR, OTHER, TITLE
from tests.browser.test_a_figure import meanwhile
from tests.browser.test_first_incident import choose

pytestmark = pytest.mark.browser


def fill(page: Page, line: int, population: str, stated: str) -> None:
    choose(page, f"claims-{line}-measure", "killed")
    choose(page, f"claims-{line}-population", population)
    page.fill(f"[name=claims-{line}-stated]", stated)
    expect(page.locator(f"#id_claims-{line}-stated_proposals button").first).to_be_visible()


def test_a_measure_that_counts_no_people_has_no_population(form: Page) -> None:
    choose(form, "claims-0-measure", "killed")
    choose(form, "claims-0-population", "civilians")
    population = form.locator(".field-population").first
    expect(population).to_be_visible()
    choose(form, "claims-0-measure", "air strikes")
    expect(population).to_be_hidden()
    expect(form.locator("[name=claims-0-population]")).to_have_value("")
    choose(form, "claims-0-measure", "injured")
    expect(population).to_be_visible()


def test_a_proposal_is_taken_from_any_field_of_its_line_and_a_part_joins_a_line_above(form: Page) -> None:
    choose(form, "claims-0-claimant", MONITOR)
    choose(form, "claims-0-source", DOCUMENT)
    fill(form, 0, "civilians", "25")
    form.keyboard.press("Tab")
    expect(form.locator("[name=claims-0-stated]")).not_to_be_focused()
    form.keyboard.press("Alt+1")
    expect(form.locator("[name=claims-0-number]")).to_have_value("25")
    form.keyboard.press("Alt+c")
    fill(form, 1, "children", "4")
    form.focus("[name=claims-1-upper]")
    form.keyboard.press("Alt+1")
    expect(form.locator("[name=claims-1-number]")).to_have_value("4")
    expect(form.locator("[name=claims-0-number]")).to_have_value("25")
    form.locator("details", has=form.locator("[name=claims-1-part_of]")).locator("summary").click()
    whole = form.locator("[name=claims-1-part_of]")
    whole.focus()
    whole.select_option("line-0")
    choose(form, "claims-1-claimant", OTHER)
    expect(whole).to_have_value("")  # a part has its whole's claimant
    choose(form, "claims-1-claimant", MONITOR)
    whole.focus()
    whole.select_option("line-0")
    form.locator("[name=_continue]").click()
    expect(form.locator(".sj-row-draft")).to_have_count(2)
    found = meanwhile(lambda: list(Claim.objects.filter(part_of__minimum=25).values_list("minimum", flat=True)))
    assert found == [4]


def test_what_is_wrong_is_where_one_begins_and_each_line_leads_to_its_field(form: Page) -> None:
    choose(form, "claims-0-claimant", MONITOR)
    form.fill("[name=claims-0-stated]", "25")
    form.locator("[name=_continue]").click()
    wrong = form.locator("#wrong")
    expect(wrong).to_be_focused()
    wrong.get_by_role("link", name="Claim 1: Quantifier").click()
    expect(form.locator("[name=claims-0-quantifier]")).to_be_focused()
    wrong.get_by_role("link", name="Claim 1: Measure").click()
    expect(form.locator("#id_claims-0-measure + .select2-container .select2-selection")).to_be_focused()
    assert meanwhile(Incident.objects.filter(title=TITLE).exists) is False


def test_the_keys_work_from_the_fields_that_take_several_too(form: Page) -> None:
    choose(form, "claims-0-claimant", MONITOR)
    choose(form, "claims-0-rests_on", OTHER)
    expect(form.locator("#id_claims-0-rests_on + .select2-container .select2-search__field")).to_be_focused()
    form.keyboard.press("Alt+c")
    expect(form.locator("[name=claims-1-stated]")).to_have_count(1)
    choose(form, "claims-1-rests_on", OTHER)
    form.keyboard.press("Control+Enter")
    expect(form.locator("#wrong")).to_be_visible()


def test_one_begins_with_the_title_and_no_field_that_has_the_focus_is_hidden(live_server: Any, form: Page) -> None:
    form.reload()
    expect(form.locator("[name=title]")).to_be_focused()
    for _ in range(40):
        form.keyboard.press("Tab")
        hidden = form.evaluate(
            """() => {
                const one = document.activeElement, bar = document.getElementById("submit-row");
                return !bar.contains(one) && one.closest("form") !== null
                    && one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1 && one.outerHTML;
            }"""
        )
        assert not hidden, hidden


def shown(page: Page, name: str) -> Locator:
    return page.locator(f"#id_{name} + .select2-container .select2-selection")


def test_a_new_line_begins_where_something_is_to_be_chosen(form: Page) -> None:
    choose(form, "claims-0-claimant", MONITOR)
    choose(form, "claims-0-source", DOCUMENT)
    form.keyboard.press("Alt+c")
    expect(shown(form, "claims-1-measure")).to_be_focused()
    form.keyboard.type("kil")
    expect(form.locator(".select2-results__option", has_text="killed")).to_be_visible()
    form.keyboard.press("Enter")
    form.keyboard.press("Alt+r")
    expect(shown(form, "responsibilityclaims-0-claimant")).to_be_focused()
    form.keyboard.press("Alt+s")
    expect(shown(form, "statements-0-claimant")).to_be_focused()
