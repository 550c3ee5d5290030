"""Figures beside their scopes: made anew from what they keep, and stale when claims accepted since would change them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from incidents.models import Claim, Figure, FigureClaim
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
    return propose(Policy(figure.policy), [_weighed(one) for one in uses], figure.policy_version)


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
    level = Disclosure(figure.disclosure)
    return differs(figure, _uses([figure])[figure.pk], speaking_in(figure.scope, level))


def is_adoptable(figure: Figure, speaking: Sequence[Weighed]) -> bool:
    """Whether it used, or set aside, exactly what speaks, and a policy makes the same of that as it stands now."""
    if {str(key) for key in figure.rests_on.values_list("claim", flat=True)} != {one.claim for one in speaking}:
        return False
    if figure.policy == Policy.MANUAL.value:
        return True
    now = propose(Policy(figure.policy), speaking, figure.policy_version)
    return numbers(now) == numbers(figure)


def note_stale(incidents: Sequence[int]) -> int:
    """Mark the current figures of these incidents that what speaks now would change, and unmark the rest; how many changed.

    A constant number of statements, whatever the number of incidents.
    """
    current = Figure.objects.current().filter(scope__incident__in=incidents)
    figures = list(current.select_related("scope"))
    if not figures:
        return 0
    uses = _uses(figures)
    speaking = Speaking(sorted({figure.scope.incident_id for figure in figures}))
    changed = []
    for figure in figures:
        now = speaking.within(figure.scope, figure.disclosure)
        stale = differs(figure, uses[figure.pk], now)
        if stale != figure.stale:
            figure.stale = stale
            changed.append(figure)
    Figure.objects.bulk_update(changed, ["stale"])
    return len(changed)


def _uses(figures: Sequence[Figure]) -> dict[Any, list[FigureClaim]]:
    """What each figure kept of claims that its readers still see: what is hidden from them by now tells them nothing."""
    found: dict[Any, list[FigureClaim]] = {figure.pk: [] for figure in figures}
    for level in {figure.disclosure for figure in figures}:
        rows = FigureClaim.objects.filter(
            figure__in=[figure.pk for figure in figures if figure.disclosure == level],
            claim__in=Claim.objects.seen_at(Disclosure(level)).values("pk"),
        )
        for row in rows.select_related("claim"):
            found[row.figure_id].append(row)
    return found


def differs(figure: Figure, uses: Sequence[FigureClaim], speaking: Sequence[Weighed]) -> bool:
    """Whether a claim that it used speaks no more, or what speaks now makes another figure.

    A figure that was entered by hand is another when other claims speak than it knew of. A policy's is made anew of what speaks,
    each known claim with the grade that its claimant had then: a new grade is no new claim.
    """
    now = {one.claim for one in speaking}
    if not {str(one.claim_id) for one in uses if one.use == FigureClaim.Use.USED} <= now:
        return True
    if figure.policy == Policy.MANUAL.value:
        return now != {str(one.claim_id) for one in uses}
    grades = {str(one.claim_id): one.grade for one in uses}
    then = [replace(one, grade=grades.get(one.claim, one.grade)) for one in speaking]
    return numbers(propose(Policy(figure.policy), then, figure.policy_version)) != numbers(figure)


def numbers(figure: Figure | Proposal) -> tuple[int | bool | None, ...]:
    """What makes it another figure when it changes."""
    return figure.low, figure.best, figure.high, figure.open_ended, figure.approximate
