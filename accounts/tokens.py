"""Tokens: made for a person and shown once, found again by what a program shows, revoked for good."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from accounts.attribution import attributed
from accounts.models import Token, User
from accounts.permissions import require
from accounts.refusals import explained

SUBMITTING = "incidents.add_claim"


def make_token(
    *, user: User, purpose: str, scopes: Sequence[str], expires_at: dt.datetime, by: User, at: dt.datetime
) -> tuple[Token, str]:
    """Make a token that reads or submits in the name of ``user``. The secret is told this once.

    Raises ValidationError, PermissionDenied.
    """
    require(by, "accounts.add_token")
    _require_no_more(user, by)
    if Token.Scope.SUBMIT_CLAIMS in scopes and not user.has_perm(SUBMITTING):
        raise ValidationError({"scopes": [_("%s may not submit claims: give them the role of a partner.") % user]})
    secret = Token.new_secret()
    token = Token(
        user=user,
        purpose=purpose.strip(),
        scopes=sorted(set(scopes)),
        digest=Token.digest_of(secret),
        hint=secret[:12],
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )
    with explained(), attributed(by=by, at=at, why="token made"):
        token.full_clean(exclude=["user", "created_by"])
        token.save(force_insert=True)
    return token, secret


def revoke_token(token: Token, *, by: User, at: dt.datetime, why: str) -> Token:
    """Make a token good for nothing, from now on. Raises ValidationError, PermissionDenied."""
    require(by, "accounts.revoke_token")
    if not why.strip():
        raise ValidationError({"why": [_("A reason is needed.")]}, code="required")
    with explained(), attributed(by=by, at=at, why=why):
        row = Token.objects.select_for_update(no_key=True).get(pk=token.pk)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = at, by
            row.save(update_fields=["revoked_at", "revoked_by"])
    return row


def token_of(secret: str, *, at: dt.datetime) -> Token | None:
    """The token that this is the secret of, if it is good for anything at this time; its use is noted."""
    known = Token.objects.select_related("user", "use").filter(digest=Token.digest_of(secret)).first()
    if known is None or known.revoked_at is not None or known.expires_at <= at or not known.user.is_active:
        return None
    use = getattr(known, "use", None)
    if use is None or at - use.at >= dt.timedelta(minutes=1):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_tokenuse (token_id, at) VALUES (%s, %s)"
                " ON CONFLICT (token_id) DO UPDATE SET at = greatest(accounts_tokenuse.at, excluded.at)",
                [known.pk, at],
            )
    return known


def _require_no_more(user: User, by: User) -> None:
    """Nobody is given by a token what they could not do themselves; and a superuser's name is lent by superusers."""
    if user.is_superuser and not by.is_superuser:
        raise PermissionDenied(_("Only a superuser makes a token for a superuser."))
    if not user.is_active:
        raise ValidationError({"user": [_("%s is not active.") % user]})
