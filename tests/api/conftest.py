"""Who submits: a partner, and what their program shows."""

import pytest

from accounts.models import User
from tests.api.submitting import person, token_for
from tests.factories import Register


@pytest.fixture
def partner(register: Register) -> User:
    return person(register)


@pytest.fixture
def secret(partner: User, admin_user: User) -> str:
    return token_for(partner, admin_user)
