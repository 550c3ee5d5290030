"""Two records of the same incident made one, in a way that can be taken back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident


class IncidentMerge(models.Model):
    """A decision that two records are of the same incident: one goes on, the other leads to it.

    ``moved`` names what the merge moved, so that taking it back moves exactly that. Added to, and undone by
    marking it undone; the database refuses any other change.
    """

    merged = models.ForeignKey(
        Incident, verbose_name=_("merged incident"), on_delete=models.PROTECT, related_name="merges"
    )
    into = models.ForeignKey(Incident, verbose_name=_("into"), on_delete=models.PROTECT, related_name="merges_into")
    reason = models.TextField(_("reason"), help_text=_("Why the two are the same incident."))
    was = models.CharField(max_length=17, help_text=_("The status of the merged incident before."))
    moved: "models.JSONField[Any, Any]" = models.JSONField(
        _("moved"), help_text=_("By table, the keys of the rows that were moved; by name, the links that were changed.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_reason = models.TextField(_("reason of the undoing"), blank=True)

    class Meta:
        verbose_name = _("merge of incidents")
        verbose_name_plural = _("merges of incidents")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=models.Q(undone_at__isnull=True),
                name="incident_is_merged_once",
                violation_error_message=_("This incident is merged into another already."),
            ),
            models.CheckConstraint(
                name="incident_is_not_merged_into_itself",
                condition=~models.Q(merged=models.F("into")),
                violation_error_message=_("An incident cannot be merged into itself."),
            ),
            models.CheckConstraint(
                name="incident_merge_has_a_reason",
                condition=~models.Q(reason=""),
                violation_error_message=_("Say why the two are the same incident."),
            ),
            models.CheckConstraint(
                name="incident_merge_undone_with_a_reason",
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | models.Q(undone_at__isnull=False, undone_by__isnull=False) & ~models.Q(undone_reason=""),
                violation_error_message=_("Taking a merge back needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.into_id}"
