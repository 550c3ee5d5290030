"""What the register itself holds to be so: adopted figures, and every claim they rest on."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from sources.dates import bounds_follow, edtf_bound, edtf_text
from sources.disclosure import disclosure_field

Q = models.Q


class Scope(models.Model):
    """What claims are compared within: incident × measure × unit × population × cause × place × basis × start."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="scopes")
    measure = models.ForeignKey("incidents.Measure", on_delete=models.PROTECT, related_name="scopes")
    unit = models.ForeignKey("incidents.Unit", on_delete=models.PROTECT, related_name="+")
    population = models.ForeignKey(
        "incidents.Population", on_delete=models.PROTECT, null=True, blank=True, related_name="scopes"
    )
    cause = models.ForeignKey("incidents.Cause", on_delete=models.PROTECT, null=True, blank=True, related_name="scopes")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="scopes")
    basis = models.CharField(
        max_length=10, choices=[("event", _("event")), ("cumulative", _("cumulative")), ("stock", _("stock"))]
    )
    since = edtf_text(_("since"), _("Start of a running total or stock, or of the period; empty when the incident's."))
    since_earliest = edtf_bound(_("since, earliest"))
    since_latest = edtf_bound(_("since, latest"))

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


class Figure(models.Model):
    """An adopted low, best and high for a scope: never edited, only superseded."""

    class Policy(models.TextChoices):
        """DESIGN §6, table of policies."""

        RANGE = "range", _("range")
        MOST_RELIABLE = "most_reliable", _("most reliable")
        CONSERVATIVE = "conservative", _("conservative")
        LATEST = "latest", _("latest")
        MANUAL = "manual", _("manual")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="figures")
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
    policy = models.CharField(
        _("policy"), max_length=14, choices=Policy.choices, help_text=_("The named rule by which it was adopted.")
    )
    policy_version = models.PositiveSmallIntegerField(
        _("version of the policy"), default=1, help_text=_("Which version of that rule.")
    )
    reason = models.TextField(_("reason"), help_text=_("Why this figure was adopted."))
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(_("adopted at"), help_text=_("When it was adopted."))
    superseded_at = models.DateTimeField(
        _("superseded at"),
        null=True,
        blank=True,
        help_text=_("When another took its place; empty while it is current (null in JSON)."),
    )

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        permissions = [("adopt_figure", _("Can adopt figures"))]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "disclosure"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_figure_per_scope_and_disclosure",
            ),
            models.CheckConstraint(
                name="figure_is_ordered",
                condition=(Q(low__gte=0) | Q(low__isnull=True))
                & (Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gte=models.F("low")))
                & (Q(best__isnull=True) | Q(low__isnull=True) | Q(best__gte=models.F("low")))
                & (Q(best__isnull=True) | Q(high__isnull=True) | Q(best__lte=models.F("high"))),
                violation_error_message=_("Low ≤ best ≤ high, none negative."),
            ),
            models.CheckConstraint(
                name="figure_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why this figure is adopted."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low}–{self.high} ({self.policy})"


class FigureClaim(models.Model):
    """One claim that a figure used, or set aside with a reason."""

    class Use(models.TextChoices):
        USED = "used", _("used")
        SET_ASIDE = "set_aside", _("set aside")

    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="rests_on")
    claim = models.ForeignKey("incidents.Claim", on_delete=models.PROTECT, related_name="figure_uses")
    use = models.CharField(
        max_length=9, choices=Use.choices, help_text=_("Whether the figure used the claim or set it aside.")
    )
    reason = models.TextField(_("reason"), blank=True, help_text=_("Why it was set aside."))

    class Meta:
        verbose_name = _("claim of a figure")
        verbose_name_plural = _("claims of figures")
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
