"""Which records are the same human being: the register's own decision, which can always be taken back."""

import secrets
import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import REFERENCE_ALPHABET
from victims.models.record import PersonRecord
from victims.querysets import VictimQuerySet

Q = models.Q


def new_reference() -> str:
    """A random public reference such as ``SV-7K3QF2``, which says nothing about the person."""
    return "SV-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))


class Victim(models.Model):
    """One human being, as the register sees it. All that is known of them stands in the linked records."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    reference = models.CharField(
        _("reference"), max_length=9, unique=True, default=new_reference, editable=False,
        help_text=_("Permanent public reference; random, it says nothing about the person."),
    )  # fmt: skip
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(_("recorded at"), help_text=_("When the first record was linked."))

    objects = VictimQuerySet.as_manager()

    class Meta:
        verbose_name = _("victim")
        verbose_name_plural = _("victims")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="victim_reference_is_well_formed",
                condition=Q(reference__regex=rf"^SV-[{REFERENCE_ALPHABET}]{{6}}$"),
                violation_error_message=_("A reference looks like SV-7K3QF2."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class LinkDecision(models.Model):
    """Whether a record is about a victim. Append-only: the decision that no other supersedes holds."""

    class Verdict(models.TextChoices):
        SAME = "same", _("the same person")
        DIFFERENT = "different", _("not the same person")
        UNDONE = "undone", _("taken back")

    class Method(models.TextChoices):
        """How it was found; machines may propose links later, and each will have a name here."""

        BY_HAND = "by_hand", _("by hand")
        CORRECTION = "correction", _("the record corrects one that was linked")

    id = models.BigAutoField(primary_key=True)
    victim = models.ForeignKey(Victim, verbose_name=_("victim"), on_delete=models.PROTECT, related_name="decisions")
    record = models.ForeignKey(
        PersonRecord, verbose_name=_("person record"), on_delete=models.PROTECT, related_name="link_decisions"
    )
    verdict = models.CharField(
        _("verdict"),
        max_length=9,
        choices=Verdict.choices,
        help_text=_("The same person, not the same, or taken back."),
    )
    method = models.CharField(
        _("method"), max_length=10, choices=Method.choices, default=Method.BY_HAND, db_default=Method.BY_HAND,
        help_text=_("How it was found that they are the same."),
    )  # fmt: skip
    reason = models.TextField(_("reason"), help_text=_("Why; kept with the decision."))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(_("decided at"), help_text=_("When it was decided."))
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by", editable=False
    )

    class Meta:
        verbose_name = _("decision about a link")
        verbose_name_plural = _("decisions about links")
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(
                name="link_decision_has_a_reason",
                condition=~Q(reason="")
                & Q(verdict__in=["same", "different", "undone"])
                & Q(method__in=["by_hand", "correction"]),
                violation_error_message=_("A decision about a link has a known verdict and a reason."),
            ),
            models.CheckConstraint(
                name="link_undone_was_decided",
                condition=~Q(verdict="undone") | Q(supersedes__isnull=False),
                violation_error_message=_("Only what was decided can be taken back."),
            ),
            models.UniqueConstraint(
                fields=["victim", "record"],
                condition=Q(supersedes__isnull=True),
                name="link_has_one_first_decision",
                violation_error_message=_("Another decision about this record was made meanwhile."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.verdict} {self.victim_id}"


class Link(models.Model):
    """To which victim a record is linked now. Written by the database from the decisions, and by nothing else."""

    id = models.BigAutoField(primary_key=True)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="links")
    record = models.ForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="links", db_index=False)
    decision = models.ForeignKey(LinkDecision, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                name="record_is_linked_to_one_victim",
                violation_error_message=_("This record is linked to a victim already: take that back first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.victim_id}"
