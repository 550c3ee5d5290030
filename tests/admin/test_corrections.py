"""What was returned never changes: the way on is a new row, and the returned one waits no longer once that is sent."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from incidents.models import Claim, ResponsibilityClaim, Statement
from incidents.services import claims, review, statements
from incidents.services.citations import CitationInput
from sources.models import Organization, Party
from tests.admin.desk import Desk, as_sent, errors, visible_text
from tests.admin.test_home import numbers, rows
from tests.factories import NOON, Register


@pytest.fixture
def returned(register: Register) -> Claim:
    claim = register.proposed(register.incident(), rests_on=[register.organization()])
    return review.send_back(claim, by=register.reviewer, at=NOON, note="The page says four.")


@pytest.fixture
def statement(register: Register) -> Statement:
    return statements.record_statement(
        incident=register.incident(), claimant=register.organization(), kind="note", value="They left.",
        citations=[CitationInput(register.source(), locator="p. 1"), CitationInput(register.source())],
        by=register.analyst, at=NOON,
    )  # fmt: skip


def correct(register: Register, mistaken: Claim) -> Claim:
    fields = {"population": mistaken.population, "citations": [CitationInput(register.source())]}
    count = claims.check_count(mistaken)
    return claims.correct(mistaken, reason="misread", count=count, by=register.analyst, at=NOON, **fields)


def waits(desk: Desk) -> str:
    return numbers(desk)["returned"][0]


def test_what_was_returned_waits_until_its_correction_is_sent(
    analyst: Desk, register: Register, returned: Claim
) -> None:
    assert waits(analyst) == "1"
    draft = correct(register, returned)
    assert waits(analyst) == "1", "a draft of a correction is not sent"
    proposed = review.submit(draft, by=register.analyst, at=NOON)
    assert waits(analyst) == "0"
    assert rows(analyst, numbers(analyst)["returned"][1]) == []

    again = review.send_back(proposed, by=register.reviewer, at=NOON, note="Which page?")
    assert waits(analyst) == "1", "of the two that were returned the later waits"
    third = review.submit(correct(register, again), by=register.analyst, at=NOON)
    assert waits(analyst) == "0"
    review.accept(third, by=register.reviewer, at=NOON)
    assert waits(analyst) == "0"


def test_a_correction_that_is_refused_leaves_the_returned_row_waiting(
    analyst: Desk, register: Register, returned: Claim
) -> None:
    proposed = review.submit(correct(register, returned), by=register.analyst, at=NOON)
    review.reject(proposed, by=register.reviewer, at=NOON, note="No.")
    assert waits(analyst) == "1"


def test_the_returned_row_says_by_what_it_is_corrected(analyst: Desk, register: Register, returned: Claim) -> None:
    correction = review.submit(correct(register, returned), by=register.analyst, at=NOON)
    page = analyst.get("incidents_incident", "change", returned.incident_id)

    (group,) = page.context["page"].groups
    (line,) = (line for line in group.lines if line.row == returned)
    assert [one.row for one in line.corrections] == [correction]
    assert "corrected by 3 proposed" in visible_text(page)
    assert analyst.address("incidents_claim", "change", correction.pk).encode() in page.content
    alone = visible_text(analyst.get("incidents_claim", "change", returned.pk))
    assert "corrected by" in alone
    for said in (alone, visible_text(page)):
        assert "Correct and send again…" not in said, "one is on its way"


def test_from_a_returned_row_the_main_way_on_is_its_correction(analyst: Desk, returned: Claim) -> None:
    page = analyst.get("incidents_claim", "change", returned.pk).content.decode()
    main = page.index("Correct and send again…")
    assert "sj-primary" in page[page.rindex("<a ", 0, main) : main]
    submit = page.index("Send again unchanged")
    assert "sj-primary" not in page[page.rindex("<button", 0, submit) : submit]
    listed = visible_text(analyst.get("incidents_incident", "change", returned.incident_id))
    assert "Correct and send again…" in listed


def test_a_correction_is_saved_and_sent_with_one_click(analyst: Desk, register: Register, returned: Claim) -> None:
    query = f"?corrects={returned.pk}"
    page = analyst.client.get(analyst.address("incidents_claim", "add") + query)
    assert "The page says four." in visible_text(page)
    assert "Save and submit for review" in visible_text(page)
    sent = as_sent(page) | {"number": "4", "stated": "four", "correction_reason": "misread", "_send": "1"}

    answer = analyst.post("incidents_claim", "add", data=sent, query=query)

    assert answer.status_code == 302, errors(answer)
    correction = Claim.objects.get(corrects=returned)
    assert (correction.status, correction.minimum) == ("proposed", 4)
    assert correction.citations.count() == returned.citations.count()
    assert [one.organization for one in correction.derivations.all()] == [
        one.organization for one in returned.derivations.all()
    ]
    assert waits(analyst) == "0"


def test_a_statement_is_corrected_by_a_new_one_with_all_its_citations(
    analyst: Desk, reviewer: Desk, register: Register, statement: Statement
) -> None:
    sent = review.submit(statement, by=register.analyst, at=NOON)
    mistaken = review.send_back(sent, by=register.reviewer, at=NOON, note="Who left?")
    listed = visible_text(analyst.get("incidents_incident", "change", mistaken.incident_id))
    assert "Who left?" in listed
    assert "Correct and send again…" in listed
    query = f"?corrects={mistaken.pk}"
    page = analyst.client.get(analyst.address("incidents_statement", "add") + query)
    given = as_sent(page)
    assert (given["value"], given["locator"]) == ("They left.", "p. 1")

    refused = analyst.post("incidents_statement", "add", data=given, query=query)
    assert "required" in " ".join(errors(refused)["correction_reason"])
    given |= {"value": "The families left.", "correction_reason": "who was missing", "_send": "1"}
    answer = analyst.post("incidents_statement", "add", data=given, query=query)

    assert answer.status_code == 302, errors(answer)
    correction = Statement.objects.get(corrects=mistaken)
    assert (correction.status, correction.value) == ("proposed", "The families left.")
    assert [one.source for one in correction.citations.order_by("position")] == [
        one.source for one in mistaken.citations.order_by("position")
    ]
    reviewer.take(correction, "accept", note="")
    mistaken.refresh_from_db()
    assert mistaken.status == "corrected"
    assert "corrected by" in visible_text(analyst.get("incidents_statement", "change", mistaken.pk))


def test_a_correction_of_a_saying_changes_while_it_is_a_draft(
    analyst: Desk, register: Register, statement: Statement
) -> None:
    proposed = review.submit(statement, by=register.analyst, at=NOON)
    draft = statements.correct_saying(
        proposed, reason="typed wrong", kind="note", value="All left.", citations=[CitationInput(register.source())],
        by=register.analyst, at=NOON,
    )  # fmt: skip
    given = as_sent(analyst.get("incidents_statement", "change", draft.pk)) | {"correction_reason": "misheard"}
    answer = analyst.post("incidents_statement", "change", draft.pk, data=given)
    assert answer.status_code == 302, errors(answer)
    draft.refresh_from_db()
    assert draft.correction_reason == "misheard"


def test_nothing_is_corrected_without_a_right_a_reason_and_something_to_correct(
    register: Register, statement: Statement
) -> None:
    fields: dict[str, Any] = {"kind": "note", "value": "x", "citations": [CitationInput(register.source())], "at": NOON}
    with pytest.raises(ValidationError, match="draft cannot be corrected"):
        statements.correct_saying(statement, reason="x", by=register.analyst, **fields)
    proposed = review.submit(statement, by=register.analyst, at=NOON)
    with pytest.raises(ValidationError, match="Say what was wrong"):
        statements.correct_saying(proposed, reason=" ", by=register.analyst, **fields)
    with pytest.raises(PermissionDenied):
        statements.correct_saying(proposed, reason="x", by=register.reviewer, **fields)
    assert not Statement.objects.filter(corrects=proposed).exists()


def test_drafts_of_what_is_no_count_are_edited_and_discarded_where_they_are_seen(
    analyst: Desk, reviewer: Desk, register: Register, statement: Statement
) -> None:
    said = statements.record_responsibility(
        incident=statement.incident, claimant=Organization.objects.order_by("pk").first(), act="shelling",
        party=Party.objects.order_by("pk").first(), citations=[CitationInput(register.source())],
        by=register.analyst, at=NOON,
    )  # fmt: skip
    page = analyst.get("incidents_incident", "change", statement.incident_id).content.decode()
    for model, row in (("incidents_statement", statement), ("incidents_responsibilityclaim", said)):
        for verb in ("change", "delete"):
            assert f'href="{analyst.address(model, verb, row.pk)}" class="sj-action"' in page
        assert "sj-action" not in reviewer.get("incidents_incident", "change", row.incident_id).content.decode()
        assert analyst.post(model, "delete", row.pk, data={"post": "yes"}).status_code == 302
    assert not Statement.objects.filter(pk=statement.pk).exists()
    assert not ResponsibilityClaim.objects.filter(pk=said.pk).exists()
