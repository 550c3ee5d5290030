from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who works on the register. Deactivated, never deleted: a trigger refuses the deletion."""

    language = models.CharField(
        _("language"),
        max_length=2,
        choices=[("en", "English"), ("ar", "العربية")],
        default="en",
        help_text=_("The language in which this person works."),
    )
    organization = models.CharField(
        _("organization"),
        max_length=200,
        blank=True,
        help_text=_("Whom this person works for. Never shown outside."),
    )
    pseudonym = models.CharField(
        _("public pseudonym"),
        max_length=100,
        blank=True,
        help_text=_("How this person appears outside, if at all; empty shows the role alone."),
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("reset_second_factor", _("Can reset a colleague's second factor"))]
