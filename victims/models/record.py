"""What one source says of one person: frozen from submission on, like every other assertion."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.folding import Fold
from incidents.models import Population
from incidents.models.review import Assertion, assertion_constraints
from sources.dates import bounds_follow, edtf_bound, edtf_text
from victims.querysets import NameQuerySet, RecordQuerySet

Q = models.Q

OLDEST = 130
"""Years. Nobody is known to have lived longer; a larger age is a slip of the pen."""


class Fate(models.TextChoices):
    """What happened to the person, as the source has it."""

    KILLED = "killed", _("killed")
    DIED_IN_DETENTION = "died_in_detention", _("died in detention")
    INJURED = "injured", _("injured")
    MISSING = "missing", _("missing")
    DETAINED = "detained", _("detained")
    RELEASED = "released", _("released")
    FOUND_ALIVE = "found_alive", _("found alive")
    UNKNOWN = "unknown", _("unknown")


class AgeBand(models.TextChoices):
    """The age bands of populations. A child is a person under 18 (Convention on the Rights of the Child, article 1)."""

    CHILD = "child", _("child")
    ADULT = "adult", _("adult")


class AgeUnit(models.TextChoices):
    YEARS = "years", _("years")
    MONTHS = "months", _("months")


def _of_record(model: str, verbose_name: Any, help_text: Any, **kwargs: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        model,
        verbose_name=verbose_name,
        on_delete=models.PROTECT,
        related_name="personrecords",
        help_text=help_text,
        **kwargs,
    )


class PersonRecord(Assertion):
    """One person in one source. What it says is recorded as stated, also where it contradicts itself or others.

    The names, the description and the source's words are read only as far as the disclosure of the name allows.
    """

    source = _of_record("sources.Source", _("source"), _("The document in which the person stands."))
    locator = models.CharField(
        _("locator"), max_length=200, blank=True, help_text=_("Where in the source: page, row, number in a list.")
    )
    stated = models.CharField(
        _("as stated"),
        max_length=1000,
        blank=True,
        help_text=_("The source's words about the person; withheld together with the name."),
    )
    description = models.CharField(
        _("description"),
        max_length=300,
        blank=True,
        help_text=_("How the source calls a person it does not name, such as “child of …”; withheld like a name."),
    )
    age = models.PositiveSmallIntegerField(
        _("age"),
        null=True,
        blank=True,
        help_text=_("Age as stated, in the unit beside it; empty when not stated (null in JSON)."),
    )
    age_unit = models.CharField(
        _("unit of age"), max_length=6, choices=AgeUnit.choices, blank=True,
        help_text=_("Years or months; empty without an age."),
    )  # fmt: skip
    age_band = models.CharField(
        _("age band"), max_length=5, choices=AgeBand.choices, blank=True,
        help_text=_("Child or adult, where the source says so; empty when not stated."),
    )  # fmt: skip
    born = edtf_text(_("born"), _("Date of birth, such as 1988-05-02, 1988 or 1988~ (EDTF); empty when not stated."))
    born_earliest = edtf_bound(_("born, earliest"))
    born_latest = edtf_bound(_("born, latest"))
    sex = models.CharField(
        _("sex"), max_length=7, choices=Population.Sex.choices, blank=True, help_text=_("Empty when not stated.")
    )
    civil_status = models.CharField(
        _("civil status"), max_length=9, choices=Population.CivilStatus.choices, blank=True,
        help_text=_("Civilian or combatant; empty when not stated."),
    )  # fmt: skip
    occupation = models.CharField(
        _("occupation"), max_length=100, blank=True, help_text=_("As stated; empty when not stated.")
    )
    group = models.CharField(
        _("nationality or group"),
        max_length=60,
        blank=True,
        help_text=_("Nationality or community, such as palestinian; empty when not stated."),
    )
    fate = models.CharField(_("fate"), max_length=17, choices=Fate.choices, help_text=_("What happened to the person."))
    fate_date = edtf_text(
        _("date of the fate"),
        _("When it happened, such as 2018-04-21 (EDTF); empty when it is the incident's own date."),
    )
    fate_date_earliest = edtf_bound(_("date of the fate, earliest"))
    fate_date_latest = edtf_bound(_("date of the fate, latest"))
    place = _of_record(
        "places.Place", _("place"), _("Where it happened; empty when it is the incident's own place (null in JSON)."),
        null=True, blank=True,
    )  # fmt: skip
    cause = _of_record(
        "incidents.Cause",
        _("cause"),
        _("How it happened; empty when not stated (null in JSON)."),
        null=True,
        blank=True,
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("person record")
        verbose_name_plural = _("person records")
        permissions = [
            ("review_personrecord", _("Can accept, return, reject, correct, retract and void person records")),
            ("see_names", _("Can see names that are not public; every reading is logged")),
        ]
        constraints = [
            *assertion_constraints("personrecord"),
            *(bounds_follow("personrecord", name) for name in ("born", "fate_date")),
            models.CheckConstraint(
                name="personrecord_age_has_a_unit",
                condition=Q(age__isnull=True, age_unit="") | Q(age__isnull=False, age_unit__in=AgeUnit.values),
                violation_error_message=_("An age has a unit, years or months."),
            ),
            models.CheckConstraint(
                name="personrecord_age_is_possible",
                condition=Q(age__isnull=True)
                | Q(age_unit=AgeUnit.YEARS, age__lte=OLDEST)
                | Q(age_unit=AgeUnit.MONTHS, age__lte=OLDEST * 12),
                violation_error_message=_("Nobody is as old as that."),
            ),
            models.CheckConstraint(
                name="personrecord_words_are_known",
                condition=Q(fate__in=Fate.values)
                & Q(age_band__in=["", *AgeBand.values])
                & Q(sex__in=["", *Population.Sex.values])
                & Q(civil_status__in=["", *Population.CivilStatus.values]),
                violation_error_message=_("Not a known fate, age band, sex or civil status."),
            ),
        ]
        indexes = [
            # The list, newest recorded first; and the records of one incident.
            models.Index(fields=["recorded_at", "id"], name="personrecord_by_recording"),
            models.Index(fields=["incident", "recorded_at"], name="personrecord_of_incident"),
            models.Index(fields=["claimant"], name="personrecord_by_claimant"),
            # Review queue: what is not decided yet, oldest first.
            models.Index(
                fields=["status", "submitted_at"],
                condition=Q(status__in=["proposed", "returned"]),
                name="personrecord_waiting",
            ),
        ]

    def __str__(self) -> str:
        """Never a name: this stands in lists, messages and histories that everybody reads."""
        return str(_("person record %s") % str(self.pk)[:8])


class PersonName(models.Model):
    """A name as a source writes it. A person may have several, in several scripts."""

    class Script(models.TextChoices):
        """ISO 15924."""

        ARAB = "Arab", _("Arabic")
        LATN = "Latn", _("Latin")
        CYRL = "Cyrl", _("Cyrillic")
        HEBR = "Hebr", _("Hebrew")
        ARMN = "Armn", _("Armenian")
        SYRC = "Syrc", _("Syriac")

    class Kind(models.TextChoices):
        """What sort of name it is; a transliteration is ours or the source's, into another script."""

        FULL = "full", _("full name")
        KUNYA = "kunya", _("kunya")
        NICKNAME = "nickname", _("nickname")
        TRANSLITERATION = "transliteration", _("transliteration")

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(PersonRecord, on_delete=models.CASCADE, related_name="names", db_index=False)
    position = models.PositiveSmallIntegerField(_("position"), default=1, db_default=1)
    text = models.CharField(_("name"), max_length=300, help_text=_("As written in the source."))
    script = models.CharField(
        _("script"),
        max_length=4,
        choices=Script.choices,
        help_text=_("Script of the name: Arabic (Arab) or Latin (Latn), by its code of ISO 15924."),
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        blank=True,
        help_text=_("Language of the name, such as ar (a BCP 47 tag); empty when not recorded."),
    )
    kind = models.CharField(
        _("kind"), max_length=15, choices=Kind.choices, default=Kind.FULL, db_default=Kind.FULL,
        help_text=_("Full name, kunya, nickname or transliteration."),
    )  # fmt: skip

    objects = NameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name of a person")
        verbose_name_plural = _("names of persons")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record", "position"], name="person_has_a_name_at_a_position"),
            models.CheckConstraint(
                name="person_name_is_written",
                condition=~Q(text="")
                & Q(script__in=["Arab", "Latn", "Cyrl", "Hebr", "Armn", "Syrc"])
                & Q(kind__in=["full", "kunya", "nickname", "transliteration"])
                & Q(position__gte=1),
                violation_error_message=_("A name has text, a known script and a known kind."),
            ),
        ]
        indexes = [
            # Search by any part of a name, in either script.
            GinIndex(OpClass(Fold("text"), name="gin_trgm_ops"), name="person_name_folded"),
        ]

    def __str__(self) -> str:
        """Never the name itself."""
        return f"{self.record_id} {self.position}"


class PersonRelay(models.Model):
    """One organization that passed a person record on, between claimant and publisher. 1 is nearest the claimant."""

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(PersonRecord, on_delete=models.CASCADE, related_name="relays", db_index=False)
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("1 is nearest the claimant."))
    organization = models.ForeignKey(
        "sources.Organization", verbose_name=_("organization"), on_delete=models.PROTECT, related_name="person_relays",
        help_text=_("Who passed it on."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("relay of a person record")
        verbose_name_plural = _("relays of person records")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record", "position"], name="person_has_a_relay_at_a_position"),
            models.CheckConstraint(
                name="person_relay_position_starts_at_one",
                condition=Q(position__gte=1),
                violation_error_message=_("The first relay has position 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.organization_id}"
