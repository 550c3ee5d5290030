"""Who may see a person's name: restricted unless decided; and the log of every reading of one that is not public."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sources.disclosure import Disclosure
from victims.models.record import PersonRecord

Q = models.Q


class NameDecision(models.Model):
    """How far the name in one record may go. Append-only: the decision that no other supersedes holds.

    Without one a name is restricted; past the last day of an agreement it is restricted again.
    """

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(
        PersonRecord, verbose_name=_("person record"), on_delete=models.PROTECT, related_name="name_decisions"
    )
    level = models.PositiveSmallIntegerField(
        _("disclosure of the name"), choices=Disclosure.choices, help_text=_("Public, partner or restricted.")
    )
    basis = models.TextField(
        _("basis"), blank=True, help_text=_("On what it is public: consent of the family, published by it, a court …")
    )
    agreement = models.TextField(
        _("agreement"), blank=True, help_text=_("With which partner, and where the agreement is kept.")
    )
    purpose = models.TextField(_("purpose"), blank=True, help_text=_("For what the partner may use the name."))
    expires = models.DateField(
        _("expires"), null=True, blank=True, help_text=_("The last day of the agreement; afterwards it is restricted.")
    )
    one_by_one = models.BooleanField(
        _("decided for this person"),
        default=False,
        db_default=False,
        help_text=_("For a child, or one who may be alive: decided for this very person, with the reason."),
    )
    reason = models.TextField(_("reason"), blank=True, help_text=_("Why it was decided so for this person."))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(_("decided at"), help_text=_("When it was decided."))
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by", editable=False
    )

    class Meta:
        verbose_name = _("decision about a name")
        verbose_name_plural = _("decisions about names")
        default_permissions = ("view",)
        permissions = [("disclose_names", _("Can decide who may see a name"))]
        constraints = [
            models.CheckConstraint(
                name="name_disclosure_is_a_level",
                condition=Q(level__in=[0, 1, 2]),
                violation_error_message=_("Disclosure is public, partner or restricted."),
            ),
            models.CheckConstraint(
                name="public_name_has_a_basis",
                condition=~Q(level=0) | ~Q(basis=""),
                violation_error_message=_("A name is public only with a recorded basis."),
            ),
            models.CheckConstraint(
                name="partner_name_has_an_agreement",
                condition=~Q(level=1) | (~Q(agreement="") & ~Q(purpose="") & Q(expires__isnull=False)),
                violation_error_message=_(
                    "A name goes to a partner only by an agreement, with its purpose and its last day."
                ),
            ),
            models.CheckConstraint(
                name="name_decided_one_by_one_with_a_reason",
                condition=Q(one_by_one=False) | ~Q(reason=""),
                violation_error_message=_("Deciding for this very person needs the reason."),
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(supersedes__isnull=True),
                name="name_has_one_first_decision",
                violation_error_message=_("Another decision about this name was made meanwhile."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.level}"


class NameRead(models.Model):
    """One answer that showed names above public: who read, when, through which door, of which records."""

    class Door(models.TextChoices):
        """The ways in which a name can leave the database."""

        ADMIN = "admin", _("admin")
        API = "api", _("API")
        CSV = "csv", _("CSV")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"), help_text=_("When the names were read."))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reader"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", help_text=_("Who; empty when it was a client."),
    )  # fmt: skip
    client = models.CharField(
        _("client"), max_length=200, blank=True, help_text=_("Which client of the API, or which command.")
    )
    door = models.CharField(_("door"), max_length=5, choices=Door.choices, help_text=_("Admin, API or CSV."))
    records: "ArrayField[Any, Any]" = ArrayField(
        models.UUIDField(), verbose_name=_("person records"), help_text=_("The records whose names were shown.")
    )

    class Meta:
        verbose_name = _("reading of names")
        verbose_name_plural = _("readings of names")
        default_permissions = ()
        permissions = [("audit_name_reads", _("Can read the log of who read names"))]
        constraints = [
            models.CheckConstraint(
                name="name_read_by_someone",
                condition=(Q(reader__isnull=False) | ~Q(client=""))
                & Q(door__in=["admin", "api", "csv"])
                & Q(records__len__gt=0),
                violation_error_message=_("A reading names its reader, its door and what was read."),
            ),
        ]
        indexes = [models.Index(fields=["at", "id"], name="name_read_by_time")]  # the log, newest first

    def __str__(self) -> str:
        return f"{self.door} {self.at:%Y-%m-%d %H:%M}"
