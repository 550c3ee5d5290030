"""Reads of citations, of the chains through which they came, and of what claims rest on."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from accounts.choosing import AmongFew
from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure
from sources.models import Organization, Source


class CitationQuerySet(SeenQuerySet):
    def visible_to(self, level: Disclosure) -> Self:
        """Citations of which nothing is above the level: source, publisher, nor any link of the chain, nor what one of
        them was merged into."""
        leading_above = Organization.objects.leading_above(level).values("pk")
        hidden_relay = apps.get_model("incidents", "Relay")._default_manager.filter(
            Q(organization__disclosure__gt=level) | Q(AmongFew("organization", leading_above)), citation=OuterRef("pk")
        )
        return self.seen_at(level).filter(~Exists(hidden_relay))

    def seen_at(self, level: Disclosure) -> Self:
        """Citations of sources within the level; whoever in the chain is not, is withheld there."""
        return self.filter(
            Q(source__publisher__isnull=True) | Q(source__publisher__disclosure__lte=level),
            ~Q(AmongFew("source__publisher", Organization.objects.leading_above(level).values("pk"))),
            ~Q(AmongFew("source", Source.objects.leading_above(level).values("pk"))),
            source__disclosure__lte=level,
        )


class RelayQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Links of seen citations through organizations within the level."""
        citations = apps.get_model("incidents", "Citation")._default_manager.all()
        return self.filter(
            citation__in=citations.seen_at(level).values("pk"),
            organization__in=Organization.objects.visible_to(level).values("pk"),
        )


class DerivationQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Derivations of which everything they rest on is within the level."""
        claims: Any = apps.get_model("incidents", "Claim")._default_manager.all()
        return self.filter(
            Q(organization__isnull=True) | Q(organization__in=Organization.objects.visible_to(level).values("pk")),
            Q(source__isnull=True) | Q(source__in=Source.objects.visible_to(level).values("pk")),
            Q(rests_on__isnull=True) | Q(rests_on__in=claims.seen_at(level).values("pk")),
            claim__in=claims.seen_at(level).values("pk"),
        )
