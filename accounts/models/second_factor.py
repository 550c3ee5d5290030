import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class SecondFactor(models.Model):
    """That a person confirms logging in by a code of their own device, since when, and how else they may.

    The device itself, with its secret, is a row of django-otp, which keeps codes from being used twice and slows
    down guessing.
    """

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="second_factor", verbose_name=_("user")
    )
    since = models.DateTimeField(_("since"), null=True, help_text=_("When it was set up; empty after a reset."))
    recovery_codes = ArrayField(
        models.CharField(max_length=64),
        verbose_name=_("recovery codes"),
        default=list,
        help_text=_("Digests of the codes that are still good: whoever reads them here cannot use them."),
    )

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(since__isnull=False) | Q(recovery_codes=[]),
                name="recovery_codes_recover_something",
                violation_error_message=_("Recovery codes belong to a second factor that is set up."),
            )
        ]

    def __str__(self) -> str:
        return f"second factor of user {self.user_id}"

    @staticmethod
    def digest(code: str) -> str:
        """Unsalted and quick to work out, which 80 random bits can afford. Case and separators do not count."""
        plain = "".join(character for character in code.casefold() if character.isalnum())
        return hashlib.sha256(plain.encode()).hexdigest()
