"""The rows in which an incident's claims, responsibility claims and statements are entered, together with it or later."""

from typing import Any

from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet

from accounts.admin.base import StackedRows
from accounts.admin.forms import refusable
from incidents.admin.forms import ClaimRow, ResponsibilityFields, StatementFields
from incidents.admin.wholes import recorded_whole
from incidents.models import Claim, Incident, ResponsibilityClaim, Statement
from incidents.services.claims import record_claim
from incidents.services.statements import record_responsibility, record_statement


class ClaimRowFormSet(PaginationInlineFormSet, BaseInlineFormSet):  # type: ignore[misc,type-arg]  # unfold ships no types
    """New claims about one incident."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        known = self.instance if self.instance.pk else None
        return {**super().get_form_kwargs(index), "incident": known}


class ClaimRows(StackedRows):
    """Claims entered with their incident; those already recorded are read above."""

    model = Claim
    form = ClaimRow
    formset = ClaimRowFormSet
    fk_name = "incident"
    verbose_name = _("new claim")
    add_text = _("Add a claim")
    verbose_name_plural = _("new claims")
    can_delete = False
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("claimant", "measure", "population"),
                    ("stated", "language", "stance"),
                    ("quantifier", "number", "upper", "best"),
                    ("source", "locator", "relays"),
                    ("rests_on", "strength"),
                )
            },
        ),
        (
            _("Further particulars"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("as_of", "basis", "since", "period"),
                    ("place", "cause", "population_stated"),
                    ("coding_rule", "method", "part_of"),
                    ("disclosure", "note"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).none()

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj is not None else 1


class SayingRows(StackedRows):
    """What is said beside counts, entered with its incident; what is already recorded is read above."""

    fk_name = "incident"
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).none()


class ResponsibilityRows(SayingRows):
    model = ResponsibilityClaim
    form = ResponsibilityFields
    verbose_name = _("new responsibility claim")
    add_text = _("Add who is said to have done it")
    verbose_name_plural = _("who is said to have done it")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("claimant", "party"), ("act", "standing"), ("source", "locator"),
                    ("citation_stated", "relays"), ("disclosure", "note"),
                )
            },
        ),
    )  # fmt: skip


class StatementRows(SayingRows):
    model = Statement
    form = StatementFields
    verbose_name = _("new statement")
    add_text = _("Add what else is said")
    verbose_name_plural = _("what else is said")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("claimant", "kind"), "value", ("meaning", "when"), ("source", "locator"),
                    ("citation_stated", "relays"), ("disclosure", "note"),
                )
            },
        ),
    )  # fmt: skip


def record_rows(incident: Incident, formsets: Any, *, by: Any) -> int:
    """Make each row that says something a draft about the incident, with its first citation; how many."""
    number = 0
    for formset in formsets:
        claims: dict[int, Claim] = {}  # by their lines: one below may be a part of them
        for line, row in enumerate(formset.forms):
            if not row.has_changed():
                continue
            number += 1
            context: dict[str, Any] = {"incident": incident, "by": by, "at": timezone.now()}
            with refusable(row):
                context["citations"] = [row.citation()]
                if isinstance(row, ClaimRow):
                    said = row.claim()
                    said["part_of"] = recorded_whole(said["part_of"], claims)
                    claims[line] = record_claim(derivations=row.derivations(), **said, **context)
                elif isinstance(row, StatementFields):
                    record_statement(**row.saying(), **context)
                else:
                    record_responsibility(**row.saying(), **context)
    return number
