"""The examples of submitting are sent as they stand, one after the other, and answered as they say."""

import json
import re
import shlex
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Token
from api.schema import EXAMPLE
from tests.api.submitting import person, token_for
from tests.factories import Register

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SECTION = TEXT[TEXT.index("## Submitting") : TEXT.index("## HTTP")]
FILES = dict(re.findall(r"`(\w+\.json)`:\n\n```json\n(.*?)```", SECTION, re.DOTALL))
EXAMPLES = re.findall(r"```console\n\$ (curl [^\n]+)\n(.*?)```", SECTION, re.DOTALL)


def sent(command, secret):
    """The answer to a command of curl."""
    _curl, _silent, *words = shlex.split(command.replace("$TOKEN", secret).replace("$S", "/api/v1"))
    headers, body = {}, None
    while len(words) > 1:
        option, value, *words = words
        if option == "-H":
            name, _colon, said = value.partition(": ")
            headers[name] = said
        else:
            assert option == "-d"
            body = FILES[value.removeprefix("@")].encode()
    (address,) = words
    if body is None:
        return Client().get(address, headers=headers)
    return Client().post(address, body, content_type=headers.pop("Content-Type"), headers=headers)


def as_told(value):
    """What differs from one register to the next, as the document writes it."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", json.dumps(value))
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "…Z", text)
    return json.loads(re.sub(r"expected one of [^\"]+", "expected one of …", text))


def test_the_example_is_that_of_the_schema():
    assert json.loads(FILES["claim.json"]) == EXAMPLE


@pytest.mark.django_db
def test_every_example_is_answered_as_it_says(admin_user):
    secret = token_for(person(Register()), admin_user, Token.Scope.SUBMIT_CLAIMS)
    assert len(EXAMPLES) == 3
    for command, answer in EXAMPLES:
        given = sent(command, secret)
        assert given.status_code in (200, 201), given.content
        assert as_told(given.json()) == json.loads(answer)
