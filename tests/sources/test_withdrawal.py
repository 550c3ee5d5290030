"""Organizations and sources taken back for good: with a reason, a tombstone outside, and never while something names
them, whoever writes."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connections, transaction
from django.test import Client

from accounts.models import HistoryEntry
from accounts.refusals import explained
from incidents.models import Claim
from incidents.services import claims, review
from sources import services
from sources.disclosure import Disclosure
from sources.merging import merge_organizations
from sources.models import Organization, OrganizationMembership, Source
from sources.withdrawal import withdraw_organization, withdraw_source
from tests.admin.desk import Desk, visible_text
from tests.api.client import V1, results
from tests.factories import NOON, Register
from tests.victims import people

REASON = "No such office ever was."


def withdraw(register: Register, row: Any, reason: str = REASON) -> Any:
    deed = withdraw_organization if isinstance(row, Organization) else withdraw_source
    return deed(row, reason=reason, by=register.reviewer, at=NOON)


def outside(row: Any) -> Any:
    path = f"organizations/{row.outside_code}/" if isinstance(row, Organization) else f"sources/{row.pk}/"
    return Client().get(f"{V1}{path}")


@pytest.fixture(params=["organization", "source"])
def row(request: pytest.FixtureRequest, register: Register) -> Any:
    return register.organization("no-office") if request.param == "organization" else register.source(title="No paper")


def test_outside_the_reason_stands_in_its_place(row: Any, register: Register) -> None:
    assert outside(row).status_code == 200

    withdraw(register, row)

    gone = outside(row)
    assert (gone.status_code, gone.json()["errors"][0]["detail"]) == (410, REASON)
    lists = ("organizations/", "sources/")
    assert all("no-office" not in str(results(path)) and "No paper" not in str(results(path)) for path in lists)
    latest = HistoryEntry.objects.of(row).last()
    assert (latest.actor, latest.reason) == (register.reviewer, REASON)


def test_it_is_refused_without_a_reason_and_to_whoever_may_not(row: Any, register: Register) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        withdraw(register, row, " ")
    deed = withdraw_organization if isinstance(row, Organization) else withdraw_source
    with pytest.raises(PermissionDenied):
        deed(row, reason=REASON, by=register.analyst, at=NOON)
    assert outside(row).status_code == 200


NAMED = {
    "claimant": lambda register, row: register.draft(register.incident(), claimant=row),
    "relay": lambda register, row: register.draft(register.incident(), relays=[row]),
    "root": lambda register, row: register.draft(register.incident(), rests_on=[row]),
    "publisher": lambda register, row: register.source(publisher=row),
    "member": lambda register, row: register.organization(members=[row]),
    "merged": lambda register, row: merge_organizations(
        register.organization(), into=row, reason="one", by=register.reviewer, at=NOON
    ),
    "of a person": lambda register, row: people.proposed(register, register.incident(), claimant=row),
}


@pytest.mark.parametrize("how", NAMED)
def test_what_names_an_organization_keeps_it(how: str, register: Register) -> None:
    row = register.organization()
    NAMED[how](register, row)

    with pytest.raises(ValidationError, match="is still named"):
        withdraw(register, row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=row.pk).update(withdrawn_reason="x")


@pytest.mark.parametrize("how", ["cited", "of a person"])
def test_what_cites_a_source_keeps_it(how: str, register: Register) -> None:
    row = register.source()
    if how == "cited":
        register.draft(register.incident(), sources=[row])
    else:
        people.proposed(register, register.incident(), source=row)

    with pytest.raises(ValidationError, match="is still named"):
        withdraw(register, row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.filter(pk=row.pk).update(withdrawn_reason="x")


def test_what_was_refused_before_anybody_saw_it_keeps_nothing(register: Register) -> None:
    organization, source = register.organization(), register.source()
    claim = register.proposed(register.incident(), claimant=organization, sources=[source])
    review.reject(claim, by=register.reviewer, at=NOON, note="a hoax")

    withdraw(register, organization)
    withdraw(register, source)

    assert {outside(organization).status_code, outside(source).status_code} == {410}


def test_what_was_accepted_and_voided_keeps_it(register: Register) -> None:
    """Readers are still told of it."""
    organization = register.organization()
    claim = register.accepted(register.published(), claimant=organization)
    review.void(claim, by=register.reviewer, at=NOON, note="our mistake")

    with pytest.raises(ValidationError, match="is still named"):
        withdraw(register, organization)


def test_what_is_merged_leads_to_the_other_and_is_not_withdrawn(register: Register) -> None:
    one, other = register.organization(), register.organization()
    merge_organizations(one, into=other, reason="one", by=register.reviewer, at=NOON)

    with pytest.raises(ValidationError, match="is merged"):
        withdraw(register, one)
    assert outside(one).status_code == 301


def test_what_is_withdrawn_stays_so_and_is_named_by_nothing(register: Register) -> None:
    organization, source = register.organization(), register.source()
    for row in (organization, source):
        withdraw(register, row)
    gone, paper = Organization.objects.get(pk=organization.pk), Source.objects.get(pk=source.pk)

    with pytest.raises(ValidationError, match="was withdrawn: name another"):
        register.draft(register.incident(), claimant=gone)
    with pytest.raises(ValidationError, match="was withdrawn: name another"):
        register.draft(register.incident(), sources=[paper])
    with pytest.raises(ValidationError, match="What is withdrawn stays as it is"):
        services.change_organization(gone, by=register.analyst, at=NOON, why="x", note="new")
    with pytest.raises(ValidationError, match="What is withdrawn stays as it is"):
        services.change_source(paper, by=register.analyst, at=NOON, why="x", changes={"note": "new"})
    with pytest.raises(ValidationError, match="is withdrawn"):
        merge_organizations(gone, into=register.organization(), reason="x", by=register.reviewer, at=NOON)
    with pytest.raises(ValidationError, match="is withdrawn"):
        withdraw(register, gone)


def test_the_database_lets_nothing_name_it_and_nothing_change_it(register: Register) -> None:
    organization, draft = register.organization(), register.draft(register.incident())
    withdraw(register, organization)

    for write in (
        lambda: Claim.objects.filter(pk=draft.pk).update(claimant=organization),
        lambda: OrganizationMembership.objects.create(collective=register.organization(), member=organization),
    ):
        with pytest.raises(ValidationError, match="was withdrawn: name another"), explained(), transaction.atomic():
            write()
    with pytest.raises(ValidationError, match="stays as it is"), explained(), transaction.atomic():
        Organization.objects.filter(pk=organization.pk).update(withdrawn_reason="")


@pytest.mark.django_db(transaction=True)
def test_of_a_withdrawal_and_a_claim_at_once_one_is_refused() -> None:
    register = Register()
    organization, incident, source = register.organization(), register.incident(), register.source()
    together, told = threading.Barrier(2), []

    def do(deed: Any) -> None:
        try:
            together.wait()
            with transaction.atomic():
                deed()
            told.append("done")
        except ValidationError as refused:
            told.append(str(refused))
        finally:
            connections.close_all()

    deeds = (
        lambda: withdraw(register, organization),
        lambda: register.draft(incident, claimant=organization, sources=[source]),
    )
    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told.count("done") == 1, told


def test_the_tombstone_of_what_was_never_public_is_not_told(register: Register) -> None:
    row = register.organization(disclosure=Disclosure.RESTRICTED)
    withdraw(register, row)
    assert outside(row).status_code == 404


def test_the_reason_names_no_protected_individual(register: Register) -> None:
    register.organization(name="Zyxname Example", is_protected=True, public_name="Activist 9", public_code="activist-9")
    row = register.organization()
    withdraw(register, row, "It was Zyxname Example himself.")
    assert outside(row).json()["errors"][0]["detail"] == "It was Activist 9 himself."


def test_in_the_admin_it_is_listed_as_withdrawn_and_offered_nowhere(row: Any, register: Register) -> None:
    withdraw(register, row)
    desk, model = Desk(register.analyst), f"sources_{row._meta.model_name}"

    assert "withdrawn" in visible_text(desk.get(model, "changelist"))
    page = visible_text(desk.get(model, "change", row.pk))
    assert REASON in page
    field = "claimant" if isinstance(row, Organization) else "source"
    asked = {
        "app_label": "incidents",
        "model_name": "claim" if field == "claimant" else "citation",
        "field_name": field,
    }
    found = desk.client.get("/admin/autocomplete/", asked | {"term": str(row)})
    assert found.json()["results"] == []


def test_correcting_a_claim_never_brings_it_back(register: Register) -> None:
    claim = register.proposed(register.incident(), claimant=register.organization())
    review.reject(claim, by=register.reviewer, at=NOON, note="a hoax")
    withdraw(register, claim.claimant)
    with pytest.raises(ValidationError):
        claims.correct(
            Claim.objects.get(pk=claim.pk), reason="x", by=register.analyst, at=NOON,
            citations=[], count=claims.check_count(claim),
        )  # fmt: skip
