"""Two at once: whoever changes what a claim is compared by, and whoever accepts one, see each other's work."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from accounts.attribution import attributed
from incidents import counts
from incidents.models import Scope, ScopeDue
from incidents.reconciliation import Policy
from incidents.scopes.projection import differing
from incidents.services import figures, review
from incidents.services.incidents import change_incident
from places.models import Place
from sources.disclosure import Disclosure
from sources.services import change_organization, change_source
from tests.api.client import results
from tests.factories import NOON, Register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.breaks_scopes]


def exactly(number: int) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def overlapping(first: Callable[[], object], second: Callable[[], object]) -> None:
    """``first`` writes and keeps its transaction open; ``second`` begins, and waits or not; then ``first`` commits."""
    written, commit = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def holding() -> None:
        with transaction.atomic():
            first()
            written.set()
            commit.wait(10)

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001  told by the test
            failed.append(error)
        finally:
            written.set()
            connections.close_all()

    one, two = threading.Thread(target=run, args=[holding]), threading.Thread(target=run, args=[second])
    one.start()
    assert written.wait(20)
    two.start()
    two.join(2)
    commit.set()
    one.join()
    two.join()
    assert failed == []


@pytest.mark.parametrize("accepted_first", [True, False])
@pytest.mark.parametrize("what", ["claimant", "source", "publisher"])
def test_what_is_restricted_while_its_first_claim_is_accepted_stays_hidden(what: str, accepted_first: bool) -> None:
    register = Register()
    incident = register.published()
    office, paper = register.organization("office"), register.organization("paper")
    source = register.source(publisher=paper)
    claim = register.proposed(incident, count=exactly(9), claimant=office, sources=[source])

    def accept() -> None:
        review.accept(claim, by=register.reviewer, at=NOON)

    def restrict() -> None:
        given = {"by": register.analyst, "at": NOON, "why": "to protect"}
        if what == "source":
            change_source(source, changes={"disclosure": Disclosure.RESTRICTED}, **given)
        else:
            row = office if what == "claimant" else paper
            change_organization(row, disclosure=Disclosure.RESTRICTED, **given)

    overlapping(accept, restrict) if accepted_first else overlapping(restrict, accept)

    assert results("figures/", incident=incident.reference) == []
    assert differing([incident.pk]) == []


@pytest.mark.parametrize("accepted_first", [True, False])
@pytest.mark.parametrize("what", ["places", "occurred"])
def test_the_incident_changes_while_its_first_claim_is_accepted(what: str, accepted_first: bool) -> None:
    register = Register()
    damascus, idlib = (Place.objects.get(code=code) for code in ("SY03", "SY07"))
    incident = register.incident(places=[idlib], occurred="2025-03-01")
    claim = register.proposed(incident, count=exactly(3), place=damascus, period="2025-03-02")
    changes = {"places": {"places": [damascus]}, "occurred": {"occurred": "2025-03-02"}}[what]

    def accept() -> None:
        review.accept(claim, by=register.reviewer, at=NOON)

    def change() -> None:
        change_incident(incident, by=register.analyst, at=NOON, changes=changes)

    overlapping(accept, change) if accepted_first else overlapping(change, accept)

    assert differing([incident.pk]) == []
    assert not ScopeDue.objects.exists()


@pytest.mark.parametrize("deed", [review.retract, review.void])
def test_a_figure_is_proposed_while_a_claim_of_its_scope_is_taken_back(deed: Callable[..., object]) -> None:
    register = Register()
    incident = register.published()
    claim = register.accepted(incident, count=exactly(3))
    scope = Scope.objects.get(incident=incident)

    def take_back() -> None:
        with attributed(by=register.reviewer, at=NOON, why="taken back"):
            deed(claim, by=register.reviewer, at=NOON, note="It was another day.")

    def propose() -> None:
        figures.propose_figure(scope, policy=Policy.RANGE, reason="As claimed.", by=register.analyst, at=NOON)

    overlapping(propose, take_back)
