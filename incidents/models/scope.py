"""Scopes, and the projection of what the accepted claims in each come to.

A scope keeps its identity for good. ``ScopeState`` and ``ScopeClaim`` follow from the claims: ``incidents.scopes`` keeps
them in the transaction that writes the claims, and can make them anew.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.reference import BASES
from incidents.reconciliation.agreement import Relation as PureRelation
from incidents.scopes.querysets import ScopeClaimQuerySet, ScopeQuerySet, ScopeStateQuerySet
from sources.dates import bounds_follow, edtf_bound, edtf_text
from sources.disclosure import Disclosure

Q = models.Q


class Scope(models.Model):
    """What claims are compared within: incident × measure × unit × population × cause × place × basis × start."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="scopes", db_index=False)
    measure = models.ForeignKey("incidents.Measure", on_delete=models.PROTECT, related_name="scopes")
    unit = models.ForeignKey("incidents.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    population = models.ForeignKey(
        "incidents.Population", on_delete=models.PROTECT, null=True, blank=True, related_name="scopes"
    )
    cause = models.ForeignKey("incidents.Cause", on_delete=models.PROTECT, null=True, blank=True, related_name="scopes")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="scopes")
    basis = models.CharField(
        max_length=10, choices=BASES, help_text=_("Whether it is of an event, a running total, or a stock at a date.")
    )
    since = edtf_text(
        _("since"),
        _(
            "Start of a running total or stock, or the period counted; empty when it is the incident's own (null in JSON)."
        ),
    )
    since_earliest = edtf_bound(_("since, earliest"))
    since_latest = edtf_bound(_("since, latest"))

    objects = ScopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")
        constraints = [
            bounds_follow("scope", "since"),
            models.UniqueConstraint(
                fields=["incident", "measure", "unit", "population", "cause", "place", "basis", "since"],
                nulls_distinct=False,
                name="scope_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Levels(models.Model):
    """What holds for readers from one level of disclosure to another."""

    disclosure_from = models.PositiveSmallIntegerField(editable=False)
    disclosure_to = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        abstract = True


class ScopeState(Levels):
    """What the claims of a scope come to, of those that readers of these levels may see."""

    class Relation(models.TextChoices):
        """How the speaking claims of a scope stand to each other (DESIGN §6)."""

        SINGLE = PureRelation.SINGLE.value, _("one claim")
        AGREE = PureRelation.AGREE.value, _("agree")
        CONFLICT = PureRelation.CONFLICT.value, _("conflict")
        DIFFERENT_DATES = PureRelation.DIFFERENT_DATES.value, _("as of different dates")
        NO_NUMBER = PureRelation.NO_NUMBER.value, _("no number")

    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="states", db_index=False)
    # The scope's own, as the database sees to (0021): lists are in the order of incidents, and of some scopes of each.
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
    )
    relation = models.CharField(
        _("relation"), max_length=15, choices=Relation.choices, help_text=_("How what speaks stands to each other.")
    )
    low = models.BigIntegerField(
        _("low"), null=True, help_text=_("Smallest minimum; empty when there is no number (null in JSON).")
    )
    high = models.BigIntegerField(
        _("high"), null=True, help_text=_("Largest maximum; empty when there is no number (null in JSON).")
    )
    open_ended = models.BooleanField(
        _("open-ended"), help_text=_("Some claim gives no highest count; high is then the largest stated.")
    )
    approximate = models.BooleanField(
        _("approximate"), default=False, help_text=_("Nobody states low, or high, but as about so many.")
    )
    gap = models.BigIntegerField(
        _("gap"),
        null=True,
        help_text=_("Largest minimum less smallest maximum where numbers conflict; else empty (null in JSON)."),
    )
    documents = models.PositiveIntegerField(_("documents"), help_text=_("How many sources what speaks stands in."))
    claimants = models.PositiveIntegerField(_("claimants"), help_text=_("How many organizations speak."))
    roots = models.PositiveIntegerField(_("roots"), help_text=_("On how many what speaks rests in the end."))
    independent_groups = models.PositiveIntegerField(
        _("independent groups"), help_text=_("How many claims that speak share no root with one another.")
    )
    warnings = models.JSONField(_("warnings"), default=list, help_text=_("What to look at again, by code."))
    largest_minimum = models.BigIntegerField(
        _("largest minimum"),
        null=True,
        help_text=_(
            "Of all its claims, also those that were followed by others; empty when none has one (null in JSON)."
        ),
    )
    found_by = ArrayField(
        models.TextField(),
        verbose_name=_("found by"),
        help_text=_(
            "What it is of and where, and of each of its claims who made it, who printed it, in what, on whom it rests."
        ),
    )

    objects = ScopeStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a scope")
        verbose_name_plural = _("states of scopes")
        constraints = [
            models.UniqueConstraint(fields=["scope", "disclosure_from"], name="scope_state_of_a_level_is_one"),
            models.CheckConstraint(
                name="scope_state_is_whole",
                condition=Q(disclosure_from__lte=models.F("disclosure_to"), disclosure_to__lte=2)
                & (Q(low__isnull=True, high__isnull=True) | Q(low__gte=0, high__gte=models.F("low")))
                & (Q(gap__isnull=True) | Q(relation="conflict", gap__gte=1)),
                violation_error_message=_("Not what claims can come to."),
            ),
        ]
        indexes = [
            # "Sources disagree": the queue, by how much they do.
            models.Index(
                models.F("gap").desc(nulls_last=True),
                "scope",
                condition=Q(relation="conflict"),
                name="scope_in_conflict",
            ),
            # The filter by relation.
            models.Index(
                fields=["relation", "scope"],
                include=["incident", "disclosure_from", "disclosure_to"],
                name="scope_by_relation",
            ),
            # The filter by warning.
            GinIndex(fields=["warnings"], opclasses=["jsonb_path_ops"], name="scope_by_warning"),
            # The filters by what it is of and by who claims it, and by how many.
            *(
                GinIndex(
                    fields=["found_by"],
                    condition=Q(disclosure_from__lte=level, disclosure_to__gte=level),
                    name=f"scope_{level.code}_by_finding",
                )
                for level in (Disclosure.PUBLIC, Disclosure.PARTNER)
            ),
            models.Index(fields=["incident", "disclosure_from"], name="scope_state_of_incident"),
            models.Index(fields=["largest_minimum"], name="scope_by_largest_minimum"),
            # The queue "one root".
            models.Index(fields=["claimants"], condition=Q(roots=1, claimants__gt=1), name="scope_on_one_root"),
        ]

    def __str__(self) -> str:
        return f"{self.scope_id}: {self.relation}"


class ScopeClaim(Levels):
    """An accepted claim in its scope: whether it speaks, what follows it in its series, and its roots."""

    claim = models.ForeignKey("incidents.Claim", on_delete=models.CASCADE, related_name="standings", db_index=False)
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="standings")
    speaks = models.BooleanField(
        _("speaks"), help_text=_("Whether it is the last that its claimant said in the scope.")
    )
    position = models.PositiveIntegerField(
        _("position"), help_text=_("Its place among what speaks, or in the history.")
    )
    followed_by = models.UUIDField(
        _("followed by"),
        null=True,
        help_text=_("The claimant's next announcement; empty for the latest (null in JSON)."),
    )
    roots = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("roots"),
        help_text=_("The organizations on which it rests in the end."),
    )
    root_sources = ArrayField(
        models.UUIDField(),
        default=list,
        verbose_name=_("sources it rests on"),
        help_text=_("The sources without a known publisher on which it rests in the end."),
    )
    holds_until = models.DateField(
        _("holds until"),
        null=True,
        help_text=_("The latest day it is known to hold for; empty when none is known (null in JSON)."),
    )

    objects = ScopeClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim in its scope")
        verbose_name_plural = _("claims in their scopes")
        constraints = [
            models.UniqueConstraint(fields=["claim", "disclosure_from"], name="claim_stands_once_at_a_level"),
            models.CheckConstraint(
                name="claim_standing_is_whole",
                condition=Q(disclosure_from__lte=models.F("disclosure_to"), disclosure_to__lte=2)
                & (Q(speaks=True, followed_by__isnull=True) | Q(speaks=False, followed_by__isnull=False)),
                violation_error_message=_("What speaks is followed by nothing, and what is followed does not speak."),
            ),
        ]
        indexes = [
            # The filter by root.
            GinIndex(fields=["roots"], name="claim_by_root"),
            GinIndex(fields=["root_sources"], name="claim_by_root_source"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} in {self.scope_id}"


class ScopeDue(models.Model):
    """An incident whose scopes are to be looked at again before this transaction ends; written by triggers."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="+")
    transaction = models.BigIntegerField(editable=False)

    class Meta:
        verbose_name = _("incident whose scopes are due")
        verbose_name_plural = _("incidents whose scopes are due")

    def __str__(self) -> str:
        return str(self.incident_id)
