"""Accounts: who is given one may log in, and each role says what it may do."""

from accounts.models import User
from tests.admin.desk import Desk, errors, visible_text
from tests.factories import Register


def test_a_new_person_may_log_in_and_has_the_roles_that_were_ticked(register: Register) -> None:
    desk = Desk(register.person("Dana Example", "administrator"))
    page = desk.get("accounts_user", "add")
    form = page.context["adminform"].form
    assert form["is_staff"].value() is True
    roles = {str(group): group.pk for (group,) in zip(form.fields["groups"].queryset, strict=True)}
    said = visible_text(page)
    assert "May log in here" in said
    assert "analyst : enters incidents, claims, sources and persons" in said
    assert b'type="checkbox" name="groups"' in page.content

    given = {
        "username": "new-example", "usable_password": "true", "password1": "correct horse battery",
        "password2": "correct horse battery", "language": "en", "is_staff": "on",
        "groups": [roles["analyst"], roles["auditor"]],
    }  # fmt: skip
    answer = desk.post("accounts_user", "add", data=given)

    assert answer.status_code == 302, errors(answer)
    made = User.objects.get(username="new-example")
    assert made.is_staff
    assert {group.name for group in made.groups.all()} == {"analyst", "auditor"}
    changed = desk.get("accounts_user", "change", made.pk)
    assert changed.context["adminform"].form["is_staff"].value() is True


def test_an_account_for_the_api_alone_may_be_kept_out(register: Register) -> None:
    desk = Desk(register.person("Dana Example", "administrator"))
    given = {
        "username": "new-example", "usable_password": "true", "password1": "correct horse battery",
        "password2": "correct horse battery", "language": "en",
    }  # fmt: skip
    desk.post("accounts_user", "add", data=given)
    assert not User.objects.get(username="new-example").is_staff
