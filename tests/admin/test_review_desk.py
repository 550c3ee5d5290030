"""The review screen, remarks, hands, revisions and merges, through their pages."""

from django.utils import timezone

from incidents import counts
from incidents.admin import words
from incidents.models import Assignment, Claim, Comment, Incident, IncidentMerge, Revision
from incidents.services import claims, review
from incidents.services.citations import CitationInput
from incidents.services.statements import record_statement
from tests.admin.desk import Desk, as_sent, errors, visible_text
from tests.factories import NOON, Register
from tests.victims import people


def test_the_review_screen_has_the_sources_words_beside_the_coded_claim(reviewer: Desk, register: Register) -> None:
    incident = register.incident()
    claim = register.proposed(incident, relays=[register.organization(name="Relay of words")], note="see page two")
    register.draft(incident)

    page = reviewer.get("incidents_incident", "review", incident.pk)

    (card,) = page.context["cards"]
    assert card.line.row == claim
    said = visible_text(page)
    for each in ("In the source", "As coded", "three", "Relay of words", "see page two"):
        assert each in said


def test_the_review_screen_shows_all_that_was_coded(reviewer: Desk, register: Register) -> None:
    whole_situation = register.incident(incident_type="situation", title="The long siege")
    incident = register.incident(occurred="2025-03-01", part_of=[whole_situation], summary="Two strikes.")
    claimant = register.organization()
    whole = register.accepted(incident, claimant=claimant)
    register.proposed(incident, claimant=claimant, population="children", part_of=whole)
    statement = record_statement(
        incident=incident, claimant=claimant, kind="ultimatum", value="48 hours to leave", when="2025-02-27",
        citations=[CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    review.submit(statement, by=register.analyst, at=NOON)

    said = visible_text(reviewer.get("incidents_incident", "review", incident.pk))

    for shown in ("1 March 2025", "The long siege", "Two strikes.", "ultimatum", "27 February 2025"):
        assert shown in said, shown
    assert f"part of {words.claim_label(Claim.objects.get(pk=whole.pk))}" in said


def test_the_reason_of_a_return_stands_where_the_analyst_works(
    analyst: Desk, reviewer: Desk, register: Register
) -> None:
    incident = register.incident()
    claim = register.proposed(incident)
    review.send_back(claim, by=register.reviewer, at=NOON, note="Name the street.")

    assert "Name the street." in visible_text(analyst.get("incidents_incident", "change", incident.pk))


def test_a_decision_returns_to_the_screen_and_a_note_is_asked_for(reviewer: Desk, register: Register) -> None:
    incident = register.incident()
    first, second = register.proposed(incident), register.proposed(incident)
    screen = reviewer.address("incidents_incident", "review", incident.pk)

    accepted = reviewer.take(first, "accept", note="", next=screen)
    unasked = reviewer.take(second, "return", note="", next=screen)
    returned = reviewer.take(second, "return", note="which page?", next=screen)

    assert accepted.url == returned.url == screen
    assert unasked.status_code == 200
    assert screen.encode() in unasked.content
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.decision_note) == ("accepted", "returned", "which page?")


def test_a_step_leads_to_no_other_site(reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())
    answer = reviewer.take(claim, "accept", note="", next="https://example.org/")
    assert answer.url == reviewer.address("incidents_claim", "change", claim.pk)


def test_ones_own_is_shown_but_not_offered_for_acceptance(register: Register) -> None:
    both = Desk(register.person("Chadi Example", "analyst", "reviewer"))
    register.analyst = both.user
    incident = register.proposed(register.incident()).incident
    page = both.get("incidents_incident", "review", incident.pk)
    assert "a second person is needed" in visible_text(page)
    assert b'data-key="a"' not in page.content


def test_who_may_not_review_has_no_screen(analyst: Desk, register: Register) -> None:
    assert analyst.get("incidents_incident", "review", register.incident().pk).status_code == 403


def test_a_remark_on_a_field_is_made_resolved_and_taken_up(analyst: Desk, reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.incident())

    reviewer.post("incidents_claim", "comment", claim.pk, data={"field": "stated", "text": "which page?"})
    said = Comment.objects.get()
    page = visible_text(analyst.get("incidents_claim", "change", claim.pk))
    assert "which page?" in page
    assert "As stated" in page
    analyst.post("incidents_claim", "settle", claim.pk, said.pk, "resolve")
    assert "resolved by aya-example" in visible_text(reviewer.get("incidents_claim", "change", claim.pk))
    reviewer.post("incidents_claim", "settle", claim.pk, said.pk, "reopen")
    said.refresh_from_db()
    assert said.resolved_at is None
    other = register.incident()
    assert analyst.post("incidents_incident", "settle", other.pk, said.pk, "resolve").status_code == 404
    empty = reviewer.client.post(reviewer.address("incidents_claim", "comment", claim.pk), {"text": " "}, follow=True)
    assert "required" in visible_text(empty)


def test_an_incident_is_given_into_somebodys_hands(analyst: Desk, register: Register) -> None:
    incident = register.incident()
    analyst.post("incidents_incident", "assign", incident.pk, data={"assignee": register.reviewer.pk})
    assert Assignment.objects.get().assignee == register.reviewer
    assert "bilal-example" in visible_text(analyst.get("incidents_incident", "change", incident.pk))
    analyst.post("incidents_incident", "assign", incident.pk, data={"assignee": ""})
    assert not Assignment.objects.exists()


def test_a_published_incident_is_rewritten_and_approved_by_a_second_person(
    analyst: Desk, reviewer: Desk, register: Register
) -> None:
    incident = register.published(title="Market", summary="Before.")
    analyst.take(incident, "revise", note="the name was wrong")
    revision = Revision.objects.get()
    assert "Under revision" in visible_text(analyst.get("incidents_incident", "change", incident.pk))

    page = analyst.get("incidents_revision", "change", revision.pk)
    assert page.context["adminform"].form["title"].value() == "Market"
    sent = as_sent(page) | {"title": "Central market"}
    answer = analyst.post("incidents_revision", "change", revision.pk, data=sent)
    assert answer.status_code == 302, errors(answer)
    assert ("title", "Market", "Central market") in analyst.get("incidents_revision", "change", revision.pk).context[
        "changes"
    ]
    analyst.take(revision, "submit")
    assert reviewer.take(revision, "approve").status_code == 302

    incident.refresh_from_db()
    assert (incident.title, incident.status, incident.reviewed) == ("Central market", "published", True)


def test_what_a_revision_cannot_be_stands_beside_its_field(analyst: Desk, register: Register) -> None:
    incident = register.published()
    analyst.take(incident, "revise", note="x")
    revision = Revision.objects.get()
    sent = as_sent(analyst.get("incidents_revision", "change", revision.pk)) | {"occurred": "soon"}
    page = analyst.post("incidents_revision", "change", revision.pk, data=sent)
    assert "EDTF" in " ".join(errors(page)["occurred"])


def test_incidents_are_merged_with_a_preview_and_the_merge_taken_back(reviewer: Desk, register: Register) -> None:
    one, other = register.published(), register.published()
    claim = register.accepted(one)
    data = {"into": other.pk, "reason": "the same strike"}

    preview = reviewer.post("incidents_incident", "merge", one.pk, data=data)
    assert "moves 1 claims" in visible_text(preview)
    assert not IncidentMerge.objects.exists()
    reviewer.post("incidents_incident", "merge", one.pk, data=data | {"confirm": "yes"})
    merge = IncidentMerge.objects.get()
    claim.refresh_from_db()
    assert claim.incident == other
    page = visible_text(reviewer.get("incidents_incident", "change", one.pk))
    assert "Merged by bilal-example into" in page
    assert "the same strike" in page

    corrected = claims.correct(
        claim, reason="misread", count=counts.code(counts.Quantifier.EXACT, 8, stated="eight in all"),
        population=claim.population, citations=[CitationInput(register.source())], by=register.analyst, at=timezone.now(),
    )  # fmt: skip
    register.draft(other, count=counts.code(counts.Quantifier.EXACT, 5, stated="five of another"))

    page = visible_text(reviewer.get("incidents_incident", "undo_merge", one.pk, merge.pk))
    returns, stays = page.split("What stays at")
    assert "claims: 2" in returns
    assert "8" in returns.split("recorded since")[-1]
    assert "claims: 1" in stays
    assert "its title, date, places and kinds" in stays

    reviewer.post("incidents_incident", "undo_merge", one.pk, merge.pk, data={"note": "two after all"})
    corrected.refresh_from_db()
    assert corrected.incident == one
    claim.refresh_from_db()
    one.refresh_from_db()
    assert (claim.incident, one.status) == (one, "published")


def test_what_cannot_be_merged_is_said_and_not_offered(reviewer: Desk, register: Register) -> None:
    one = register.published()
    page = reviewer.post(
        "incidents_incident", "merge", one.pk, data={"into": register.incident().pk, "reason": "x", "confirm": "yes"}
    )
    assert "merge the other way round" in visible_text(page)
    assert b'name="confirm"' not in page.content
    assert Incident.objects.get(pk=one.pk).status == "published"


def test_claims_that_had_their_say_are_folded_and_corrections_offered_where_they_are_seen(
    analyst: Desk, register: Register
) -> None:
    incident = register.published()
    standing = register.accepted(incident)
    earlier = register.accepted(incident, as_of="2025-03-01")
    later = register.accepted(incident, as_of="2025-03-02", claimant=earlier.claimant)

    page = analyst.get("incidents_incident", "change", incident.pk)

    (group,) = page.context["page"].groups
    assert {line.row for line in group.standing} == {standing, later}
    assert [line.row for line in group.folded] == [earlier]
    assert any(f"corrects={standing.pk}" in address for line in group.standing for _label, address in line.actions)
    assert Claim.objects.filter(incident=incident).count() == 3


def test_a_correction_shows_what_it_changes(reviewer: Desk, register: Register) -> None:
    incident = register.published()
    mistaken = register.accepted(incident, as_of="2025-03-01")
    fields = {
        "population": mistaken.population,
        "citations": [CitationInput(mistaken.citations.get().source, stated="three")],
    }
    correction = claims.correct(
        mistaken, reason="misread", count=counts.code(counts.Quantifier.AT_LEAST, 4, stated="at least four"),
        as_of="2025-03-01", by=register.analyst, at=NOON, **fields,
    )  # fmt: skip
    review.submit(correction, by=register.analyst, at=NOON)

    page = reviewer.get("incidents_incident", "review", incident.pk)

    (card,) = page.context["cards"]
    assert card.changes == [
        ("count", "3", "at least 4"),
        ("as stated", "three", "at least four"),
        ("quantifier", "exactly", "at least"),
    ]
    assert "corrects: misread" in visible_text(page)


def test_the_words_stand_once_beside_what_was_made_of_them(reviewer: Desk, register: Register) -> None:
    incident = register.incident()
    register.proposed(incident, count=counts.code(counts.Quantifier.EXACT, 3, stated="three of the family"))
    page = reviewer.get("incidents_incident", "review", incident.pk).content.decode()
    assert page.count("<blockquote") == 1
    assert page.count("three of the family") == 2  # and once in the name of the card


def test_what_was_decided_on_is_named(reviewer: Desk, register: Register) -> None:
    claim = register.proposed(register.incident(), claimant=register.organization(name="A made-up monitor"))
    page = reviewer.client.post(
        reviewer.address("incidents_claim", "step", claim.pk, "accept"), {"note": ""}, follow=True
    )
    assert "Accepted: A made-up monitor · killed · 3 · civilians" in visible_text(page)


def test_what_was_entered_in_one_go_is_reviewed_in_its_order(analyst: Desk, reviewer: Desk, register: Register) -> None:
    given = {"claimant": register.organization().pk, "source": register.source().pk}
    analyst.enter_incident(*(given | {"stated": str(number), "number": str(number)} for number in range(1, 9)))
    incident = Incident.objects.get(title="Shelling of a market")
    analyst.post("incidents_incident", "submit_all", incident.pk)

    page = reviewer.get("incidents_incident", "review", incident.pk)

    assert [card.said for card in page.context["cards"]] == [str(number) for number in range(1, 9)]


def test_the_review_screen_says_what_else_waits_about_the_incident(reviewer: Desk, register: Register) -> None:
    incident = register.incident()
    people.proposed(register, incident)
    people.proposed(register, incident)

    said = visible_text(reviewer.get("incidents_incident", "review", incident.pk))

    assert "Nothing is proposed" not in said
    assert "Proposed as well, and decided on from the incident's page: person records (2)" in said
    assert people.NAME not in said
