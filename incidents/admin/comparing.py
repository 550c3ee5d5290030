"""What claims come to, as pages tell it: scopes in words, their warnings with the claims they are about, their series."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts import telling
from incidents import counts
from incidents.admin import plots, words
from incidents.admin.reading import Line, line, whole_claims
from incidents.models import Claim, Figure, Incident, ScopeClaim
from incidents.reconciliation.announcements import Announcement, Move, moves
from incidents.reconciliation.claims import Key
from incidents.reconciliation.doubts import Code
from incidents.scopes import reading
from incidents.scopes.reading import ScopeView
from sources.clearance import clearance
from sources.disclosure import Disclosure
from sources.models import Organization, Source

PLOTS = 12
"""Plots on one page at most; the other scopes are linked."""

Doubter = Callable[[Sequence[ScopeView], Disclosure], Any]
DOUBTERS: list[Doubter] = []
"""What rooms to the right, which incidents may not import, find to doubt about scopes."""

IN_SERIES = {Code.CUMULATIVE_FELL, Code.JUMP, Code.SERIES_TIE, Code.PART_FELL}


@dataclass(frozen=True, slots=True)
class Named:
    """A claim as it is named, and its page. Claimant and count stand apart: each may be of another script."""

    claimant: str
    count: str
    address: str

    @property
    def label(self) -> str:
        """Both in one line of plain text."""
        return f"{words.isolated(self.claimant)}: {self.count}"


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning in words, with the claims that it is about."""

    code: Code
    said: str
    claims: list[Named]


@dataclass(slots=True)
class ScopeTold:
    """A scope in words."""

    view: ScopeView
    warnings: list[Warned] = field(default_factory=list)
    plot: plots.Plot | None = None

    @property
    def address(self) -> str:
        return reverse("admin:incidents_scope_change", args=[self.view.scope.pk])

    @property
    def what(self) -> str:
        return words.scope(self.view.scope)

    @property
    def within(self) -> str:
        return " · ".join(words.within_measure(self.view.scope))

    @property
    def relation(self) -> str:
        return str(self.view.state.get_relation_display())

    @property
    def span(self) -> str:
        state = self.view.state
        return words.spanned(state)

    @property
    def gap(self) -> str:
        return words.number(self.view.state.gap)

    @property
    def figure(self) -> str:
        return plots.figure_words(self.view.figure) if self.view.figure else ""


@dataclass(slots=True)
class OfMeasure:
    """The scopes of one measure."""

    measure: str
    scopes: list[ScopeTold] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Announced:
    """A line of a series, beside the one before it."""

    line: Line
    move: Move
    holds: str
    inferred: bool
    change: str
    speaks: bool
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Series:
    """What one claimant announced about one thing, in order."""

    claimant: str
    lines: list[Announced]
    course: plots.Course | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an accepted claim stands: its scope, whether it speaks there, what followed it, on whom it rests in the end."""

    address: str
    what: str
    speaks: bool
    followed_by: Named | None
    roots: list[str]


def standing_of(claim: Claim, by: Any) -> Standing | None:
    """The same as this person sees it; nothing of a claim that is not accepted. A few queries."""
    standings = ScopeClaim.objects.at(clearance(by)).filter(claim=claim)
    of = ("measure", "unit", "population", "cause", "place")
    found = standings.select_related("scope", *(f"scope__{name}" for name in of)).first()
    if found is None:
        return None
    later = Claim.objects.seen_by(by).filter(pk=found.followed_by) if found.followed_by else Claim.objects.none()
    after = later.select_related("claimant__merged_into", "coding_rule").first()
    roots = _names([*found.roots, *map(str, found.root_sources)])
    return Standing(
        address=reverse("admin:incidents_scope_change", args=[found.scope_id]),
        what=words.scope(found.scope),
        speaks=found.speaks,
        followed_by=name_claim(after) if after is not None else None,
        roots=list(roots.values()),
    )


def views_of(incident: Incident, by: Any) -> list[ScopeView]:
    """The scopes of an incident as this person sees them, with all that is doubted. A fixed number of statements."""
    level = clearance(by)
    found = reading.of_incident(incident, level, Figure.objects.seen_at(level), outside=False)
    for doubt in DOUBTERS:
        doubt(found, level)
    return found


def root_names(views: Iterable[ScopeView]) -> dict[Key, str]:
    """The names of the organizations, and of the sources without a known publisher, on which claims rest. At most two queries."""
    return _names({root for view in views for roots in view.roots.values() for root in roots})


def _names(roots: Iterable[Key]) -> dict[Key, str]:
    organizations = [root for root in roots if isinstance(root, int)]
    sources = [root for root in roots if isinstance(root, str)]
    found: dict[Key, str] = {}
    if organizations:
        named = Organization.objects.in_bulk(organizations)
        found |= {key: words.named(named[key]) for key in sorted(named)}
    if sources:
        titled = Source.objects.in_bulk(sources)
        found |= {str(key): str(titled[key]) for key in sorted(titled)}
    return found


def lines_of(claims: Iterable[str], by: Any) -> dict[str, Line]:
    """These claims, as far as the person may see them, with their chains."""
    return {str(row.pk): line(row, by) for row in whole_claims(Claim.objects.filter(pk__in=list(claims)), by)}


def told(views: Sequence[ScopeView], lines: Mapping[str, Line], by: Any) -> list[ScopeTold]:
    """Scopes with their warnings. One query, for claims of other incidents that are warned of."""
    wanted = {key for view in views for doubt in view.warnings for key in doubt.claims} - lines.keys()
    rows = {key: one.row for key, one in lines.items()}
    if wanted:
        more = Claim.objects.seen_by(by).filter(pk__in=wanted)
        rows |= {str(row.pk): row for row in more.select_related("claimant__merged_into", "measure", "population")}
    return [
        ScopeTold(
            view,
            [
                Warned(
                    doubt.code,
                    telling.tell(doubt.said),
                    [name_claim(rows[key]) for key in doubt.claims if key in rows],
                )
                for doubt in view.warnings
            ],
        )
        for view in views
    ]


def name_claim(claim: Claim) -> Named:
    """A claim as pages name it."""
    address = reverse("admin:incidents_claim_change", args=[claim.pk])
    return Named(words.named(claim.claimant), words.count(claim), address)


def by_measure(incident: Incident, lines: Mapping[str, Line], by: Any) -> list[OfMeasure]:
    """What the claims about an incident come to; those scopes in which several speak are drawn, so far as they are few."""
    views = views_of(incident, by)
    scopes = told(views, lines, by)
    several = [one for one in scopes if len(one.view.speaking) > 1]
    several.sort(key=lambda one: (one.view.state.relation != "conflict", -(one.view.state.gap or 0)))
    names = root_names(one.view for one in several[:PLOTS])
    for one in several[:PLOTS]:
        one.plot = plots.of_scope(one.view, lines, names)
    found: dict[str, OfMeasure] = {}
    for one in scopes:
        scope = one.view.scope
        found.setdefault(scope.measure_id, OfMeasure(words.named(scope.measure))).scopes.append(one)
    return list(found.values())


def series_of(scope: ScopeTold, lines: Mapping[str, Line]) -> list[Series]:
    """The series of a scope in which somebody announced more than once."""
    view = scope.view
    by_claimant: dict[Any, list[Line]] = {}
    for key in (*view.history, *view.speaking):
        if key in lines:
            by_claimant.setdefault(plots.claimant_of(lines[key]), []).append(lines[key])
    return [_series(scope, one) for one in by_claimant.values() if len(one) > 1]


def _series(scope: ScopeTold, series: list[Line]) -> Series:
    found = moves(
        [
            Announcement(
                asserted=None if one.row.stance == "denies" else counts.interval(one.row.minimum, one.row.maximum),
                holds=plots.holds(one),
                recorded=one.row.recorded_at,
                approximate=one.row.quantifier == counts.Quantifier.ABOUT.value,
            )
            for one in series
        ]
    )
    speaking = set(scope.view.speaking)
    doubts = [doubt for doubt in scope.view.warnings if doubt.code in IN_SERIES]
    lines = [
        Announced(
            line=one,
            move=move,
            holds=plots.holds_words(one),
            inferred=not one.row.as_of,
            change=words.change(move.least, move.most, approximate=move.approximate),
            speaks=str(one.row.pk) in speaking,
            # Beside the later of the two that a warning is about.
            warnings=[telling.tell(doubt.said) for doubt in doubts if doubt.claims[1:2] == (str(one.row.pk),)],
        )
        for one, move in zip(series, found, strict=True)
    ]
    claimant = series[-1].claimant
    return Series(claimant, lines, plots.of_series(str(series[-1].row.pk), f"{claimant}: {scope.what}", series))


@dataclass(frozen=True, slots=True)
class Part:
    """A claim beside the one of which it is a part."""

    part: Line
    whole: Line
    is_above: bool


def parts_of(view: ScopeView, views: Iterable[ScopeView], by: Any) -> list[Part]:
    """The claims of a scope that are parts of others, or of which others are parts. Of accepted ones; a few queries.

    ``views`` are all scopes of the incident, whose warnings say which part is above its total.
    """
    keys = [*view.speaking, *view.history]
    accepted = Claim.objects.seen_by(by).with_whole().filter(status="accepted", part_of__isnull=False)
    linked = accepted.filter(incident=view.scope.incident).filter(Q(pk__in=keys) | Q(whole_id__in=keys))
    pairs = [
        (str(part), str(whole)) for part, whole in linked.order_by("recorded_at", "pk").values_list("pk", "whole_id")
    ]
    if not pairs:
        return []
    above = {doubt.claims for one in views for doubt in one.warnings if doubt.code is Code.PART_ABOVE_TOTAL}
    known = lines_of({key for pair in pairs for key in pair}, by)
    return [Part(known[a], known[b], (a, b) in above) for a, b in pairs if a in known and b in known]
