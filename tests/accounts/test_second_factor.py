"""After the password a code of one's own device: nobody above analyst works without, and no code is worth anything twice."""

import base64
import datetime as dt
import re

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import HistoryEntry, SecondFactor, User
from tests.admin.desk import Desk, visible_text
from tests.factories import Register
from tests.second_factor import code_of, enrolled

PASSWORD = "correct horse battery"
ABOVE = ["reviewer", "publisher", "administrator", "auditor"]
ENROL, VERIFY, OVERVIEW, CODES = (f"/admin/second-factor/{page}" for page in ("enrol/", "verify/", "", "codes/"))


@pytest.fixture(autouse=True)
def clock(db: None):
    """Codes change every thirty seconds; here they change when a test says so."""
    with time_machine.travel(dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def later(clock, seconds: int = 30) -> None:
    clock.shift(dt.timedelta(seconds=seconds))


def person(*roles: str) -> User:
    user = Register.person("Dana Example", *roles)
    user.is_staff = True
    user.set_password(PASSWORD)
    user.save()
    return user


def with_password(user: User) -> Client:
    client = Client()
    assert client.post("/admin/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def shown_codes(page) -> list[str]:
    return re.findall(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", page.content.decode())


def set_up(client: Client, user: User, clock) -> list[str]:
    client.get(ENROL)
    device = TOTPDevice.objects.get(user=user, confirmed=False)
    codes = shown_codes(client.post(ENROL, {"code": code_of(device)}))
    later(clock)
    return codes


def where(response) -> str:
    return response.headers.get("Location", "").partition("?")[0]


@pytest.mark.parametrize("role", ABOVE)
def test_every_role_above_analyst_is_led_to_set_it_up_and_can_do_nothing_else(role: str) -> None:
    client = with_password(person("analyst", role))
    for address in (
        "/admin/",
        "/admin/incidents/incident/",
        "/admin/autocomplete/",
        "/admin/password_change/",
        OVERVIEW,
    ):
        assert where(client.get(address)) == ENROL
        assert where(client.post(address)) == ENROL
    assert client.get("/admin/jsi18n/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200


def test_so_is_a_superuser_and_whoever_has_a_right_of_their_own() -> None:
    root = User.objects.create_superuser("root-example", password=PASSWORD)
    assert where(with_password(root).get("/admin/")) == ENROL


def test_an_analyst_works_without_and_may_have_one(clock) -> None:
    user = person("analyst")
    client = with_password(user)
    assert client.get("/admin/").status_code == 200
    assert "Set up a second factor" in visible_text(client.get(OVERVIEW))
    set_up(client, user, clock)
    assert client.get("/admin/").status_code == 200
    assert where(with_password(user).get("/admin/")) == VERIFY


def test_it_can_be_left_to_each(settings) -> None:
    settings.SIJIL_SECOND_FACTOR = "optional"
    assert with_password(person("administrator")).get("/admin/").status_code == 200


def test_the_page_shows_the_secret_as_picture_and_text_and_the_device_works(clock) -> None:
    user = person("reviewer")
    client = with_password(user)
    page = client.get(f"{ENROL}?next=/admin/incidents/claim/")
    device = TOTPDevice.objects.get(user=user)
    secret = base64.b32encode(device.bin_key).decode()

    assert secret in visible_text(page).replace(" ", "")
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert not second_factor.is_enrolled(user)
    assert client.post(ENROL, {"code": "000000"}).status_code == 200
    assert where(client.get("/admin/")) == ENROL
    later(clock)
    done = client.post(ENROL, {"code": code_of(device), "next": "/admin/incidents/claim/"})
    assert len(set(shown_codes(done))) == 10
    assert 'href="/admin/incidents/claim/"' in done.content.decode()
    assert "no-store" in done["Cache-Control"]
    assert client.get("/admin/").status_code == 200


def test_a_code_is_asked_after_every_login_and_taken_once(clock) -> None:
    user = person("reviewer")
    device = enrolled(user)
    later(clock)
    code = code_of(device)
    first, second = with_password(user), with_password(user)
    before = first.session.session_key

    assert where(first.get("/admin/incidents/claim/")) == VERIFY
    answer = first.post(VERIFY, {"code": f"{code[:3]} {code[3:]}", "next": "/admin/incidents/claim/"})
    assert answer.headers["Location"] == "/admin/incidents/claim/"
    assert first.get("/admin/").status_code == 200
    assert first.session.session_key != before
    assert "wrong, was used before" in visible_text(second.post(VERIFY, {"code": code}))
    assert where(second.get("/admin/")) == VERIFY


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(clock, next_page: str) -> None:
    user = person("reviewer")
    device = enrolled(user)
    later(clock)
    answer = with_password(user).post(VERIFY, {"code": code_of(device), "next": next_page})
    assert answer.headers["Location"] == "/admin/"


def test_guesses_have_to_wait_longer_each_time_also_for_the_right_code(clock) -> None:
    user = person("reviewer")
    device = enrolled(user)
    later(clock)
    client = with_password(user)
    said = [visible_text(client.post(VERIFY, {"code": "000000"})) for _ in range(2)]
    assert "wrong" in said[0]
    assert "wait 1 second, then" in said[1]
    for wait in (1, 2, 4):
        later(clock, wait)
        assert "wrong" in visible_text(client.post(VERIFY, {"code": "never-aaaa-bbbb-cccc"}))
    assert "wait 8 seconds" in visible_text(client.post(VERIFY, {"code": code_of(device)}))
    later(clock, 8)
    assert client.post(VERIFY, {"code": code_of(device)}).status_code == 302


def test_each_recovery_code_opens_once_and_the_database_does_not_know_them(clock) -> None:
    user = person("reviewer")
    codes = set_up(with_password(user), user, clock)
    kept = SecondFactor.objects.get(user=user).recovery_codes
    assert len(kept) == len(codes) == 10
    assert not set(codes) & set(kept)
    assert not any(
        "recovery_codes" in entry.row for entry in HistoryEntry.objects.filter(table_name="accounts_secondfactor")
    )

    assert with_password(user).post(VERIFY, {"code": codes[0].upper().replace("-", " ")}).status_code == 302
    assert with_password(user).post(VERIFY, {"code": codes[0]}).status_code == 200
    later(clock)
    assert with_password(user).post(VERIFY, {"code": kept[1]}).status_code == 200
    assert second_factor.codes_left(user) == 9
    assert (
        HistoryEntry.objects.of(SecondFactor.objects.get(user=user)).last().reason == "logged in with a recovery code"
    )


def test_new_codes_end_the_old_ones_and_need_a_code_shown_just_now(clock) -> None:
    user = person("reviewer")
    client = with_password(user)
    old = set_up(client, user, clock)
    new = shown_codes(client.post(CODES))
    assert len(new) == 10
    assert not set(old) & set(new)
    assert with_password(user).post(VERIFY, {"code": old[0]}).status_code == 200

    later(clock, 11 * 60)
    assert client.get("/admin/").status_code == 200
    assert where(client.post(CODES)) == where(client.get(ENROL)) == VERIFY
    assert client.get(CODES).status_code == 405
    assert SecondFactor.digest(new[0]) in SecondFactor.objects.get(user=user).recovery_codes


def test_another_device_takes_the_place_of_the_first(clock) -> None:
    user = person("reviewer")
    client = with_password(user)
    old_codes = set_up(client, user, clock)
    old = TOTPDevice.objects.get(user=user)
    other = with_password(user)
    assert other.post(VERIFY, {"code": code_of(old)}).status_code == 302

    set_up(client, user, clock)
    assert TOTPDevice.objects.filter(user=user).count() == 1
    assert where(other.get("/admin/")) == VERIFY
    for given in (code_of(old), old_codes[0]):
        assert other.post(VERIFY, {"code": given}).status_code == 200
        later(clock, 60)


def test_the_session_of_one_is_no_key_for_another(clock) -> None:
    """A session that verified for one person counts for nobody else."""
    first, second = person("reviewer"), User.objects.create_superuser("root-example", password=PASSWORD)
    enrolled(second)
    client = with_password(first)
    set_up(client, first, clock)
    client.force_login(second)
    assert where(client.get("/admin/")) == VERIFY


def test_an_administrator_resets_a_colleagues_with_a_reason_that_is_kept(clock, register: Register) -> None:
    user = person("reviewer")
    client = with_password(user)
    set_up(client, user, clock)
    administrator = Desk(Register.person("Omar Example", "administrator"))
    address = f"/admin/accounts/user/{user.pk}/second-factor/"

    assert address in administrator.get("accounts_user", "change", user.pk).content.decode()
    assert administrator.client.post(address, {"why": ""}).status_code == 200
    assert second_factor.is_enrolled(user)
    assert administrator.client.post(address, {"why": "lost telephone"}).status_code == 302

    assert not second_factor.is_enrolled(user)
    assert where(client.get("/admin/")) == "/admin/login/"  # logged out everywhere
    assert where(with_password(user).get("/admin/")) == ENROL
    history = visible_text(administrator.get("accounts_user", "history", user.pk))
    assert "lost telephone" in history
    kept = HistoryEntry.objects.of(SecondFactor.objects.get(user=user)).last()
    assert (kept.actor, kept.reason) == (administrator.user, "lost telephone")


def test_who_may_not_reset(clock, register: Register) -> None:
    root = User.objects.create_superuser("root-example", password=PASSWORD)
    enrolled(root)
    colleague = person("reviewer")
    enrolled(colleague)
    administrator = Desk(Register.person("Omar Example", "administrator"))
    for desk, whose in (
        (administrator, root),
        (administrator, administrator.user),
        (Desk(register.analyst), colleague),
        (Desk(Register.person("Iman Example", "reviewer")), colleague),
        (Desk(Register.person("Hala Example", "auditor")), colleague),
    ):
        assert (
            desk.client.post(f"/admin/accounts/user/{whose.pk}/second-factor/", {"why": "because"}).status_code == 403
        )
        with pytest.raises(Exception, match="right|ask a colleague|Only a superuser"):
            second_factor.reset(whose, by=desk.user, at=dt.datetime.now(dt.UTC), why="because")
    assert second_factor.is_enrolled(root)
    assert second_factor.is_enrolled(colleague)


def test_whoever_runs_the_server_can_reset_the_last_administrators(clock, capsys) -> None:
    user = person("administrator")
    enrolled(user)
    with pytest.raises(CommandError, match="reason"):
        call_command("reset_second_factor", user.username, why=" ")
    with pytest.raises(CommandError, match="no user"):
        call_command("reset_second_factor", "nobody", why="x")
    call_command("reset_second_factor", user.username, why="telephone lost, no codes")
    assert not second_factor.is_enrolled(user)
    assert HistoryEntry.objects.of(SecondFactor.objects.get(user=user)).last().reason == "telephone lost, no codes"


def test_no_page_of_the_admin_shows_a_secret(clock) -> None:
    root = Desk(User.objects.create_superuser("root-example", password=PASSWORD))
    device = TOTPDevice.objects.get(user=root.user)
    assert root.client.get("/admin/otp_totp/totpdevice/").status_code == 404
    for page in ("change", "history"):
        assert device.key not in root.get("accounts_user", page, root.user.pk).content.decode()
    assert base64.b32encode(device.bin_key).decode() not in root.client.get(OVERVIEW).content.decode()
