"""Whoever fails too often to log in waits; nobody can make a colleague wait from elsewhere."""

import datetime as dt

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.test import Client, RequestFactory

from accounts.lockout import client_address
from accounts.models import User
from tests.admin.desk import Desk, visible_text
from tests.factories import Register

PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
LOGIN = "/admin/login/"


@pytest.fixture
def name(register: Register) -> str:
    person = register.analyst
    person.is_staff = True
    person.set_password(PASSWORD)
    person.save()
    return person.username


def attempt(name: str, password: str = "wrong", address: str = HERE, **headers: str):
    return Client().post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address, **headers)


def fail(name: str, times: int = settings.AXES_FAILURE_LIMIT, address: str = HERE) -> None:
    for number in range(times):
        attempt(name, address=address, HTTP_USER_AGENT=f"browser {number}")


def test_after_too_many_failures_the_right_password_waits_too(name: str) -> None:
    fail(name, settings.AXES_FAILURE_LIMIT - 1)
    assert attempt(name).status_code == 429
    locked = attempt(name, PASSWORD)

    assert locked.status_code == 429
    assert locked["Retry-After"] == "900"
    assert "closed for 15 minutes, also with the right password" in visible_text(locked)
    assert "_auth_user_id" not in locked.client.session


def test_the_words_are_in_the_persons_language(name: str) -> None:
    fail(name)
    page = Client(headers={"Accept-Language": "ar"}).post(LOGIN, {"username": name, "password": "x"}, REMOTE_ADDR=HERE)
    assert page.status_code == 429
    assert 'dir="rtl"' in page.content.decode()


def test_nobody_locks_a_colleague_out_from_elsewhere(name: str) -> None:
    fail(name, 12, address=ELSEWHERE)
    assert attempt(name, PASSWORD).status_code == 302
    assert attempt(name, PASSWORD, address=ELSEWHERE).status_code == 429


def test_a_lock_ends_however_much_is_tried_meanwhile(name: str) -> None:
    began = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
    with time_machine.travel(began, tick=False) as clock:
        fail(name)
        clock.move_to(began + dt.timedelta(minutes=14))
        assert attempt(name, PASSWORD).status_code == 429
        clock.move_to(began + dt.timedelta(minutes=16))
        assert attempt(name, PASSWORD).status_code == 302


def test_an_address_that_fails_with_many_names_is_closed_for_all(name: str) -> None:
    for number in range(settings.ADDRESS_FAILURE_LIMIT):
        assert attempt(f"made-up-{number}").status_code == (
            429 if number == settings.ADDRESS_FAILURE_LIMIT - 1 else 200
        )
    assert attempt(name, PASSWORD).status_code == 429
    assert attempt(name, PASSWORD, address=ELSEWHERE).status_code == 302


def test_one_good_account_does_not_forgive_an_address_its_other_failures(name: str, register: Register) -> None:
    fail("somebody-else", 4)
    assert attempt(name, PASSWORD).status_code == 302
    assert AccessAttempt.objects.count() == 4  # by browser


def test_a_login_forgives_the_failures_before_it(name: str) -> None:
    for _ in range(3):
        fail(name, settings.AXES_FAILURE_LIMIT - 1)
        assert attempt(name, PASSWORD).status_code == 302


def test_names_that_exist_and_names_that_do_not_are_answered_alike(name: str) -> None:
    answers = {who: [attempt(who).status_code for _ in range(6)] for who in (name, "nobody-of-this-name")}
    assert answers[name] == answers["nobody-of-this-name"] == [200, 200, 200, 200, 429, 429]


def test_no_password_is_recorded_even_one_typed_as_the_name(name: str) -> None:
    attempt(name, "my secret phrase")
    attempt("my secret phrase", "x")
    kept = [*AccessAttempt.objects.values(), *AccessFailureLog.objects.values()]
    assert len(kept) == 4
    assert "secret" not in str(kept)
    assert {row["username"] == name for row in kept} == {True, False}


@pytest.mark.parametrize("method", ["head", "get", "put", "patch", "options", "delete"])
def test_no_other_method_logs_in_or_goes_round_the_lock(name: str, method: str) -> None:
    for password in ("wrong",) * 6 + (PASSWORD,):
        client = Client()
        sent = {"username": name, "password": password}
        if method in {"head", "get"}:
            answer = getattr(client, method)(LOGIN, sent, REMOTE_ADDR=HERE)
        else:
            body = f"username={name}&password={password}"
            form = "application/x-www-form-urlencoded"
            answer = getattr(client, method)(LOGIN, body, content_type=form, REMOTE_ADDR=HERE)
        assert answer.status_code in {200, 405}
        assert "_auth_user_id" not in client.session


def test_json_is_no_way_round(name: str) -> None:
    sent = {"username": name, "password": PASSWORD}
    answer = Client().post(LOGIN, sent, content_type="application/json", REMOTE_ADDR=HERE)
    assert answer.status_code == 200
    assert "_auth_user_id" not in answer.client.session
    fail(name)
    assert attempt(name, PASSWORD, HTTP_X_REQUESTED_WITH="XMLHttpRequest").status_code == 429
    assert "Access-Control-Allow-Origin" not in attempt(name, PASSWORD, HTTP_X_REQUESTED_WITH="XMLHttpRequest")


def test_spelling_the_name_otherwise_is_no_way_round(name: str) -> None:
    for spelling in (f" {name}", f"{name} ", name.replace("a", "\uff41"), f"\t{name}", name):  # NFKC makes them one
        attempt(spelling)
    assert attempt(name, PASSWORD).status_code == 429


@pytest.mark.parametrize(
    ("proxy", "peer", "forwarded", "address"),
    [
        (False, HERE, "", HERE),
        (False, HERE, ELSEWHERE, HERE),  # without a proxy the header is whatever the client says
        (True, "127.0.0.1", HERE, HERE),
        (True, "127.0.0.1", f"{ELSEWHERE}, 10.0.0.1 , {HERE}", HERE),
        (True, "127.0.0.1", "", None),
        (True, "127.0.0.1", "unknown", None),
        (False, "", "", None),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        (False, "::ffff:198.51.100.7", "", HERE),
    ],
)
def test_where_a_request_comes_from(settings, proxy: bool, peer: str, forwarded: str, address: str | None) -> None:
    settings.BEHIND_PROXY = proxy
    request = RequestFactory().post(LOGIN, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


def test_an_administrator_lets_them_in_again_and_an_analyst_may_not(name: str, register: Register) -> None:
    fail(name)
    locked = AccessAttempt.objects.values_list("pk", flat=True)
    sent = {"action": "unlock", "_selected_action": [str(pk) for pk in locked]}

    assert Desk(register.analyst).post("axes_accessattempt", "changelist", data=sent).status_code == 403
    auditor = Desk(Register.person("Omar Example", "auditor"))
    assert name in visible_text(auditor.get("axes_accessattempt", "changelist"))
    auditor.post("axes_accessattempt", "changelist", data=sent)
    assert attempt(name, PASSWORD).status_code == 429

    administrator = Desk(Register.person("Dana Example", "administrator"))
    assert administrator.post("axes_accessattempt", "changelist", data=sent).status_code == 302
    assert attempt(name, PASSWORD).status_code == 302


def test_what_was_tried_stays_on_record(name: str) -> None:
    fail(name)
    attempt(name, PASSWORD, address=ELSEWHERE)
    assert not AccessAttempt.objects.filter(ip_address=ELSEWHERE).exists()
    kept = AccessFailureLog.objects.filter(username=name, ip_address=HERE)
    assert [entry.locked_out for entry in kept.order_by("pk")] == [False] * 4 + [True]
    assert not User.objects.filter(username=name, last_login=None).exists()
