"""Every read of persons, in the words of the domain. A name that a reader may not see is not fetched at all."""

from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.expressions import RawSQL

from accounts.choosing import AmongFew
from accounts.folding import Fold
from incidents.querysets import AssertionQuerySet
from sources.clearance import SeenQuerySet
from sources.disclosure import Disclosure, Masked
from sources.models import Organization, Source

DEAD = ("killed", "died_in_detention")
"""Fates of which the person is not alive. Everybody else may be, and their names wait for a decision of their own."""
WITHHELD_WITH_THE_NAME = ("description", "stated")
"""Columns that hold a name, or words that do."""


def _model(name: str) -> Any:
    return apps.get_model("victims", name)


class NameLevel(models.Func):
    """``name_disclosure(record)``: how far the name of a record may go today, by the database's own clock."""

    function = "name_disclosure"
    output_field = models.PositiveSmallIntegerField()


class NameQuerySet(models.QuerySet[Any]):
    def readable_at(self, level: Disclosure) -> Self:
        """Names that go as far as this level. Whether their record does is asked of the record."""
        if level >= Disclosure.RESTRICTED:
            return self.all()
        # Few names were ever decided on: those first, so that the rule is not asked about every other.
        decided = _model("NameDecision")._default_manager.filter(level__lte=level).values("record")
        return self.filter(record__in=decided).annotate(level=NameLevel("record")).filter(level__lte=level)


class RecordQuerySet(AssertionQuerySet):
    """Person records."""

    def visible_to(self, level: Disclosure) -> Self:
        """What a reader of this level may see: once accepted, about a published incident, nothing above the level.

        Its one source counts with it: publisher, and every link of the chain.
        """
        leading_above = Organization.objects.leading_above(level).values("pk")
        hidden_relay = _model("PersonRelay")._default_manager.filter(
            Q(organization__disclosure__gt=level) | Q(AmongFew("organization", leading_above)), record=OuterRef("pk")
        )
        return self.within(level).cited_within(level).filter(~Exists(hidden_relay))

    def seen_at(self, level: Disclosure) -> Self:
        """In any state, neither they nor claimant, incident or source above the level."""
        return self._own(level).cited_within(level)

    def cited_within(self, level: Disclosure) -> Self:
        """Records in a source that is, with its publisher, within the level."""
        return self.filter(
            Q(source__publisher__isnull=True) | Q(source__publisher__disclosure__lte=level),
            ~Q(AmongFew("source__publisher", Organization.objects.leading_above(level).values("pk"))),
            ~Q(AmongFew("source", Source.objects.leading_above(level).values("pk"))),
            source__disclosure__lte=level,
        )

    def cited_in(self, source: Q, level: Disclosure | None) -> Self:
        """Records in such a source (see ``in_source``); a record that is visible has a source that is."""
        return self.filter(source)

    def in_subtree(self, code: str) -> Self:
        """Records of a place within this one; a record without a place of its own has its incident's."""
        incidents = apps.get_model("incidents", "Incident")._default_manager.in_subtree(code)
        return self.filter(
            Q(place__in=RawSQL("SELECT place_subtree(%s)", [code]))
            | Q(place__isnull=True, incident__in=incidents.values("pk"))
        )

    def above_public(self, level: Disclosure) -> Self:
        """Those whose name a reader of this level may see and the public may not."""
        return self.annotate(name_level=NameLevel("pk")).filter(name_level__gt=Disclosure.PUBLIC, name_level__lte=level)

    def with_names(self, level: Disclosure) -> Self:
        """With ``name_level``, and with names, description and words as far as this level may read them.

        ``shown_description``, ``shown_stated`` and ``names`` are empty where the name is withheld; the columns behind
        them are not fetched.
        """
        readable = Q(name_level__lte=level)
        return (
            self.defer(*WITHHELD_WITH_THE_NAME)
            .annotate(name_level=NameLevel("pk"))
            .annotate(
                **{
                    f"shown_{column}": Case(
                        When(readable, then=F(column)), default=Value(""), output_field=models.TextField()
                    )
                    for column in WITHHELD_WITH_THE_NAME
                }
            )
            .prefetch_related(
                Prefetch("names", _model("PersonName")._default_manager.readable_at(level).order_by("position"))
            )
        )

    def named_in(self, source: Source, names: Iterable[str]) -> Self:
        """Those whom this source calls by one of these names, but for what was refused or put right; the latest first."""
        called = Q(pk=None)
        for name in names:
            called |= Q(folded=Fold(Value(name)))
        found = _model("PersonName")._default_manager.annotate(folded=Fold("text")).filter(called)
        standing = self.filter(status__in=["draft", "proposed", "returned", "accepted"], source=source)
        return standing.filter(pk__in=found.values("record")).order_by("-recorded_at", "pk")

    def matching_names(self, text: str, level: Disclosure) -> Self:
        """This text in a name that goes as far as the level, in either script. Other names match nothing."""
        wanted = Fold(Value(text))
        names = (
            _model("PersonName")
            ._default_manager.filter(record=OuterRef("pk"))
            .annotate(folded=Fold("text"))
            .filter(folded__contains=wanted)
            .readable_at(level)
        )
        if level < Disclosure.RESTRICTED:  # outside, a protected individual's name matches nothing either
            names = names.annotate(masked=Fold(Masked("text"))).filter(masked__contains=wanted)
        return self.filter(Exists(names))


class VictimQuerySet(SeenQuerySet):
    def seen_at(self, level: Disclosure) -> Self:
        """Victims of whom a record is within the level, and those to whom none is linked any more."""
        links = _model("Link")._default_manager.filter(victim=OuterRef("pk"))
        seen = links.filter(record__in=_model("PersonRecord")._default_manager.all().seen_at(level).values("pk"))
        return self.filter(Exists(seen) | ~Exists(links))

    def visible_to(self, level: Disclosure) -> Self:
        """Victims with at least one accepted record that a reader of this level may see; others do not exist there."""
        return self.with_record(_model("PersonRecord")._default_manager.visible_to(level).accepted())

    def with_record(self, records: Any) -> Self:
        """Victims to whom at least one of these records is linked now."""
        links = _model("Link")._default_manager.filter(victim=OuterRef("pk"), record__in=records.values("pk"))
        return self.filter(Exists(links))

    def named_dead_of(self, incident: Any, *, by: Any) -> Self:
        """Victims whom an accepted record of this incident, which the person may see, names and says to be dead."""
        record = _model("PersonRecord")
        names = _model("PersonName")._default_manager.filter(record=OuterRef("pk"))
        return self.with_record(
            record._default_manager.accepted().seen_by(by).filter(Exists(names), incident=incident, fate__in=DEAD)
        )

    def named_dead_at(self, level: Disclosure, incidents: Iterable[int]) -> dict[int, int]:
        """How many victims the accepted records of each incident name, to a reader of this level, and say to be dead."""
        names = _model("PersonName")._default_manager.readable_at(level)
        records = _model("PersonRecord")._default_manager.visible_to(level).accepted()
        named = records.filter(pk__in=names.values("record"), incident__in=incidents, fate__in=DEAD)
        links = _model("Link")._default_manager.filter(record__in=named.values("pk"))
        counted = links.values("record__incident").annotate(number=Count("victim", distinct=True))
        return dict(counted.values_list("record__incident", "number"))
