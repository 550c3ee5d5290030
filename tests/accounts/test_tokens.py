"""Tokens: made by whoever may, shown once, kept as a digest, never changed but by being revoked."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from accounts.models import HistoryEntry, Token
from accounts.tokens import make_token, revoke_token, token_of
from tests.factories import NOON
from tests.second_factor import logged_in

pytestmark = pytest.mark.django_db
YEAR = NOON + dt.timedelta(days=365)


def made(user, by, **given):
    return make_token(
        **(
            {
                "user": user,
                "purpose": "A dashboard",
                "scopes": ["read:public"],
                "expires_at": YEAR,
                "by": by,
                "at": NOON,
            }
            | given
        )
    )


def staff(user):
    """Who may log in to the admin."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


@pytest.fixture
def partner(register):
    return register.person("Pat Example", "partner")


@pytest.fixture
def administrator(register):
    return staff(register.person("Ada Example", "administrator"))


def test_only_a_digest_is_kept_also_in_the_history(partner, administrator):
    token, secret = made(partner, administrator)
    assert secret.startswith("sijil_")
    assert len(secret) > 40
    assert token_of(secret, at=NOON) == token
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM accounts_token t WHERE id = %s", [token.pk])
        assert secret not in cursor.fetchone()[0]
    entry = HistoryEntry.objects.get(table_name="accounts_token")
    assert "digest" not in entry.row
    assert entry.actor == administrator


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"scopes": []}, "scopes"), ({"scopes": ["write:all"]}, "scopes"), ({"purpose": " "}, "purpose"),
        ({"expires_at": NOON}, "__all__"), ({"expires_at": NOON + dt.timedelta(days=800)}, "__all__"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(partner, administrator, given, field):
    with pytest.raises(ValidationError) as refused:
        made(partner, administrator, **given)
    assert field in refused.value.message_dict
    assert not Token.objects.exists()


def test_whoever_may_not_make_or_revoke_one_does_not(register, partner, administrator, admin_user):
    analyst = register.person("Ana Example", "analyst")
    with pytest.raises(PermissionDenied):
        made(partner, analyst)
    with pytest.raises(PermissionDenied):
        made(admin_user, administrator)  # nobody lends a superuser's name but a superuser
    with pytest.raises(ValidationError, match="may not submit"):
        made(register.person("Rita Example", "reviewer"), administrator, scopes=["submit:claims"])
    token, _secret = made(partner, administrator)
    with pytest.raises(PermissionDenied):
        revoke_token(token, by=analyst, at=NOON, why="Lost.")
    with pytest.raises(ValidationError):
        revoke_token(token, by=administrator, at=NOON, why=" ")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts_token",
        "UPDATE accounts_token SET scopes = ARRAY['read:partner']",
        "UPDATE accounts_token SET expires_at = expires_at + interval '1 day'",
        "UPDATE accounts_token SET revoked_at = NULL, revoked_by_id = NULL",
    ],
)
def test_the_database_changes_none(partner, administrator, statement):
    token, _secret = made(partner, administrator)
    revoke_token(token, by=administrator, at=NOON, why="Lost.")
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_administrator_makes_shows_and_revokes_one_in_the_admin(partner, administrator):
    client = logged_in(Client(), administrator)
    day = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011  as the form has it
    answer = client.post(
        "/admin/accounts/token/add/",
        {"user": partner.pk, "purpose": "A dashboard", "scopes": ["read:public", "submit:claims"], "expires_at": day},
    )
    token = Token.objects.get()
    page = answer.content.decode()
    secret = next(
        word
        for word in page.replace("<", " ").replace(">", " ").split()
        if word.startswith("sijil_") and len(word) > 40
    )
    assert answer["Cache-Control"] == "no-store, private"
    assert token.digest == Token.digest_of(secret)
    assert (token.scopes, token.created_by) == (["read:public", "submit:claims"], administrator)
    listed = client.get("/admin/accounts/token/").content.decode()
    assert token.hint in listed
    assert secret not in listed
    refused = client.post("/admin/accounts/token/add/", {"user": partner.pk, "purpose": "", "expires_at": "2020-01-01"})
    assert refused.status_code == 200
    assert "This day is over." in refused.content.decode()

    assert "Revoke" in client.get(f"/admin/accounts/token/{token.pk}/change/").content.decode()
    client.post(f"/admin/accounts/token/{token.pk}/revoke/", {"why": "The laptop was lost."})
    token.refresh_from_db()
    assert token.revoked_by == administrator
    assert token_of(secret, at=NOON) is None
    assert "revoked" in client.get("/admin/accounts/token/").content.decode()


def test_nobody_else_sees_tokens_in_the_admin(register, partner, administrator):
    made(partner, administrator)
    for role, status in (("analyst", 403), ("publisher", 403), ("auditor", 200)):
        client = logged_in(Client(), staff(register.person(f"{role} Example", role)))
        assert client.get("/admin/accounts/token/").status_code == status
        assert client.get("/admin/accounts/token/add/").status_code == 403
