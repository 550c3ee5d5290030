"""What claimants say that is not a count: who did it, and everything else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.review import Assertion, assertion_constraints
from incidents.querysets import AssertionQuerySet
from sources.dates import bounds_follow, edtf_bound, edtf_text


class ResponsibilityClaim(Assertion):
    """Who is said to have done it: as much a claim as a count is."""

    class Standing(models.TextChoices):
        """How the ascription stands among the sources, where a source says so."""

        STATED = "", _("as stated")
        CONTESTED = "contested", _("contested")
        ADMITTED = "admitted", _("admitted by the party")
        DENIED = "denied", _("denied by the party")

    party = models.ForeignKey(
        "sources.Party", verbose_name=_("party"), on_delete=models.PROTECT, related_name="responsibility_claims",
        help_text=_("Who is said to have done it."),
    )  # fmt: skip
    act = models.CharField(_("act"), max_length=300, help_text=_("What it is said to have done."))
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, blank=True, default=Standing.STATED,
        help_text=_("Whether sources contest, admit or deny it; empty when none says so."),
    )  # fmt: skip

    objects = AssertionQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsibility claim")
        verbose_name_plural = _("responsibility claims")
        constraints = [
            *assertion_constraints("responsibility"),
            models.CheckConstraint(
                name="responsibility_names_an_act",
                condition=~models.Q(act="") & models.Q(standing__in=["", "contested", "admitted", "denied"]),
                violation_error_message=_("Say what the party is said to have done."),
            ),
        ]
        indexes = [
            # What is said about an incident, and by whom.
            models.Index(fields=["incident", "recorded_at"], name="responsibility_of_incident"),
            models.Index(fields=["claimant"], name="responsibility_by_claimant"),
        ]

    def __str__(self) -> str:
        return self.act


class Statement(Assertion):
    """A date, the control of an area, an ultimatum, a characterisation: said by a claimant, not a count."""

    class Kind(models.TextChoices):
        """What the statement is about (DESIGN §2)."""

        DATE = "date", _("date")
        CONTROL = "control", _("control of an area")
        ULTIMATUM = "ultimatum", _("ultimatum")
        CHARACTERISATION = "characterisation", _("characterisation")
        NOTE = "note", _("note")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, help_text=_("What the statement is about."))
    value = models.TextField(
        _("what is said"), help_text=_("What the source says; if it is a date, such as 2018-04-21 or 2018-04~ (EDTF).")
    )
    meaning = models.CharField(_("meaning"), max_length=300, blank=True, help_text=_("Of a date: the date of what."))
    when = edtf_text(
        _("when"),
        _("When what is said happened or was said, such as 2018-04-21 or 2018-04~ (EDTF); empty when not stated."),
    )
    when_earliest = edtf_bound(_("when, earliest"))
    when_latest = edtf_bound(_("when, latest"))

    objects = AssertionQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            *assertion_constraints("statement"),
            bounds_follow("statement", "when"),
            models.CheckConstraint(
                name="statement_says_something",
                condition=~models.Q(value="")
                & models.Q(kind__in=["date", "control", "ultimatum", "characterisation", "note"]),
                violation_error_message=_("Say what is stated, and of which kind it is."),
            ),
        ]
        indexes = [
            # What is said about an incident, and by whom.
            models.Index(fields=["incident", "recorded_at"], name="statement_of_incident"),
            models.Index(fields=["claimant"], name="statement_by_claimant"),
        ]

    def __str__(self) -> str:
        return self.value
