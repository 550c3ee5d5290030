"""What the register itself holds to be so: proposed by one person, adopted or declined by another, then superseded."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.attribution import attributed
from accounts.models import User
from accounts.permissions import require
from accounts.refusals import explained
from accounts.telling import tell
from incidents import workflow
from incidents.models import Figure, FigureClaim, Scope
from incidents.reconciliation import Policy, Proposal, propose
from incidents.reconciliation.policies import VERSION, Weighed
from incidents.scopes.figures import is_adoptable, recomputed
from incidents.scopes.keeping import hold
from incidents.scopes.speaking import speaking_in
from incidents.services.review import locked, step
from sources.clearance import clearance
from sources.disclosure import Disclosure

CLOSED = ("withdrawn", "merged")


def preview(scope: Scope, policy: Policy, *, level: Disclosure) -> Proposal:
    """What a policy makes of what speaks in a scope for readers of a level. Writes nothing."""
    return propose(policy, speaking_in(scope, level))


def propose_figure(
    scope: Scope,
    *,
    policy: Policy,
    reason: str,
    level: Disclosure = Disclosure.PUBLIC,
    low: int | None = None,
    best: int | None = None,
    high: int | None = None,
    open_ended: bool = False,
    approximate: bool = False,
    set_aside: Mapping[Any, str] | None = None,
    by: User,
    at: dt.datetime,
) -> Figure:
    """Propose a figure for a scope, made of the claims that readers of ``level`` see.

    The numbers, and which claims are set aside and why, are given for the policy ``manual`` alone; every other makes its
    own. Raises ValidationError, PermissionDenied.
    """
    require(by, "incidents.add_figure")
    if level > clearance(by):
        raise ValidationError({"disclosure": [_("You do not see everything that such a figure would rest on.")]})
    aside = {str(key): words.strip() for key, words in (set_aside or {}).items()}
    given = {"low": low, "best": best, "high": high}
    if policy is not Policy.MANUAL and (
        aside or open_ended or approximate or any(one is not None for one in given.values())
    ):
        raise ValidationError({"policy": [_("Numbers are entered for a manual figure only; a policy makes its own.")]})
    with explained(), attributed(by=by, at=at, why=reason):
        hold([scope.incident_id])
        _require_open(scope)
        speaking = speaking_in(scope, level)
        if not speaking:
            raise ValidationError({"scope": [_("No accepted claim of this scope is seen at that level.")]})
        proposal = (
            _as_entered(speaking, aside, open_ended=open_ended, approximate=approximate, **given)
            if policy is Policy.MANUAL
            else propose(policy, speaking)
        )
        figure = Figure(
            scope=scope,
            disclosure=level,
            low=proposal.low,
            best=proposal.best,
            high=proposal.high,
            open_ended=proposal.open_ended,
            approximate=proposal.approximate,
            policy=policy.value,
            policy_version=VERSION,
            reason=reason.strip(),
            proposed_by=by,
            proposed_at=at,
        )
        figure.full_clean(exclude=["scope", "proposed_by"], validate_unique=False)
        figure.save(force_insert=True)
        FigureClaim.objects.bulk_create(_uses(figure, proposal, speaking))
    return figure


def adopt(figure: Figure, *, by: User, at: dt.datetime) -> Figure:
    """Make a proposed figure the current one of its scope and level; the one before is superseded.

    Refused when claims accepted since it was proposed would change it. Raises ValidationError, PermissionDenied.
    """
    with explained(), attributed(by=by, at=at, why=figure.reason):
        hold([figure.scope.incident_id])
        row: Figure = _locked(figure, by)
        taken = step(workflow.FIGURE_STEPS, "adopt", state=row.status, by=by, authors=[row.proposed_by_id], note="")
        _require_open(row.scope)
        if not is_adoptable(row, speaking_in(row.scope, Disclosure(row.disclosure))):
            raise ValidationError(
                {"status": [_("Claims changed since this was proposed: decline it, and propose it anew.")]},
                code="stale",
            )
        before = (
            Figure.objects.current()
            .select_for_update(no_key=True)
            .filter(scope=row.scope, disclosure=row.disclosure)
            .first()
        )
        if before is not None:
            before.status, before.superseded_at, before.stale = workflow.FigureState.SUPERSEDED.value, at, False
            before.save(update_fields=["status", "superseded_at", "stale"])
        row.status, row.decided_by, row.decided_at = taken.target, by, at
        row.save(update_fields=["status", "decided_by", "decided_at"])
    return row


def decline(figure: Figure, *, by: User, at: dt.datetime, note: str) -> Figure:
    """Do not adopt a proposed figure, with the reason; its author may as well. Raises ValidationError, PermissionDenied."""
    with explained(), attributed(by=by, at=at, why=note):
        row: Figure = _locked(figure, by)
        taken = step(workflow.FIGURE_STEPS, "decline", state=row.status, by=by, authors=[], note=note)
        row.status, row.decided_by, row.decided_at, row.decision_note = taken.target, by, at, note.strip()
        row.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    return row


def withdraw(figure: Figure, *, by: User, at: dt.datetime, note: str) -> Figure:
    """Hold a figure no longer, with the reason, and put none in its place: such as when no claim of its scope is left.

    Raises ValidationError, PermissionDenied.
    """
    with explained(), attributed(by=by, at=at, why=note):
        hold([figure.scope.incident_id])
        row: Figure = _locked(figure, by)
        taken = step(workflow.FIGURE_STEPS, "withdraw", state=row.status, by=by, authors=[], note=note)
        row.status, row.superseded_at, row.stale, row.decision_note = taken.target, at, False, note.strip()
        row.save(update_fields=["status", "superseded_at", "stale", "decision_note"])
    return row


def recompute(figure: Figure) -> Proposal:
    """The figure made anew from nothing but what it keeps; as entered, if it was."""
    return recomputed(figure)


def _locked(figure: Figure, by: User) -> Figure:
    """The figure, for somebody who sees all that it may rest on. Raises PermissionDenied."""
    row: Figure = locked(figure)
    if row.disclosure > clearance(by):
        raise PermissionDenied(_("You do not see everything that this figure rests on."))
    return row


def _require_open(scope: Scope) -> None:
    if scope.incident.status in CLOSED:
        told = scope.incident.get_status_display()
        raise ValidationError({"scope": [_("Nothing is decided about an incident that is %s.") % told]})


def _as_entered(
    speaking: Sequence[Weighed],
    aside: Mapping[str, str],
    *,
    low: int | None,
    best: int | None,
    high: int | None,
    open_ended: bool,
    approximate: bool,
) -> Proposal:
    """A figure as a person enters it; inside or outside what is claimed."""
    known = {one.claim for one in speaking}
    errors = [_("%s does not speak in this scope.") % key for key in aside if key not in known]
    errors += [_("Say why %s is set aside.") % key for key, words in aside.items() if key in known and not words]
    if len(aside) == len(known):
        errors.append(_("Everything is set aside: a figure rests on something."))
    if errors:
        raise ValidationError({"set_aside": errors})
    return Proposal(
        Policy.MANUAL,
        low,
        best,
        high,
        open_ended,
        approximate,
        tuple(sorted(known - aside.keys())),
        dict(aside),
    )


def _uses(figure: Figure, proposal: Proposal, speaking: Sequence[Weighed]) -> list[FigureClaim]:
    with override("en"):  # a policy's reasons are kept in one language
        return [
            FigureClaim(
                figure=figure,
                claim_id=one.claim,
                use=FigureClaim.Use.SET_ASIDE if one.claim in proposal.set_aside else FigureClaim.Use.USED,
                reason=tell(proposal.set_aside.get(one.claim, "")),
                grade=one.grade,
                direct=one.direct,
                dated=one.holds is not None,
                holds_until=one.holds.latest if one.holds else None,
            )
            for one in speaking
        ]
