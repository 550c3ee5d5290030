"""A session is one person's at one browser, for one day of work at most."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.admin.desk import Desk, errors
from tests.factories import Register

PASSWORD = "correct horse battery"
MORNING = dt.datetime(2026, 1, 2, 8, tzinfo=dt.UTC)


@pytest.fixture
def analyst(register: Register) -> User:
    user = register.analyst
    user.is_staff = True
    user.set_password(PASSWORD)
    user.save()
    return user


def logged_in(user: User) -> Client:
    client = Client()
    assert client.post("/admin/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def test_an_hour_without_work_ends_it_and_work_keeps_it(analyst: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = logged_in(analyst)
        for _ in range(4):
            assert client.get("/admin/").status_code == 200
            clock.shift(dt.timedelta(minutes=50))
        clock.shift(dt.timedelta(minutes=11))
        answer = client.get("/admin/incidents/claim/?q=x")
    assert answer.headers["Location"] == "/admin/login/?next=/admin/incidents/claim/%3Fq%3Dx"


def test_a_cookie_kept_beyond_the_hour_is_worth_nothing(analyst: User) -> None:
    """Also where the row of the session was made to last, the time of the last request counts."""
    with time_machine.travel(MORNING, tick=False) as clock:
        client = logged_in(analyst)
        client.get("/admin/")
        Session.objects.update(expire_date=MORNING + dt.timedelta(days=9))
        clock.shift(dt.timedelta(minutes=61))
        assert client.get("/admin/").status_code == 302
        assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_it_ends_after_a_long_day_also_while_one_works(analyst: User) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = logged_in(analyst)
        for _ in range(24):
            assert client.get("/admin/").status_code == 200
            clock.shift(dt.timedelta(minutes=30))
        clock.shift(dt.timedelta(minutes=1))
        assert client.post("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
        assert "Your session has ended" in client.get("/admin/login/").content.decode()


def test_a_request_within_the_minute_writes_no_session(analyst: User) -> None:
    client = logged_in(analyst)
    client.get("/admin/")  # notes since when this session is here
    before = Session.objects.get().session_data
    client.get("/admin/")
    assert Session.objects.get().session_data == before


def test_a_new_password_logs_out_the_other_sessions_and_not_this_one(analyst: User) -> None:
    here, elsewhere = logged_in(analyst), logged_in(analyst)
    new = "another horse battery"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/admin/password_change/", sent).status_code == 302
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def test_so_does_one_given_by_an_administrator_and_a_deactivation(analyst: User) -> None:
    client = logged_in(analyst)
    administrator = Desk(Register.person("Dana Example", "administrator"))
    sent = {"usable_password": "true", "password1": "another horse battery", "password2": "another horse battery"}
    assert administrator.client.post(f"/admin/accounts/user/{analyst.pk}/password/", sent).status_code == 302
    assert client.get("/admin/").status_code == 302

    analyst.refresh_from_db()
    second = Client()
    second.force_login(analyst)
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    assert second.get("/admin/").status_code == 302


@pytest.mark.parametrize("password", ["short pass", "eleven char", "123456789012345", "q1w2e3r4t5y6", "aya-example1"])
def test_weak_passwords_are_refused(db: None, password: str) -> None:
    root = Desk(User.objects.create_superuser("root-example", password="not used"))
    sent = {"username": "aya-example", "usable_password": "true", "password1": password, "password2": password}
    answer = root.post("accounts_user", "add", data=sent | {"language": "en"})
    assert answer.status_code == 200, password
    assert "password2" in errors(answer) or "password1" in errors(answer)


def test_over_sessions_are_cleared_by_the_command(analyst: User) -> None:
    logged_in(analyst)
    Session.objects.update(expire_date=MORNING - dt.timedelta(days=365))
    call_command("clearsessions")
    assert not Session.objects.exists()


def test_cookies_are_for_the_server_alone(analyst: User) -> None:
    client = Client()
    page = client.get("/admin/login/")
    answer = client.post("/admin/login/", {"username": analyst.username, "password": PASSWORD})
    for cookie in (page.cookies["sijil-csrf"], answer.cookies["sijil-session"]):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
    assert answer.cookies["sijil-session"]["max-age"] == ""  # gone with the browser


def test_the_session_after_logging_in_is_not_the_one_before(analyst: User) -> None:
    client = Client()
    client.get("/admin/login/")
    client.session.save()
    before = client.session.session_key
    client.post("/admin/login/", {"username": analyst.username, "password": PASSWORD})
    assert client.session.session_key != before


def test_nobody_is_logged_in_by_another_sites_form(analyst: User) -> None:
    client = Client(enforce_csrf_checks=True)
    sent = {"username": analyst.username, "password": PASSWORD}
    assert client.post("/admin/login/", sent).status_code == 403
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', client.get("/admin/login/").content.decode())[1]
    sent["csrfmiddlewaretoken"] = token
    assert client.post("/admin/login/", sent, HTTP_ORIGIN="https://elsewhere.example").status_code == 403
    assert client.post("/admin/login/", sent).status_code == 302


PAGES = ["/admin/login/", "/admin/", "/admin/incidents/claim/", "/admin/second-factor/", "/admin/nowhere/"]


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_kept_in_no_cache_and_shut_off_from_other_sites(analyst: User, address: str) -> None:
    page = logged_in(analyst).get(address)
    assert page["Cache-Control"] == "no-store, private"
    assert page["Cross-Origin-Opener-Policy"] == page["Cross-Origin-Resource-Policy"] == "same-origin"
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"
    assert "camera=()" in page["Permissions-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_api_reads_no_session_and_may_be_kept_in_caches(analyst: User) -> None:
    answer = logged_in(analyst).get("/api/v1/measures/")
    assert answer.status_code == 200
    assert "Cookie" not in answer.get("Vary", "")
    assert "no-store" not in answer.get("Cache-Control", "")
    assert not answer.cookies
