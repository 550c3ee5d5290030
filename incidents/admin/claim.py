from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from accounts.admin.base import StackedRows, day, display, isolated
from accounts.admin.forms import Refused, autocomplete, refusable
from accounts.admin.formsets import SharedRows
from accounts.admin.reading import CorrectingForm
from accounts.seen import seen
from incidents.admin import correcting, discussion, verbs, words
from incidents.admin.batches import accept_selected
from incidents.admin.comparing import standing_of
from incidents.admin.correcting import CorrectingAdmin, cited_as, corrected_by
from incidents.admin.forms import CitationForm, ClaimFields, DerivationForm, correction_reason, numbers
from incidents.admin.further import cite_view, derive_view
from incidents.admin.lists import SearchClaims
from incidents.admin.proposals import propose_view
from incidents.admin.reading import line, partly_withheld, steps_of, whole_claims
from incidents.models import Citation, Claim, Derivation
from incidents.services import claims as services
from incidents.services.citations import recite
from incidents.services.review import discard_draft
from sources.merged import meant_id


class ClaimForm(CorrectingForm, ClaimFields):
    """A claim on a page of its own."""

    incident = autocomplete(Claim, "incident")
    correction_reason = correction_reason()

    # Of the request, which alone says so when what was filled in comes back.
    asked_incident: ClassVar[Any] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, incident=self.asked_incident, **kwargs)
        if self.instance.corrects_id is None and self.corrected is None:
            del self.fields["correction_reason"]
        if not self.is_new:
            del self.fields["incident"]


class PartOfDraft(StackedRows):
    """Rows that are written with their claim, by whoever may write that; shown only while it is a draft."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class BegunFormSet(SharedRows):
    """Rows that may begin filled in, as those of a correction do: left as they are, they stand all the same."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        row = super()._construct_form(i, **kwargs)
        if i < len(self.initial_extra or ()):
            row.empty_permitted = False
        return row


class CitationRows(PartOfDraft):
    """Where the claim stands."""

    model = Citation
    add_text = _("Add a citation")
    form = CitationForm
    formset = BegunFormSet
    fk_name = "claim"
    fieldsets = ((None, {"fields": (("source", "locator"), ("citation_stated", "relays"))}),)

    def get_queryset(self, request: HttpRequest) -> Any:
        return seen(super().get_queryset(request), request.user).order_by("position")

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """As many as a correction begins with; the first is there in any case."""
        corrected = corrected_by(request, Claim) if obj is None else None
        return max(corrected.citations.count() - 1, 0) if corrected is not None else 0


class DerivationFormSet(BegunFormSet):
    """What one claim rests on."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        known = self.instance if self.instance.incident_id else None
        return {**super().get_form_kwargs(index), "claim": known}


class DerivationRows(PartOfDraft):
    """What the claim rests on."""

    model = Derivation
    form = DerivationForm
    formset = DerivationFormSet
    fk_name = "claim"
    verbose_name = _("thing it rests on")
    add_text = _("Add what it rests on")
    verbose_name_plural = _("what it rests on")
    fieldsets = ((None, {"fields": (("organization", "strength"), ("rests_on", "source"))}),)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        corrected = corrected_by(request, Claim) if obj is None else None
        return corrected.derivations.count() if corrected is not None else 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return seen(super().get_queryset(request), request.user).order_by("pk")


@admin.register(Claim)
class ClaimAdmin(CorrectingAdmin):
    """Claims: what is a draft is changed here, what is submitted is read, cited further and decided on."""

    form = ClaimForm
    inlines = (CitationRows, DerivationRows)
    actions = (accept_selected,)
    list_display = (
        "words", "measure", "population", "counted", "claimant", "of_incident", "holds_for", "status", "disclosure",
        "recorded",
    )  # fmt: skip
    list_filter = (SearchClaims, "status", "disclosure", "measure", "incident__incident_type", "stance", "quantifier")
    list_select_related = ("measure", "population", "claimant", "incident", "coding_rule")
    ordering = ("-recorded_at", "-pk")
    paginator = InfinitePaginator
    search_fields = ("stated",)
    search_help_text = _("The words, the claimant's name or the incident's reference, in either script.")
    change_form_outer_before_template = "admin/incidents/claim.html"

    @display(_("as stated"))
    def words(self, obj: Claim) -> str:
        return isolated(obj.stated)

    @display(_("as of"), order="as_of_earliest")
    def holds_for(self, obj: Claim) -> str:
        return words.date(obj.as_of) or "—"

    @display(_("count"), order="minimum")
    def counted(self, obj: Claim) -> str:
        return words.count(obj)

    @display(_("incident"))
    def of_incident(self, obj: Claim) -> str:
        return format_html('<span title="{}" class="sj-day">{}</span>', obj.incident.title, obj.incident.reference)

    @display(_("recorded"), order="recorded_at")
    def recorded(self, obj: Claim) -> str:
        return day(obj.recorded_at)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ()
        corrects = obj.corrects_id if obj is not None else request.GET.get("corrects")
        return (
            *([(_("Correction"), {"fields": ("correction_reason",)})] if corrects else []),
            (
                None,
                {
                    "fields": (
                        *(() if obj is not None else ("incident",)),
                        ("claimant", "measure", "population"),
                        ("stated", "language", "stance"),
                        ("quantifier", "number", "upper", "best"),
                        ("as_of", "basis", "since", "period"),
                        ("place", "cause", "population_stated"),
                        ("coding_rule", "method", "part_of"),
                        ("disclosure", "note"),
                    )
                },
            ),
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is None or self.has_change_permission(request, obj) else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = bool(super().has_change_permission(request, obj))
        if obj is None or not allowed:
            return allowed
        return (obj.status == "draft" or self.is_sent(request)) and not partly_withheld(obj, request.user)

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Asked for the action that accepts many."""
        return bool(request.user.has_perm("incidents.review_claim"))

    def after_saving(self, obj: Any) -> str:
        """Back to the incident, about which there is more to say, and with which it is submitted."""
        return reverse("admin:incidents_incident_change", args=[obj.incident_id])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_delete_permission(request, obj)) and (obj is None or obj.status == "draft")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.asked_incident = form.corrected.incident_id if form.corrected else self._asked_incident(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The incident it was asked for, or all of the claim it corrects."""
        corrected = corrected_by(request, Claim)
        if corrected is None:
            return {"incident": self._asked_incident(request)}
        given = model_to_dict(corrected, [*ClaimForm.Meta.fields, "incident"]) | numbers(corrected)
        whole = Claim.objects.with_whole().values_list("whole_id", flat=True).get(pk=corrected.pk)
        return given | {"claimant": meant_id(corrected.claimant), "part_of": whole}

    def _asked_incident(self, request: HttpRequest) -> int | None:
        """The incident that the form or the address names, if it names one."""
        asked = request.POST.get("incident") or request.GET.get("incident") or ""
        return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else None

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """A correction begins with the citations of what it corrects, and with what that rests on."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        corrected = corrected_by(request, Claim)
        if obj.incident_id is None:  # a new claim may rest on another of the same incident
            obj.incident_id = corrected.incident_id if corrected else self._asked_incident(request)
        if corrected is not None:
            kwargs["initial"] = _begin(inline.model, corrected, request.user)
        return kwargs

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        claim = self.get_object(request, object_id) if object_id else None
        if claim is not None and request.method == "GET":
            context |= self._reading(request, claim)
        return super().changeform_view(request, object_id, form_url, context)

    def _reading(self, request: HttpRequest, claim: Claim) -> dict[str, Any]:
        user: Any = request.user
        whole = whole_claims(Claim.objects.filter(pk=claim.pk).select_related("corrects__claimant"), user)
        row = whole.get()
        claims = Claim.objects.seen_by(user)
        open_to_more = row.status not in {"draft", "rejected", "voided"}
        return {
            "line": line(row, user),
            "whole": claims.filter(pk=row.whole_id).first() if row.whole_id else None,
            "parts": list(
                claims.filter(incident=row.incident, part_of__isnull=False)
                .with_whole()
                .filter(whole_id=row.pk)
                .order_by("recorded_at")
            ),
            **correcting.shown(row, user),
            "standing": standing_of(row, user),
            "steps": steps_of(row),
            "offers": verbs.offers(row, user),
            "discussion": discussion.of(request, row),
            "may_cite": user.has_perm("incidents.add_citation") and open_to_more,
            "may_derive": user.has_perm("incidents.add_derivation") and open_to_more,
        }

    def save_model(self, request: HttpRequest, obj: Claim, form: Any, change: Any) -> None:
        """Written in ``save_related``, where citations and what it rests on are at hand."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        context: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        cited, rests = formsets
        citations = [row.citation() for row in cited.forms if _given(cited, row)]
        derivations = [row.derivation() for row in rests.forms if _given(rests, row)]
        given = form.claim()
        with refusable(form):
            if change:
                count = services.count_columns(given.pop("count"), given.pop("coding_rule"))
                reason = {name: form.cleaned_data[name] for name in ("correction_reason",) if name in form.cleaned_data}
                seen = form.cleaned_data["version"]
                services.change_draft(form.instance, changes=given | count | reason, seen=seen, **context)
                if cited.has_changed() or rests.has_changed():
                    recite(form.instance, citations, derivations, **context)
                return
            given |= {"incident": form.cleaned_data["incident"], "citations": citations, "derivations": derivations}
            corrected = corrected_by(request, Claim)
            if corrected is None:
                recorded = services.record_claim(**given, **context)
            else:
                seen = form.cleaned_data["corrects_version"]
                reason = form.cleaned_data["correction_reason"]
                recorded = services.correct(corrected, reason=reason, seen=seen, **given, **context)
            form.instance.pk = recorded.pk

    def delete_model(self, request: HttpRequest, obj: Claim) -> None:
        try:
            discard_draft(obj, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
        except (ValidationError, PermissionDenied) as refused:
            raise Refused("", ValidationError(verbs.told(refused))) from refused

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            verbs.step_url(self),
            *discussion.urls(self),
            ("propose/", "incidents_claim_propose", propose_view),
            ("<path:object_id>/cite/", "incidents_claim_cite", cite_view),
            ("<path:object_id>/derive/", "incidents_claim_derive", derive_view),
        )

    def kept_with(self, row: Claim) -> Any:
        citations = list(row.citations.prefetch_related("relays"))
        relays = [relay for citation in citations for relay in citation.relays.all()]
        return (*citations, *relays, *row.derivations.all())


def _given(formset: Any, row: Any) -> bool:
    """Whether a row of a formset says something that is to stand."""
    return bool(row.cleaned_data) and row not in formset.deleted_forms


def _begin(model: Any, corrected: Claim, by: Any) -> list[dict[str, Any]]:
    if model is Derivation:
        rests = corrected.derivations.seen_by(by).select_related("organization", "source").order_by("pk")
        return [
            {
                "organization": meant_id(one.organization) if one.organization else None,
                "rests_on": one.rests_on_id,
                "source": meant_id(one.source) if one.source else None,
                "strength": one.strength,
            }
            for one in rests
        ]
    citations = corrected.citations.seen_by(by).select_related("source").order_by("position")
    return [cited_as(row, by) for row in citations]
