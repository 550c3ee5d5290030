"""The same key and body are answered as the first time, and nothing is recorded twice, whatever happens between."""

import threading
from contextlib import suppress

import psycopg
import pytest
from django.db import connections

from api.models import Submission, SubmittedClaim
from api.submitting import recording
from incidents.models import Claim
from sources.models import Source
from tests.api.submitting import count, errors, person, post, row, token_for

ROWS = {"claims": [row(), row(count=count(value=5))], "mode": "per_row"}


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_the_same_again_is_answered_as_it_was(self, secret):
        first, again = post(ROWS, secret, key="k"), post(ROWS, secret, key="k")
        assert (first.status_code, first.content) == (again.status_code, again.content) == (201, again.content)
        assert SubmittedClaim.objects.count() == 2

    def test_the_same_written_otherwise_is_the_same(self, secret):
        first = post(b'{"mode": "atomic", "claims": [4]}', secret, key="k")
        assert first.status_code == 400
        sent = row()
        turned = dict(reversed(list(sent.items())))
        assert post(sent, secret, key="k").content == post(turned, secret, key='"k"').content

    def test_per_row_answers_are_kept_with_what_was_refused(self, secret):
        body = {"claims": [row(), row(measure="kiled")], "mode": "per_row"}
        first, again = post(body, secret, key="k"), post(body, secret, key="k")
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.content == again.content

    def test_another_body_is_refused(self, secret):
        post(row(), secret, key="k")
        told = errors(post(row(count=count(value=5)), secret, key="k"), 409)
        assert told[0][:2] == ("key_used", "Idempotency-Key")
        assert Submission.objects.count() == 1

    def test_a_refusal_is_not_kept(self, secret):
        errors(post(row(measure="kiled"), secret, key="k"), 422)
        assert post(row(), secret, key="k").status_code == 201

    def test_keys_are_of_a_token(self, secret, partner, register, admin_user):
        other = token_for(person(register, name="Quinn Example"), admin_user)
        assert post(row(), secret, key="k").content != post(row(), other, key="k").content

    @pytest.mark.parametrize("key", ["", "  ", "a b", "ключ".encode().decode("latin-1"), "k" * 256, "a\tb"])
    def test_keys_that_are_none(self, key, secret):
        assert "Idempotency-Key" in errors(post(row(), secret, key=key), 400)[0][2]

    def test_a_fault_in_between_leaves_nothing(self, secret, monkeypatch):
        def broken(*_given):
            raise ZeroDivisionError

        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr(recording, "_told", broken)
            post(ROWS, secret, key="k")
        assert not Claim.objects.filter(status="proposed").exists()
        assert not Submission.objects.exists()
        assert post(ROWS, secret, key="k").status_code == 201


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def both(self, *calls):
        """What is answered to calls that begin together; the first holds its transaction until the others wait."""
        answers, failed = {}, []

        def run(number, call):
            try:
                answers[number] = call()
            except BaseException as error:  # noqa: BLE001  told by the test
                failed.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=given) for given in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failed == []
        return [answers[number] for number in range(len(calls))]

    @pytest.fixture
    def slowly(self, monkeypatch):
        """Each submission stays open until another one has arrived, or a second has gone by."""
        arrived = threading.Barrier(2)
        begun, told = recording._begun, recording._told

        def arriving(*given):
            with suppress(threading.BrokenBarrierError):
                arrived.wait(5)
            return begun(*given)

        def telling(*given):
            threading.Event().wait(0.5)
            return told(*given)

        monkeypatch.setattr(recording, "_begun", arriving)
        monkeypatch.setattr(recording, "_told", telling)

    def test_the_second_waits_and_is_given_the_answer_of_the_first(self, secret, slowly):
        one, two = self.both(*[lambda: post(ROWS, secret, key="k")] * 2)
        assert (one.status_code, one.content) == (two.status_code, two.content)
        assert one.status_code == 201
        assert Submission.objects.count() == 1
        assert Claim.objects.filter(status="proposed").count() == 2

    def test_of_two_bodies_one_is_refused(self, secret, slowly):
        answers = self.both(
            lambda: post(row(), secret, key="k"), lambda: post(row(count=count(value=5)), secret, key="k")
        )
        assert sorted(one.status_code for one in answers) == [201, 409]
        assert Claim.objects.filter(status="proposed").count() == 1

    def test_without_a_key_the_second_is_a_duplicate(self, secret, slowly):
        answers = self.both(*[lambda: post(row(), secret)] * 2)
        assert sorted(one.status_code for one in answers) == [201, 422]
        assert Claim.objects.filter(status="proposed").count() == 1

    def test_two_at_once_make_one_source_once(self, secret, slowly):
        answers = self.both(lambda: post(row(), secret), lambda: post(row(count=count(value=5)), secret))
        assert [one.status_code for one in answers] == [201, 201]
        assert Source.objects.filter(url="https://news.example/one").count() == 1


def test_what_was_submitted_stays(secret, application_connection):
    post(row(), secret, key="k")
    for statement in (
        "UPDATE api_submission SET answer = '{}'",
        "UPDATE api_submission SET key = 'l'",
        "DELETE FROM api_submission",
        "UPDATE api_submittedclaim SET number = 7",
        "DELETE FROM api_submittedclaim",
        "TRUNCATE api_submittedclaim",
    ):
        with pytest.raises(psycopg.Error, match=r"never changed|stays as it was|never truncated|permission denied"):
            application_connection.execute(statement)
