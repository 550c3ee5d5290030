from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models.functions import Concat, Greatest
from django.utils.translation import gettext_lazy as _

from accounts.folding import Fold
from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure, Masked, disclosure_field
from sources.merged import Meant, MergedQuerySet, withdrawn_field
from sources.vocabulary import Term


class OrganizationKind(Term):
    """State media, monitor, agency, broadcaster, UN body, armed group …"""

    class Meta(Term.Meta):
        verbose_name = _("kind of organization")
        verbose_name_plural = _("kinds of organization")


class Party(models.Model):
    """A belligerent or other actor to whom acts are ascribed and with whom organizations are aligned."""

    code = models.SlugField(_("code"), max_length=60, unique=True, help_text=_("Permanent code."))
    name = models.CharField(_("name"), max_length=200, help_text=_("Name in English."))
    name_ar = models.CharField(_("Arabic name"), max_length=200, blank=True, help_text=_("Name in Arabic."))
    note = models.TextField(_("note"), blank=True, help_text=_("For analysts; never shown outside."))

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")

    def __str__(self) -> str:
        return self.name


NEARLY_THE_SAME_NAME = 0.6
"""From this similarity of their trigrams on, two names are shown as nearly the same."""


def _nearness(columns: list[str], names: list[Fold]) -> Greatest:
    """How near the nearest of these columns comes to the nearest of these names."""
    alike = [TrigramSimilarity(Fold(column), name) for column in columns for name in names]  # type: ignore[arg-type]  # it takes expressions
    return Greatest(*alike, models.Value(0.0))


class OrganizationQuerySet(MergedQuerySet):
    def visible_to(self, level: Disclosure) -> Self:
        """Organizations that a reader of this level may see, protected individuals among them by public name.

        What was merged is seen by those alone who may see both it and what it was merged into.
        """
        return self.filter(
            models.Q(merged_into__isnull=True) | models.Q(merged_into__disclosure__lte=level), disclosure__lte=level
        )

    def seen_at(self, level: Disclosure) -> Self:
        """In the admin the same: an organization has no state in which it waits."""
        return self.visible_to(level)

    def leading_above(self, level: Disclosure) -> Self:
        """Those merged into an organization above the level: whatever names one of them is hidden with it."""
        return self.filter(merged_into__disclosure__gt=level)

    def near(self, *names: str) -> Self:
        """Organizations that may be the same: of nearly one of these names, whatever they are called by, or shortened so;
        the nearest first. By a name of a merged one, what it was merged into."""
        wanted = [Fold(models.Value(name)) for name in names]
        known = OrganizationName.objects.annotate(nearness=_nearness(["name"], wanted))
        rows = Organization.objects.annotate(nearness=_nearness(["name", "name_ar"], wanted), short=Fold("acronym"))
        found = rows.filter(
            models.Q(nearness__gte=NEARLY_THE_SAME_NAME)
            | models.Q(short__in=wanted) & ~models.Q(acronym="")
            | models.Q(pk__in=known.filter(nearness__gte=NEARLY_THE_SAME_NAME).values("organization"))
        )
        nearest = self._meaning(found).standing().annotate(nearness=_nearness(["name", "name_ar"], wanted))
        return nearest.order_by("-nearness", "pk")

    def matching(self, text: str) -> Self:
        """For analysts: any name, alias, acronym, public name or code with this text in it; of merged ones any's."""
        folded = Fold(models.Value(text))
        aliases = OrganizationName.objects.annotate(folded=Fold("name")).filter(folded__contains=folded)
        return self._meaning(
            Organization.objects.annotate(folded=Fold(Organization.SEARCHED)).filter(
                models.Q(folded__contains=folded) | models.Q(pk__in=aliases.values("organization"))
            )
        )

    def matching_outside(self, text: str) -> Self:
        """For readers outside: as ``matching``, but no name of a protected individual is ever looked at.

        What was merged is never more restricted than what it leads to, so that its names betray nothing.
        """
        folded = Fold(models.Value(text))
        aliases = (
            OrganizationName.objects.filter(organization__is_protected=False)
            .annotate(folded=Fold("name"), masked=Fold(Masked("name")))
            .filter(folded__contains=folded, masked__contains=folded)
        )
        return self._meaning(
            Organization.objects.annotate(
                folded=Fold(Organization.SEARCHED_OUTSIDE),
                masked=Concat(
                    *(
                        part
                        for name in ("outside_name", "outside_name_ar", "outside_acronym", "outside_code")
                        for part in (Fold(Masked(name)), models.Value(" "))
                    ),
                    output_field=models.TextField(),
                ),
            ).filter(
                models.Q(folded__contains=folded, masked__contains=folded)
                | models.Q(pk__in=aliases.values("organization"))
            )
        )

    def _meaning(self, found: Any) -> Self:
        """Those that mean the same as one that was found: merged ones lead to what stands, and that to them."""
        means = Meant(key=models.BigIntegerField())
        return self.annotate(means=means).filter(means__in=found.annotate(means=means).values("means"))


def _unless_protected(field: str, protected: str = "") -> models.Case:
    """The column's value, or for a protected individual the public one (nothing, if none is named)."""
    public = models.F(protected) if protected else models.Value("")
    return models.Case(
        models.When(is_protected=True, then=public), default=models.F(field), output_field=models.CharField()
    )


class Organization(models.Model):
    """Who asserts or prints: state media, a monitor, an agency, an armed group, a single person.

    A protected individual leaves the register only under a public name: the columns ``outside_*`` are
    computed by the database and are the only ones that anything outside may read.
    """

    code = models.SlugField(
        _("code"), max_length=60, unique=True, help_text=_("Permanent code, used inside the register.")
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("Name in Latin script."))
    name_ar = models.CharField(_("Arabic name"), max_length=200, blank=True, help_text=_("Name in Arabic."))
    acronym = models.CharField(_("acronym"), max_length=30, blank=True, help_text=_("Usual short name."))
    kind = models.ForeignKey(
        OrganizationKind,
        verbose_name=_("kind"),
        on_delete=models.PROTECT,
        related_name="organizations",
        help_text=_("What sort of organization this is."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Two-letter code of the country of its seat, such as SY (ISO 3166-1); empty when not known."),
    )
    based_in = models.CharField(_("based in"), max_length=100, blank=True, help_text=_("City of its seat."))
    aligned_with = models.ForeignKey(
        Party,
        verbose_name=_("aligned with"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="aligned_organizations",
        help_text=_("The party it belongs to or speaks for, if any."),
    )
    role = models.CharField(
        _("role"), max_length=100, blank=True, help_text=_("Of an individual: activist, journalist …")
    )
    members: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "self",
        verbose_name=_("members"),
        through="OrganizationMembership",
        symmetrical=False,
        related_name="member_of",
        help_text=_("Of a collective: the organizations and individuals that make it up."),
    )
    is_protected = models.BooleanField(
        _("protected individual"),
        default=False,
        db_default=False,
        help_text=_("Leaves the register only under the public name."),
    )
    public_name = models.CharField(
        _("public name"),
        max_length=100,
        blank=True,
        help_text=_('How a protected individual is called outside, for example "Activist 1".'),
    )
    public_code = models.SlugField(
        _("public code"),
        max_length=60,
        blank=True,
        help_text=_('The code of a protected individual outside, for example "activist-1".'),
    )
    disclosure = disclosure_field()
    note = models.TextField(_("note"), blank=True, help_text=_("For analysts; never shown outside."))
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text=_("The organization that this record turned out to be; what names this one means that one."),
    )
    withdrawn_reason = withdrawn_field()

    outside_code = models.GeneratedField(
        expression=_unless_protected("code", "public_code"),
        output_field=models.CharField(max_length=60),
        db_persist=True,
        help_text=_("Permanent code."),
    )
    outside_name = models.GeneratedField(
        expression=_unless_protected("name", "public_name"),
        output_field=models.CharField(max_length=200),
        db_persist=True,
        help_text=_("Name in Latin script; of a protected individual the public name."),
    )
    outside_name_ar = models.GeneratedField(
        expression=_unless_protected("name_ar"),
        output_field=models.CharField(max_length=200),
        db_persist=True,
        help_text=_("Name in Arabic; empty for a protected individual."),
    )
    outside_acronym = models.GeneratedField(
        expression=_unless_protected("acronym"),
        output_field=models.CharField(max_length=30),
        db_persist=True,
        help_text=_("Usual short name."),
    )

    SEARCHED = Concat(
        "name", models.Value(" "), "name_ar", models.Value(" "), "acronym", models.Value(" "), "public_name",
        models.Value(" "), "code", output_field=models.TextField(),
    )  # fmt: skip
    SEARCHED_OUTSIDE = Concat(
        "outside_name", models.Value(" "), "outside_name_ar", models.Value(" "), "outside_acronym",
        models.Value(" "), "outside_code", output_field=models.TextField(),
    )  # fmt: skip

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        permissions = [
            ("merge_organization", _("Can merge organizations and take merges back")),
            ("withdraw_organization", _("Can withdraw organizations")),
        ]
        constraints = [
            models.CheckConstraint(
                name="organization_is_not_merged_into_itself",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                violation_error_message=_("An organization cannot be merged into itself."),
            ),
            models.CheckConstraint(
                name="organization_is_merged_or_withdrawn",
                condition=models.Q(merged_into__isnull=True) | models.Q(withdrawn_reason=""),
                violation_error_message=_("What is merged is not withdrawn: it leads to the other record."),
            ),
            models.UniqueConstraint(fields=["outside_code"], name="organization_outside_code_is_unique"),
            models.CheckConstraint(
                name="protected_individual_has_a_public_name",
                condition=models.Q(is_protected=False) | ~models.Q(public_name="") & ~models.Q(public_code=""),
                violation_error_message=_("A protected individual needs a public name and a public code."),
            ),
            models.CheckConstraint(
                name="public_name_is_not_the_name",
                condition=~models.Q(is_protected=True, public_name=models.F("name"))
                & ~models.Q(is_protected=True, public_code=models.F("code")),
                violation_error_message=_("The public name and code must differ from the protected ones."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationName(models.Model):
    """Another way in which an organization is written; never outside for a protected individual."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=200, help_text=_("As written, in any script."))

    class Meta:
        verbose_name = _("other name of an organization")
        verbose_name_plural = _("other names of organizations")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="organization_has_a_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Between organizations that are both within the level."""
        seen = Organization.objects.visible_to(level).values("pk")
        return self.filter(collective__in=seen, member__in=seen)


class OrganizationMembership(models.Model):
    """Who makes up a collective."""

    collective = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships_in")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["collective", "member"], name="collective_has_a_member_once"),
            models.CheckConstraint(
                name="collective_is_not_its_own_member",
                condition=~models.Q(collective=models.F("member")),
                violation_error_message=_("An organization cannot be its own member."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.collective_id}"


class ReliabilityAssessment(models.Model):
    """How reliable the register held an organization to be, from when to when, and on what basis."""

    class Grade(models.TextChoices):
        """Reliability of the source, NATO AJP-2.1 ("Admiralty code")."""

        A = "A", _("A – completely reliable")
        B = "B", _("B – usually reliable")
        C = "C", _("C – fairly reliable")
        D = "D", _("D – not usually reliable")
        E = "E", _("E – unreliable")
        F = "F", _("F – reliability cannot be judged")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="assessments")
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, help_text=_("Admiralty grade, A to F."))
    basis = models.TextField(_("basis"), help_text=_("On what the grade rests."))
    period = DateRangeField(
        _("period"), help_text=_("From when the grade holds, and until (excluded) when; open if it still does.")
    )
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(_("assessed at"))

    class Meta:
        verbose_name = _("reliability assessment")
        verbose_name_plural = _("reliability assessments")
        constraints = [
            models.CheckConstraint(
                name="assessment_has_a_basis",
                condition=~models.Q(basis=""),
                violation_error_message=_("Say on what the grade rests."),
            ),
            models.CheckConstraint(
                name="assessment_period_is_not_empty",
                condition=models.Q(period__isempty=False, period__startswith__isnull=False),
                violation_error_message=_("An assessment holds for at least a day and has a first day."),
            ),
            ExclusionConstraint(
                name="one_assessment_at_a_time",
                expressions=[("organization", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another assessment of this organization holds at that time."),
            ),
        ]

    def __str__(self) -> str:
        return self.grade
