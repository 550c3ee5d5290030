"""Whether a person may: asked in every service, not only hidden on screens."""

from django.core.exceptions import PermissionDenied

from accounts.models import User


def require(by: User, permission: str) -> None:
    """Raise PermissionDenied unless ``by`` holds the permission, given as ``app.codename``."""
    if not by.has_perm(permission):
        raise PermissionDenied(f"{by.get_username()} may not do this: the right {permission} is needed.")
