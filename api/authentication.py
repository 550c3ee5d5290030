"""Who asks: nobody in particular, or a program that shows a token; and how far that one reads."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Token, User
from accounts.tokens import SUBMITTING, token_of
from sources.disclosure import Disclosure


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer sijil_…``. Without it everybody reads what is public."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        given = get_authorization_header(request).split()
        if not given:
            return None
        if len(given) != 2 or given[0].lower() != b"bearer":
            raise exceptions.AuthenticationFailed("Authorization: expected “Bearer” and a token.")
        token = token_of(given[1].decode("latin-1"), at=timezone.now())
        if token is None:
            raise exceptions.AuthenticationFailed("This token is not known, has expired, or was revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Sijil"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library ships none
    """How the schema tells of it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that an administrator of the register makes. Reading what is public needs none.",
        }


def level_of(request: Request) -> Disclosure:
    """How far whoever asks may read."""
    token: Any = request.auth
    partner = token is not None and Token.Scope.READ_PARTNER in token.scopes
    return Disclosure.PARTNER if partner else Disclosure.PUBLIC


class MaySubmit(BasePermission):
    """Whoever shows a token that is good for submitting, in the name of a person who may record claims."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if token is None:
            raise exceptions.NotAuthenticated(
                "A token is needed that may submit claims: “Authorization: Bearer sijil_…”."
            )
        if Token.Scope.SUBMIT_CLAIMS not in token.scopes:
            raise exceptions.PermissionDenied(
                f"This token may not submit: the scope {Token.Scope.SUBMIT_CLAIMS} is needed."
            )
        if not token.user.has_perm(SUBMITTING):
            raise exceptions.PermissionDenied(
                f"In whose name this token is may not submit: the right {SUBMITTING} is needed."
            )
        return True
