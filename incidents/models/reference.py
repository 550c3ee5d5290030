"""The tables of terms that claims are coded with. Analysts extend them in the admin, without a migration."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from sources.vocabulary import Term

BASES = [
    ("event", _("in the incident, or a stated part of it")),
    ("cumulative", _("running total since a date")),
    ("stock", _("at a date: held, missing, trapped, displaced")),
]


class Unit(Term):
    """What one of the counted things is: a person, a family, a strike. Units are never converted silently."""

    class Meta(Term.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")


class Measure(Term):
    """What is counted: killed, injured, displaced, air strikes …"""

    unit = models.ForeignKey(
        Unit,
        verbose_name=_("usual unit"),
        on_delete=models.PROTECT,
        related_name="measures",
        help_text=_("The unit proposed on entry."),
    )
    counts_people = models.BooleanField(
        _("counts people"),
        help_text=_("A claim of this measure names a population; of any other it names none."),
    )
    usual_basis = models.CharField(
        _("usual basis"),
        max_length=10,
        choices=BASES,
        default="event",
        db_default="event",
        help_text=_("The basis proposed on entry: event, cumulative or stock."),
    )

    class Meta(Term.Meta):
        verbose_name = _("measure")
        verbose_name_plural = _("measures")


class PopulationQuerySet(models.QuerySet["Population"]):
    def narrower_or_equal(self, code: str) -> Self:
        """The population with this code and every one that is a part of it."""
        return self.filter(pk__in=RawSQL("SELECT population_narrower(%s)", [code]))


class Population(Term):
    """Who is counted. Explicit ``broader`` links make a directed graph, which the database keeps free of cycles.

    A dimension left null is not restricted; the value ``unknown`` says that the source says it is unknown.
    """

    class CivilStatus(models.TextChoices):
        """Civilian or combatant, as in the Standards for Casualty Recording (Every Casualty, 2016)."""

        CIVILIAN = "civilian", _("civilian")
        COMBATANT = "combatant", _("combatant")
        UNKNOWN = "unknown", _("unknown")

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        UNKNOWN = "unknown", _("unknown")

    civil_status = models.CharField(
        _("civil status"), max_length=20, choices=CivilStatus.choices, null=True, blank=True,
        help_text=_("Civilian or combatant; empty when both are counted (null in JSON)."),
    )  # fmt: skip
    sex = models.CharField(
        _("sex"), max_length=10, choices=Sex.choices, null=True, blank=True,
        help_text=_("Empty when both are counted (null in JSON)."),
    )  # fmt: skip
    age_band = models.CharField(
        _("age band"),
        max_length=30,
        null=True,
        blank=True,
        help_text=_("Such as child or adult; empty when all ages are counted (null in JSON)."),
    )
    group = models.CharField(
        _("group"),
        max_length=60,
        null=True,
        blank=True,
        help_text=_("Nationality or community, such as palestinian; empty when all are counted (null in JSON)."),
    )
    occupation = models.CharField(
        _("occupation"),
        max_length=60,
        null=True,
        blank=True,
        help_text=_("Such as journalist or medical worker; empty when all are counted (null in JSON)."),
    )
    affiliation = models.CharField(
        _("affiliation"),
        max_length=60,
        null=True,
        blank=True,
        help_text=_("Armed or other organization they belong to; empty when it does not matter (null in JSON)."),
    )
    broader: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "self",
        verbose_name=_("broader populations"),
        through="PopulationBroader",
        symmetrical=False,
        related_name="narrower",
        help_text=_("The populations that this one is a part of."),
    )

    objects = PopulationQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("population")
        verbose_name_plural = _("populations")


class PopulationBroader(models.Model):
    """One population is a part of another."""

    narrower = models.ForeignKey(Population, on_delete=models.CASCADE, related_name="broader_links")
    broader = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="narrower_links")

    class Meta:
        verbose_name = _("broader population")
        verbose_name_plural = _("broader populations")
        constraints = [
            models.UniqueConstraint(fields=["narrower", "broader"], name="population_is_part_of_another_once"),
        ]

    def __str__(self) -> str:
        return f"{self.narrower_id} in {self.broader_id}"


class CauseQuerySet(models.QuerySet["Cause"]):
    def narrower_or_equal(self, code: str) -> Self:
        """The cause with this code and everything below it in the tree."""
        return self.filter(pk__in=RawSQL("SELECT cause_narrower(%s)", [code]))


class Cause(Term):
    """How it happened: shelling, gunfire, torture, hunger. A tree."""

    broader = models.ForeignKey(
        "self",
        verbose_name=_("broader cause"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
        help_text=_(
            "The cause of which this is a kind, such as explosive weapons for shelling; empty at the top (null in JSON)."
        ),
    )

    objects = CauseQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("cause")
        verbose_name_plural = _("causes")


class CodingRule(models.Model):
    """How a vague word is turned into bounds, by a published rule; or that no rule gives any."""

    code = models.SlugField(_("code"), max_length=60, unique=True, help_text=_("Permanent code."))
    words = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("words"),
        help_text=_("The words it covers, as sources write them."),
    )
    language = models.CharField(
        _("language"), max_length=12, help_text=_("Language of the words, such as en or ar (a BCP 47 tag).")
    )
    minimum = models.BigIntegerField(
        _("minimum"), null=True, blank=True, help_text=_("Lower bound; empty for none (null in JSON).")
    )
    maximum = models.BigIntegerField(
        _("maximum"), null=True, blank=True, help_text=_("Upper bound; empty for none (null in JSON).")
    )
    citation = models.TextField(_("citation"), help_text=_("Where the rule is published, or why there are no bounds."))

    class Meta:
        verbose_name = _("coding rule")
        verbose_name_plural = _("coding rules")
        constraints = [
            models.CheckConstraint(
                name="coding_rule_bounds_are_ordered",
                condition=(models.Q(minimum__isnull=True) | models.Q(minimum__gte=0))
                & (
                    models.Q(maximum__isnull=True)
                    | models.Q(minimum__isnull=True)
                    | models.Q(maximum__gte=models.F("minimum"))
                ),
                violation_error_message=_("The maximum is not below the minimum, and neither is negative."),
            ),
            models.CheckConstraint(
                name="coding_rule_is_cited",
                condition=~models.Q(citation=""),
                violation_error_message=_("A coding rule names its source."),
            ),
        ]

    def __str__(self) -> str:
        return self.code
