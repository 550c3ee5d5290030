import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models.functions import Concat
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.choosing import AmongFew
from accounts.folding import Fold
from accounts.models import User
from sources.dates import bounds_follow, edtf_bound, edtf_text
from sources.disclosure import Disclosure, Masked, disclosure_field
from sources.merged import MergedQuerySet, withdrawn_field
from sources.models.organization import Organization
from sources.vocabulary import Term


class SourceKind(Term):
    """News article, monitor report, dataset, incident record, testimony …"""

    class Meta(Term.Meta):
        verbose_name = _("kind of source")
        verbose_name_plural = _("kinds of source")


NEARLY_THE_SAME_TITLE = 0.55
"""From this similarity of their trigrams on, two titles are shown as nearly the same."""


class AddressKey(models.Func):
    """``address_key(url)``: what addresses of the same page have in common, however they are written."""

    function = "address_key"
    output_field = models.TextField()


class SourceQuerySet(MergedQuerySet):
    def visible_to(self, level: Disclosure) -> Self:
        """Sources that a reader of this level may see: neither they nor their publisher is above it, nor what either
        was merged into."""
        return self.filter(
            models.Q(publisher__isnull=True) | models.Q(publisher__disclosure__lte=level),
            ~models.Q(AmongFew("publisher", Organization.objects.leading_above(level).values("pk"))),
            ~models.Q(AmongFew("pk", Source.objects.leading_above(level).values("pk"))),
            disclosure__lte=level,
        )

    def seen_at(self, level: Disclosure) -> Self:
        """In the admin the same: a source has no state in which it waits."""
        return self.visible_to(level)

    def leading_above(self, level: Disclosure) -> Self:
        """Those merged into a source that a reader of this level may not see: whatever cites one is hidden with it."""
        return self.filter(
            models.Q(merged_into__disclosure__gt=level)
            | models.Q(merged_into__publisher__disclosure__gt=level)
            | models.Q(merged_into__publisher__merged_into__disclosure__gt=level),
            merged_into__isnull=False,
        )

    def near(self, *, url: str, title: str) -> Self:
        """Sources that may be the same document: at the same address, or nearly of this title; the nearest first."""
        folded = Fold(models.Value(title))
        same_address = models.Q(key=AddressKey(models.Value(url))) & ~models.Q(url="") if url else models.Q(pk=None)
        same_title = models.Q(folded__trigram_similar=folded, nearness__gte=NEARLY_THE_SAME_TITLE)
        nearness = TrigramSimilarity(Fold("title"), folded)  # type: ignore[arg-type]  # it takes expressions
        rows = self.standing().annotate(key=AddressKey("url"), folded=Fold("title"), nearness=nearness)
        return rows.filter(same_address | same_title if title else same_address).order_by("-nearness", "pk")

    def without_copy(self) -> Self:
        """Sources with an address of which no lasting copy is known: the address may go dead any day."""
        return self.standing().filter(archived_url="", content_hash="").exclude(url="")

    def vouched(self) -> Self:
        """Those that may be listed outside: not what a partner sent with claims of which none was accepted so far."""
        partners = User.objects.filter(groups__name="partner").values("pk")
        accepted = self.model._default_manager.filter(
            models.Q(citations__claim__accepted_at__isnull=False)
            | models.Q(citations__responsibility__accepted_at__isnull=False)
            | models.Q(citations__statement__accepted_at__isnull=False),
            pk=models.OuterRef("pk"),
        )
        return self.exclude(models.Q(recorded_by__in=partners) & ~models.Exists(accepted))

    def matching(self, text: str) -> Self:
        """For analysts: this text in the title, the address or the publisher's names; of merged ones in any's."""
        wanted = models.Q(folded__contains=Fold(models.Value(text)))
        merged = Source.objects.filter(merged_into__isnull=False).annotate(folded=Fold(Source.SEARCHED)).filter(wanted)
        return self.annotate(folded=Fold(Source.SEARCHED)).filter(
            wanted
            | models.Q(publisher__in=Organization.objects.matching(text).values("pk"))
            | models.Q(pk__in=merged.values("merged_into"))
        )

    def matching_outside(self, text: str) -> Self:
        """For readers outside: this text in the title or the publisher's outside names; protected names match nothing."""
        folded = Fold(models.Value(text))
        wanted = models.Q(folded__contains=folded, masked__contains=folded)
        columns = {"folded": Fold("title"), "masked": Fold(Masked("title"))}
        merged = Source.objects.filter(merged_into__isnull=False).annotate(**columns).filter(wanted)
        publishers = Organization.objects.matching_outside(text).values_list("pk", flat=True)
        # Both are few, and fetched, so that each condition is one of an index.
        return self.annotate(**columns).filter(
            wanted
            | models.Q(publisher__in=list(publishers))
            | models.Q(pk__in=list(merged.values_list("merged_into", flat=True)))
        )


class Source(models.Model):
    """One document or testimony. One source serves many incidents and claims."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    title = models.CharField(
        _("title"), max_length=500, blank=True, help_text=_("As printed; empty when it has none or none is known.")
    )
    kind = models.ForeignKey(
        SourceKind,
        verbose_name=_("kind"),
        on_delete=models.PROTECT,
        related_name="sources",
        help_text=_("What sort of document this is."),
    )
    publisher = models.ForeignKey(
        Organization,
        verbose_name=_("publisher"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="published_sources",
        help_text=_("Who prints it; empty when not known (null in JSON)."),
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        blank=True,
        help_text=_("Language of the text, such as en or ar (a BCP 47 tag); empty when not recorded."),
    )
    url = models.URLField(
        _("address"), max_length=2000, blank=True, help_text=_("Where it was found; empty when none is known.")
    )
    archived_url = models.URLField(
        _("archived address"), max_length=2000, blank=True, help_text=_("Where a lasting copy is kept.")
    )
    published = edtf_text(
        pgettext_lazy("date", "published"),
        _("When it was published, such as 2018-04-21 or 2018-04~ (EDTF); empty when not known."),
    )
    published_earliest = edtf_bound(_("published, earliest"))
    published_latest = edtf_bound(_("published, latest"))
    published_inferred = models.BooleanField(
        _("date inferred"),
        default=False,
        db_default=False,
        help_text=_("The date of publication is our conclusion, not printed."),
    )
    retrieved_at = models.DateTimeField(
        _("retrieved at"),
        null=True,
        blank=True,
        help_text=_("When we took our copy; empty when we hold none (null in JSON)."),
    )
    content_hash = models.CharField(
        _("hash of the kept copy"),
        max_length=64,
        blank=True,
        help_text=_(
            "Fingerprint of the kept copy, by which anyone can tell that it is the same: its SHA-256, 64 digits; "
            "empty when we hold none."
        ),
    )
    disclosure = disclosure_field()
    note = models.TextField(_("note"), blank=True, help_text=_("For analysts; never shown outside."))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), help_text=_("When it was entered into the register."))
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text=_("The source that this record turned out to be; what cites this one cites that one."),
    )
    withdrawn_reason = withdrawn_field()

    SEARCHED = Concat("title", models.Value(" "), "url", output_field=models.TextField())

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        permissions = [
            ("merge_source", _("Can merge sources and take merges back")),
            ("withdraw_source", _("Can withdraw sources")),
            ("see_restricted", _("Can see in the admin what is restricted")),
        ]
        constraints = [
            models.CheckConstraint(
                name="source_is_not_merged_into_itself",
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                violation_error_message=_("A source cannot be merged into itself."),
            ),
            models.CheckConstraint(
                name="source_is_merged_or_withdrawn",
                condition=models.Q(merged_into__isnull=True) | models.Q(withdrawn_reason=""),
                violation_error_message=_("What is merged is not withdrawn: it leads to the other record."),
            ),
            bounds_follow("source", "published"),
            models.CheckConstraint(
                name="source_hash_is_sha256",
                condition=models.Q(content_hash="") | models.Q(content_hash__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("The hash is a SHA-256 of 64 hexadecimal digits."),
            ),
            models.CheckConstraint(
                name="source_addresses_are_web_addresses",
                condition=(models.Q(url="") | models.Q(url__iregex=r"^(https?|ftp)://"))
                & (models.Q(archived_url="") | models.Q(archived_url__iregex=r"^(https?|ftp)://")),
                violation_error_message=_("An address begins with http:// or https://."),
            ),
        ]
        indexes = [
            # Search by title in either script, any part of a word.
            GinIndex(OpClass(Fold("title"), name="gin_trgm_ops"), name="source_title_folded"),
            # The same address entered before.
            models.Index(AddressKey("url"), condition=~models.Q(url=""), name="source_by_address_key"),
            models.Index(fields=["url"], condition=~models.Q(url=""), name="source_by_url"),
            # The list, newest recorded first.
            models.Index(fields=["recorded_at", "id"], name="source_by_recording"),
        ]

    def __str__(self) -> str:
        return self.title or self.url or " ".join(filter(None, (gettext("untitled"), self.kind_id, self.published)))
