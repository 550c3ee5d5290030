"""Figures beside their scopes: made anew from what they keep, and stale when claims accepted since would change them."""

from collections.abc import Iterable, Sequence

from incidents.models import Figure, FigureClaim
from incidents.reconciliation import Policy, Proposal, propose
from incidents.reconciliation.claims import Span
from incidents.reconciliation.policies import Weighed
from incidents.scopes.speaking import Speaking, speaking_in
from sources.disclosure import Disclosure


def recomputed(figure: Figure) -> Proposal:
    """The figure made anew from nothing but what it keeps; as entered, if it was."""
    uses = list(figure.rests_on.select_related("claim").order_by("claim"))
    if figure.policy == Policy.MANUAL.value:
        return Proposal(
            Policy.MANUAL, figure.low, figure.best, figure.high, figure.open_ended, figure.approximate,
            used=tuple(sorted(str(one.claim_id) for one in uses if one.use == FigureClaim.Use.USED)),
        )  # fmt: skip
    return propose(Policy(figure.policy), [_weighed(one) for one in uses])


def _weighed(use: FigureClaim) -> Weighed:
    claim = use.claim
    return Weighed(
        claim=str(claim.pk),
        minimum=claim.minimum,
        best=claim.best,
        maximum=claim.maximum,
        approximate=claim.approximate,
        denies=claim.stance == "denies",
        grade=use.grade,
        direct=use.direct,
        holds=Span(None, use.holds_until) if use.dated else None,
    )


def would_change(figure: Figure) -> bool:
    """Whether what speaks now would make another figure than this."""
    known = map(str, figure.rests_on.values_list("claim", flat=True))
    return differs(figure, speaking_in(figure.scope, Disclosure(figure.disclosure)), known)


def note_stale(incidents: Sequence[int]) -> int:
    """Mark the current figures of these incidents that what speaks now would change, and unmark the rest; how many changed.

    A constant number of statements, whatever the number of incidents.
    """
    current = Figure.objects.current().filter(scope__incident__in=incidents)
    figures = list(current.select_related("scope").prefetch_related("rests_on"))
    if not figures:
        return 0
    speaking = Speaking(sorted({figure.scope.incident_id for figure in figures}))
    changed = []
    for figure in figures:
        now = speaking.within(figure.scope, figure.disclosure)
        stale = differs(figure, now, [str(one.claim_id) for one in figure.rests_on.all()])
        if stale != figure.stale:
            figure.stale = stale
            changed.append(figure)
    Figure.objects.bulk_update(changed, ["stale"])
    return len(changed)


def differs(figure: Figure, speaking: Sequence[Weighed], known: Iterable[str]) -> bool:
    """A policy's figure by its numbers; one that was entered by whether other claims speak now than it knew of."""
    if figure.policy == Policy.MANUAL.value:
        return {one.claim for one in speaking} != set(known)
    now = propose(Policy(figure.policy), speaking)
    return numbers(now) != numbers(figure)


def numbers(figure: Figure | Proposal) -> tuple[int | bool | None, ...]:
    """What makes it another figure when it changes."""
    return figure.low, figure.best, figure.high, figure.open_ended, figure.approximate
