import pytest

from tests.admin.desk import Desk
from tests.factories import Register


@pytest.fixture
def analyst(register: Register) -> Desk:
    return Desk(register.analyst)


@pytest.fixture
def reviewer(register: Register) -> Desk:
    return Desk(register.reviewer)
