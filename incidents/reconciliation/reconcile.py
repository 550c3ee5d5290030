"""All of it for one incident: its scopes, each with what speaks, what that comes to, and what is to be doubted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from incidents.reconciliation import doubts
from incidents.reconciliation.agreement import Envelope, Relation, envelope, relation
from incidents.reconciliation.claims import Claim, Incident, Key
from incidents.reconciliation.policies import Policy, Proposal, propose, weighed
from incidents.reconciliation.roots import NOBODY, Members, Roots, roots_of
from incidents.reconciliation.scopes import ScopeKey, by_scope, order_of
from incidents.reconciliation.series import series_of


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope of an incident, as its claims have it. ``followed_by`` gives the next in the series of each of the history."""

    key: ScopeKey
    relation: Relation
    gap: int | None
    envelope: Envelope
    documents: int
    claimants: int
    roots: int
    independent_groups: int
    speaking: tuple[Claim, ...]
    history: tuple[Claim, ...]
    followed_by: Mapping[str, str]
    warnings: tuple[doubts.Doubt, ...]

    def propose(self, policy: Policy) -> Proposal:
        """The figure that a policy would adopt."""
        return propose(policy, [weighed(claim) for claim in self.speaking])


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """An incident's scopes in order, and the roots of its claims."""

    scopes: tuple[Scope, ...]
    roots: Roots

    def scope_of(self, claim: str) -> Scope:
        """The scope that a claim is in. Raises KeyError."""
        for scope in self.scopes:
            if any(claim == one.key for one in (*scope.speaking, *scope.history)):
                return scope
        raise KeyError(claim)

    def roots_of(self, claim: str) -> list[Key]:
        """The roots of one claim. Raises KeyError."""
        return self.roots.of([claim])


def reconcile(
    incident: Incident, claims: Iterable[Claim], others: Iterable[Claim] = (), members: Members = NOBODY
) -> Reconciliation:
    """What the accepted claims of one incident come to, as far as they are given.

    ``others`` are claims of elsewhere that they may rest on; ``members`` those of collectives. The order of the claims never
    matters.
    """
    claims = list(claims)
    known = {claim.key: claim for claim in claims}
    roots = roots_of(claims, others, members)
    gathered = by_scope(incident, claims)
    scopes = tuple(_scope(key, gathered[key], known, roots) for key in sorted(gathered, key=order_of))
    return Reconciliation(scopes, roots)


def _scope(key: ScopeKey, claims: list[Claim], known: Mapping[str, Claim], roots: Roots) -> Scope:
    series = series_of(claims)
    speaking = tuple(claim for one in series for claim in one.speaking)
    keys = [claim.key for claim in speaking]
    related, gap = relation(speaking, key.basis)
    return Scope(
        key=key,
        relation=related,
        gap=gap,
        envelope=envelope(speaking),
        documents=len(frozenset().union(*(claim.documents for claim in speaking))),
        claimants=len(series),
        roots=roots.number(keys),
        independent_groups=roots.independent_groups(keys),
        speaking=speaking,
        history=tuple(claim for one in series for claim in one.history),
        followed_by={key: after for one in series for key, after in one.followed_by.items()},
        warnings=tuple(doubts.of_scope(series, related, known, roots)),
    )
