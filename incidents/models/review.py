"""What everything under review has in common, and the log of its transitions."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.workflow import ClaimState
from sources.disclosure import disclosure_field


class ClaimStatus(models.TextChoices):
    """Where an assertion stands in review (DESIGN: draft, proposed, returned, accepted or rejected …)."""

    DRAFT = ClaimState.DRAFT.value, _("draft")
    PROPOSED = ClaimState.PROPOSED.value, _("proposed")
    RETURNED = ClaimState.RETURNED.value, _("returned")
    ACCEPTED = ClaimState.ACCEPTED.value, _("accepted")
    REJECTED = ClaimState.REJECTED.value, _("rejected")
    CORRECTED = ClaimState.CORRECTED.value, _("corrected")
    RETRACTED = ClaimState.RETRACTED.value, _("retracted")
    VOIDED = ClaimState.VOIDED.value, _("voided")


def _person(verbose_name: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )


def authors_field() -> "ArrayField[Any, Any]":
    """Everyone who wrote the content of a row, kept by a trigger: none of them is its second pair of eyes."""
    return ArrayField(
        models.BigIntegerField(),
        verbose_name=_("authors"),
        default=list,
        db_default=[],
        editable=False,
        help_text=_("Everyone who wrote what stands here, by their keys; never shown outside."),
    )


class AmongAuthors(models.Func):
    """Whether a person is one of a row's authors."""

    arity = 2
    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def independently(approver: str, submitter: str) -> models.Case:
    """Approved by a person who neither wrote nor submitted the row. Computed by the database, so that a row cannot
    claim a second pair of eyes that was not there."""
    return models.Case(
        models.When(**{f"{approver}__isnull": True}, then=models.Value(False)),
        models.When(**{approver: models.F(submitter)}, then=models.Value(False)),
        models.When(**{approver: models.F("recorded_by")}, then=models.Value(False)),
        models.When(AmongAuthors(models.F(approver), models.F("authors")), then=models.Value(False)),
        default=models.Value(True),
    )


class Assertion(models.Model):
    """Something that a claimant asserts about an incident: a count, a responsibility, a statement.

    From submission on the database freezes every column but those of review, disclosure, the assignment to
    an incident and our note; a mistake of ours becomes a new row that corrects this one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    incident = models.ForeignKey(
        "incidents.Incident",
        verbose_name=_("incident"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        db_index=False,  # each model has an index that begins with it
        help_text=_("The incident it is about."),
    )
    claimant = models.ForeignKey(
        "sources.Organization",
        verbose_name=_("claimant"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        db_index=False,  # as above
        help_text=_("Who asserts it; not the publisher, unless they are the same."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ClaimStatus.choices,
        default=ClaimStatus.DRAFT,
        db_default=ClaimStatus.DRAFT,
        help_text=_("Where it stands in review."),
    )
    disclosure = disclosure_field()
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        help_text=_("The row whose coding mistake this one puts right."),
    )
    correction_reason = models.TextField(
        _("reason of the correction"), blank=True, help_text=_("What was wrong with the row that this one corrects.")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("For analysts; never shown outside."))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(_("recorded at"), help_text=_("When it was entered into the register."))
    submitted_by = _person(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    accepted_by = _person(_("accepted by"))
    accepted_at = models.DateTimeField(
        _("accepted at"),
        null=True,
        blank=True,
        help_text=_("When it was accepted; empty if it never was (null in JSON)."),
    )
    decision_note = models.TextField(_("reason of the latest decision"), blank=True)
    authors = authors_field()
    reviewed = models.GeneratedField(
        expression=independently("accepted_by", "submitted_by"),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text=_("Accepted by a person who neither recorded nor submitted it."),
    )

    class Meta:
        abstract = True


def assertion_constraints(model: str) -> list[models.BaseConstraint]:
    """The review columns fit the state; spelt out because Django does not combine inherited constraints."""
    return [
        models.CheckConstraint(
            name=f"{model}_status_is_known",
            condition=models.Q(status__in=ClaimStatus.values),
            violation_error_message=_("Not a status of the review."),
        ),
        models.CheckConstraint(
            name=f"{model}_is_submitted_unless_draft",
            condition=models.Q(status=ClaimStatus.DRAFT, submitted_at__isnull=True, submitted_by__isnull=True)
            | (~models.Q(status=ClaimStatus.DRAFT) & models.Q(submitted_at__isnull=False, submitted_by__isnull=False)),
            violation_error_message=_("Everything but a draft has been submitted by someone."),
        ),
        models.CheckConstraint(
            name=f"{model}_accepted_by_someone",
            condition=~models.Q(status=ClaimStatus.ACCEPTED)
            | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
            violation_error_message=_("What is accepted has been accepted by someone, at some time."),
        ),
        models.CheckConstraint(
            name=f"{model}_refused_with_a_reason",
            condition=~models.Q(
                status__in=[
                    ClaimStatus.RETURNED,
                    ClaimStatus.REJECTED,
                    ClaimStatus.CORRECTED,
                    ClaimStatus.RETRACTED,
                    ClaimStatus.VOIDED,
                ],
                decision_note="",
            ),
            violation_error_message=_("Returning, rejecting, correcting, retracting and voiding need a reason."),
        ),
        models.CheckConstraint(
            name=f"{model}_retracted_after_acceptance",
            condition=~models.Q(status=ClaimStatus.RETRACTED) | models.Q(accepted_at__isnull=False),
            violation_error_message=_("Only what was accepted can be retracted."),
        ),
        models.CheckConstraint(
            name=f"{model}_does_not_correct_itself",
            condition=models.Q(corrects__isnull=True) | ~models.Q(corrects=models.F("id")),
            violation_error_message=_("A row cannot correct itself."),
        ),
        models.CheckConstraint(
            name=f"{model}_corrects_with_a_reason",
            condition=models.Q(corrects__isnull=True) | ~models.Q(correction_reason=""),
            violation_error_message=_("A correction says what was wrong."),
        ),
        models.UniqueConstraint(
            fields=["corrects"],
            condition=models.Q(status=ClaimStatus.ACCEPTED),
            name=f"{model}_has_one_accepted_correction",
            violation_error_message=_("Another correction of this row has been accepted."),
        ),
        models.CheckConstraint(
            name=f"{model}_disclosure_is_a_level",
            condition=models.Q(disclosure__in=[0, 1, 2]),
            violation_error_message=_("Disclosure is public, partner or restricted."),
        ),
    ]


class Transition(models.Model):
    """One change of state of an incident or an assertion: who, when, from, to, and the note.

    Written by a trigger, so that no path is missed; the application role may only read it.
    """

    id = models.BigAutoField(primary_key=True)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    from_state = models.CharField(max_length=20, blank=True, help_text=_("Empty when the row was made."))
    to_state = models.CharField(max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    at = models.DateTimeField(help_text=_("When, by the register's clock."))
    note = models.TextField(blank=True)

    class Meta:
        db_table = "transition"
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        default_permissions = ("view",)
        indexes = [
            # The life of one row, in order.
            models.Index(fields=["table_name", "row_id", "id"], name="transition_of_row"),
            # What changed since a time.
            models.Index(fields=["table_name", "at"], name="transition_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
