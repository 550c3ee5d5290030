"""What the register itself holds to be so: adopted figures, and every claim they rest on."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.reconciliation.policies import Policy as PurePolicy
from incidents.scopes.querysets import FigureQuerySet
from incidents.workflow import FigureState
from sources.disclosure import disclosure_field

Q = models.Q


class Figure(models.Model):
    """A low, best and high for a scope, proposed by one person and adopted by another: never edited, only superseded.

    ``disclosure`` is the level whose claims it was made from; readers of that level and above see it, as far as they see
    every claim that it used.
    """

    class Policy(models.TextChoices):
        """DESIGN §6, table of policies."""

        RANGE = PurePolicy.RANGE.value, _("range")
        MOST_RELIABLE = PurePolicy.MOST_RELIABLE.value, _("most reliable")
        CONSERVATIVE = PurePolicy.CONSERVATIVE.value, _("conservative")
        LATEST = PurePolicy.LATEST.value, _("latest")
        MANUAL = PurePolicy.MANUAL.value, _("manual")

    class Status(models.TextChoices):
        """Where it stands (DESIGN §7: approver ≠ author for figures)."""

        PROPOSED = FigureState.PROPOSED.value, _("proposed")
        ADOPTED = FigureState.ADOPTED.value, _("adopted")
        DECLINED = FigureState.DECLINED.value, _("declined")
        SUPERSEDED = FigureState.SUPERSEDED.value, _("superseded")
        WITHDRAWN = FigureState.WITHDRAWN.value, _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    scope = models.ForeignKey(
        "incidents.Scope", verbose_name=_("scope"), on_delete=models.PROTECT, related_name="figures"
    )
    disclosure = disclosure_field()
    low = models.BigIntegerField(
        _("low"), null=True, blank=True, help_text=_("Empty when there is no number (null in JSON).")
    )
    best = models.BigIntegerField(
        _("best"), null=True, blank=True, help_text=_("Empty when none is adopted (null in JSON).")
    )
    high = models.BigIntegerField(
        _("high"), null=True, blank=True, help_text=_("Empty when there is no number (null in JSON).")
    )
    open_ended = models.BooleanField(
        _("open-ended"),
        default=False,
        help_text=_("Some claim gives no highest count; high is then the largest stated."),
    )
    approximate = models.BooleanField(
        _("approximate"), default=False, help_text=_("One of its numbers is stated by nobody but as about so many.")
    )
    policy = models.CharField(
        _("policy"), max_length=14, choices=Policy.choices, help_text=_("The named rule by which it was adopted.")
    )
    policy_version = models.PositiveSmallIntegerField(
        _("version of the policy"), default=1, help_text=_("Which version of that rule.")
    )
    reason = models.TextField(_("reason"), help_text=_("Why this figure was adopted."))
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.PROPOSED, db_default=Status.PROPOSED,
        help_text=_("Proposed, adopted, declined, superseded by a later one, or withdrawn."),
    )  # fmt: skip
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed at"), help_text=_("When it was proposed."))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", db_index=False,
    )  # fmt: skip
    decided_at = models.DateTimeField(
        _("decided at"),
        null=True,
        blank=True,
        help_text=_("When it was adopted, or declined; empty while it is proposed (null in JSON)."),
    )
    decision_note = models.TextField(
        _("reason of the decision"), blank=True, help_text=_("Why it was declined, or withdrawn.")
    )
    superseded_at = models.DateTimeField(
        _("superseded at"),
        null=True,
        blank=True,
        help_text=_("When another took its place, or it was withdrawn; empty while it is current (null in JSON)."),
    )
    stale = models.BooleanField(
        _("stale"), default=False, db_default=False, editable=False,
        help_text=_("Claims accepted since would change it; derived from them."),
    )  # fmt: skip
    reviewed = models.GeneratedField(
        expression=models.Case(
            models.When(status__in=["adopted", "superseded", "withdrawn"], then=~Q(decided_by=models.F("proposed_by"))),
            default=models.Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text=_("Adopted by another person than proposed it; false means not independently reviewed."),
    )

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        permissions = [("adopt_figure", _("Can adopt figures"))]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "disclosure"],
                condition=Q(status="adopted"),
                name="one_current_figure_per_scope_and_disclosure",
                violation_error_message=_(
                    "There is a current figure of this scope already; the new one supersedes it."
                ),
            ),
            models.UniqueConstraint(
                fields=["scope", "disclosure"],
                condition=Q(status="proposed"),
                name="one_proposed_figure_per_scope_and_disclosure",
                violation_error_message=_("A figure of this scope is proposed already: decide on that first."),
            ),
            models.CheckConstraint(
                name="figure_is_ordered",
                condition=Q(low__isnull=True, high__isnull=True, best__isnull=True, open_ended=False)
                | Q(low__isnull=False, high__isnull=False, low__gte=0, high__gte=models.F("low"))
                & (Q(best__isnull=True) | Q(best__gte=models.F("low"), best__lte=models.F("high"))),
                violation_error_message=_(
                    "Low ≤ best ≤ high, none negative: both ends, or no number at all. “At least 100” is 100 to 100, open-ended."
                ),
            ),
            models.CheckConstraint(
                name="figure_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why this figure is adopted."),
            ),
            models.CheckConstraint(
                name="figure_words_are_known",
                condition=Q(policy__in=["range", "most_reliable", "conservative", "latest", "manual"])
                & Q(status__in=["proposed", "adopted", "declined", "superseded", "withdrawn"]),
                violation_error_message=_("Not a known policy or status."),
            ),
            models.CheckConstraint(
                name="figure_decided_by_someone",
                condition=Q(status="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=_("What is decided has been decided by someone, at some time."),
            ),
            models.CheckConstraint(
                name="figure_superseded_at_a_time",
                condition=Q(status__in=["superseded", "withdrawn"], superseded_at__isnull=False)
                | ~Q(status__in=["superseded", "withdrawn"]) & Q(superseded_at__isnull=True),
                violation_error_message=_("What is superseded was superseded at some time."),
            ),
        ]
        indexes = [
            # What was adopted since a time.
            models.Index(fields=["decided_at"], condition=Q(status="adopted"), name="figure_by_adoption"),
            # The queue of figures that are stale.
            models.Index(fields=["decided_at"], condition=Q(status="adopted", stale=True), name="figure_stale"),
            # The queue of figures that wait for a decision.
            models.Index(fields=["proposed_at"], condition=Q(status="proposed"), name="figure_proposed"),
        ]

    def __str__(self) -> str:
        return f"{self.low}–{self.high} ({self.policy})"


class FigureClaim(models.Model):
    """One claim that a figure used, or set aside with a reason, and what the policy saw of it beside its count.

    Counts are frozen with their claims; grades, derivations and dates are not, and are kept here as they were, so that
    the figure can be recomputed.
    """

    class Use(models.TextChoices):
        USED = "used", _("used")
        SET_ASIDE = "set_aside", _("set aside")

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="rests_on")
    claim = models.ForeignKey("incidents.Claim", on_delete=models.PROTECT, related_name="figure_uses")
    use = models.CharField(
        max_length=9, choices=Use.choices, help_text=_("Whether the figure used the claim or set it aside.")
    )
    reason = models.TextField(_("reason"), blank=True, help_text=_("Why it was set aside."))
    grade = models.CharField(
        _("grade"),
        max_length=1,
        blank=True,
        help_text=_("How reliable its claimant was held to be; empty if not assessed."),
    )
    direct = models.BooleanField(
        _("direct"), help_text=_("It rested on nothing recorded, or said itself on what it rests.")
    )
    dated = models.BooleanField(_("dated"), help_text=_("Whether it was known which day it holds for."))
    holds_until = models.DateField(
        _("holds until"),
        null=True,
        blank=True,
        help_text=_("The latest day it could hold for; empty when open or undated (null in JSON)."),
    )

    class Meta:
        verbose_name = _("claim of a figure")
        verbose_name_plural = _("claims of figures")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["figure", "claim"], name="figure_treats_a_claim_once"),
            models.CheckConstraint(
                name="set_aside_with_a_reason",
                condition=Q(use="used") | Q(use="set_aside") & ~Q(reason=""),
                violation_error_message=_("Say why the claim is set aside."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.use}"
