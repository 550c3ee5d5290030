import pytest

from tests.admin.desk import Desk
from tests.factories import Register


@pytest.fixture
def analyst(register: Register) -> Desk:
    return Desk(register.analyst)


@pytest.fixture
def reviewer(register: Register) -> Desk:
    return Desk(register.reviewer)


@pytest.fixture
def unnaming(register: Register) -> Desk:
    """A person who works in the admin and may not see names."""
    return Desk(register.person("Farid Example", "administrator"))
