"""The first page: each number leads to the rows it counts."""

import re

import pytest
import time_machine
from django.core.cache import cache

from incidents import counts
from incidents.models import Scope
from incidents.reconciliation import Policy
from incidents.services import figures, incidents, review, revisions
from tests.admin.desk import Desk, visible_text
from tests.factories import NOON, Register


def numbers(desk: Desk) -> dict[str, tuple[str, str]]:
    """The number and the address of each queue on the first page."""
    page = desk.client.get("/admin/")
    return {one.queue.slug: (one.count, one.queue.address) for one in page.context["queues"]}


def rows(desk: Desk, address: str) -> list[str]:
    return [row.address for row in desk.client.get(address).context["rows"]]


def test_each_queue_counts_what_it_lists(analyst: Desk, reviewer: Desk, register: Register) -> None:
    waiting = register.incident(title="Waiting")
    claim = register.proposed(waiting)
    register.proposed(waiting)
    back = review.send_back(register.proposed(register.incident()), by=register.reviewer, at=NOON, note="which page?")
    register.draft(register.incident())
    incidents.submit(register.incident(), by=register.analyst, at=NOON)
    published = register.published()
    revisions.open_revision(published, reason="wrong day", by=register.analyst, at=NOON)
    register.source(url="https://example.org/x")

    for desk in (analyst, reviewer):
        for slug, (count, address) in numbers(desk).items():
            listed = rows(desk, address)
            assert str(len(listed)) == count or count.endswith("+"), slug
    mine, theirs = numbers(analyst), numbers(reviewer)
    assert "review" not in mine
    assert mine["returned"][0] == "1"
    assert mine["drafts"][0] == "3"  # one with a draft in it, two whose claims were sent and they were not
    assert (theirs["review"][0], theirs["publish"][0], theirs["revisions"][0]) == ("1", "1", "1")
    assert rows(reviewer, theirs["review"][1]) == [reviewer.address("incidents_incident", "review", waiting.pk)]
    assert back.incident_id != claim.incident_id


def test_an_incident_that_was_begun_and_not_sent_is_a_draft_without_a_claim_too(
    analyst: Desk, register: Register
) -> None:
    begun = register.incident(title="Begun")
    both = register.incident(title="Begun, with a claim")
    register.draft(both)
    incidents.submit(register.incident(), by=register.analyst, at=NOON)

    count, address = numbers(analyst)["drafts"]

    assert count == "2"
    assert sorted(rows(analyst, address)) == sorted(
        analyst.address("incidents_incident", "change", one.pk) for one in (begun, both)
    )
    assert numbers(Desk(register.person("Dima Example", "analyst")))["drafts"][0] == "0"


def test_the_longest_wait_comes_first(reviewer: Desk, register: Register) -> None:
    later, earlier = register.incident(), register.incident()
    for incident, day in ((later, 3), (earlier, 1)):
        review.submit(register.draft(incident), by=register.analyst, at=NOON.replace(day=day))

    found = rows(reviewer, numbers(reviewer)["review"][1])

    assert [int(re.findall(r"\d+", one)[0]) for one in found[:2]] == [earlier.pk, later.pk]


def test_one_root_under_two_claimants_is_queued(reviewer: Desk, register: Register) -> None:
    incident, root = register.published(), register.organization()
    register.accepted(incident, claimant=root)
    register.accepted(incident, rests_on=[root])
    independent = register.published()
    register.accepted(independent, rests_on=[root])
    register.accepted(independent)

    found = rows(reviewer, numbers(reviewer)["one-root"][1])

    assert reviewer.address("incidents_incident", "change", incident.pk) in found
    assert reviewer.address("incidents_incident", "change", independent.pk) not in found


def test_nobody_sees_a_queue_that_is_not_theirs(analyst: Desk, register: Register) -> None:
    assert analyst.client.get(analyst.address("incidents", "queue", "review")).status_code == 403
    assert analyst.client.get(analyst.address("incidents", "queue", "nothing")).status_code == 404


def test_what_others_did_since_i_was_here_is_counted_and_listed(analyst: Desk, register: Register) -> None:
    incident = register.incident()
    mine = register.proposed(incident)
    with time_machine.travel(NOON.replace(year=2031), tick=False):
        analyst.client.force_login(analyst.user)
        analyst.client.get("/admin/")
    analyst.client.logout()
    with time_machine.travel(NOON.replace(year=2031, day=4), tick=False):
        analyst.client.force_login(analyst.user)
        review.accept(mine, by=register.reviewer, at=NOON.replace(year=2031, day=3))
        page = analyst.client.get("/admin/")
        again = analyst.client.get("/admin/")

    assert page.context["since"] == again.context["since"] == NOON.replace(year=2031)
    (changed,) = page.context["changed"]
    assert (changed.kind, changed.becomes, changed.number) == ("Claims", "accepted", 1)
    listed = visible_text(analyst.client.get(changed.address))
    assert "bilal-example" in listed
    assert "claim: killed: three" in listed


def test_coverage_leads_to_its_claims(analyst: Desk, register: Register) -> None:
    incident = register.published(occurred="2029-03-05")
    claimant = register.organization()
    register.accepted(incident, claimant=claimant)
    register.accepted(incident, count=counts.code(counts.Quantifier.EXACT, 7, stated="seven"))

    page = analyst.client.get("/admin/")

    coverage = page.context["coverage"]
    assert f"{coverage['months'][-1]:%Y-%m}" == "2029-03"
    row = next(one for one in coverage["rows"] if one.name == claimant.name)
    number, address = row.numbers[-1]
    assert number == 1
    assert [one.claimant for one in analyst.client.get(address).context["cl"].result_list] == [claimant]


def test_the_number_of_conflicts_leads_to_them_the_largest_gap_first(analyst: Desk, register: Register) -> None:
    before = int(numbers(analyst)["disagree"][0])
    found = []
    for other in (4, 900, 30):
        incident = register.published()
        register.accepted(incident)
        register.accepted(incident, count=counts.code(counts.Quantifier.EXACT, other, stated=str(other)))
        found.append(Scope.objects.get(incident=incident))
    unpublished = register.incident()
    for number in (1, 5000):
        register.accepted(unpublished, count=counts.code(counts.Quantifier.EXACT, number, stated=str(number)))
    cache.clear()

    count, address = numbers(analyst)["disagree"]

    assert int(count) == before + 3
    listed = rows(analyst, address)
    assert len(listed) == int(count)
    assert [one for one in listed if any(str(scope.pk) in one for scope in found)] == [
        analyst.address("incidents_scope", "change", scope.pk) for scope in (found[1], found[2], found[0])
    ]
    assert "gap 897" in visible_text(analyst.client.get(address))


def test_figures_wait_for_whoever_may_adopt_them_and_stale_ones_to_be_proposed_anew(
    analyst: Desk, reviewer: Desk, register: Register
) -> None:
    incident = register.published()
    register.accepted(incident)
    scope = Scope.objects.get(incident=incident)
    propose = {"policy": Policy.RANGE, "reason": "x", "at": NOON}
    figure = figures.propose_figure(scope, by=register.analyst, **propose)
    own = register.published()
    register.accepted(own)
    figures.propose_figure(Scope.objects.get(incident=own), by=register.reviewer, **propose)

    assert "adopt" not in numbers(analyst)
    page = reviewer.address("incidents_scope", "change", scope.pk)
    assert rows(reviewer, numbers(reviewer)["adopt"][1]) == [page]

    figures.adopt(figure, by=register.reviewer, at=NOON)
    assert rows(reviewer, numbers(reviewer)["adopt"][1]) == []
    assert rows(analyst, numbers(analyst)["stale"][1]) == []
    register.accepted(incident, count=counts.code(counts.Quantifier.EXACT, 30, stated="thirty"))
    assert rows(analyst, numbers(analyst)["stale"][1]) == [page]


def test_single_review_says_so(reviewer: Desk, settings: pytest.FixtureRequest) -> None:
    assert "reviewed by one person alone" not in visible_text(reviewer.client.get("/admin/"))
    settings.SIJIL_REVIEW = "single"
    assert "reviewed by one person alone" in visible_text(reviewer.client.get("/admin/"))


def test_the_first_page_asks_as_little_of_many_rows_as_of_few(
    reviewer: Desk, register: Register, django_assert_max_num_queries: object
) -> None:
    for _ in range(15):
        register.proposed(register.incident())
    reviewer.client.get("/admin/")
    with django_assert_max_num_queries(45):
        reviewer.client.get("/admin/")


def test_who_is_new_is_told_so_and_shown_nothing_of_before(register: Register) -> None:
    review.accept(register.proposed(register.incident()), by=register.reviewer, at=NOON)
    desk = Desk(register.person("Nada Example", "analyst"))
    page = desk.client.get("/admin/")
    assert page.context["changed"] == []
    assert "You are here for the first time." in visible_text(page)
    desk.client.logout()
    again = Desk(desk.user).client.get("/admin/")
    assert "for the first time" not in visible_text(again)
