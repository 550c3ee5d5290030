"""What colleagues say to each other about a record, and who has it in hand. Never shown outside."""

from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from incidents.querysets import AssertionQuerySet, OfIncidentQuerySet
from sources.disclosure import Disclosure


class CommentQuerySet(OfIncidentQuerySet):
    def about(self, row: models.Model) -> Self:
        """What was said of one row, oldest first."""
        return self.filter(table_name=row._meta.db_table, row_id=str(row.pk)).order_by("pk")

    def seen_at(self, level: Disclosure) -> Self:
        """Remarks on incidents within the level, and on rows about them that are; each table says which those are."""
        tables = [apps.get_model("incidents", name)._meta.db_table for name in ("Incident", "Revision")]
        rows = models.Q(table_name__in=tables)
        for model in apps.get_models():
            said = model._default_manager.all()
            if isinstance(said, AssertionQuerySet):
                keys = said.seen_at(level).annotate(key=Cast("pk", models.CharField())).values("key")
                rows |= models.Q(table_name=model._meta.db_table, row_id__in=keys)
        return super().seen_at(level).filter(rows)

    def unresolved(self) -> Self:
        return self.filter(resolved_at__isnull=True)


class Comment(models.Model):
    """A remark on an incident, or on a row about it, or on one of its fields; settled once it is resolved.

    What was said stays: the database refuses to change or delete the text.
    """

    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    field = models.CharField(
        _("field"), max_length=63, blank=True, help_text=_("The field it is about; empty for the row as a whole.")
    )
    text = models.TextField(_("comment"), max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(
                name="comment_says_something",
                condition=~models.Q(text=""),
                violation_error_message=_("Write the comment."),
            ),
            models.CheckConstraint(
                name="comment_resolved_by_someone",
                condition=models.Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False),
                violation_error_message=_("What is resolved has been resolved by someone, at some time."),
            ),
        ]
        indexes = [
            # The remarks on one row, in order.
            models.Index(fields=["table_name", "row_id", "id"], name="comment_of_row"),
            # What is still open about an incident.
            models.Index(fields=["incident"], condition=models.Q(resolved_at__isnull=True), name="comment_unresolved"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Assignment(models.Model):
    """Who has an incident in hand."""

    incident = models.OneToOneField(
        Incident, verbose_name=_("incident"), on_delete=models.CASCADE, related_name="assignment", primary_key=True
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assigned to"), on_delete=models.PROTECT, related_name="assignments"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assigned_at = models.DateTimeField(_("assigned at"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.assignee_id}"
