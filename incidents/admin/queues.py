"""Queues: what waits for this person, each with its number, the oldest or worst first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import day
from accounts.models import User
from incidents import integrity, waiting
from incidents.admin import plots, words
from incidents.integrity import checks
from incidents.integrity.rules import RULES
from incidents.models import Claim, Figure, Incident, Revision, Scope, ScopeState
from incidents.services.review import review_mode
from incidents.workflow import ReviewMode
from sources.clearance import clearance
from sources.models import Source

MOST = 1000
"""A queue is counted to here, and no further."""


FRESH = 600
"""Seconds for which a number that is read from many rows is taken as it was."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: where it is, what it is called, why it is here, since when, in whose hands."""

    address: str
    title: str
    why: str = ""
    since: str = ""
    assigned: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: who sees it, and what is in it up to a limit."""

    slug: str
    label: Any
    meaning: Any
    may: Callable[[User], bool]
    rows: Callable[[User, int], list[Row]]
    shared: bool = False
    """The same for all who may see as much, and read from many rows: its number is taken as it was for a while."""

    def count(self, user: User, limit: int) -> str:
        """How many, or that there are more than are counted."""
        if self.shared:
            key = f"incidents.queue.{self.slug}.{limit}.{clearance(user).name}"
            return str(cache.get_or_set(key, lambda: self._count(user, limit), FRESH))
        return self._count(user, limit)

    def _count(self, user: User, limit: int) -> str:
        number = len(self.rows(user, limit + 1))
        return f"{limit}+" if number > limit else str(number)

    @property
    def address(self) -> str:
        return reverse("admin:incidents_queue", args=[self.slug])


def holds(*permissions: str) -> Callable[[User], bool]:
    """Whether a person holds one of these rights."""
    return lambda user: any(user.has_perm(f"incidents.{one}") for one in permissions)


def gathered(
    user: User, found: Iterable[waiting.Waiting], why: Callable[[int], Any], page: str = "change"
) -> list[Row]:
    """Rows for incidents of which something waits, and that the person may see: two queries, whatever their number."""
    found = list(found)
    shown = Incident.objects.seen_by(user).select_related("assignment__assignee")
    known = shown.in_bulk([one.incident for one in found])
    return [
        Row(
            reverse(f"admin:incidents_incident_{page}", args=[one.incident]),
            words.title(known[one.incident]),
            str(why(one.number)),
            day(one.since),
            hands(known[one.incident]),
        )
        for one in found
        if one.incident in known
    ]


def hands(incident: Incident) -> str:
    """In whose hands an incident is."""
    assignment = getattr(incident, "assignment", None)
    return assignment.assignee.get_username() if assignment else ""


def _to_review(user: User, limit: int) -> list[Row]:
    return gathered(user, waiting.proposed_by_others(user, limit=limit), lambda n: _("%d proposed") % n, "review")


def _to_publish(user: User, limit: int) -> list[Row]:
    rows = Incident.objects.seen_by(user).filter(status="in_review").exclude(authors__contains=[user.pk])
    return [
        Row(
            reverse("admin:incidents_incident_change", args=[one.pk]),
            words.title(one),
            "",
            day(one.modified_at),
            hands(one),
        )
        for one in rows.select_related("assignment__assignee").order_by("modified_at", "pk")[:limit]
    ]


def _returned(user: User, limit: int) -> list[Row]:
    rows = gathered(user, waiting.returned_to(user, limit=limit), lambda n: _("%d returned") % n)
    asked = (
        Incident.objects.seen_by(user)
        .filter(status="changes_requested", authors__contains=[user.pk])
        .order_by("modified_at", "pk")
    )
    rows += [
        Row(
            reverse("admin:incidents_incident_change", args=[one.pk]), words.title(one), str(_("changes requested")),
            day(one.modified_at), hands(one),
        )
        for one in asked.select_related("assignment__assignee")[:limit]
    ]  # fmt: skip
    back = Revision.objects.seen_by(user).filter(status="returned", authors__contains=[user.pk])
    return [*rows, *_revision_rows(back, limit)]


def _drafts(user: User, limit: int) -> list[Row]:
    """With what stands in them; then those in which nothing does so far."""
    rows = gathered(user, waiting.drafts_of(user, limit=limit), lambda n: _("%d drafts") % n)
    return rows + [
        Row(
            reverse("admin:incidents_incident_change", args=[one.pk]), words.title(one), str(one.get_status_display()),
            day(one.recorded_at), hands(one),
        )
        for one in waiting.begun_by(user, limit=max(limit - len(rows), 0))
    ]  # fmt: skip


def _assigned(user: User, limit: int) -> list[Row]:
    rows = (
        Incident.objects.seen_by(user)
        .exclude(status__in=["merged", "withdrawn"])
        .filter(assignment__assignee=user)
        .select_related("assignment__assignee")
    )
    return [
        Row(
            reverse("admin:incidents_incident_change", args=[one.pk]), words.title(one), str(one.get_status_display()),
            day(one.assignment.assigned_at), hands(one),
        )
        for one in rows.order_by("assignment__assigned_at", "pk")[:limit]
    ]  # fmt: skip


def _partners(user: User, limit: int) -> list[Row]:
    return gathered(user, waiting.proposed_by_partners(user, limit=limit), lambda n: _("%d proposed") % n, "review")


def _revision_rows(rows: Any, limit: int) -> list[Row]:
    found = rows.select_related("incident__assignment__assignee").order_by("-submitted_at", "pk")[:limit]
    return [
        Row(
            reverse("admin:incidents_revision_change", args=[one.pk]), words.title(one.incident),
            f"{one.get_status_display()}: {one.reason}", day(one.submitted_at or one.opened_at), hands(one.incident),
        )
        for one in found
    ]  # fmt: skip


def _revisions(user: User, limit: int) -> list[Row]:
    """Those that wait for a decision before those that are being written."""
    submitted = _revision_rows(Revision.objects.seen_by(user).filter(status="in_review"), limit)
    return [
        *submitted,
        *_revision_rows(Revision.objects.seen_by(user).filter(status__in=["draft", "returned"]), limit),
    ][:limit]


def _unarchived(user: User, limit: int) -> list[Row]:
    rows = Source.objects.seen_by(user).without_copy().select_related("publisher").order_by("recorded_at", "pk")[:limit]
    return [
        Row(
            reverse("admin:sources_source_change", args=[one.pk]),
            str(one),
            words.named(one.publisher),
            day(one.recorded_at),
        )
        for one in rows
    ]


def _one_root(user: User, limit: int) -> list[Row]:
    return gathered(user, waiting.on_one_root(user, limit=limit), lambda n: _("%d claims on one root") % n)


def _breaches(user: User, limit: int) -> list[Row]:
    """What the quick rules find now, and what the latest check of every rule found beside."""
    found = [(one.rule.label, one.incident, one.table, one.key) for one in integrity.breaches(limit=limit, quick=True)]
    check = checks.latest()
    slow = {rule.code: rule.label for rule in RULES if not rule.quick}
    kept = check.breaches if check is not None else []
    found += [(slow[code], incident, table, key) for code, incident, table, key in kept if code in slow]
    del found[limit:]
    known = Incident.objects.seen_by(user).in_bulk([incident for _label, incident, _table, _key in found if incident])
    claims = [key for _label, _incident, table, key in found if table == Claim._meta.db_table]
    shown = {str(key) for key in Claim.objects.seen_by(user).filter(pk__in=claims).values_list("pk", flat=True)}
    return [
        Row(
            reverse("admin:incidents_incident_change", args=[incident]) if incident else "",
            words.title(known[incident]) if incident else f"{table} {key}",
            str(label),
            day(check.at) if check is not None and label in slow.values() else "",
        )
        for label, incident, table, key in found
        if (incident is None or incident in known) and (table != Claim._meta.db_table or key in shown)
    ]


def _scope_row(scope: Scope, why: str, since: str = "") -> Row:
    """A scope that waits: what it is of, in which incident."""
    address = reverse("admin:incidents_scope_change", args=[scope.pk])
    return Row(address, f"{words.title(scope.incident)}: {words.scope(scope)}", why, since, hands(scope.incident))


OF_SCOPE = ("incident__assignment__assignee", "measure", "unit", "population", "cause", "place")
"""What a scope is called by."""


def _disagree(user: User, limit: int) -> list[Row]:
    """Scopes of what is published in which sources disagree, by how much they do; denials last, which have no gap."""
    level = clearance(user)
    found = (
        ScopeState.objects.visible_to(level)
        .filter(relation=ScopeState.Relation.CONFLICT)
        .select_related("scope", *(f"scope__{name}" for name in OF_SCOPE))
        .order_by(F("gap").desc(nulls_last=True), "scope")
    )
    return [
        _scope_row(
            one.scope,
            " · ".join(
                [
                    words.spanned(one),
                    str(_("denied") if one.gap is None else _("gap %s") % words.number(one.gap)),
                ]
            ),
        )
        for one in found[:limit]
    ]


def _figures(user: User) -> Any:
    return Figure.objects.seen_at(clearance(user)).select_related("scope", *(f"scope__{name}" for name in OF_SCOPE))


def _to_adopt(user: User, limit: int) -> list[Row]:
    """Proposed by others; in a register of one person, by anybody."""
    found = _figures(user).filter(status="proposed").order_by("proposed_at", "pk")
    if review_mode() is ReviewMode.FOUR_EYES:
        found = found.exclude(proposed_by=user)
    return [
        _scope_row(one.scope, f"{plots.figure_words(one)} · {one.get_policy_display()}", day(one.proposed_at))
        for one in found[:limit]
    ]


def _stale(user: User, limit: int) -> list[Row]:
    found = _figures(user).current().filter(stale=True)
    found = found.exclude(scope__incident__status__in=["withdrawn", "merged"]).order_by("decided_at", "pk")
    return [
        _scope_row(one.scope, f"{plots.figure_words(one)} · {one.get_policy_display()}", day(one.decided_at))
        for one in found[:limit]
    ]


QUEUES = [
    Queue(
        "review", _("waiting for my review"), _("Proposed by others; the longest wait comes first."),
        holds("review_claim"), _to_review,
    ),
    Queue(
        "publish", _("incidents waiting to be published"), _("In review, and not of your writing."),
        holds("publish_incident"), _to_publish,
    ),
    Queue(
        "returned", _("returned to me"), _("Sent back with what is to be done."),
        holds("add_claim", "change_incident"), _returned,
    ),
    Queue("drafts", _("my drafts"), _("Begun and not submitted."), holds("add_claim"), _drafts),
    Queue(
        "assigned", _("assigned to me"), _("Incidents in your hands."),
        holds("change_incident", "review_incident", "publish_incident"), _assigned,
    ),
    Queue(
        "partners", _("partner submissions"), _("Submitted by partners and not decided on."),
        holds("review_claim"), _partners,
    ),
    Queue(
        "revisions", _("under revision"), _("Published incidents being rewritten; those that wait for a decision come first."),
        holds("change_incident", "publish_incident", "review_incident"), _revisions,
    ),
    Queue(
        "unarchived", _("sources without an archived copy"), _("Addresses go dead: the oldest come first."),
        lambda user: user.has_perm("sources.change_source"), _unarchived,
    ),
    Queue(
        "disagree", _("sources disagree"),
        _("Claims of the same that cannot all be true, in what is published; the largest gap comes first."),
        holds("view_claim"), _disagree, shared=True,
    ),
    Queue(
        "adopt", _("figures waiting to be adopted"), _("Proposed by others; the longest wait comes first."),
        holds("adopt_figure"), _to_adopt,
    ),
    Queue(
        "stale", _("stale figures"),
        _("Claims accepted since would change what is adopted: propose it anew. The oldest come first."),
        holds("add_figure"), _stale,
    ),
    Queue(
        "one-root", _("claims that rest on one root"),
        _("Several claimants count the same thing and all rest on one source of knowledge; the most claims come first."),
        holds("review_claim", "change_incident"), _one_root, shared=True,
    ),
    Queue(
        "breaches", _("breaches of integrity"), _("What should not be: tell an administrator."),
        holds("review_incident", "publish_incident", "change_measure"), _breaches, shared=True,
    ),
]  # fmt: skip
"""The queues, in order; rooms to the right add theirs."""


def seen_by(user: User) -> list[Queue]:
    """The queues that this person works on."""
    return [queue for queue in QUEUES if queue.may(user)]


def queue_view(request: HttpRequest, slug: str, model_admin: Any) -> HttpResponse:
    """One queue, whole up to its limit."""
    user: Any = request.user
    queue = next((one for one in QUEUES if one.slug == slug), None)
    if queue is None:
        raise Http404
    if not queue.may(user):
        raise PermissionDenied
    rows = queue.rows(user, MOST + 1)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": queue.label,
        "queue": queue,
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
        "most": MOST,
        "queues": seen_by(user),
    }
    return TemplateResponse(request, "admin/incidents/queue.html", context)
