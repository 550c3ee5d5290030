"""The page of a scope: what is claimed in it, drawn and in a table, what is doubted, and the figure that is adopted."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts import telling
from accounts.admin.base import ReadOnlyAdmin, display, isolated
from accounts.versions import with_version
from incidents.admin import comparing, explained, plots, verbs, words
from incidents.admin.proposing import ProposalForm, digest, propose
from incidents.admin.reading import Line
from incidents.models import Claim, Figure, FigureClaim, Incident, Scope, ScopeState
from incidents.reconciliation import Policy
from incidents.reconciliation import propose as by_policy
from incidents.reconciliation.claims import Key
from incidents.reconciliation.policies import Weighed
from incidents.scopes import reading
from incidents.scopes.figures import is_adoptable
from incidents.scopes.speaking import Speaking
from incidents.scopes.words import WORDS
from incidents.services.review import review_mode
from incidents.workflow import ReviewMode
from sources.clearance import clearance
from sources.disclosure import Disclosure


@dataclass(frozen=True, slots=True)
class Use:
    """A claim of a figure, and why it was set aside if it was."""

    claim: comparing.Named
    reason: str


@dataclass(frozen=True, slots=True)
class FigureTold:
    """A figure with everything behind it, as far as the person may see it."""

    row: Any
    span: str
    used: list[Use]
    set_aside: list[Use]
    offers: list[verbs.Offer] = field(default_factory=list)
    is_overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """Another scope of the incident and measure, and how it stands to this one."""

    told: comparing.ScopeTold
    how: str
    relation: str


@dataclass(frozen=True, slots=True)
class Gives:
    """What a policy would give."""

    policy: str
    label: str
    meaning: str
    low: str
    best: str
    high: str
    open_ended: bool
    approximate: bool
    set_aside: list[Use]


@dataclass(frozen=True, slots=True)
class Level:
    """Readers for whom a figure can be proposed: those who see as much as is different from what the others see."""

    code: str
    label: str
    is_chosen: bool


@dataclass(slots=True)
class ScopePage:
    """Everything that the page shows. A fixed number of queries, whatever the number of claims."""

    told: comparing.ScopeTold
    lines: dict[str, Line]
    levels: list[Level]
    level: Disclosure
    speaking: list[Weighed]
    series: list[comparing.Series]
    parts: list[comparing.Part]
    others: list[Other]
    current: list[FigureTold]
    proposed: list[FigureTold]
    earlier: list[FigureTold]
    roots: dict[Key, str]
    plot: plots.Plot

    @classmethod
    def of(cls, scope: Scope, by: Any, wanted: str = "") -> "ScopePage":
        """The page of one scope for one person. Raises Http404 where there is nothing in it for them."""
        views = comparing.views_of(scope.incident, by)
        view = next((one for one in views if one.scope.pk == scope.pk), None)
        if view is None:
            raise Http404
        related = reading.related_to(view, views)
        lines = comparing.lines_of([*view.speaking, *view.history], by)
        told, *others = comparing.told([view, *(one for one, _related in related)], lines, by)
        levels = _levels(scope, clearance(by), wanted)
        level = Disclosure.from_code(next(one.code for one in levels if one.is_chosen))
        weighing = Speaking([scope.incident_id])
        current, proposed, earlier = _figures(scope, by, weighing)
        roots = comparing.root_names([view])
        return cls(
            told=told,
            lines=lines,
            levels=levels,
            level=level,
            speaking=weighing.within(scope, level),
            series=comparing.series_of(told, lines),
            parts=comparing.parts_of(view, views, by),
            others=[
                Other(other, words.listed(telling.tell(WORDS[how]) for how in (one.relation, *one.also)), one.relation)
                for other, (_view, one) in zip(others, related, strict=True)
            ],
            current=current,
            proposed=proposed,
            earlier=earlier,
            roots=roots,
            plot=plots.of_scope(view, lines, roots),
        )

    @property
    def claims(self) -> list[tuple[Line, bool, list[str]]]:
        """Each claim, whether it speaks, and on whom it rests in the end; below each what its claimant said before."""
        view = self.told.view
        rooted = {key: [self.roots[root] for root in self.roots if root in roots] for key, roots in view.roots.items()}
        speaking = [key for key in view.speaking if key in self.lines]
        found = []
        for at, key in enumerate(speaking):
            found.append((self.lines[key], True, rooted.get(key, [])))
            claimant = plots.claimant_of(self.lines[key])
            if any(plots.claimant_of(self.lines[other]) == claimant for other in speaking[at + 1 :]):
                continue
            found += [
                (self.lines[past], False, rooted.get(past, []))
                for past in reversed(view.history)
                if past in self.lines and plots.claimant_of(self.lines[past]) == claimant
            ]
        return found

    @property
    def digest(self) -> str:
        """What is proposed on."""
        return digest(self.speaking)

    @property
    def gives(self) -> list[Gives]:
        """What each policy would give for the chosen readers."""
        made = [by_policy(policy, self.speaking) for policy in Policy if policy is not Policy.MANUAL]
        return [
            Gives(
                one.policy.value,
                str(Figure.Policy(one.policy.value).label),
                str(explained.POLICIES[one.policy.value]),
                words.number(one.low),
                words.number(one.best),
                words.number(one.high),
                one.open_ended,
                one.approximate,
                [self._use(key, telling.tell(reason)) for key, reason in one.set_aside.items() if key in self.lines],
            )
            for one in made
        ]

    def _use(self, key: str, reason: str) -> Use:
        return Use(comparing.name_claim(self.lines[key].row), reason)

    def form(self, data: Any = None) -> ProposalForm:
        """The form in which a figure is proposed for the chosen readers."""
        rows = {one.claim: self.lines[one.claim].row for one in self.speaking if one.claim in self.lines}
        return ProposalForm({key: comparing.name_claim(row).label for key, row in rows.items()}, data)


def _levels(scope: Scope, clear: Disclosure, wanted: str) -> list[Level]:
    """The levels at which what is seen of a scope differs; the lowest is chosen unless another is wanted."""
    states = ScopeState.objects.filter(scope=scope, disclosure_from__lte=clear).order_by("disclosure_from")
    found = [Disclosure(level) for level in states.values_list("disclosure_from", flat=True)]
    codes = [one.code for one in found]
    chosen = wanted if wanted in codes else codes[0]
    return [Level(one.code, str(one.label), one.code == chosen) for one in found]


def _figures(scope: Scope, by: Any, weighing: Speaking) -> tuple[list[FigureTold], list[FigureTold], list[FigureTold]]:
    """The figures of a scope: those that are current, proposed, and of before; the latest first."""
    shown = Claim.objects.seen_by(by).values("pk")
    uses = FigureClaim.objects.filter(Q(use="used") | Q(claim__in=shown)).select_related(
        "claim__claimant__merged_into", "claim__coding_rule", "claim__measure"
    )
    found = (
        with_version(Figure.objects.seen_at(clearance(by)).filter(scope=scope))
        .select_related("proposed_by", "decided_by", "scope")
        .prefetch_related(Prefetch("rests_on", uses.order_by("use", "pk")))
        .order_by("-proposed_at", "-pk")
    )
    current: list[FigureTold] = []
    proposed: list[FigureTold] = []
    earlier: list[FigureTold] = []
    for row in found:
        where = {"adopted": current, "proposed": proposed}.get(row.status, earlier)
        where.append(_told(row, by, weighing))
    return current, proposed, earlier


def _told(row: Any, by: Any, weighing: Speaking) -> FigureTold:
    uses = [(one, Use(comparing.name_claim(one.claim), one.reason)) for one in row.rests_on.all()]
    overtaken = row.status == "proposed" and not is_adoptable(row, weighing.within(row.scope, row.disclosure))
    return FigureTold(
        row=row,
        span=plots.figure_words(row),
        used=[use for one, use in uses if one.use == FigureClaim.Use.USED],
        set_aside=[use for one, use in uses if one.use == FigureClaim.Use.SET_ASIDE],
        offers=verbs.offers(row, by),
        is_overtaken=overtaken,
    )


class ReadAsClaims(ReadOnlyAdmin):
    """Read by whoever may see claims, and written by services alone. ``prefix`` leads to the scope."""

    prefix = ""
    search_help_text = _("The incident's reference or title, in either script.")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("incidents.view_claim"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("incidents.view_claim"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the incident's reference or title, in either script."""
        text = search_term.replace("\x00", "").strip()
        found = Incident.objects.seen_by(request.user).matching(text).values("pk")
        return (queryset.filter(**{f"{self.prefix}incident__in": found}) if text else queryset), False


KEPT = ("relation", "low", "high", "open_ended", "approximate", "gap")
"""What a list shows of a scope, as far as the reader sees its claims."""


class RelationFilter(admin.SimpleListFilter):
    """How what speaks stands to each other, of what the person sees."""

    title = _("relation")
    parameter_name = "relation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ScopeState.Relation.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.in_relation(self.value(), clearance(request.user)) if self.value() else queryset


@admin.register(Scope)
class ScopeAdmin(ReadAsClaims):
    """What claims are compared within. A scope without a claim that the person may see does not exist for them."""

    list_display = ("of", "of_incident", "relation", "spanned", "gap", "adopted")
    list_display_links = ("of",)
    list_filter = (RelationFilter, "measure", "basis")
    list_select_related: Any = ("incident", "measure", "unit", "population", "cause", "place")
    search_fields = ("incident__reference",)

    def get_ordering(self, request: HttpRequest) -> Any:
        """Those of the latest incidents first: a page of a million is found by an index (see ``Scope.Meta``)."""
        return ("-incident_id", "-measure_id", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        level = clearance(request.user)
        figures = Figure.objects.seen_at(level).current().order_by("disclosure")
        states = ScopeState.objects.at(level).filter(scope=OuterRef("pk"))
        kept = {name: Subquery(states.values(name)[:1]) for name in KEPT}
        incidents = Incident.objects.seen_by(request.user)
        rows = Scope.objects.kept_at(level).filter(incident__in=incidents.values("pk"))
        rows = rows.annotate(**{f"now_{name}": value for name, value in kept.items()})
        rows = rows.prefetch_related(Prefetch("figures", figures, to_attr="shown_figures"))
        return rows.order_by(*self.get_ordering(request))

    @display(_("scope"))
    def of(self, obj: Any) -> str:
        return words.scope(obj)

    @display(_("incident"), order="incident")
    def of_incident(self, obj: Any) -> str:
        return isolated(words.title(obj.incident))

    @display(_("relation"), order="now_relation")
    def relation(self, obj: Any) -> str:
        return str(ScopeState.Relation(obj.now_relation).label)

    @display(_("low to high"), order="now_low")
    def spanned(self, obj: Any) -> str:
        return words.span(obj.now_low, obj.now_high, open_ended=obj.now_open_ended, approximate=obj.now_approximate)

    @display(_("gap"), order="now_gap")
    def gap(self, obj: Any) -> str:
        return words.number(obj.now_gap)

    @display(_("figure"))
    def adopted(self, obj: Any) -> str:
        # The one made of the most that the reader may see comes last.
        return plots.figure_words(obj.shown_figures[-1]) if obj.shown_figures else "—"

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """The page; nothing is changed on it but by what it leads to."""
        scope = self._scope(request, object_id)
        if not ScopeState.objects.at(clearance(request.user)).filter(scope=scope).exists():
            return self._figures_alone(request, scope)
        return self._page(request, ScopePage.of(scope, request.user, request.GET.get("level", "")))

    def _figures_alone(self, request: HttpRequest, scope: Scope) -> HttpResponse:
        """What was held to be so, where no claim that the person sees is left: to be withdrawn, or read."""
        context = {
            **self.admin_site.each_context(request),
            "title": words.scope(scope),
            "opts": self.opts,
            "scope": scope,
            "incident_title": words.title(scope.incident),
            "figures": [
                one for several in _figures(scope, request.user, Speaking([scope.incident_id])) for one in several
            ],
        }
        return TemplateResponse(request, "admin/incidents/emptied.html", context)

    def _scope(self, request: HttpRequest, object_id: str) -> Scope:
        if not self.has_view_permission(request):
            raise PermissionDenied
        scope: Scope | None = self.get_object(request, object_id)
        if scope is None:
            raise Http404
        return scope

    def _page(self, request: HttpRequest, page: ScopePage, form: ProposalForm | None = None) -> HttpResponse:
        scope = page.told.view.scope
        user: Any = request.user
        is_closed = scope.incident.status in {"withdrawn", "merged"}
        context = {
            **self.admin_site.each_context(request),
            "title": page.told.what,
            "opts": self.opts,
            "scope": scope,
            "incident_title": words.title(scope.incident),
            "terms": explained.TERMS,
            "manual": explained.POLICIES["manual"],
            "page": page,
            "form": form or page.form(),
            "may_propose": user.has_perm("incidents.add_figure") and not is_closed,
            "review_is_single": review_mode() is ReviewMode.SINGLE,
        }
        return TemplateResponse(request, "admin/incidents/scope.html", context)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (("<path:object_id>/propose/", "incidents_scope_propose", propose_view),)

    def kept_with(self, row: Scope) -> Any:
        return Figure.objects.filter(scope=row)


def propose_view(request: HttpRequest, object_id: str, model_admin: ScopeAdmin) -> HttpResponse:
    """Propose a figure; what is refused comes back in words, with all that was typed."""
    scope = model_admin._scope(request, object_id)  # noqa: SLF001  part of that page
    user: Any = request.user
    if not user.has_perm("incidents.add_figure"):
        raise PermissionDenied
    if request.method != "POST":
        return redirect(model_admin.address("change", scope.pk))
    page = ScopePage.of(scope, user, request.POST.get("level", ""))
    form = page.form(request.POST)
    if form.is_valid():
        read = request.POST.get("read", "")
        try:
            propose(scope, form, level=page.level, read=read, by=user)
        except (ValidationError, PermissionDenied) as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Proposed. Somebody else adopts it, or declines it."))
            return redirect(model_admin.address("change", scope.pk))
    return model_admin._page(request, page, form)  # noqa: SLF001  as above
