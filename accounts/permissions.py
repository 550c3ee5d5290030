"""Whether a person may: asked in every service, not only hidden on screens."""

from django.contrib.auth.models import Group
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
