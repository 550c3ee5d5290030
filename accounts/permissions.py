"""Whether a person may: asked in every service, not only hidden on screens."""

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User

ROLES = {
    "analyst": gettext_lazy("analyst"),
    "reviewer": gettext_lazy("reviewer"),
    "publisher": pgettext_lazy("role", "publisher"),
    "administrator": gettext_lazy("administrator"),
    "auditor": gettext_lazy("auditor"),
    "partner": pgettext_lazy("role", "partner"),
}
"""How the roles of the reference files are called; one that a register adds is called by its own name."""


ROLE_MEANINGS = {
    "analyst": gettext_lazy("enters incidents, claims, sources and persons, corrects them, proposes figures"),
    "reviewer": gettext_lazy("accepts, returns or rejects what others entered, grades reliability, adopts figures"),
    "publisher": gettext_lazy("publishes, withdraws and merges incidents, decides who may see a name"),
    "administrator": gettext_lazy("makes accounts and extends the tables of terms; sees nothing restricted"),
    "auditor": gettext_lazy("reads the history and who read names; changes nothing"),
    "partner": gettext_lazy("submits claims through the API and reads what partners see"),
}
"""What each of them may do, in a line."""


VERBS = {
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "view": gettext_lazy("view"),
}


def permission_name(permission: Permission) -> str:
    """A permission in the reader's language: of which model, and what it lets one do."""
    verb, _sep, model = permission.codename.partition("_")
    known = VERBS.get(verb) if model == permission.content_type.model else None
    return f"{permission.content_type} | {known or _(permission.name)}"


def role_name(group: Group) -> str:
    """A role in the reader's language."""
    return str(ROLES.get(group.name, group.name))


def require(by: User, permission: str) -> None:
    """Raise PermissionDenied unless ``by`` holds the permission, given as ``app.codename``."""
    if not by.has_perm(permission):
        raise PermissionDenied(
            _("%(person)s may not do this: the right %(right)s is needed.")
            % {"person": by.get_username(), "right": permission}
        )
