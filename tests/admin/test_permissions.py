"""Who may do what: every role and every deed, through the service and through the admin; the API writes for nobody.

A deed is refused where it is done, in the service; the admin is tried with the requests that its pages send, whether
or not it shows a button.
"""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.test import Client

from incidents import workflow
from tests.admin.deeds import DEEDS, ROLES, Deed
from tests.admin.desk import Desk
from tests.factories import Register


@pytest.fixture
def everybody(register: Register) -> dict[str, Any]:
    """One person for each role, none of whom wrote anything."""
    return {role: register.person(f"{role.title()} Alone", *([] if role == "nobody" else [role])) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_the_service_refuses_whoever_may_not(
    deed: Deed, role: str, register: Register, everybody: dict[str, Any]
) -> None:
    row = deed.given(register)
    if role in deed.roles:
        deed.service(row, everybody[role])
        assert deed.done(row)
    else:
        with pytest.raises(PermissionDenied):
            deed.service(row, everybody[role])
        assert not deed.done(row)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_the_admin_does_it_for_whoever_may_and_for_nobody_else(
    deed: Deed, role: str, register: Register, everybody: dict[str, Any]
) -> None:
    row = deed.given(register)
    desk = Desk(everybody[role])
    answer = deed.admin(desk, row)
    assert deed.done(row) == (role in deed.roles), answer.status_code
    assert answer.status_code in {200, 302, 403}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ["incidents/", "claims/", "sources/", "organizations/", "victims/"])
def test_the_api_answers_all_alike_and_writes_for_nobody(
    path: str, role: str, register: Register, everybody: dict[str, Any]
) -> None:
    desk = Desk(everybody[role])
    address = f"/api/v1/{path}"
    assert desk.client.get(address).content == Client().get(address).content
    for method in ("post", "put", "patch", "delete"):
        # Claims are submitted with a token, and never by being logged in to the admin.
        expected = 401 if (path, method) == ("claims/", "post") else 405
        assert getattr(desk.client, method)(address, {}).status_code == expected


def test_every_right_that_is_asked_for_is_some_roles(db: None) -> None:
    """A step that no role may take would be a dead end."""

    held = set(Group.objects.values_list("permissions__codename", flat=True))
    tables = (workflow.INCIDENT_STEPS, workflow.CLAIM_STEPS, workflow.REVISION_STEPS, workflow.FIGURE_STEPS)
    assert {step.permission for steps in tables for step in steps.values()} <= held


def test_an_auditor_reads_the_history_and_changes_nothing(register: Register) -> None:
    desk = Desk(register.person("Auditor Alone", "auditor"))
    assert desk.get("accounts_historyentry", "changelist").status_code == 200
    assert desk.get("incidents_incident", "changelist").status_code == 200
    assert Desk(register.person("Nobody Alone")).get("accounts_historyentry", "changelist").status_code == 403
