from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.folding import Fold
from incidents.counts import Quantifier as CountQuantifier
from incidents.counts import Stance as CountStance
from incidents.models.review import Assertion, ClaimStatus, assertion_constraints
from incidents.querysets import ClaimQuerySet
from sources.dates import bounds_follow, edtf_bound, edtf_text

Q = models.Q


class Quantifier(models.TextChoices):
    """How the number is qualified by the claimant (DESIGN §5)."""

    EXACT = CountQuantifier.EXACT.value, _("exactly")
    AT_LEAST = CountQuantifier.AT_LEAST.value, _("at least")
    MORE_THAN = CountQuantifier.MORE_THAN.value, _("more than")
    AT_MOST = CountQuantifier.AT_MOST.value, _("at most")
    FEWER_THAN = CountQuantifier.FEWER_THAN.value, _("fewer than")
    ABOUT = CountQuantifier.ABOUT.value, _("about")
    BETWEEN = CountQuantifier.BETWEEN.value, _("between")
    VAGUE = CountQuantifier.VAGUE.value, _("a vague word")
    UNQUANTIFIED = CountQuantifier.UNQUANTIFIED.value, _("no number")


class Stance(models.TextChoices):
    """Whether the claimant asserts or denies; a denial needs no number."""

    ASSERTS = CountStance.ASSERTS.value, _("asserts")
    DENIES = CountStance.DENIES.value, _("denies")


def _count_fits_quantifier() -> Q:
    """DESIGN §5, as ``incidents.counts.CONSISTENT`` has it; a test holds the two together."""
    minimum, maximum = Q(minimum__isnull=False), Q(maximum__isnull=False)
    same = minimum & maximum & Q(minimum=models.F("maximum"))
    number_if_best = Q(best__isnull=True) | minimum | maximum
    return number_if_best & (
        Q(quantifier__in=[Quantifier.EXACT, Quantifier.ABOUT]) & same
        | Q(quantifier=Quantifier.AT_LEAST) & minimum & ~maximum
        | Q(quantifier=Quantifier.MORE_THAN, minimum__gte=1) & minimum & ~maximum
        | Q(quantifier__in=[Quantifier.AT_MOST, Quantifier.FEWER_THAN], minimum=0) & minimum & maximum
        | Q(quantifier=Quantifier.BETWEEN) & minimum & maximum
        | Q(quantifier=Quantifier.VAGUE) & (~minimum & ~maximum | Q(coding_rule__isnull=False))
        | Q(quantifier=Quantifier.UNQUANTIFIED) & ~minimum & ~maximum
    )


class Claim(Assertion):
    """A count that one claimant asserts or denies, kept with its words, and never altered once submitted."""

    class Basis(models.TextChoices):
        """What period the count covers."""

        EVENT = "event", _("in the incident, or a stated part of it")
        CUMULATIVE = "cumulative", _("running total since a date")
        STOCK = "stock", _("at a date: held, missing, trapped, displaced")

    class Method(models.TextChoices):
        """How the claimant arrived at the number, where it says so."""

        NAMED = "named", _("persons named one by one")
        DOCUMENTED = "documented", _("cases documented one by one")
        ESTIMATED = "estimated", _("estimated")
        UNSTATED = "unstated", _("not stated")

    measure = models.ForeignKey(
        "incidents.Measure", verbose_name=_("measure"), on_delete=models.PROTECT, related_name="claims", db_index=False,
        help_text=_("What is counted."),
    )  # fmt: skip
    unit = models.ForeignKey(
        "incidents.Unit", verbose_name=_("unit"), on_delete=models.PROTECT, related_name="claims", db_index=False,
        help_text=_("What one of the counted things is."),
    )  # fmt: skip
    population = models.ForeignKey(
        "incidents.Population", verbose_name=_("population"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="claims", db_index=False,
        help_text=_("Who is counted; empty for measures that do not count people (null in JSON)."),
    )  # fmt: skip
    population_stated = models.CharField(
        _("population as stated"),
        max_length=300,
        blank=True,
        help_text=_("The source's own wording for who is counted."),
    )
    cause = models.ForeignKey(
        "incidents.Cause", verbose_name=_("cause"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="claims",
        help_text=_("How it happened, where the claim counts this cause alone; empty when it does not (null in JSON)."),
    )  # fmt: skip
    place = models.ForeignKey(
        "places.Place", verbose_name=_("place"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="claims", help_text=_("The place the count covers; empty when it is the incident's own (null in JSON)."),
    )  # fmt: skip
    period = edtf_text(
        _("period"),
        _(
            "The time the count covers, from and to, such as 2018-04-19/2018-05-21 (EDTF); empty when it is the incident's own."
        ),
    )
    period_earliest = edtf_bound(_("period, first day"))
    period_latest = edtf_bound(_("period, last day"))
    basis = models.CharField(
        _("basis"), max_length=10, choices=Basis.choices, default=Basis.EVENT, db_default=Basis.EVENT,
        help_text=_("Whether it counts an event, a running total, or a stock at a date."),
    )  # fmt: skip
    since = edtf_text(
        _("since"),
        _(
            "From when a running total or a stock counts, such as 2011-03 (EDTF); empty when from the incident's own beginning."
        ),
    )
    since_earliest = edtf_bound(_("since, earliest"))
    since_latest = edtf_bound(_("since, latest"))
    as_of = edtf_text(_("as of"), _("The date the count holds for, such as 2018-05-21 (EDTF); empty when not stated."))
    as_of_earliest = edtf_bound(_("as of, earliest"))
    as_of_latest = edtf_bound(_("as of, latest"))

    minimum = models.BigIntegerField(
        _("minimum"),
        null=True,
        blank=True,
        help_text=_("Lowest count the claim allows; empty when it gives none (null in JSON). 0 is a count."),
    )
    best = models.BigIntegerField(
        _("best"),
        null=True,
        blank=True,
        help_text=_("The claimant's own best count; empty when it gives none (null in JSON)."),
    )
    maximum = models.BigIntegerField(
        _("maximum"),
        null=True,
        blank=True,
        help_text=_("Highest count the claim allows; empty when open or not given (null in JSON)."),
    )
    quantifier = models.CharField(
        _("quantifier"), max_length=12, choices=Quantifier.choices, help_text=_("How the number is qualified.")
    )
    stance = models.CharField(
        _("stance"), max_length=7, choices=Stance.choices, default=Stance.ASSERTS, db_default=Stance.ASSERTS,
        help_text=_("Whether the claimant asserts or denies it."),
    )  # fmt: skip
    stated = models.CharField(_("as stated"), max_length=500, help_text=_("The words that carry the count, verbatim."))
    language = models.CharField(
        _("language"),
        max_length=12,
        blank=True,
        help_text=_("Language of the words, such as en or ar (a BCP 47 tag); empty when not recorded."),
    )
    coding_rule = models.ForeignKey(
        "incidents.CodingRule", verbose_name=_("coding rule"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="claims", help_text=_("The rule that gave a vague word its bounds; empty when none did (null in JSON)."),
    )  # fmt: skip
    method = models.CharField(
        _("method"), max_length=10, choices=Method.choices, default=Method.UNSTATED, db_default=Method.UNSTATED,
        help_text=_("How the claimant arrived at the number."),
    )  # fmt: skip
    part_of = models.ForeignKey(
        "self", verbose_name=_("part of"), on_delete=models.PROTECT, null=True, blank=True, related_name="parts",
        help_text=_("The claim of the same claimant of which this one counts a part."),
    )  # fmt: skip

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        permissions = [("review_claim", _("Can accept, return, reject, correct, retract and void claims"))]
        constraints = [
            *assertion_constraints("claim"),
            *(bounds_follow("claim", name) for name in ("period", "since", "as_of")),
            models.CheckConstraint(
                name="claim_count_fits_quantifier",
                condition=_count_fits_quantifier(),
                violation_error_message=_("The minimum and maximum do not fit the quantifier."),
            ),
            models.CheckConstraint(
                name="claim_counts_are_not_negative",
                condition=(Q(minimum__gte=0) | Q(minimum__isnull=True))
                & (Q(best__gte=0) | Q(best__isnull=True))
                & (Q(maximum__gte=0) | Q(maximum__isnull=True)),
                violation_error_message=_("Counts are never negative."),
            ),
            models.CheckConstraint(
                name="claim_words_are_known",
                condition=Q(quantifier__in=Quantifier.values)
                & Q(stance__in=Stance.values)
                & Q(basis__in=["event", "cumulative", "stock"])
                & Q(method__in=["named", "documented", "estimated", "unstated"]),
                violation_error_message=_("Not a known quantifier, stance, basis or method."),
            ),
            models.CheckConstraint(
                name="claim_has_words",
                condition=~Q(stated=""),
                violation_error_message=_("Give the words that carry the count, as the source has them."),
            ),
            models.CheckConstraint(
                name="claim_since_only_for_totals",
                condition=Q(since="") | ~Q(basis="event"),
                violation_error_message=_("Only a running total or a stock has a start."),
            ),
            models.CheckConstraint(
                name="claim_is_not_part_of_itself",
                condition=Q(part_of__isnull=True) | ~Q(part_of=models.F("id")),
                violation_error_message=_("A claim cannot be part of itself."),
            ),
            models.CheckConstraint(
                name="claim_rule_only_for_vague_words",
                condition=Q(coding_rule__isnull=True) | Q(quantifier=Quantifier.VAGUE),
                violation_error_message=_("A coding rule applies to vague words only."),
            ),
        ]
        indexes = [
            # The API's and the export's list: accepted claims in the order of recording.
            models.Index(fields=["recorded_at", "id"], name="claim_by_recording"),
            # Filter by incident, and the series of one claimant within it.
            models.Index(fields=["incident", "claimant", "measure"], name="claim_of_incident"),
            # Review queue: what is not decided yet, oldest first.
            models.Index(
                fields=["status", "submitted_at"],
                condition=Q(status__in=[ClaimStatus.PROPOSED, ClaimStatus.RETURNED]),
                name="claim_waiting",
            ),
            # What somebody has begun.
            models.Index(fields=["recorded_by"], condition=Q(status=ClaimStatus.DRAFT), name="claim_drafts"),
            # What holds no longer: the filter by status, and what the rules that span rows look at.
            models.Index(
                fields=["status", "recorded_at", "id"],
                condition=Q(status__in=[ClaimStatus.CORRECTED, ClaimStatus.RETRACTED, ClaimStatus.VOIDED]),
                name="claim_ended",
            ),
            # Claims that are chosen by their keys, in the order of their list, without a look at the table.
            models.Index(
                fields=["id"],
                include=["recorded_at", "disclosure", "accepted_at"],
                condition=models.Q(status="accepted"),
                name="claim_accepted_by_key",
            ),
            # Search by words, any part, either script; and the list by count.
            GinIndex(OpClass(Fold("stated"), name="gin_trgm_ops"), name="claim_stated_folded"),
            GinIndex(
                OpClass(Fold("population_stated"), name="gin_trgm_ops"),
                name="claim_population_folded",
                condition=~Q(population_stated=""),
            ),
            models.Index(fields=["minimum"], name="claim_by_minimum"),
            # What changed since a time.
            models.Index(fields=["accepted_at"], name="claim_by_acceptance"),
            # Filters by measure, claimant and population, in list order.
            models.Index(fields=["measure", "recorded_at", "id"], name="claim_by_measure"),
            models.Index(fields=["claimant", "recorded_at", "id"], name="claim_by_claimant"),
            models.Index(fields=["population", "recorded_at", "id"], name="claim_by_population"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.stated}"

    @property
    def approximate(self) -> bool:
        """The count is marked approximate and compared with a tolerance."""
        return self.quantifier == Quantifier.ABOUT
