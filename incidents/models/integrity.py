from django.db import models
from django.utils.translation import gettext_lazy as _


class IntegrityCheck(models.Model):
    """What the latest check of every rule found. It says nothing of its own, and is made anew at any time."""

    at = models.DateTimeField(_("when"), help_text=_("When every rule was looked at."))
    number = models.PositiveIntegerField(_("number"), help_text=_("How many rows broke a rule."))
    breaches = models.JSONField(_("breaches"), help_text=_("Rule, incident, table and key of the first thousand."))

    class Meta:
        verbose_name = _("check of integrity")
        verbose_name_plural = _("checks of integrity")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.number}"
