"""Whatever schemathesis thinks of is answered as the schema says: by every check, in sequences too, at each level."""

import pytest

from accounts.models import Token
from tests.api.fuzzing import PHASES, failures
from tests.api.submitting import person, token_for
from tests.factories import Register

ALONE = ("fuzzing", "stateful")
SUBMITTING = "^(claim_create|submission_list)"
LEVELS = {
    # Every value of every parameter is covered once, at the level that anybody has; submitting, at the one that may.
    "public": (None, PHASES, "^(?!claim_create|submission_list)"),
    "partner": (Token.Scope.READ_PARTNER, ALONE, ""),
    "submitter": (Token.Scope.SUBMIT_CLAIMS, ALONE, ""),
    "submitting": (Token.Scope.SUBMIT_CLAIMS, PHASES, SUBMITTING),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", LEVELS)
def test_whatever_is_asked_is_answered_as_the_schema_says(level, admin_user, settings, request):
    settings.REQUESTS_PER_MINUTE = dict.fromkeys(settings.REQUESTS_PER_MINUTE, 0)
    scope, phases, only = LEVELS[level]
    headers = {}
    if scope is not None:
        headers["Authorization"] = f"Bearer {token_for(person(Register()), admin_user, scope)}"
    examples = request.config.getoption("--examples")
    told, statuses = failures(headers, phases=phases, examples=examples, only=only)
    assert told == [], "\n\n".join(told)
    assert statuses["201" if only == SUBMITTING else "200"], statuses  # some of it was taken
