"""A published incident being rewritten: what is to change waits here, and the published version stays outside."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from incidents.models.review import authors_field
from incidents.querysets import OfIncidentQuerySet


class RevisionQuerySet(OfIncidentQuerySet):
    def open(self) -> Self:
        """Those that are still to be decided on."""
        return self.filter(status__in=Revision.OPEN)


class Revision(models.Model):
    """What a published incident is to become, until a second person approves it or it is given up.

    ``content`` holds the new values by the names that ``change_incident`` takes, rows by their keys; what is not
    named there stays as it is. The database lets published content change in no other transaction than the one
    that approves a revision, and keeps what was approved or given up as it was.
    """

    class Status(models.TextChoices):
        """Where the revision stands."""

        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        RETURNED = "returned", _("changes requested")
        APPROVED = "approved", _("approved")
        ABANDONED = "abandoned", _("given up")

    OPEN = (Status.DRAFT.value, Status.IN_REVIEW.value, Status.RETURNED.value)

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.PROTECT, related_name="revisions", db_index=False
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.DRAFT, db_default=Status.DRAFT
    )
    reason = models.TextField(_("reason"), help_text=_("Why the published incident is to change."))
    content: "models.JSONField[Any, Any]" = models.JSONField(
        _("new content"), default=dict, help_text=_("The new values, by name; what is not named stays as it is.")
    )
    decision_note = models.TextField(_("reason of the latest decision"), blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField(_("opened at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_in = models.BigIntegerField(
        null=True, editable=False, help_text=_("The transaction that approved it; the database's own number.")
    )
    authors = authors_field()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(status__in=["draft", "in_review", "returned"]),
                name="incident_has_one_open_revision",
                violation_error_message=_("This incident is under revision already."),
            ),
            models.CheckConstraint(
                name="revision_status_is_known",
                condition=models.Q(status__in=["draft", "in_review", "returned", "approved", "abandoned"]),
                violation_error_message=_("Not a status of a revision."),
            ),
            models.CheckConstraint(
                name="revision_has_a_reason",
                condition=~models.Q(reason=""),
                violation_error_message=_("Say why the published incident is to change."),
            ),
            models.CheckConstraint(
                name="revision_decided_by_someone",
                condition=models.Q(status__in=["draft", "in_review", "returned"])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=_("What is decided has been decided by someone, at some time."),
            ),
        ]
        indexes = [
            # The revisions of an incident, in order.
            models.Index(fields=["incident", "id"], name="revision_of_incident"),
        ]

    def __str__(self) -> str:
        return self.reason
