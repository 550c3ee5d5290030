import datetime as dt
import hashlib
import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User

LONGEST_LIFE = dt.timedelta(days=731)


class Token(models.Model):
    """What a program shows to read, or to submit, in the name of a person. Never changed but by being revoked.

    Of the secret there is only a digest. Whoever reads it here cannot use it, and who lost it is given another.
    """

    class Scope(models.TextChoices):
        """What a token is good for."""

        READ_PUBLIC = "read:public", _("read what is public")
        READ_PARTNER = "read:partner", _("read what partners may see")
        SUBMIT_CLAIMS = "submit:claims", _("submit claims")

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="tokens",
        help_text=_("In whose name it reads and submits. A partner has an account that cannot log in here."),
    )  # fmt: skip
    purpose = models.CharField(
        _("purpose"), max_length=200, help_text=_("What it is for, and on what agreement: “Dashboard of the cluster”.")
    )
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices),
        verbose_name=_("may"),
        help_text=_("What it is good for."),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(
        _("begins with"), max_length=12, editable=False, help_text=_("How the secret begins, to tell tokens apart.")
    )
    created_by = models.ForeignKey(
        User, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("made at"), help_text=_("When it was made."))
    expires_at = models.DateTimeField(_("expires at"), help_text=_("Until when it is good; two years at most."))
    revoked_by = models.ForeignKey(
        User, verbose_name=_("revoked by"), on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    revoked_at = models.DateTimeField(
        _("revoked at"), null=True, blank=True, help_text=_("Since when it is good for nothing; empty while it is.")
    )

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        default_permissions = ("add", "view")
        permissions = [("revoke_token", _("Can revoke tokens"))]
        constraints = [
            models.CheckConstraint(
                name="token_is_good_for_something",
                condition=Q(scopes__len__gte=1)
                & Q(scopes__contained_by=["read:public", "read:partner", "submit:claims"]),
                violation_error_message=_("Choose what the token may do."),
            ),
            models.CheckConstraint(
                name="token_expires",
                condition=Q(expires_at__gt=F("created_at")) & Q(expires_at__lte=F("created_at") + LONGEST_LIFE),
                violation_error_message=_("A token expires, after two years at most."),
            ),
            models.CheckConstraint(
                name="token_has_a_purpose", condition=~Q(purpose=""), violation_error_message=_("Say what it is for.")
            ),
            models.CheckConstraint(
                name="token_is_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                violation_error_message=_("Whoever revokes a token is kept with it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"

    @staticmethod
    def new_secret() -> str:
        """256 random bits, with a beginning by which it is known wherever it was left lying."""
        return f"sijil_{secrets.token_urlsafe(32)}"

    @staticmethod
    def digest_of(secret: str) -> str:
        """Unsalted and quick to work out, which 256 random bits can afford."""
        return hashlib.sha256(secret.encode()).hexdigest()


class TokenUse(models.Model):
    """When a token was last shown, to the minute."""

    token = models.OneToOneField(Token, on_delete=models.CASCADE, primary_key=True, related_name="use")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("use of a token")
        verbose_name_plural = _("uses of tokens")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.token_id} at {self.at}"
