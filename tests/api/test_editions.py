"""Editions: what was outside is kept, in the words in which the API told it, and numbered as it was committed."""

import json

import pytest

from api.editions import keeping
from api.editions.keeping import keep_up
from api.editions.states import LEVELS, Kind
from api.models import Edition, EditionText
from tests.api.client import results
from tests.factories import NOON

ROOT = "http://testserver/api/v1/"
LISTS = {
    Kind.PLACE: "places", Kind.MEASURE: "measures", Kind.POPULATION: "populations", Kind.CAUSE: "causes", Kind.PARTY: "parties",
    Kind.ORGANIZATION: "organizations", Kind.SOURCE: "sources", Kind.INCIDENT: "incidents", Kind.CLAIM: "claims",
    Kind.RESPONSIBILITY: "responsibility", Kind.FIGURE: "figures",
}  # fmt: skip


def texts(kind, level=LEVELS[0]):
    current = Edition.objects.filter(kind=kind, level=level, until__isnull=True, digest__isnull=False)
    bodies = EditionText.objects.in_bulk([one.digest for one in current])
    return {one.key: json.loads(bodies[one.digest].body) for one in current}


@pytest.mark.parametrize("kind", LISTS)
def test_the_current_editions_are_what_the_api_answers(db, kind):
    keep_up()
    told = {one.get("id") or one.get("reference") or one["code"]: one for one in results(f"{LISTS[kind]}/")}
    kept = texts(kind)
    assert kept.keys() == told.keys()
    for key, body in kept.items():
        if "url" in body and body["url"] and not body["url"].startswith("http"):
            body["url"] = ROOT + body["url"]
        body.pop("statements", None)
        assert body == told[key]


def test_what_no_trigger_noted_is_found_by_looking_at_everything(register):
    claim = register.accepted(register.published())
    keep_up()
    assert keeping.differing() == []
    Edition.objects.filter(kind=Kind.CLAIM, row=str(claim.pk), level=0).update(until=NOON.replace(year=2030))
    assert keeping.differing() == [("claim", 0, str(claim.pk))]
