"""What cannot be recorded is refused by field and row, naming the value and what was expected; nothing is written."""

import json

import pytest
from django.core.exceptions import ValidationError

from api.models import Submission
from api.submitting import recording
from incidents.models import Claim, CodingRule
from incidents.services.merging import merge_incidents
from incidents.services.review import take_incident_step
from tests.api.submitting import count, errors, post, row
from tests.factories import NOON

pytestmark = pytest.mark.django_db

LARGEST = 2**63 - 1


def citation(**changes):
    given = {"source": {"url": "https://news.example/one", "title": "One", "kind": "news_article"}} | changes
    return {name: value for name, value in given.items() if value is not ...}


def source(**changes):
    given = {"url": "https://news.example/two", "title": "Two", "kind": "news_article"} | changes
    return row(citations=[citation(source={name: value for name, value in given.items() if value is not ...})])


def nested(depth):
    return b"[" * depth + b"]" * depth


BODIES = {
    "empty": (b"", 400, None, "empty"),
    "blank": (b"  \n", 400, None, "empty"),
    "no JSON": (b"{", 400, None, "not JSON"),
    "no UTF-8": (b'{"incident": "\xff"}', 400, None, "not UTF-8"),
    "a key twice": (b'{"measure": "killed", "measure": "injured"}', 400, None, "measure is there twice"),
    "no number": (b'{"count": NaN}', 400, None, "NaN is no number"),
    "infinite": (b'{"count": -Infinity}', 400, None, "-Infinity is no number"),
    "endless digits": (b'{"count": ' + b"9" * 5000 + b"}", 400, None, "not JSON"),
    "nested too deep": (nested(100_000), 400, None, "nested too deeply"),
    "a list": (b"[]", 400, None, "expected an object"),
    "a word": (b'"claims"', 400, None, "claims: expected an object"),
    "null": (b"null", 400, None, "null: expected an object"),
    "no rows": (b'{"claims": []}', 400, "claims", "a list of 0: expected a list of 1 to 1000 claims"),
    "too many rows": (json.dumps({"claims": [{}] * 1001}).encode(), 400, "claims", "a list of 1001"),
    "rows that are none": (b'{"claims": {}}', 400, "claims", "an object: expected a list of 1 to 1000"),
    "an unknown mode": (b'{"claims": [{}], "mode": "some"}', 400, "mode", "some: expected atomic or per_row"),
    "an unknown key beside": (b'{"claims": [{}], "dry_run": true}', 400, "dry_run", "no such key"),
    "a row that is none": (b'{"claims": [4]}', 400, "claims.0", "4: expected an object"),
    "too large": (b'{"note": "' + b"a" * 5 * 1024 * 1024 + b'"}', 413, None, "larger than 5242880 bytes"),
}


@pytest.mark.parametrize("what", BODIES)
def test_bodies_that_are_none(what, secret):
    body, status, attr, said = BODIES[what]
    told = errors(post(body, secret), status)
    assert told[0][1] == attr
    assert said in told[0][2]
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "text/csv", "", "application/json; charset=latin-1"],
)
def test_other_content_types(content_type, secret):
    assert errors(post(row(), secret, content_type=content_type), 415)[0][0] == "unsupported_media_type"


def test_a_compressed_body(secret):
    assert errors(post(b"\x1f\x8b", secret, headers={"Content-Encoding": "gzip"}), 415)


def test_utf_8_may_be_said(secret):
    assert post(row(), secret, content_type="Application/JSON; charset=UTF-8").status_code == 201


def test_a_form_that_is_none(secret):
    assert errors(post(row(), secret, to="/api/v1/claims/?format=csv"), 400)[0][1] == "format"
    assert errors(post(row(), secret, to="/api/v1/claims/?dry_run=1"), 400)[0][1] == "dry_run"


SHAPE = {
    "an unknown key": (row(status="accepted"), "status", "There is no such key; expected as_of, basis"),
    "an unknown key within": (row(count=count(value=3, Quantifier="x")), "count.Quantifier", "There is no such key"),
    "a key with NUL": (row(**{"a\x00b": 1}), "a\ufffdb", "There is no such key"),
    "a missing key": (row(measure=...), "measure", "a value is needed"),
    "null where none is": (row(measure=None), "measure", "null: expected text"),
    "a number for text": (row(claimant=7), "claimant", "7: expected text"),
    "text for a number": (row(count=count(value="4")), "count.value", "4: expected a whole number"),
    "truth for a number": (row(count=count(value=True)), "count.value", "true: expected a whole number"),
    "a fraction": (row(count=count(value=4.5)), "count.value", "4.5: expected a whole number"),
    "a negative": (row(count=count(value=-1)), "count.value", "-1: expected a whole number from 0"),
    "more than there is": (row(count=count(value=LARGEST + 1)), "count.value", f"{LARGEST + 1}: expected a whole"),
    "more than is exact": (row(count=count(value=1e30)), "count.value", "1e+30: expected a whole number"),
    "text for truth": (row(count=count(value=3, approximate="no")), "count.approximate", "no: expected true or false"),
    "an unknown quantifier": (row(count=count(quantifier="circa")), "count.quantifier", "circa: expected one of exact"),
    "an unknown stance": (row(count=count(value=1, stance="doubts")), "count.stance", "one of asserts, denies"),
    "an unknown basis": (row(basis="total"), "basis", "total: expected one of event"),
    "an unknown method": (row(method="guess"), "method", "guess: expected one of named"),
    "a level that is none": (row(disclosure="restricted"), "disclosure", "restricted: expected one of public, partner"),
    "no words": (row(count=count(value=1, stated="")), "count.stated", "text of 1 to 500 characters, not 0"),
    "blank words": (row(count=count(value=1, stated="  ")), "count.stated", "expected words"),
    "too many words": (row(count=count(value=1, stated="a" * 501)), "count.stated", "not 501"),
    "a note too long": (row(note="a" * 2001), "note", "at most 2000 characters, not 2001"),
    "NUL": (row(count=count(value=1, stated="a\x00b")), "count.stated", "a\ufffdb: expected text without a NUL"),
    "half a character": (row(note="\ud800"), "note", "halves of characters"),
    "a reference that is none": (row(incident="S1"), "incident", "text of 9 to 9 characters"),
    "a reference of another form": (row(incident="SX-QD5GCH"), "incident", "expected a reference such as"),
    "a period that is text": (row(period="2018"), "period", "2018: expected an object"),
    "half a period": (row(period={"from": "2018"}), "period.to", "a value is needed"),
    "a period within a period": (row(period={"from": "2018/2019", "to": None}), "period.from", "without a slash"),
    "no citations": (row(citations=[]), "citations", "a list of 0: expected a list of 1 to 50"),
    "too many citations": (row(citations=[{}] * 51), "citations", "a list of 51"),
    "a citation without source": (row(citations=[{}]), "citations.0.source", "a value is needed"),
    "a relay that is a number": (row(citations=[citation(relays=[5])]), "citations.0.relays.0", "5: expected text"),
    "an id that is none": (source(id="5"), "citations.0.source.id", "expected text of 36"),
    "an address that is none": (source(url="news.example/one"), "citations.0.source.url", "https://"),
    "an address of a script": (source(url="javascript:alert(1)"), "citations.0.source.url", "https://"),
    "a hash that is none": (source(content_hash="a" * 63), "citations.0.source.content_hash", "text of 64"),
    "a language that is none": (source(language="?"), "citations.0.source.language", "BCP 47"),
    "a strength that is none": (
        row(derived_from=[{"organization": "agps", "strength": "weak"}]), "derived_from.0.strength", "one of stated",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SHAPE)
def test_what_is_not_of_the_shape(what, secret):
    sent, attr, said = SHAPE[what]
    told = errors(post(sent, secret), 400)
    assert [one[1] for one in told] == [attr]
    assert said in told[0][2]
    beside = errors(post({"claims": [row(), sent]}, secret), 400)
    assert [one[1] for one in beside] == [f"claims.1.{attr}"]
    assert not Submission.objects.exists()


WRONG = {
    "an unknown incident": (row(incident="SJ-000000"), "incident", "SJ-000000: expected the reference of a published"),
    "an unknown measure": (row(measure="kiled"), "measure", "kiled: expected one of"),
    "an unknown unit": (row(unit="heads"), "unit", "heads: expected one of"),
    "an unknown population": (row(population="people"), "population", "people: expected one of"),
    "no population": (row(population=None), "population", "say who is counted"),
    "a population of buildings": (row(measure="air_strikes"), "population", "does not count people"),
    "an unknown cause": (row(cause="bad-luck"), "cause", "bad-luck: expected one of"),
    "an unknown place": (row(place="Atlantis"), "place", "Atlantis: expected the code or P-code of a place"),
    "an unknown claimant": (row(claimant="nobody"), "claimant", "nobody: expected the code of an organization"),
    "an unknown relay": (row(citations=[citation(relays=["x"])]), "citations.0.relays.0", "x: expected the code"),
    "an unknown relay with words": (
        row(citations=[citation(relays=[{"organization": "x"}])]), "citations.0.relays.0", "x: expected the code",
    ),
    "an unknown publisher": (source(publisher="nobody"), "citations.0.source.publisher", "nobody: expected the code"),
    "an unknown kind": (source(kind="leaflet"), "citations.0.source.kind", "leaflet: expected one of"),
    "a new source without kind": (source(kind=...), "citations.0.source.kind", "the source is new, and needs one"),
    "a source without anything": (source(url=..., title=...), "citations.0.source", "Nothing to know it by"),
    "an unknown source": (
        row(citations=[citation(source={"id": "00000000-0000-4000-8000-000000000000"})]),
        "citations.0.source.id", "expected the id of a source",
    ),
    "an id and more": (
        source(id="00000000-0000-4000-8000-000000000000"), "citations.0.source", "With an id nothing else is given",
    ),
    "an address with a space": (source(url="https://a..b/"), "citations.0.source.url", "valid URL"),
    "no date": (row(as_of="yesterday"), "as_of", "'yesterday' is not a date, from character 1"),
    "no such day": (row(as_of="2018-02-30"), "as_of", "expected a day from 01 to 28"),
    "a start of an event": (row(since="2018"), "since", "Only a running total or a stock has a start"),
    "a publication that is no date": (source(published="2018-13"), "citations.0.source.published", "is not a date"),
    "a period that is none": (row(period={"from": None, "to": None}), "period", "is not a date"),
    "rests on nothing": (row(derived_from=[{"strength": "stated"}]), "derived_from.0", "Nothing that it rests on"),
    "rests on it twice": (
        row(derived_from=[{"organization": "agps", "strength": "stated"}] * 2), "derived_from.1", "each thing once",
    ),
    "rests on no claim": (
        row(derived_from=[{"claim": "00000000-0000-4000-8000-000000000000", "strength": "stated"}]),
        "derived_from.0.claim", "expected the id of a claim",
    ),
    "partner beyond the token": (row(disclosure="partner"), "disclosure", "partner: expected public"),
    "exact without bounds": (
        row(count=count()), "count.minimum", "minimum null, maximum null: expected minimum and maximum set and equal",
    ),
    "at least with a maximum": (
        row(count=count(quantifier="at_least", minimum=4, maximum=4)), "count.minimum",
        "minimum 4, maximum 4: expected a minimum and no maximum, because the count is at least.",
    ),
    "fewer than none": (row(count=count(quantifier="fewer_than", value=0)), "count.value", "0: expected 1 or more"),
    "a value that the bounds contradict": (
        row(count=count(quantifier="more_than", value=10, minimum=10)), "count.minimum",
        "10: expected 11, which the rest of the count means",
    ),
    "a value between": (row(count=count(quantifier="between", value=3)), "count.value", "3: expected null, and the bounds"),
    "more than the largest": (
        row(count=count(quantifier="more_than", value=LARGEST)), "count.minimum", f"expected at most {LARGEST}",
    ),
    "a best number of none": (row(count=count(quantifier="unquantified", best=3)), "count.best", "3: expected no best"),
    "about that is not approximate": (
        row(count=count(quantifier="about", value=3, approximate=False)), "count.approximate", "false: expected true",
    ),
    "a rule for what is exact": (row(count=count(value=3, coding_rule="RULE")), "count.coding_rule", "expected none"),
    "a rule that is none": (
        row(count=count(quantifier="vague", coding_rule="some")), "count.coding_rule", "some: expected one of",
    ),
    "vague with bounds and no rule": (
        row(count=count(quantifier="vague", minimum=3)), "count.coding_rule", "the rule that gives a vague count",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_recorded(what, secret):
    sent, attr, said = WRONG[what]
    if sent["count"].get("coding_rule") == "RULE":
        sent = row(count=sent["count"] | {"coding_rule": CodingRule.objects.values_list("code", flat=True)[0]})
    told = errors(post(sent, secret), 422)
    assert [one[1] for one in told] == [attr]
    assert said in told[0][2]
    beside = errors(post({"claims": [row(), sent]}, secret), 422)
    assert [one[1] for one in beside] == [f"claims.1.{attr}"]
    assert not Submission.objects.exists()


RIGHT = {
    "a number with a point": (count(value=4.0), (4, None, 4, "exact")),
    "more than": (count(quantifier="more_than", value=1603), (1604, None, None, "more_than")),
    "more than, as answers have it": (count(quantifier="more_than", minimum=1604), (1604, None, None, "more_than")),
    "value and bounds that agree": (
        count(quantifier="at_most", value=5, minimum=0, maximum=5),
        (0, None, 5, "at_most"),
    ),
    "between, with a best": (count(quantifier="between", minimum=3, maximum=9, best=5), (3, 5, 9, "between")),
    "between the wrong way round": (count(quantifier="between", minimum=9, maximum=3), (9, None, 3, "between")),
    "about": (count(quantifier="about", value=25, approximate=True), (25, None, 25, "about")),
    "no number": (count(quantifier="unquantified"), (None, None, None, "unquantified")),
    "zero": (count(value=0), (0, None, 0, "exact")),
    "the largest": (count(value=LARGEST), (LARGEST, None, LARGEST, "exact")),
    "a denial": (count(quantifier="unquantified", stance="denies"), (None, None, None, "unquantified")),
}


@pytest.mark.parametrize("what", RIGHT)
def test_counts_that_can_be_recorded(what, secret):
    sent, meant = RIGHT[what]
    answer = post(row(count=sent), secret)
    assert answer.status_code == 201, answer.content
    claim = Claim.objects.get(pk=answer.json()["results"][0]["id"])
    assert (claim.minimum, claim.best, claim.maximum, claim.quantifier) == meant
    assert claim.stance == sent.get("stance", "asserts")


def test_a_vague_word_has_the_bounds_of_its_rule(secret):
    rule = CodingRule.objects.exclude(minimum=None).first()
    given = count(quantifier="vague", coding_rule=rule.code)
    claim = Claim.objects.get(pk=post(row(count=given), secret).json()["results"][0]["id"])
    assert (claim.minimum, claim.maximum) == (rule.minimum, rule.maximum)
    told = errors(post(row(count=given | {"minimum": rule.minimum + 1}), secret), 422)
    assert told[0][1] == "count.minimum"


def test_all_that_is_wrong_is_told_at_once(secret):
    sent = row(measure="kiled", claimant="nobody", as_of="soon", count=count(value=3, minimum=4))
    told = errors(post(sent, secret), 422)
    assert {attr for _code, attr, _detail in told} == {"measure", "claimant", "as_of", "count.minimum"}
    both = errors(post({"claims": [row(measure="kiled"), row(note=3)]}, secret), 400)
    assert [attr for _code, attr, _detail in both] == ["claims.0.measure", "claims.1.note"]


def test_of_a_row_not_more_is_told_than_can_be_read(secret):
    sent = row(derived_from=[{"organization": "x", "strength": "weak", "a": 1} for _ in range(50)])
    told = errors(post(sent, secret), 400)
    assert len(told) == 21
    assert told[-1] == ("more", None, "80 more errors here; mend these first.")


def test_long_values_are_shortened(secret):
    assert len(errors(post(row(measure="k" * 60, note=["x"] * 9), secret), 400)[0][2]) < 200


def test_a_merged_incident_names_the_one_that_stands(secret, register):
    one, two = register.published(), register.published()
    merge_incidents(one, into=two, by=register.reviewer, at=NOON, reason="the same")
    told = errors(post(row(incident=one.reference), secret), 422)
    assert told == [
        ("closed", "incident", f"{one.reference}: expected {two.reference}, into which this incident was merged.")
    ]


def test_a_withdrawn_incident_says_so(secret, register):
    one = register.published()
    take_incident_step(one, "withdraw", by=register.reviewer, at=NOON, note="a hoax")
    told = errors(post(row(incident=one.reference), secret), 422)
    assert told[0][:2] == ("closed", "incident")
    assert "withdrawn" in told[0][2]


def test_a_draft_incident_is_not_there(secret, register):
    one = register.incident()
    told = errors(post(row(incident=one.reference), secret), 422)
    assert told[0][2] == f"{one.reference}: expected the reference of a published incident; incidents/ lists them."


def test_what_the_database_alone_refuses_is_told_of_its_row(secret, register, monkeypatch):
    """A guard that nobody foresaw: the rows are written one by one to find which it was."""
    whole = recording.record_claims

    def guarded(given, **who):
        if any(one.claim.stated == "seven" for one in given):
            raise ValidationError({"minimum": ["Not today."]})
        return whole(given, **who)

    monkeypatch.setattr(recording, "record_claims", guarded)
    rows = [row(), row(count=count(value=7, stated="seven")), row(count=count(value=8))]
    assert errors(post({"claims": rows}, secret), 422) == [("invalid", "claims.1.count.minimum", "Not today.")]
    assert not Submission.objects.exists()
    results = post({"claims": rows, "mode": "per_row"}, secret).json()["results"]
    assert [one["status"] for one in results] == ["proposed", "refused", "proposed"]
