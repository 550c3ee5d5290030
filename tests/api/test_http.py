"""HTTP done right: validators, compression, other sites, methods, limits; every refusal in one shape."""

import datetime as dt
import gzip

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import Token
from accounts.tokens import make_token, revoke_token
from api.editions.keeping import keep_up
from incidents import counts
from sources.disclosure import Disclosure
from tests.api.client import V1, get
from tests.factories import NOON

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 5, 1, 12, 0, 30, tzinfo=dt.UTC)


def shape(response):
    """The one shape of errors, and the code of the first."""
    body = response.json()
    assert body.keys() == {"type", "errors"}
    assert all(error.keys() == {"code", "detail", "attr"} for error in body["errors"])
    return body["errors"][0]["code"]


def exactly(number):
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


@pytest.fixture
def token(register, admin_user):
    def made(*scopes, **given):
        user = given.pop("user", None) or register.person("Pat Example", "partner")
        row, secret = make_token(
            user=user, purpose="To look", scopes=scopes, by=admin_user, at=NOON,
            expires_at=given.pop("expires_at", NOON + dt.timedelta(days=600)),
        )  # fmt: skip
        return row, {"Authorization": f"Bearer {secret}"}

    return made


PATHS = [
    "claims/",
    "claims/?format=csv",
    "incidents/",
    "figures/?has_conflict=true",
    "summary/",
    "places/",
    "measures/",
]


@pytest.mark.parametrize("path", PATHS)
def test_whoever_has_an_answer_is_told_so_until_something_they_see_changes(register, path):
    incident = register.published()
    claim = register.accepted(incident, count=exactly(3))
    keep_up()
    tag = Client().get(f"{V1}{path}")["ETag"]
    again = Client().get(f"{V1}{path}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    register.accepted(
        incident, count=exactly(9), claimant=claim.claimant, sources=[claim.citations.get().source],
        disclosure=Disclosure.RESTRICTED,
    )  # fmt: skip
    keep_up()
    assert Client().get(f"{V1}{path}", headers={"If-None-Match": tag}).status_code == 304  # nothing that they see
    register.accepted(incident, count=exactly(4))
    keep_up()
    assert Client().get(f"{V1}{path}", headers={"If-None-Match": tag}).status_code == 200


def test_a_validator_is_of_one_address_one_form_and_one_level(token):
    keep_up()
    _row, partner = token(Token.Scope.READ_PARTNER)
    answers = [
        Client().get(f"{V1}claims/"), Client().get(f"{V1}claims/?page_size=3"), Client().get(f"{V1}claims/", headers=partner),
        Client().get(f"{V1}claims/", headers={"Accept": "text/csv"}),
    ]  # fmt: skip
    assert len({answer["ETag"] for answer in answers}) == 4


def test_while_changes_wait_no_validator_is_given_twice(register):
    register.accepted(register.published())
    first, second = (Client().get(f"{V1}claims/")["ETag"] for _ in range(2))
    assert first != second


def test_another_day_is_another_answer():
    with time_machine.travel(NOW, tick=False):
        keep_up()
        tag = Client().get(f"{V1}claims/")["ETag"]
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        keep_up()
        assert Client().get(f"{V1}claims/", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["claims/?page_size=50", "claims/?format=csv"])
def test_answers_are_compressed_for_whoever_takes_that(path):
    plain = Client().get(f"{V1}{path}")
    packed = Client().get(f"{V1}{path}", headers={"Accept-Encoding": "gzip"})
    whole, body = (b"".join(one.streaming_content) if one.streaming else one.content for one in (plain, packed))
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == whole
    assert len(body) < len(whole) / 2
    assert "Accept-Encoding" in packed["Vary"]


def test_pages_of_the_admin_are_not_compressed(admin_client):
    response = admin_client.get("/admin/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response


def test_scripts_of_other_sites_may_read_what_is_public():
    response = Client().get(f"{V1}claims/", headers={"Origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "ETag" in response["Access-Control-Expose-Headers"]
    asked = Client().options(
        f"{V1}claims/", headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    )
    assert asked.status_code == 204
    assert "GET" in asked["Access-Control-Allow-Methods"]
    assert "Authorization" not in asked["Access-Control-Allow-Headers"]


def test_caches_keep_what_is_public_apart_from_what_is_not(token):
    _row, partner = token(Token.Scope.READ_PARTNER)
    for headers, control in (({}, "public, no-cache"), (partner, "private, no-cache")):
        response = Client().get(f"{V1}claims/", headers=headers)
        assert response["Cache-Control"] == control
        assert "Authorization" in response["Vary"]


def test_head_answers_as_get_does_without_the_rows():
    for path in ("claims/?page_size=3", "claims/?format=csv", "incidents/"):
        got, asked = Client().get(f"{V1}{path}"), Client().head(f"{V1}{path}")
        assert (asked.status_code, asked["Content-Type"]) == (200, got["Content-Type"])
        assert asked.get("Link") == got.get("Link")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_what_is_only_read_is_only_read(method):
    response = getattr(Client(), method)(f"{V1}incidents/")
    assert (response.status_code, shape(response)) == (405, "method_not_allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("parameters", ["format=csv", "format=none", "measure=kiled"])
def test_a_method_that_a_list_has_not_is_refused_whatever_else_is_asked(parameters):
    answer = Client().put(f"{V1}figures/?{parameters}")
    assert (answer.status_code, shape(answer)) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_whoever_takes_any_answer_as_known_is_still_told_what_is_wrong_with_the_request():
    whatever = {"If-None-Match": "*"}
    assert Client().get(f"{V1}claims/", headers=whatever).status_code == 304
    assert Client().get(f"{V1}claims/?format=xlsx", headers=whatever).status_code == 304
    assert shape(Client().get(f"{V1}claims/?page_size=0", headers=whatever)) == "invalid"


@pytest.mark.parametrize("path", ["nowhere", "claims/one%0Atwo/", "%0A"])
def test_an_address_that_leads_nowhere_is_answered_in_the_same_shape(path):
    answer = Client().get(f"{V1}{path}")
    assert (answer.status_code, shape(answer)) == (404, "not_found")


def test_a_form_that_there_is_not_is_refused():
    response = Client().get(f"{V1}claims/", headers={"Accept": "image/png"})
    assert (response.status_code, shape(response)) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "given", ["Bearer", "Bearer x", "Bearer sijil_wrong", "Basic YTpi", "Bearer a b", "Bearer \u00e9"]
)
def test_a_token_that_is_none_is_told_so(given):
    response = Client().get(f"{V1}claims/", headers={"Authorization": given})
    assert (response.status_code, shape(response)) == (401, "authentication_failed")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_token_is_good_until_its_end_its_revocation_or_that_of_its_holder(register, token, admin_user):
    row, headers = token(Token.Scope.READ_PARTNER)
    over, late = token(Token.Scope.READ_PUBLIC, user=row.user, expires_at=NOON + dt.timedelta(days=1))

    def status(headers, at=NOON + dt.timedelta(days=2)):
        with time_machine.travel(at, tick=False):
            return Client().get(f"{V1}claims/", headers=headers).status_code

    assert (status(headers), status(late)) == (200, 401)
    row.refresh_from_db()
    assert row.use.at == NOON + dt.timedelta(days=2)
    row.user.is_active = False
    row.user.save(update_fields=["is_active"])
    assert status(headers) == 401
    row.user.is_active = True
    row.user.save(update_fields=["is_active"])
    revoke_token(row, by=admin_user, at=NOON, why="Lost.")
    assert status(headers) == 401
    assert over.pk != row.pk


def test_a_partners_token_reads_what_partners_may(register, token):
    incident = register.published()
    register.accepted(incident, count=exactly(3), disclosure=Disclosure.PARTNER)
    _row, partner = token(Token.Scope.READ_PARTNER)
    _row, public = token(Token.Scope.READ_PUBLIC, user=_row.user)

    def number(headers):
        address = f"{V1}claims/?incident={incident.reference}"
        return len(Client().get(address, headers=headers).json()["results"])

    assert (number({}), number(public), number(partner)) == (0, 0, 1)


def test_who_asks_too_much_waits_for_the_next_minute(settings, token):
    settings.REQUESTS_PER_MINUTE = {"address": 2, "token": 3, "submission": 1}
    _row, headers = token(Token.Scope.READ_PUBLIC)
    with time_machine.travel(NOW, tick=False):
        answers = [Client().get(f"{V1}measures/") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert (shape(answers[-1]), answers[-1]["Retry-After"]) == ("throttled", "30")
        with_token = [Client().get(f"{V1}measures/", headers=headers).status_code for _ in range(4)]
        assert with_token == [200, 200, 200, 429]  # counted by itself
    with time_machine.travel(NOW + dt.timedelta(seconds=30), tick=False):
        assert Client().get(f"{V1}measures/").status_code == 200


def test_counting_requests_does_not_wait_for_the_disk(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'api_requests'")
        assert cursor.fetchone() == ("u",)


def test_links_stand_in_the_header_too():
    page = get("claims/", page_size=2)
    assert f'<{page["next"]}>; rel="next"' in Client().get(f"{V1}claims/?page_size=2")["Link"]
