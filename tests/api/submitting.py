"""Submitting as a partner does: by a program that shows a token."""

import datetime as dt
import json
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Token, User
from accounts.tokens import make_token
from exchange.seeding.identity import reference
from tests.api.client import V1
from tests.factories import Register

ADDRESS = f"{V1}claims/"


def person(register: Register, *roles: str, name: str = "Pat Example") -> User:
    return register.person(name, *(roles or ("partner",)))


def token_for(user: User, by: User, *scopes: str) -> str:
    """The secret of a new token."""
    now = timezone.now()
    _token, secret = make_token(
        user=user, purpose="Test", scopes=scopes or [Token.Scope.SUBMIT_CLAIMS], by=by, at=now,
        expires_at=now + dt.timedelta(days=30),
    )  # fmt: skip
    return secret


def row(**changes: Any) -> dict[str, Any]:
    """A claim about the founding incident that can be recorded as it is; a key whose value is ... is left out."""
    given = {
        "incident": reference("S1"),
        "measure": "killed",
        "population": "civilians",
        "as_of": "2018-04-22",
        "count": {"quantifier": "at_least", "minimum": 4, "stated": "at least four", "language": "en"},
        "claimant": "agps",
        "citations": [
            {
                "source": {"url": "https://news.example/one", "title": "One", "kind": "news_article"},
                "relays": ["mina"],
                "locator": "p. 3",
            }
        ],
    } | changes
    return {name: value for name, value in given.items() if value is not ...}


def count(**changes: Any) -> dict[str, Any]:
    given = {"quantifier": "exact", "stated": "words"} | changes
    return {name: value for name, value in given.items() if value is not ...}


def post(body: Any, secret: str | None, *, key: str | None = None, client: Client | None = None, **given: Any) -> Any:
    """The answer to a POST of this body, as JSON unless it is bytes."""
    headers = given.pop("headers", {})
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    if key is not None:
        headers["Idempotency-Key"] = key
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    content_type = given.pop("content_type", "application/json")
    return (client or Client()).post(given.pop("to", ADDRESS), data, content_type=content_type, headers=headers)


def errors(answer: Any, status: int) -> list[tuple[str, str | None, str]]:
    """Code, attr and detail of each error of an answer."""
    assert answer.status_code == status, answer.content[:2000]
    return [(one["code"], one["attr"], one["detail"]) for one in answer.json()["errors"]]
