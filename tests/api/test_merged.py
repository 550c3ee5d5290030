"""Outside, what was merged is what it was merged into: in every answer, filter and file."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange import export
from incidents import counts, waiting
from incidents.models import Claim
from sources.disclosure import Disclosure
from sources.models import Organization, Source
from tests.api.client import V1, get, results, rows
from tests.factories import NOON, Register
from tests.sources.test_merging import merge, protected, undo

pytestmark = pytest.mark.django_db

SECRET = Disclosure.RESTRICTED


class Merged:
    """An organization and a source, each merged into another, in every place where one can be named."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.gone = register.organization("gone-office", name="Zyxgone Office")
        self.stands = register.organization("standing-office", name="Standing Office")
        self.publisher = register.organization("standing-press", name="Standing Press")
        self.old = register.source(title="Zyxgone paper", publisher=self.gone, published="2025-03-02")
        self.new = register.source(title="Standing paper", publisher=self.publisher, published="2025-03-03")
        self.incident = register.published()
        self.claim = register.accepted(
            self.incident, claimant=self.gone, sources=[self.old], relays=[self.gone], rests_on=[self.gone]
        )
        self.cited = register.accepted(self.incident, sources=[self.old])

    def merge(self) -> None:
        merge(self.register, self.gone, self.stands)
        merge(self.register, self.old, self.new)


@pytest.fixture
def merged(register: Register) -> Merged:
    made = Merged(register)
    made.merge()
    return made


def derivations(incident: Any) -> list[dict[str, str]]:
    kind = export.by_name("derivations")
    chosen = export.chosen(kind, export.QueryDict(f"incident={incident.reference}"), Disclosure.PUBLIC)
    text = b"".join(export.stream(kind, chosen, level=Disclosure.PUBLIC, root="/")).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_nothing_that_leaves_names_what_was_merged(merged: Merged) -> None:
    path = f"incidents/{merged.incident.reference}/"
    shown = [get(path), *(results(f"{name}/") for name in ("claims", "citations", "organizations", "sources"))]
    shown += [rows(f"{name}/") for name in ("claims", "citations", "organizations", "sources")]
    shown += [derivations(merged.incident)]
    for answer in shown:
        told = json.dumps(answer)
        assert "gone" not in told.lower()
        assert str(merged.old.pk) not in told


def test_a_claim_is_the_survivors_in_json_and_in_files(merged: Merged) -> None:
    claim = get(f"claims/{merged.claim.pk}/")
    assert claim["claimant"]["code"] == "standing-office"
    [citation] = claim["citations"]
    assert (citation["source"]["id"], citation["source"]["publisher"]["code"]) == (str(merged.new.pk), "standing-press")
    assert citation["relays"][0]["organization"]["code"] == "standing-office"
    assert claim["derived_from"][0]["organization"]["code"] == "standing-office"
    assert claim["as_of"]["edtf"] == "2025-03-03"
    [row] = [row for row in rows("claims/") if row["id"] == claim["id"]]
    assert (row["claimant_code"], row["source_id"], row["source_publisher_code"]) == (
        "standing-office", str(merged.new.pk), "standing-press",
    )  # fmt: skip
    assert (row["relays"], row["derived_from"], row["as_of_edtf"]) == (
        "standing-office",
        "standing-office",
        "2025-03-03",
    )
    assert [one["organization_code"] for one in derivations(merged.incident)] == ["standing-office"]


def test_a_filter_by_either_means_both(merged: Merged) -> None:
    later = merged.register.accepted(merged.incident, claimant=merged.stands, sources=[merged.new])
    for code in ("gone-office", "standing-office"):
        assert {row["id"] for row in results("claims/", claimant=code)} == {str(merged.claim.pk), str(later.pk)}
        assert {row["id"] for row in rows("claims/", claimant=code)} == {str(merged.claim.pk), str(later.pk)}
    both = {str(one.pk) for one in (merged.claim, merged.cited, later)}
    for source in (merged.old, merged.new):
        assert {row["id"] for row in results("claims/", source=str(source.pk))} == both
    assert {row["id"] for row in results("claims/", publisher="standing-press")} == both
    assert results("claims/", publisher="gone-office") == []
    assert [row["reference"] for row in results("incidents/", claimant="gone-office")] == [merged.incident.reference]


def test_the_old_names_are_found_and_lead_to_the_survivor(merged: Merged) -> None:
    assert [row["code"] for row in results("organizations/", search="zyxgone")] == ["standing-office"]
    assert [row["id"] for row in results("sources/", search="zyxgone")] == [str(merged.new.pk)]
    assert {row["id"] for row in results("claims/", search="zyxgone office")} == {str(merged.claim.pk)}
    assert {row["id"] for row in results("claims/", search="standing office")} == {str(merged.claim.pk)}
    assert len(results("claims/", search="standing paper")) == 2
    assert list(Organization.objects.matching("zyxgone").standing()) == [merged.stands]
    assert list(Source.objects.matching("zyxgone paper").standing()) == [merged.new]


def test_the_old_address_leads_to_the_survivor_until_it_is_taken_back(merged: Merged) -> None:
    for old, new in (
        ("organizations/gone-office/", "organizations/standing-office/"),
        (f"sources/{merged.old.pk}/", f"sources/{merged.new.pk}/"),
    ):
        answer = Client().get(f"{V1}{old}")
        assert (answer.status_code, answer["Location"]) == (301, f"http://testserver{V1}{new}")
    undo(merged.register, merged.gone)
    undo(merged.register, merged.old)
    assert get("organizations/gone-office/")["name"] == "Zyxgone Office"
    assert get(f"sources/{merged.old.pk}/")["title"] == "Zyxgone paper"
    assert get(f"claims/{merged.claim.pk}/")["claimant"]["code"] == "gone-office"
    for missing in ("organizations/nobody/", "sources/00000000-0000-0000-0000-000000000000/"):
        get(missing, 404)


def test_announcements_of_both_are_one_series(merged: Merged) -> None:
    later = merged.register.accepted(
        merged.incident, claimant=merged.stands, as_of="2026-01-01",
        count=counts.code(counts.Quantifier.EXACT, 9, stated="nine"),
    )  # fmt: skip
    earlier = get(f"claims/{merged.claim.pk}/")
    assert (earlier["speaks"], earlier["superseded_by"]) == (False, str(later.pk))
    [row] = [row for row in rows("claims/") if row["id"] == str(merged.claim.pk)]
    assert (row["speaks"], row["superseded_by"]) == ("false", str(later.pk))


def test_members_that_were_merged_are_shown_as_what_they_are(register: Register) -> None:
    gone, stands = register.organization("gone-one"), register.organization("standing-one")
    from sources.services import record_organization

    record_organization(
        by=register.analyst, at=NOON, code="collective", name="Collective", kind=gone.kind, members=[gone, stands]
    )
    merge(register, gone, stands)
    assert get("organizations/collective/")["members"] == ["standing-one"]
    [row] = [row for row in rows("organizations/") if row["code"] == "collective"]
    assert row["members"] == "standing-one"


def test_claimants_that_are_one_rest_on_no_two(register: Register) -> None:
    one, other, root = register.organization(), register.organization(), register.organization()
    incident = register.published()
    for claimant in (one, other):
        register.accepted(incident, claimant=claimant, rests_on=[root])
    assert incident.pk in {found.incident for found in waiting.on_one_root(register.reviewer, limit=100)}
    merge(register, one, other)
    assert incident.pk not in {found.incident for found in waiting.on_one_root(register.reviewer, limit=100)}


def test_a_page_costs_the_same_with_merged_records(merged: Merged) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get("claims/", page_size=1000)
        return len(captured)

    before = queries()
    for _ in range(5):
        gone, old = merged.register.organization(), merged.register.source(publisher=merged.publisher)
        merged.register.accepted(merged.incident, claimant=gone, sources=[old], relays=[gone], rests_on=[gone])
        merge(merged.register, gone, merged.stands)
        merge(merged.register, old, merged.new)
    assert queries() == before == 9 + 2  # at the door, see test_pages


def test_merging_into_what_is_restricted_hides_everything_that_named_it(register: Register) -> None:
    made = Merged(register)
    secret = register.organization("secret-office", name="Zyxsecret", disclosure=Disclosure.RESTRICTED)
    secret_source = register.source(title="Zyxsecret paper", disclosure=Disclosure.RESTRICTED)
    merge(register, made.gone, secret)
    assert results("claims/", incident=made.incident.reference) == []  # claimant, publisher and relay are hidden
    merge(register, made.old, secret_source)
    told = ""
    for name in ("claims", "citations", "organizations", "sources"):
        told += json.dumps(results(f"{name}/")) + json.dumps(rows(f"{name}/"))
    told += json.dumps([get(f"incidents/{made.incident.reference}/"), derivations(made.incident)])
    assert "zyxsecret" not in told.lower()
    assert str(made.claim.pk) not in told
    assert str(made.cited.pk) not in told
    for hidden in ("organizations/gone-office/", "organizations/secret-office/", f"sources/{made.old.pk}/"):
        get(hidden, 404)
    for query in ({"claimant": "gone-office"}, {"publisher": "gone-office"}):
        assert Client().get(f"{V1}claims/", query).status_code == 400
    assert results("claims/", source=str(made.old.pk)) == []
    assert results("organizations/", search="zyxgone") == []
    assert results("sources/", search="zyxgone") == []


def test_a_source_of_a_hidden_publisher_hides_what_was_merged_into_it(register: Register) -> None:
    hidden = register.organization(disclosure=Disclosure.RESTRICTED)
    old, new = register.source(), register.source(publisher=hidden)
    claim = register.accepted(register.published(), sources=[old])
    get(f"claims/{claim.pk}/")
    merge(register, old, new)
    get(f"claims/{claim.pk}/", 404)
    assert str(claim.pk) not in json.dumps(rows("claims/"))
    press = register.organization()
    other = register.source(publisher=press)
    second = register.accepted(register.published(), sources=[other])
    merge(register, press, hidden)
    get(f"claims/{second.pk}/", 404)
    get(f"sources/{other.pk}/", 404)
    assert str(second.pk) not in json.dumps(rows("claims/"))
    assert not Claim.objects.visible_to(Disclosure.PARTNER).filter(pk=second.pk).exists()
    assert Claim.objects.visible_to(Disclosure.RESTRICTED).filter(pk=second.pk).exists()


def test_protected_individuals_that_are_one_leave_under_one_public_name(register: Register) -> None:
    one, other = protected(register, 1), protected(register, 2)
    claim = register.accepted(register.published(), claimant=one)
    merge(register, one, other)
    assert get(f"claims/{claim.pk}/")["claimant"]["name"] == "Witness 2"
    assert Client().get(f"{V1}organizations/witness-1/")["Location"].endswith("organizations/witness-2/")
    assert results("organizations/", search="Person 1") == []


def test_of_two_citations_the_one_that_leads_to_what_is_hidden_stays_behind(register: Register) -> None:
    old, seen = register.source(), register.source()
    claim = register.accepted(register.published(), sources=[old, seen])
    merge(register, old, register.source(title="Zyxsecret", publisher=register.organization(disclosure=SECRET)))
    [row] = [row for row in rows("claims/") if row["id"] == str(claim.pk)]
    assert (row["source_id"], row["citation_count"]) == (str(seen.pk), "1")
    assert [one["source"]["id"] for one in get(f"claims/{claim.pk}/")["citations"]] == [str(seen.pk)]
    assert "Zyxsecret" not in json.dumps(rows("citations/"))
