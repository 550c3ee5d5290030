"""Addresses of databases, read as libpq reads them."""

import pytest

from config import databases
from config.databases import Login, parse


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://user:word@host:6543/name",
            {"host": "host", "port": "6543", "user": "user", "password": "word", "dbname": "name"},
        ),
        ("postgresql://user@host/name", {"host": "host", "port": "5432", "user": "user", "dbname": "name"}),
        (
            "postgresql://us%40er:p%40ss%2Fw%3Ard%25@h/n%20m",
            {"host": "h", "port": "5432", "user": "us@er", "password": "p@ss/w:rd%", "dbname": "n m"},
        ),
        (
            "postgresql://u@[2001:db8::1]:5433/n",
            {"host": "2001:db8::1", "port": "5433", "user": "u", "dbname": "n"},
        ),
        ("postgresql:///n?host=/run/postgresql", {"host": "/run/postgresql", "port": "5432", "dbname": "n"}),
        (
            "postgresql://u@h/n?sslmode=verify-full&connect_timeout=3",
            {
                "host": "h",
                "port": "5432",
                "user": "u",
                "dbname": "n",
                "sslmode": "verify-full",
                "connect_timeout": "3",
            },
        ),
        ("postgresql://u@h1:1,h2:2/n", {"host": "h1,h2", "port": "1,2", "user": "u", "dbname": "n"}),
    ],
)
def test_an_address_is_read_in_full(url, expected):
    assert parse("DATABASE_URL", url).parameters() == {"connect_timeout": databases.CONNECT_TIMEOUT} | expected


def test_a_password_is_in_no_description():
    login = parse("DATABASE_URL", "postgresql://user:hidden@host/name")
    assert "hidden" not in repr(login) + str(login)
    assert str(login) == "user at host:5432/name"


def test_an_ipv6_host_is_shown_in_brackets():
    assert Login("DATABASE_URL", host="::1", port="5432", user="u", name="n").server == "[::1]:5432"


def test_options_of_the_address_reach_django(monkeypatch, tmp_path):
    monkeypatch.setenv("SIJIL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:a@h/n?sslmode=require")
    monkeypatch.setenv("SIJIL_OWNER_DATABASE_URL", "postgresql://owner:b@h/n")
    given = databases.django_databases()
    assert given["default"]["OPTIONS"]["sslmode"] == "require"
    assert (given["default"]["USER"], given["owner"]["USER"]) == ("app", "owner")


def test_without_an_address_the_embedded_database_is_meant(monkeypatch, tmp_path):
    monkeypatch.setenv("SIJIL_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("SIJIL_OWNER_DATABASE_URL", raising=False)
    given = databases.django_databases()
    assert given["default"]["HOST"].startswith("/")
    assert (given["default"]["USER"], given["owner"]["USER"]) == ("sijil_app", "sijil_owner")
