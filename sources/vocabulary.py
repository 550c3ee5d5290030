"""What every table of terms has: a permanent code, labels in both languages, a definition."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

CODE_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"


class Term(models.Model):
    """A term that analysts may add to in the admin, without a migration. The code is its key and never changes."""

    code = models.CharField(
        _("code"),
        max_length=60,
        primary_key=True,
        validators=[RegexValidator(CODE_PATTERN, _("Lower-case Latin letters, digits, - and _ only."))],
        help_text=_("Permanent code, lower-case."),
    )
    label = models.CharField(_("label"), max_length=200, help_text=_("What people read, in English."))
    label_ar = models.CharField(
        _("Arabic label"), max_length=200, blank=True, help_text=_("What people read, in Arabic.")
    )
    definition = models.TextField(
        _("definition"), blank=True, help_text=_("What it means, with the source of the definition.")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_code_is_a_slug",
                condition=models.Q(code__regex=CODE_PATTERN),
                violation_error_message=_("A code has lower-case Latin letters, digits, - and _ only."),
            ),
        ]

    def __str__(self) -> str:
        return self.label
