"""``as_of``: what was public at a time stays as it was told then, whatever has become of it since."""

import datetime as dt

import pytest
import time_machine

from api.editions.keeping import keep_up
from incidents import counts
from incidents.models import Scope
from incidents.reconciliation import Policy
from incidents.services import figures, review, revisions
from sources.disclosure import Disclosure
from sources.services import change_organization
from tests.api.client import complaint, get, results
from tests.factories import NOON

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FIRST, SECOND, THIRD = (dt.datetime(2027, 3, day, 12, tzinfo=dt.UTC) for day in (1, 2, 3))


def exactly(number):
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def on(moment, deed):
    """Done at that time, and outside from then on."""
    with time_machine.travel(moment, tick=False):
        done = deed()
        keep_up()
    return done


@pytest.fixture
def incident(register):
    """Published on the first day with a claim of 3; on the second the same claimant says 5, and a figure is adopted."""
    with time_machine.travel(FIRST - DAY, tick=False):
        keep_up()
    incident = on(FIRST, lambda: register.published(title="At the market"))
    claim = on(FIRST, lambda: register.accepted(incident, count=exactly(3)))
    on(SECOND, lambda: register.accepted(incident, count=exactly(5), claimant=claim.claimant))
    with time_machine.travel(THIRD + DAY, tick=False):
        yield incident


def test_claims_are_what_was_public_then(incident):
    assert results("claims/", incident=incident.reference, as_of=(FIRST - DAY).date()) == []
    [first] = results("claims/", incident=incident.reference, as_of=FIRST.date())
    assert (first["count"]["minimum"], first["speaks"], first["superseded_by"]) == (3, True, None)
    then, now = (results("claims/", incident=incident.reference, **given) for given in ({"as_of": SECOND.date()}, {}))
    assert sorted(then, key=lambda one: one["id"]) == sorted(now, key=lambda one: one["id"])


def test_a_bare_day_means_its_end_and_a_time_means_itself(incident):
    before = (FIRST - dt.timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert results("incidents/", incident=incident.reference, as_of=before) == []
    assert len(results("incidents/", incident=incident.reference, as_of=FIRST.isoformat().replace("+00:00", "Z"))) == 1


def test_an_incident_is_whole_as_it_was(incident, register):
    revision = revisions.open_revision(incident, reason="Its name.", by=register.analyst, at=NOON)
    revision = revisions.change_revision(revision, changes={"title": "At the bridge"}, by=register.analyst, at=NOON)
    revisions.submit_revision(revision, by=register.analyst, at=NOON)
    revisions.approve_revision(revision, by=register.reviewer, at=NOON)
    then = get(f"incidents/{incident.reference}/", as_of=FIRST.date())
    now = get(f"incidents/{incident.reference}/")
    assert (then["title"], now["title"]) == ("At the market", "At the bridge")
    assert [claim["count"]["minimum"] for claim in then["claims"]] == [3]
    assert [(scope["low"], scope["high"]) for scope in then["scopes"]] == [(3, 3)]
    assert then.keys() == now.keys()


def test_figures_are_those_that_were_adopted_then(incident, register):
    scope = Scope.objects.get(incident=incident)

    def adopt():
        figure = figures.propose_figure(scope, policy=Policy.RANGE, reason="As said.", by=register.analyst, at=NOON)
        figures.adopt(figure, by=register.reviewer, at=NOON)

    on(THIRD, adopt)
    assert get(f"figures/{scope.pk}/", as_of=SECOND.date())["figure"] is None
    assert get(f"figures/{scope.pk}/", as_of=THIRD.date())["figure"]["high"] == 5


def test_what_was_withdrawn_since_is_still_told_of_then(incident, register):
    review.take_incident_step(incident, "withdraw", by=register.reviewer, at=NOON, note="It was another day.")
    get(f"incidents/{incident.reference}/", 410)
    assert get(f"incidents/{incident.reference}/", as_of=SECOND.date())["title"] == "At the market"
    get(f"incidents/{incident.reference}/", 404, as_of=(THIRD + DAY).isoformat().replace("+00:00", "Z"))


def test_what_was_restricted_since_is_named_and_told_no_longer(incident, register):
    [claim] = results("claims/", incident=incident.reference, as_of=FIRST.date())
    change_organization(
        incident.claims.first().claimant,
        by=register.analyst,
        at=NOON,
        why="to protect",
        disclosure=Disclosure.RESTRICTED,
    )
    page = get("claims/", incident=incident.reference, as_of=FIRST.date())
    assert (page["results"], page["redacted"]) == ([], [claim["id"]])
    assert get(f"claims/{claim['id']}/", 410, as_of=FIRST.date())["errors"][0]["code"] == "redacted"
    scopes = get("figures/", incident=incident.reference, as_of=FIRST.date())
    assert scopes["results"] == []  # what it came to would tell of the claim


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("claims/", "as_of", "2999-01-01"), ("claims/", "as_of", "yesterday"), ("claims/", "search", "x"),
        ("claims/", "cursor", "x"), ("claims/", "hxl", "true"), ("claims/", "ordering", "occurred"), ("incidents/", "measure", "killed"), ("claims/", "as_of", "2018-04-21T12:00"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_of_then_is_refused(path, name, value):
    assert complaint(path, **({"as_of": "2026-01-01"} | {name: value}))["attr"] == name


def test_pages_of_then_follow_one_another(incident):
    whole = results("claims/", as_of=SECOND.date())
    found, page = [], get("claims/", as_of=SECOND.date(), page_size=9, total="true")
    assert page["total"] == len(whole)
    while True:
        found += page["results"]
        if not page["next"]:
            break
        page = get(page["next"].removeprefix("http://testserver/api/v1/"))
    assert found == whole
