"""Whether rows that fit are taken to be few or many decides how they are found, and never which they are."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.test import Client

from accounts import choosing
from api.v1.views import ClaimLists
from incidents import counts
from incidents.filters import ClaimRows, of_incidents
from incidents.models import Claim, ScopeDue
from incidents.services.citations import CitationInput, RelayInput, add_citation
from sources.disclosure import Disclosure
from sources.models import Organization
from tests.api.client import V1, results
from tests.factories import NOON

FILTERS = [
    "root=agps",
    "root=agps,sana",
    "claimant=sana",
    "publisher=sohr",
    "minimum_gte=1",
    "minimum_gte=2&claimant=agps",
    "root=agps&minimum_gte=1",
    "measure=killed&claimant=agps",
    "minimum_gte=1000000",
]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("rows", ["citations", "figures"])
def test_the_same_rows_are_found_either_way(db, monkeypatch, rows, filters):
    asked = []
    monkeypatch.setattr(choosing, "_in_sample", lambda number, table: asked.append(table))
    few = results(f"{rows}/", **dict(one.split("=") for one in filters.split("&")))
    by_keys = "root" in filters or "publisher" in filters  # of which no sample need be asked
    by_words = rows == "figures" and "&" not in filters.replace("measure=killed&", "")  # of which scopes tell alone
    assert asked == ([] if by_keys or by_words else ["incidents_claim"])
    monkeypatch.setattr(choosing, "_in_sample", lambda number, table: 1)
    monkeypatch.setattr(choosing, "MANY", 0)
    assert results(f"{rows}/", **dict(one.split("=") for one in filters.split("&"))) == few
    assert bool(few) is (filters != "minimum_gte=1000000")


def test_of_many_by_a_sample_no_more_is_asked(db, monkeypatch):
    """Where many of the first few fit, whether many do in the whole is not looked for."""
    claims = Claim.objects.all()
    some = claims.filter(pk__in=claims.order_by("pk").values("pk")[:2])
    monkeypatch.setattr(choosing, "PROBED", 4)
    monkeypatch.setattr(choosing, "are_few", lambda rows: True)
    for enough, few in ((1, False), (2, False), (3, True)):
        monkeypatch.setattr(choosing, "_in_sample", lambda number, table, enough=enough: enough)
        assert choosing.are_few_rows(lambda: some) is few


def test_how_many_of_a_sample_stand_for_many(db):
    assert choosing._in_sample(5_000, "incidents_claim") is None  # of so small a table nothing is asked
    some, twice = (choosing._in_sample(number, "pg_proc") for number in (500, 1_000))  # it has some thousands of rows
    assert 0 < some < twice <= 2 * some < 2 * choosing.PROBED


def test_what_is_hidden_takes_nothing_from_what_is_seen(register):
    """A claim in conflict is printed by the paper as well, but in a source that nobody outside sees."""
    paper = register.organization("paper")
    incident = register.published()
    seen, hidden = register.source(publisher=paper), register.source(publisher=paper, disclosure=Disclosure.RESTRICTED)
    three, nine = (counts.code(counts.Quantifier.EXACT, number, stated=str(number)) for number in (3, 9))
    register.accepted(incident, measure="injured", sources=[seen])
    register.accepted(incident, claimant=register.organization("one"), count=three)
    claim = register.accepted(incident, claimant=register.organization("other"), count=nine)
    add_citation(claim, CitationInput(hidden), by=register.analyst, at=NOON)
    asked = {"publisher": "paper", "incident": incident.reference}
    assert results("claims/", has_conflict="true", incident=incident.reference)
    assert results("incidents/", has_conflict="false", **asked)
    assert not results("incidents/", has_conflict="true", **asked)


def test_a_citation_that_nobody_outside_sees_is_no_change(register):
    """Neither of the claim that it is a further one of, nor of the figures and the incident of that claim."""
    paper = register.organization("paper")
    incident = register.published()
    claim = register.accepted(incident, sources=[register.source(publisher=paper)])
    later = NOON + dt.timedelta(days=400)
    hidden = register.source(publisher=paper, disclosure=Disclosure.RESTRICTED)
    add_citation(claim, CitationInput(hidden), by=register.analyst, at=later)
    since = {"modified_since": later.isoformat()}
    for rows in ("claims/", "citations/", "figures/"):
        assert not results(rows, **since)
    add_citation(claim, CitationInput(register.source(publisher=paper)), by=register.analyst, at=later)
    for rows in ("claims/", "citations/", "figures/"):
        assert results(rows, **since)


def test_what_scopes_do_not_tell_yet_claims_tell(register):
    """While an incident waits to be looked at again, as after SQL, nothing of it is lost, and nothing hidden is told."""
    paper, hidden = register.organization("paper"), register.organization("hidden")
    incident = register.published()
    register.accepted(incident, measure="injured", sources=[register.source(publisher=paper)])
    register.accepted(incident, claimant=hidden)
    asked = [{"publisher": "paper"}, {"measure": "injured"}, {"claimant": "hidden"}, {"has_conflict": "false"}]
    *before, free_of_conflict = (results("incidents/", incident=incident.reference, **given) for given in asked)
    assert all(before)
    assert free_of_conflict
    ScopeDue.objects.create(incident=incident, transaction=0)
    *after, not_known = (results("incidents/", incident=incident.reference, **given) for given in asked)
    assert after == before
    assert not not_known
    Organization.objects.filter(pk=hidden.pk).update(disclosure=Disclosure.RESTRICTED)
    ScopeDue.objects.create(incident=incident, transaction=0)
    assert Client().get(f"{V1}incidents/?claimant=hidden").status_code == 400
    assert not results("figures/", publisher="paper")  # of which scopes tell all


@pytest.mark.parametrize("way", choosing.Fit)
def test_what_becomes_due_while_it_is_asked_is_left_out(register, monkeypatch, way):
    """After it was asked whether anything is due, an organization becomes restricted: the scopes tell it still."""
    hidden, seen = register.organization("hidden"), register.organization("seen")
    both, other = register.published(), register.published()
    register.accepted(both, claimant=seen)
    register.accepted(both, claimant=hidden)
    register.accepted(other, claimant=seen)

    def meanwhile(rows, *, some):
        Organization.objects.filter(pk=hidden.pk).update(disclosure=Disclosure.RESTRICTED)
        ScopeDue.objects.create(incident=both, transaction=0)
        return way

    assert len(results("incidents/", claimant="hidden,seen")) == 2
    monkeypatch.setattr(of_incidents, "fit", meanwhile)
    assert [one["reference"] for one in results("incidents/", claimant="hidden,seen")] == [other.reference]


def test_what_waits_is_not_known_to_be_free_of_conflict(register, monkeypatch):
    """Also where it began to wait after it was asked whether anything does."""
    incident = register.published()
    register.accepted(incident)
    asked = {"has_conflict": "false", "incident": incident.reference}
    assert results("incidents/", **asked)
    ScopeDue.objects.create(incident=incident, transaction=0)
    monkeypatch.setattr(of_incidents.IncidentRows, "_told_by_scopes", True)
    assert not results("incidents/", **asked)


def test_by_a_citation_that_nobody_outside_sees_nothing_is_found(register):
    """Of a publisher that everybody may know: in a source of its that is restricted, or through somebody who is. Another
    citation of the same claim is seen, and finds it."""
    paper, other = register.organization("paper"), register.organization("other")
    hidden = register.source(publisher=paper, disclosure=Disclosure.RESTRICTED)
    through = CitationInput(register.source(publisher=paper), relays=[RelayInput(register.organization("go-between"))])
    seen = register.source(publisher=other)
    incident = register.published()
    twice = register.accepted(incident, sources=[seen])
    add_citation(twice, CitationInput(hidden), by=register.analyst, at=NOON)
    add_citation(twice, through, by=register.analyst, at=NOON)
    register.accepted(incident, claimant=register.organization("lone"), sources=[hidden])
    Organization.objects.filter(outside_code="go-between").update(disclosure=Disclosure.RESTRICTED)
    for path, key in (("claims/", "id"), ("citations/", "claim")):
        for given in ({"publisher": "paper"}, {"source": str(hidden.pk)}, {"source": str(through.source.pk)}):
            assert not results(path, **given), (path, given)
        for given in ({"publisher": "other"}, {"source": str(seen.pk)}, {"publisher": "paper,other"}):
            assert {str(one[key]) for one in results(path, **given)} == {str(twice.pk)}, (path, given)


@pytest.mark.parametrize("given", ["publisher=", "publisher=%20", "source=", "source=%20"])
def test_what_names_nothing_shows_nothing_without_a_source(register, given):
    """A publisher or source finds claims by a citation that is seen, for which no other is looked for; one without a name finds
    none, and is refused before that."""
    hidden = register.source(disclosure=Disclosure.RESTRICTED)
    claim = register.accepted(register.published(), sources=[hidden])
    assert Client().get(f"{V1}claims/?{given}").status_code == 400
    lists = ClaimLists.at(Disclosure.PUBLIC)
    filters = ClaimRows(QueryDict(given), lists.rows(), level=Disclosure.PUBLIC)
    assert claim in Claim.objects.within(Disclosure.PUBLIC)
    assert claim not in lists.seen(filters)


def test_values_of_one_parameter_are_not_taken_for_those_of_another(register):
    source = register.source(publisher=register.organization("paper"))
    register.accepted(register.published(), sources=[source])
    assert results("claims/", source=str(source.pk))
    for text in (f"{{'pk': UUID('{source.pk}')}}", str(source.pk)):
        assert not results("claims/", source=str(source.pk), search=text)


def test_of_what_cannot_be_nothing_is_expected(db):
    assert choosing.expected(Claim.objects.none()) == 0
    assert choosing.expected(Claim.objects.filter(pk__in=[])) == 0
