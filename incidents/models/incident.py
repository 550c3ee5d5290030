import secrets
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.folding import Fold
from incidents.models.review import authors_field, independently
from incidents.querysets import IncidentQuerySet, PartQuerySet
from incidents.workflow import IncidentState
from places.models import Place
from sources.dates import bounds_follow, edtf_bound, edtf_text
from sources.disclosure import disclosure_field
from sources.vocabulary import Term

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty characters that are not mistaken for one another, aloud or in print: no 0, O, 1, I, L, U."""


def new_reference() -> str:
    """A random public reference such as ``SJ-7K3QF2``, which says nothing about the incident."""
    return "SJ-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))


class IncidentKind(Term):
    """Air strike, artillery, siege, evacuation …"""

    class Meta(Term.Meta):
        verbose_name = _("kind of incident")
        verbose_name_plural = _("kinds of incident")


class Incident(models.Model):
    """An event, or a situation (an episode, a siege, a running toll) of which events may be part."""

    class Type(models.TextChoices):
        """DESIGN §2: event or situation."""

        EVENT = "event", _("event")
        SITUATION = "situation", _("situation")

    class Status(models.TextChoices):
        """Where the incident stands in review (DESIGN §7)."""

        DRAFT = IncidentState.DRAFT.value, _("draft")
        IN_REVIEW = IncidentState.IN_REVIEW.value, _("in review")
        CHANGES_REQUESTED = IncidentState.CHANGES_REQUESTED.value, _("changes requested")
        PUBLISHED = IncidentState.PUBLISHED.value, _("published")
        UNDER_REVISION = IncidentState.UNDER_REVISION.value, _("under revision")
        WITHDRAWN = IncidentState.WITHDRAWN.value, _("withdrawn")
        MERGED = IncidentState.MERGED.value, _("merged into another")

    class Grade(models.TextChoices):
        """How well the incident itself is established."""

        CONFIRMED = "confirmed", _("confirmed")
        FAIR = "fair", _("fair")
        WEAK = "weak", _("weak")
        CONTESTED = "contested", _("contested")
        UNGRADED = "", _("not graded")

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(
        _("reference"), max_length=9, unique=True, default=new_reference, editable=False,
        help_text=_("Permanent public reference; random, it says nothing about the incident."),
    )  # fmt: skip
    incident_type = models.CharField(_("type"), max_length=9, choices=Type.choices, help_text=_("Event or situation."))
    title = models.CharField(_("title"), max_length=300, help_text=_("Neutral short title in English."))
    title_ar = models.CharField(
        _("Arabic title"), max_length=300, blank=True, help_text=_("Title in Arabic; empty when not written.")
    )
    kinds = models.ManyToManyField(
        IncidentKind, verbose_name=_("kinds"), blank=True, related_name="incidents", help_text=_("What happened.")
    )
    occurred = edtf_text(
        _("occurred"),
        _(
            "When it happened, as exactly as is known: 2018-04-21, 2018-04, 2018-04~ (about) or, "
            "still going on, 2018-04-19/.. (EDTF)."
        ),
    )
    occurred_earliest = edtf_bound(_("occurred, earliest"))
    occurred_latest = edtf_bound(_("occurred, latest"))
    places: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        Place, verbose_name=_("places"), through="IncidentPlace", related_name="incidents",
        help_text=_("Where it happened, in order of weight."),
    )  # fmt: skip
    part_of: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "self", verbose_name=_("part of"), through="IncidentPart", symmetrical=False, related_name="parts",
        help_text=_("The situations that this is a part of."),
    )  # fmt: skip
    summary = models.TextField(_("summary"), blank=True, help_text=_("What the sources agree on, in neutral words."))
    grade = models.CharField(
        _("grade"), max_length=12, choices=Grade.choices, blank=True, default=Grade.UNGRADED,
        help_text=_("How well the incident itself is established; empty when not graded."),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=17, choices=Status.choices, default=Status.DRAFT, db_default=Status.DRAFT,
        help_text=_("Where the incident stands in review."),
    )  # fmt: skip
    disclosure = disclosure_field()
    note = models.TextField(_("note"), blank=True, help_text=_("For analysts; never shown outside."))
    withdrawn_reason = models.TextField(
        _("reason of the withdrawal"), blank=True, help_text=_("Shown outside in place of a withdrawn incident.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    modified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    modified_at = models.DateTimeField(_("modified at"), help_text=_("When the incident itself last changed."))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    published_at = models.DateTimeField(
        _("published at"),
        null=True,
        blank=True,
        help_text=_("When it was first published; empty if it never was (null in JSON)."),
    )
    authors = authors_field()
    reviewed = models.GeneratedField(
        expression=independently("published_by", "submitted_by"),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text=_("Published by a person who did not write it; false means not independently reviewed."),
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        permissions = [
            ("review_incident", _("Can review incidents")),
            ("publish_incident", _("Can publish incidents")),
            ("withdraw_incident", _("Can withdraw incidents")),
            ("merge_incident", _("Can merge incidents and take merges back")),
            ("assign_incident", _("Can assign incidents")),
        ]
        constraints = [
            bounds_follow("incident", "occurred"),
            models.CheckConstraint(
                name="incident_reference_is_well_formed",
                condition=models.Q(reference__regex=rf"^SJ-[{REFERENCE_ALPHABET}]{{6}}$"),
                violation_error_message=_("A reference looks like SJ-7K3QF2."),
            ),
            models.CheckConstraint(
                name="incident_words_are_known",
                condition=models.Q(incident_type__in=["event", "situation"])
                & models.Q(status__in=[state.value for state in IncidentState])
                & models.Q(grade__in=["confirmed", "fair", "weak", "contested", ""])
                & models.Q(disclosure__in=[0, 1, 2]),
                violation_error_message=_("Not a known type, status, grade or disclosure."),
            ),
            models.CheckConstraint(
                name="incident_has_a_title",
                condition=~models.Q(title=""),
                violation_error_message=_("Give the incident a title."),
            ),
            models.CheckConstraint(
                name="incident_published_by_someone",
                condition=~models.Q(status__in=["published", "under_revision"])
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                violation_error_message=_("What is published has been published by someone, at some time."),
            ),
            models.CheckConstraint(
                name="incident_withdrawn_with_a_reason",
                condition=~models.Q(status="withdrawn", withdrawn_reason=""),
                violation_error_message=_("Withdrawing needs a reason."),
            ),
        ]
        indexes = [
            # The API's list: what is published, in the order of publication.
            models.Index(
                fields=["published_at", "reference"],
                include=["id", "disclosure"],
                condition=models.Q(status__in=["published", "under_revision"]),
                name="incident_published",
            ),
            # Of lists whose rows belong to incidents: in their order, and by their keys, without a look at the table.
            models.Index(
                fields=["reference"],
                include=["id", "disclosure"],
                condition=models.Q(status__in=["published", "under_revision"]),
                name="incident_published_by_name",
            ),
            models.Index(
                fields=["id"],
                include=["published_at", "reference", "disclosure"],
                condition=models.Q(status__in=["published", "under_revision"]),
                name="incident_published_by_key",
            ),
            # What changed since a time; of claims, what came out with its incident.
            models.Index(fields=["published_at"], name="incident_by_publication"),
            models.Index(fields=["modified_at"], name="incident_by_change"),
            # What is in hand: queues by status, the longest wait first.
            models.Index(
                fields=["status", "modified_at"],
                condition=models.Q(status__in=["draft", "in_review", "changes_requested", "under_revision", "merged"]),
                name="incident_in_hand",
            ),
            # Date filters.
            models.Index(fields=["occurred_earliest", "occurred_latest"], name="incident_by_date"),
            # Search by title, any part, either script.
            GinIndex(OpClass(Fold("title"), name="gin_trgm_ops"), name="incident_title_folded"),
            GinIndex(OpClass(Fold("title_ar"), name="gin_trgm_ops"), name="incident_title_ar_folded"),
            GinIndex(OpClass(Fold("summary"), name="gin_trgm_ops"), name="incident_summary_folded"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class IncidentPlace(models.Model):
    """Where an incident happened, or where people were taken from it."""

    class Role(models.TextChoices):
        PLACE = "place", _("place")
        DESTINATION = "destination", _("destination")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="located", db_index=False)
    place = models.ForeignKey(
        Place, verbose_name=_("place"), on_delete=models.PROTECT, related_name="located_incidents"
    )
    role = models.CharField(
        _("role"), max_length=11, choices=Role.choices, default=Role.PLACE, db_default=Role.PLACE,
        help_text=_("Where it happened, or where people were taken."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=1, db_default=1)

    class Meta:
        verbose_name = _("place of an incident")
        verbose_name_plural = _("places of incidents")
        constraints = [
            models.UniqueConstraint(fields=["incident", "place", "role"], name="incident_has_a_place_once"),
            models.CheckConstraint(
                name="incident_place_role_is_known",
                condition=models.Q(role__in=["place", "destination"]),
                violation_error_message=_("A place is a place or a destination."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.role} {self.place_id}"


class IncidentPart(models.Model):
    """An incident is part of a situation. An incident may be part of several; the database refuses cycles."""

    part = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="part_links", db_index=False)
    situation = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="whole_links")

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a situation")
        verbose_name_plural = _("parts of situations")
        constraints = [
            models.UniqueConstraint(fields=["part", "situation"], name="incident_is_part_of_a_situation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} in {self.situation_id}"
