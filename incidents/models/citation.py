"""Where an assertion stands, through whom it reached the page, and what it rests on."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.chains import CitationQuerySet, DerivationQuerySet, RelayQuerySet

Q = models.Q


class Citation(models.Model):
    """The place of an assertion in a source. Append-only once the assertion is submitted.

    ``relay_count`` fixes the length of the chain, so that no relay can be added or lost later: a deferred
    constraint compares it with the relays at commit.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    claim = models.ForeignKey(
        "incidents.Claim", on_delete=models.CASCADE, null=True, blank=True, related_name="citations", db_index=False
    )
    responsibility = models.ForeignKey(
        "incidents.ResponsibilityClaim", on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    statement = models.ForeignKey(
        "incidents.Statement", on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, db_default=1, help_text=_("Order among the citations; the first is 1.")
    )
    source = models.ForeignKey(
        "sources.Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="citations",
        help_text=_("The document in which it stands."),
    )  # fmt: skip
    locator = models.CharField(
        _("locator"), max_length=200, blank=True, help_text=_("Where in the source: page, paragraph, event number.")
    )
    stated = models.CharField(
        _("as stated"),
        max_length=1000,
        blank=True,
        help_text=_("The words of this source; empty when as in the claim."),
    )
    relay_count = models.PositiveSmallIntegerField(
        _("number of relays"), default=0, db_default=0, help_text=_("How many organizations passed it on.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        # The list, in the order of recording, and what changed since a time.
        indexes = [models.Index(fields=["recorded_at", "id"], name="citation_by_recording")]
        constraints = [
            models.CheckConstraint(
                name="citation_of_exactly_one_assertion",
                condition=Q(claim__isnull=False, responsibility__isnull=True, statement__isnull=True)
                | Q(claim__isnull=True, responsibility__isnull=False, statement__isnull=True)
                | Q(claim__isnull=True, responsibility__isnull=True, statement__isnull=False),
                violation_error_message=_("A citation belongs to one claim, responsibility claim or statement."),
            ),
            models.CheckConstraint(
                name="citation_position_starts_at_one",
                condition=Q(position__gte=1),
                violation_error_message=_("The first citation has position 1."),
            ),
            models.UniqueConstraint(
                fields=["claim", "position"], condition=Q(claim__isnull=False), name="claim_citation_position"
            ),
            models.UniqueConstraint(
                fields=["responsibility", "position"],
                condition=Q(responsibility__isnull=False),
                name="responsibility_citation_position",
            ),
            models.UniqueConstraint(
                fields=["statement", "position"],
                condition=Q(statement__isnull=False),
                name="statement_citation_position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.locator}".strip()


class Relay(models.Model):
    """One organization that passed an assertion on, between claimant and publisher. 1 is nearest the claimant."""

    id = models.BigAutoField(primary_key=True)
    citation = models.ForeignKey(Citation, on_delete=models.CASCADE, related_name="relays", db_index=False)
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("1 is nearest the claimant."))
    organization = models.ForeignKey(
        "sources.Organization", verbose_name=_("organization"), on_delete=models.PROTECT, related_name="relays",
        help_text=_("Who passed it on."),
    )  # fmt: skip
    medium = models.CharField(
        _("medium"), max_length=200, blank=True, help_text=_("By what means, where the source says so.")
    )
    stated = models.CharField(
        _("as stated"), max_length=300, blank=True, help_text=_("The source's words for this step of the chain.")
    )

    objects = RelayQuerySet.as_manager()

    class Meta:
        verbose_name = _("relay")
        verbose_name_plural = _("relays")
        constraints = [
            models.UniqueConstraint(fields=["citation", "position"], name="citation_has_a_relay_at_a_position"),
            models.CheckConstraint(
                name="relay_position_starts_at_one",
                condition=Q(position__gte=1),
                violation_error_message=_("The first relay has position 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.organization_id}"


class Derivation(models.Model):
    """Something that a claim rests on: an organization, one of its claims, or a source."""

    class Strength(models.TextChoices):
        """How sure it is that the claim rests on it."""

        STATED = "stated", _("the claimant says so for this number")
        INCIDENT_LEVEL = "incident_level", _("listed for the incident, not for the number")
        INFERRED = "inferred", _("our judgement")

    id = models.BigAutoField(primary_key=True)
    claim = models.ForeignKey(
        "incidents.Claim", verbose_name=_("claim"), on_delete=models.CASCADE, related_name="derivations",
        db_index=False, help_text=_("The claim that rests on something."),
    )  # fmt: skip
    organization = models.ForeignKey(
        "sources.Organization", verbose_name=_("organization"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="derived_claims", help_text=_("Whom it rests on."),
    )  # fmt: skip
    rests_on = models.ForeignKey(
        "incidents.Claim", verbose_name=_("rests on claim"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="derivations_from", help_text=_("The claim it repeats, where known."),
    )  # fmt: skip
    source = models.ForeignKey(
        "sources.Source", verbose_name=_("source"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="derivations", help_text=_("The document it rests on, where known."),
    )  # fmt: skip
    strength = models.CharField(
        _("strength"), max_length=14, choices=Strength.choices, default=Strength.STATED, db_default=Strength.STATED,
        help_text=_("Stated for this number, listed for the incident, or inferred by us."),
    )  # fmt: skip

    objects = DerivationQuerySet.as_manager()

    class Meta:
        verbose_name = _("derivation")
        verbose_name_plural = _("derivations")
        constraints = [
            models.CheckConstraint(
                name="derivation_rests_on_something",
                condition=Q(organization__isnull=False) | Q(rests_on__isnull=False) | Q(source__isnull=False),
                violation_error_message=_("Name the organization, the claim or the source it rests on."),
            ),
            models.CheckConstraint(
                name="derivation_not_from_itself",
                condition=Q(rests_on__isnull=True) | ~Q(rests_on=models.F("claim")),
                violation_error_message=_("A claim cannot rest on itself."),
            ),
            models.CheckConstraint(
                name="derivation_strength_is_known",
                condition=Q(strength__in=["stated", "incident_level", "inferred"]),
                violation_error_message=_("Strength is stated, incident_level or inferred."),
            ),
            models.UniqueConstraint(
                fields=["claim", "organization", "rests_on", "source"],
                name="claim_rests_on_a_thing_once",
                nulls_distinct=False,
                violation_error_message=_("The claim is already recorded as resting on this."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.strength}"
