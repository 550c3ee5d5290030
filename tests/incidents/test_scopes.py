"""The projection of scopes: kept in the writing transaction by every path, for every level, also under concurrency."""

import datetime as dt
import random
import threading
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.attribution import attributed
from incidents import counts
from incidents.models import Claim, Incident, Scope, ScopeClaim, ScopeDue, ScopeState
from incidents.scopes import keeping
from incidents.scopes.loading import Loading
from incidents.scopes.projection import differing
from incidents.services import claims, incidents, review
from incidents.services.citations import CitationInput, DerivationInput, add_citation, add_derivation
from incidents.services.incidents import change_incident
from places.models import Place
from sources.dates import text_of
from sources.disclosure import Disclosure
from sources.models import Organization, Source
from sources.services import change_organization, change_source
from tests.api.client import get, results, rows
from tests.factories import NOON, Register
from tests.sources.test_merging import merge, undo

pytestmark = pytest.mark.django_db


def exactly(number: int) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def told(incident: Incident, level: Disclosure = Disclosure.PUBLIC) -> list[tuple[Any, ...]]:
    states = ScopeState.objects.at(level).filter(scope__incident=incident).order_by("scope__measure", "scope__place")
    return list(states.values_list("relation", "low", "high", "documents", "claimants", "roots"))


def test_a_claim_is_in_its_scope_from_acceptance_until_it_is_voided(register: Register) -> None:
    incident = register.incident()
    claim = register.proposed(incident, count=exactly(3))
    assert told(incident) == []

    review.accept(claim, by=register.reviewer, at=NOON)
    assert told(incident) == [("single", 3, 3, 1, 1, 1)]

    review.void(Claim.objects.get(pk=claim.pk), by=register.reviewer, at=NOON, note="Typed twice.")
    assert told(incident) == []
    assert Scope.objects.filter(incident=incident).count() == 1


def test_a_scope_keeps_its_identity_when_its_claims_come_back(register: Register) -> None:
    incident = register.incident()
    first = register.accepted(incident)
    scope = Scope.objects.get(incident=incident)
    review.void(first, by=register.reviewer, at=NOON, note="Typed twice.")

    register.accepted(incident)

    assert Scope.objects.get(incident=incident) == scope


def test_the_latest_of_a_claimant_speaks_and_names_what_it_follows(register: Register) -> None:
    incident, claimant = register.incident(), register.organization()
    later = register.accepted(incident, claimant=claimant, count=exactly(5), as_of="2025-03-04")
    earlier = register.accepted(incident, claimant=claimant, count=exactly(3), as_of="2025-03-02")

    standing = {row.claim_id: row for row in ScopeClaim.objects.filter(scope__incident=incident)}

    assert (standing[later.pk].speaks, standing[later.pk].followed_by) == (True, None)
    assert (standing[earlier.pk].speaks, standing[earlier.pk].followed_by) == (False, later.pk)


def test_a_later_citation_a_derivation_and_a_new_date_of_the_incident_are_seen_to(register: Register) -> None:
    incident = register.incident(occurred="2025-03-01")
    claim = register.accepted(incident, count=exactly(3), period="2025-03-01/2025-03-02")
    scope = Scope.objects.get(incident=incident)
    assert scope.since == "2025-03-01/2025-03-02"

    add_citation(claim, CitationInput(register.source()), by=register.analyst, at=NOON)
    add_derivation(claim, DerivationInput(organization=register.organization("a")), by=register.analyst, at=NOON)
    add_derivation(claim, DerivationInput(organization=register.organization("b")), by=register.analyst, at=NOON)
    assert told(incident) == [("single", 3, 3, 2, 1, 2)]

    change_incident(incident, by=register.analyst, at=NOON, changes={"occurred": "2025-03-01/2025-03-02"})
    assert ScopeState.objects.get(scope__incident=incident).scope.since == ""


def test_the_place_of_the_incident_is_as_if_not_said(register: Register) -> None:
    damascus, idlib = (Place.objects.get(code=code) for code in ("SY03", "SY07"))
    incident = register.incident(places=[idlib])
    register.accepted(incident, count=exactly(3), place=damascus)
    assert ScopeState.objects.get(scope__incident=incident).scope.place == damascus

    change_incident(incident, by=register.analyst, at=NOON, changes={"places": [damascus]})

    assert ScopeState.objects.get(scope__incident=incident).scope.place is None


def test_organizations_and_sources_that_change_are_seen_to(register: Register) -> None:
    incident = register.incident()
    one, other = register.organization("one"), register.organization("other")
    source = register.source(published="2025-03-02")
    register.accepted(incident, count=exactly(3), claimant=one, sources=[source])
    register.accepted(incident, count=exactly(5), claimant=other)
    assert told(incident) == [("conflict", 3, 5, 2, 2, 2)]

    merge(register, one, other)
    assert [row[4] for row in told(incident)] == [1]
    undo(register, Organization.objects.get(pk=one.pk))
    assert [row[4] for row in told(incident)] == [2]

    change_source(
        Source.objects.get(pk=source.pk),
        by=register.analyst,
        at=NOON,
        why="x",
        changes={"disclosure": Disclosure.PARTNER},
    )
    assert told(incident) == [("single", 5, 5, 1, 1, 1)]
    assert told(incident, Disclosure.PARTNER) == [("conflict", 3, 5, 2, 2, 2)]


def test_a_claim_that_rests_on_one_of_another_incident_has_its_roots_as_far_as_that_is_seen(register: Register) -> None:
    origin = register.organization("origin")
    toll = register.incident(incident_type="situation")
    running = register.accepted(toll, rests_on=[origin], claimant=register.organization("observatory"))
    event = register.incident()
    claim = register.accepted(event, claimant=register.organization("dataset"))
    add_derivation(claim, DerivationInput(claim=running), by=register.analyst, at=NOON)

    def roots(level: Disclosure) -> list[int]:
        return ScopeClaim.objects.at(level).get(claim=claim).roots

    dataset = Organization.objects.get(code="dataset")
    assert roots(Disclosure.RESTRICTED) == [origin.pk]
    assert roots(Disclosure.PUBLIC) == [dataset.pk]  # the other incident is not published

    incidents.publish(incidents.submit(toll, by=register.analyst, at=NOON), by=register.reviewer, at=NOON)
    assert roots(Disclosure.PUBLIC) == [origin.pk]

    change_organization(
        Organization.objects.get(pk=origin.pk), by=register.analyst, at=NOON, why="x", disclosure=Disclosure.RESTRICTED
    )
    assert origin.pk not in roots(Disclosure.PUBLIC)


def test_written_by_sql_nothing_is_told_until_the_next_write_or_the_command(register: Register) -> None:
    incident = register.incident()
    claim = register.accepted(incident)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_claim SET disclosure = 2 WHERE id = %s", [claim.pk])
    assert ScopeDue.objects.filter(incident=incident).exists()
    assert ScopeState.objects.get(scope__incident=incident).low == 3
    assert told(incident) == []  # what is kept may tell what is hidden by now

    call_command("rebuild_scopes", due=True)

    assert not ScopeDue.objects.exists()
    assert told(incident) == []
    assert told(incident, Disclosure.RESTRICTED) == [("single", 3, 3, 1, 1, 1)]


def test_what_fails_leaves_nothing_behind(register: Register) -> None:
    incident = register.incident()
    claim = register.proposed(incident)

    class StopError(Exception):
        pass

    def accept_and_stop() -> None:
        with attributed(by=register.reviewer, at=NOON):
            review.accept(claim, by=register.reviewer, at=NOON)
            raise StopError

    with pytest.raises(StopError), transaction.atomic():
        accept_and_stop()

    assert told(incident) == []
    assert not ScopeDue.objects.exists()


def test_looking_again_changes_nothing_and_finds_what_is_missing(register: Register) -> None:
    incident = register.incident()
    register.accepted(incident)
    before = list(ScopeState.objects.order_by("pk").values())
    assert keeping.refresh([incident.pk]) == 0
    assert list(ScopeState.objects.order_by("pk").values()) == before

    ScopeState.objects.filter(scope__incident=incident).delete()
    assert differing([incident.pk]) != []
    assert keeping.refresh([incident.pk]) == 1
    assert differing([incident.pk]) == []


@pytest.mark.parametrize("seed", range(12))
def test_what_a_level_sees_is_what_its_readers_may_see(register: Register, seed: int) -> None:
    """Of claims at random, hidden in every way there is: the reading for a level is ``visible_to`` that level."""
    chance = random.Random(seed)
    levels = list(Disclosure)
    offices = [register.organization(f"office-{n}", disclosure=chance.choice(levels)) for n in range(5)]
    papers = [
        register.source(disclosure=chance.choice(levels), publisher=chance.choice([None, *offices])) for _ in range(5)
    ]
    incident = register.published()
    for _number in range(12):
        register.accepted(
            incident,
            count=exactly(chance.randrange(9)),
            claimant=chance.choice(offices),
            sources=chance.sample(papers, chance.randrange(1, 3)),
            relays=chance.sample(offices, chance.choice([0, 0, 1])),
            rests_on=chance.sample(offices, chance.randrange(3)),
            disclosure=chance.choice(levels),
        )
    if seed % 2:
        gone, stays = register.organization("gone"), register.organization("stays")
        register.accepted(incident, claimant=gone, sources=papers[:1])
        merge(register, gone, stays)

    for level in levels:
        visible = set(
            map(str, Claim.objects.visible_to(level).accepted().filter(incident=incident).values_list("pk", flat=True))
        )
        seen = {claim.key for claim in Loading([incident.pk]).claims(incident.pk, level)[0]}
        standing = set(
            map(str, ScopeClaim.objects.at(level).filter(scope__incident=incident).values_list("claim", flat=True))
        )
        assert seen == visible == standing


def test_accepting_costs_the_same_whatever_is_there(register: Register) -> None:
    incident = register.incident()
    register.accepted(incident)

    def cost() -> int:
        claim = register.proposed(incident)
        with CaptureQueriesContext(connection) as queries:
            review.accept(claim, by=register.reviewer, at=NOON)
        return len(queries)

    few = cost()
    for _number in range(20):
        register.accepted(incident)
    assert few <= 26  # one more where a claim that was there changes its place among those that speak
    assert cost() <= 26


def test_recording_a_draft_looks_at_no_scope(register: Register) -> None:
    incident = register.incident()
    with CaptureQueriesContext(connection) as queries:
        register.draft(incident)
    assert not [query for query in queries.captured_queries if "incidents_scopestate" in query["sql"]]


@pytest.mark.django_db(transaction=True)
def test_of_claims_accepted_at_once_none_is_missed() -> None:
    """Eight real connections accept a claim each about one incident, at the same moment."""
    register = Register()
    incident = register.incident()
    claims = [register.proposed(incident, count=exactly(number)) for number in range(1, 9)]
    together = threading.Barrier(len(claims))
    failed: list[BaseException] = []

    def accept(claim: Claim) -> None:
        try:
            together.wait()
            review.accept(claim, by=register.reviewer, at=NOON)
        except BaseException as error:  # noqa: BLE001  told below, in the test's own thread
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=(claim,)) for claim in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert told(incident) == [("conflict", 1, 8, 8, 8, 8)]
    assert differing([incident.pk]) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_restricted_while_a_claim_is_accepted_is_not_seen_after(owner_connection: psycopg.Connection) -> None:
    """The one waits for the other, whichever comes first, and what is committed fits."""
    register = Register()
    incident = register.incident()
    office = register.organization("office")
    register.accepted(incident, claimant=office, count=exactly(9))
    claim = register.proposed(incident, count=exactly(3))
    together = threading.Barrier(2)
    failed: list[BaseException] = []

    def run(work: Any) -> None:
        try:
            together.wait()
            work()
        except BaseException as error:  # noqa: BLE001  told below, in the test's own thread
            failed.append(error)
        finally:
            connections.close_all()

    works = (
        lambda: review.accept(claim, by=register.reviewer, at=NOON),
        lambda: change_organization(
            office, by=register.analyst, at=NOON, why="to protect", disclosure=Disclosure.RESTRICTED
        ),
    )
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert told(incident) == [("single", 3, 3, 1, 1, 1)]
    assert differing([incident.pk]) == []


@pytest.mark.parametrize(
    ("earliest", "latest", "text"),
    [
        ("2018-04-19", "2018-04-19", "2018-04-19"),
        ("2018-04-01", "2018-04-30", "2018-04"),
        ("2016-02-01", "2016-02-29", "2016-02"),
        ("2018-01-01", "2018-12-31", "2018"),
        ("2018-01-01", "2018-01-31", "2018-01"),
        ("2017-01-01", "2018-12-31", "2017-01-01/2018-12-31"),
        ("2018-04-02", "2018-04-30", "2018-04-02/2018-04-30"),
        ("2018-04-19", None, "2018-04-19/.."),
        (None, "2018-04-19", "../2018-04-19"),
    ],
)
def test_the_start_of_a_scope_is_told_as_the_shortest_date_that_means_the_same(
    earliest: str | None, latest: str | None, text: str
) -> None:
    assert text_of(*(dt.date.fromisoformat(day) if day else None for day in (earliest, latest))) == text


def test_a_part_goes_on_as_a_part_of_what_corrects_its_whole(register: Register) -> None:
    """Also when the whole was returned, and corrected before anybody accepted it."""
    incident, claimant = register.published(), register.organization()
    whole = register.proposed(incident, claimant=claimant, count=exactly(4))
    part = register.accepted(incident, claimant=claimant, count=exactly(9), population="children", part_of=whole)
    review.send_back(whole, by=register.reviewer, at=NOON, note="Say who.")
    correction = claims.correct(
        Claim.objects.get(pk=whole.pk), reason="was four hundred", count=exactly(5), by=register.analyst, at=NOON,
        population=whole.population, citations=[CitationInput(register.source())],
    )  # fmt: skip
    review.accept(review.submit(correction, by=register.analyst, at=NOON), by=register.reviewer, at=NOON)

    assert get(f"claims/{part.pk}/")["part_of"] == str(correction.pk)
    assert [row["part_of"] for row in rows("claims/", incident=incident.reference) if row["id"] == str(part.pk)] == [
        str(correction.pk)
    ]
    (scope,) = [
        one for one in results("figures/", incident=incident.reference) if one["population"]["code"] == "children"
    ]
    assert [warning["code"] for warning in scope["warnings"]] == ["part_above_total"]
    assert scope["warnings"][0]["claims"] == [str(part.pk), str(correction.pk)]
