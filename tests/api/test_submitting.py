"""Partners submit claims with citations: they wait in the queue as proposed, and nothing else is changed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import HistoryEntry, Token
from api.editions.keeping import keep_up
from api.models import Edition, Submission, SubmittedClaim
from incidents import waiting
from incidents.models import Claim, Incident
from incidents.services import review
from sources.models import Organization, Source
from tests.api.client import V1, results
from tests.api.submitting import count, errors, person, post, row, token_for
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def submissions(secret, expect=200, **parameters):
    answer = Client().get(f"{V1}submissions/", parameters, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == expect, answer.content
    return answer.json()


def test_a_claim_lands_as_proposed_with_the_submitter_and_its_whole_provenance(secret, partner, register):
    sent = row(
        population_stated="civilians of the camp",
        place="SY07",
        cause="shelling",
        period={"from": "2018-04-19", "to": "2018-04-22"},
        method="documented",
        note="for the desk",
        derived_from=[{"organization": "agps", "strength": "stated"}],
    )
    answer = post(sent, secret)
    assert answer.status_code == 201, answer.content
    (result,) = answer.json()["results"]
    assert result | {"id": "", "sources": []} == {
        "index": 0,
        "id": "",
        "status": "proposed",
        "sources": [],
        "errors": [],
    }
    claim = Claim.objects.get(pk=result["id"])
    assert (claim.status, claim.recorded_by, claim.submitted_by, claim.authors) == (
        "proposed", partner, partner, [partner.pk],
    )  # fmt: skip
    assert (claim.measure_id, claim.unit_id, claim.population_id) == ("killed", "persons", "civilians")
    assert (claim.minimum, claim.maximum, claim.quantifier, claim.stated) == (4, None, "at_least", "at least four")
    assert (claim.period, claim.as_of, claim.place.code, claim.cause_id) == (
        "2018-04-19/2018-04-22", "2018-04-22", "SY07", "shelling",
    )  # fmt: skip
    assert (claim.method, claim.note, claim.disclosure) == ("documented", "for the desk", 0)
    citation = claim.citations.get()
    assert (citation.source.url, citation.locator, citation.recorded_by) == (
        "https://news.example/one",
        "p. 3",
        partner,
    )
    assert [relay.organization.code for relay in citation.relays.all()] == ["mina"]
    assert claim.derivations.get().organization.code == "agps"
    assert result["sources"] == [{"id": str(citation.source_id), "created": True}]


def test_it_waits_in_the_queue_of_partners_and_is_not_outside(secret, register):
    claim = post(row(), secret).json()["results"][0]["id"]
    assert [one.number for one in waiting.proposed_by_partners(register.reviewer, limit=9)] == [1]
    assert Client().get(f"{V1}claims/{claim}/").status_code == 404


def test_a_source_that_came_with_it_is_outside_once_a_claim_in_it_is_accepted(secret, register):
    sent = post(row(), secret).json()["results"][0]
    source = sent["sources"][0]["id"]
    listed = lambda: [one["id"] for one in results("sources/", search="One")]  # noqa: E731  asked twice
    assert source not in listed()
    assert Client().get(f"{V1}sources/{source}/").status_code == 404
    keep_up()
    assert not Edition.objects.filter(kind="source", key=source).exists()
    review.accept(Claim.objects.get(pk=sent["id"]), by=register.reviewer, at=NOON)
    assert source in listed()
    assert Client().get(f"{V1}sources/{source}/").status_code == 200
    keep_up()
    assert Edition.objects.filter(kind="source", key=source, level=0, until__isnull=True).exists()


def test_the_history_says_who_and_why(secret, partner):
    claim = post(row(), secret).json()["results"][0]["id"]
    entries = HistoryEntry.objects.filter(table_name="incidents_claim", row_id=claim)
    assert {entry.actor_id for entry in entries} == {partner.pk}


def test_nothing_else_is_changed(secret):
    before = (Incident.objects.count(), Organization.objects.count(), Claim.objects.count(), Source.objects.count())
    post(row(), secret)
    after = (Incident.objects.count(), Organization.objects.count(), Claim.objects.count(), Source.objects.count())
    assert after == (before[0], before[1], before[2] + 1, before[3] + 1)


def test_an_accepted_submission_is_read_as_it_was_sent(secret, register):
    sent = row()
    claim = Claim.objects.get(pk=post(sent, secret).json()["results"][0]["id"])
    review.accept(claim, by=register.reviewer, at=NOON)
    read = Client().get(f"{V1}claims/{claim.pk}/").json()
    assert {name: read["count"][name] for name in sent["count"]} == sent["count"]
    assert (read["claimant"]["code"], read["as_of"]["edtf"]) == (sent["claimant"], sent["as_of"])
    back = row(count=read["count"], claimant=read["claimant"]["code"], citations=[
        {"source": {"id": one["source"]["id"]}, "relays": [
            {"organization": relay["organization"]["code"], "medium": relay["medium"], "stated": relay["stated"]}
            for relay in one["relays"]
        ], "locator": one["locator"], "stated": one["stated"]} for one in read["citations"]
    ])  # fmt: skip
    assert post(back, secret).status_code == 201


def test_arabic_words_are_kept_as_they_are(secret):
    words = "ما لا يقل عن ٤ قتلى"
    result = post(row(count=count(value=4, stated=words, language="ar")), secret).json()["results"][0]
    assert Claim.objects.get(pk=result["id"]).stated == words


def test_a_thousand_rows_in_one_go(secret, django_assert_max_num_queries):
    rows = [
        row(count=count(value=number), citations=[{"source": {"url": f"https://a.example/{number % 50}", "title": "A", "kind": "news_article"}}])
        for number in range(1000)
    ]  # fmt: skip
    with django_assert_max_num_queries(130):
        answer = post({"claims": rows}, secret)
    assert answer.status_code == 201
    assert [one["index"] for one in answer.json()["results"]] == list(range(1000))
    assert Claim.objects.filter(status="proposed", stated="words").count() == 1000
    assert Source.objects.filter(url__startswith="https://a.example/").count() == 50


def test_queries_do_not_grow_with_the_rows(secret):
    def batch(size, start):
        return {"claims": [row(count=count(value=start + number)) for number in range(size)]}

    counted = []
    for size, start in ((2, 0), (40, 100)):
        with CaptureQueriesContext(connection) as captured:
            assert post(batch(size, start), secret).status_code == 201
        counted.append(len(captured))
    assert counted[1] <= counted[0] + 2


def test_atomic_writes_nothing_where_one_row_is_wrong(secret):
    rows = [row(), row(measure="kiled"), row(count=count(value=5), claimant="nobody")]
    told = errors(post({"claims": rows, "mode": "atomic"}, secret), 422)
    assert [(code, attr) for code, attr, _detail in told] == [
        ("unknown", "claims.1.measure"),
        ("unknown", "claims.2.claimant"),
    ]
    assert "kiled: expected one of" in told[0][2]
    assert not Submission.objects.exists()
    assert not Claim.objects.filter(status="proposed").exists()


def test_per_row_records_what_can_be_recorded_and_tells_of_the_rest(secret):
    rows = [row(), row(measure="kiled"), row(count={"quantifier": "some"}), row(count=count(value=5))]
    answer = post({"claims": rows, "mode": "per_row"}, secret)
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["status"] for one in results] == ["proposed", "refused", "refused", "proposed"]
    assert [one["attr"] for one in results[1]["errors"]] == ["claims.1.measure"]
    assert [one["attr"] for one in results[2]["errors"]] == ["claims.2.count.quantifier", "claims.2.count.stated"]
    assert results[1]["id"] is None
    assert SubmittedClaim.objects.count() == 2


def test_per_row_without_any_row_that_can_be_recorded_is_refused(secret):
    told = errors(post({"claims": [row(measure="kiled"), row(cause="none")], "mode": "per_row"}, secret), 422)
    assert [attr for _code, attr, _detail in told] == ["claims.0.measure", "claims.1.cause"]


def test_per_row_records_all_with_201(secret):
    assert post({"claims": [row()], "mode": "per_row"}, secret).status_code == 201


def test_the_same_row_again_is_a_duplicate_while_it_waits(secret, register):
    first = post(row(), secret).json()["results"][0]["id"]
    ((code, attr, detail),) = errors(post(row(cause=None), secret), 422)
    assert (code, attr) == ("duplicate", None)
    assert first in detail
    review.reject(Claim.objects.get(pk=first), by=register.reviewer, at=NOON, note="Not so")
    assert post(row(), secret).status_code == 201


def test_the_same_row_twice_in_a_request_is_a_duplicate(secret):
    told = errors(post({"claims": [row(), row()]}, secret), 422)
    assert told == [("duplicate", "claims.1", "The same as row 0 of this request.")]


def test_what_another_submitted_is_no_duplicate(secret, register, admin_user):
    other = token_for(person(register, name="Quinn Example"), admin_user)
    assert post(row(), secret).status_code == post(row(), other).status_code == 201


class TestWhoMay:
    def test_without_a_token(self):
        answer = post(row(), None)
        assert errors(answer, 401)[0][0] == "not_authenticated"
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_with_a_token_that_is_none(self):
        answer = post(row(), "sijil_none")
        assert errors(answer, 401)[0][0] == "authentication_failed"

    def test_with_a_token_that_only_reads(self, partner, admin_user):
        reading = token_for(partner, admin_user, Token.Scope.READ_PARTNER)
        assert "submit:claims" in errors(post(row(), reading), 403)[0][2]
        submissions(reading, 403)

    def test_with_the_token_of_somebody_who_lost_the_right(self, partner, secret):
        partner.groups.clear()
        assert "incidents.add_claim" in errors(post(row(), secret), 403)[0][2]

    def test_an_analyst_may_with_a_token(self, register, admin_user):
        assert post(row(), token_for(register.analyst, admin_user)).status_code == 201

    def test_submissions_take_a_token(self):
        assert Client().get(f"{V1}submissions/").status_code == 401

    def test_too_many_in_a_minute(self, secret, settings):
        settings.REQUESTS_PER_MINUTE = {"address": 0, "token": 0, "submission": 2}
        answers = [post({"claims": []}, secret) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [400, 400, 429]
        assert int(answers[2]["Retry-After"]) <= 60
        submissions(secret)

    def test_other_methods_are_refused(self, secret):
        headers = {"Authorization": f"Bearer {secret}"}
        assert Client().put(f"{V1}claims/", headers=headers).status_code == 405
        assert Client().post(f"{V1}submissions/", headers=headers).status_code == 405


class TestWhatBecameOfIt:
    def test_each_row_with_where_it_stands(self, secret, register):
        sent = post({"claims": [row(), row(count=count(value=5))]}, secret, key="k1").json()["results"]
        review.send_back(Claim.objects.get(pk=sent[0]["id"]), by=register.reviewer, at=NOON, note="Which camp?")
        review.accept(Claim.objects.get(pk=sent[1]["id"]), by=register.reviewer, at=NOON, note="between us")
        results = submissions(secret)["results"]
        assert {
            one["id"]: (one["index"], one["idempotency_key"], one["status"], one["decision_note"]) for one in results
        } == {
            sent[0]["id"]: (0, "k1", "returned", "Which camp?"),
            sent[1]["id"]: (1, "k1", "accepted", ""),
        }
        assert [one["id"] for one in submissions(secret, status="returned")["results"]] == [sent[0]["id"]]
        assert submissions(secret, idempotency_key="k2")["results"] == []

    def test_pages_and_totals(self, secret):
        post({"claims": [row(count=count(value=number)) for number in range(5)]}, secret)
        found, page = [], submissions(secret, page_size=2, total="true")
        assert page["total"] == 5
        while True:
            found += page["results"]
            if page["next"] is None:
                break
            page = Client().get(page["next"], headers={"Authorization": f"Bearer {secret}"}).json()
        assert len({one["id"] for one in found}) == len(found) == 5

    def test_only_ones_own(self, secret, register, admin_user):
        post(row(), secret)
        other = token_for(person(register, name="Quinn Example"), admin_user)
        assert submissions(other)["results"] == []

    def test_also_by_a_later_token_of_the_same_person(self, secret, partner, admin_user):
        post(row(), secret)
        assert len(submissions(token_for(partner, admin_user))["results"]) == 1

    def test_it_is_never_answered_from_a_copy(self, secret):
        answer = Client().get(f"{V1}submissions/", headers={"Authorization": f"Bearer {secret}"})
        assert "ETag" not in answer

    def test_an_unknown_parameter_is_an_error(self, secret):
        assert submissions(secret, 400, sort="x")["errors"][0]["attr"] == "sort"
