"""Everybody works in the language of their account; before that, in the one their browser asks for."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.languages import choose_language
from accounts.models import HistoryEntry, User
from tests.factories import Register
from tests.second_factor import enrolled, logged_in

NOW = dt.datetime(2026, 1, 2, 8, tzinfo=dt.UTC)
ARABIC = {"HTTP_ACCEPT_LANGUAGE": "ar"}
MENU = "/i18n/setlang/"


@pytest.fixture
def person(register: Register) -> User:
    user = register.analyst
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def browser(person: User) -> Client:
    return logged_in(Client(), person)


def direction(client: Client, address: str = "/admin/", **headers: str) -> str:
    answer = client.get(address, **headers)
    page = answer.content.decode()
    assert answer["Content-Language"] in {"en", "ar"}
    assert f'lang="{answer["Content-Language"]}"' in page
    return "rtl" if 'dir="rtl"' in page else "ltr"


def test_the_login_page_follows_the_browser_and_the_menu(db: None) -> None:
    client = Client()
    assert direction(client, "/admin/login/") == "ltr"
    assert direction(client, "/admin/login/", **ARABIC) == "rtl"
    client.post(MENU, {"language": "ar", "next": "/admin/login/"})
    assert direction(client, "/admin/login/") == "rtl"


def test_the_account_decides_whatever_the_browser_asks_for(person: User, browser: Client) -> None:
    assert direction(browser, **ARABIC) == "ltr"
    User.objects.filter(pk=person.pk).update(language="ar")
    assert direction(browser) == "rtl"
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert direction(browser) == "rtl"


def test_the_menu_is_kept_in_the_account_with_who_and_why(person: User, browser: Client) -> None:
    answer = browser.post(MENU, {"language": "ar", "next": "/admin/"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    person.refresh_from_db()
    assert person.language == "ar"
    assert direction(browser) == "rtl"
    entry = HistoryEntry.objects.of(person).latest("pk")
    assert (entry.actor_id, entry.reason) == (person.pk, "language chosen")


@pytest.mark.parametrize("given", ["fr", "xx-not-a-language", "", "a\x00r"])
def test_a_language_that_is_not_spoken_here_changes_nothing(person: User, browser: Client, given: str) -> None:
    browser.post(MENU, {"language": given, "next": "/admin/"})
    person.refresh_from_db()
    assert person.language == "en"


def test_only_a_post_changes_it(person: User, browser: Client) -> None:
    browser.get(MENU, {"language": "ar"})
    person.refresh_from_db()
    assert person.language == "en"


def test_nobody_chooses_for_an_account_before_its_second_factor_is_shown(person: User) -> None:
    enrolled(person)
    client = Client()
    client.force_login(person)  # the password alone
    client.post(MENU, {"language": "ar", "next": "/admin/"})
    person.refresh_from_db()
    assert person.language == "en"


def test_the_service_takes_no_language_but_ours(person: User) -> None:
    with pytest.raises(ValidationError, match="no such language"):
        choose_language("fr", by=person, at=NOW)


def test_the_api_answers_in_english_whoever_asks(db: None) -> None:
    client = Client()
    plain, arabic = (client.get("/api/v1/claims/?measure=nothing", **headers) for headers in ({}, ARABIC))
    assert plain.status_code == arabic.status_code == 400
    assert plain.content == arabic.content
    assert "Accept-Language" not in arabic.headers.get("Vary", "")
