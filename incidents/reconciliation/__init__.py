"""What the claims about one incident come to: pure data in, pure data out. It proposes and never writes.

The rules are those of the design's section on reconciliation, explained with their sources in docs/reconciliation.md and
written down as cases in fixtures/scenarios. Claims are compared only within one scope, never added, never averaged.

* ``claims``: what goes in. ``scopes``: normalising, and what is compared within. ``series``: which announcement speaks.
* ``agreement``: the relation within a scope, its envelope and gap. ``roots``: on whom claims rest, how many independently.
* ``relations``: how two scopes relate. ``doubts``: the warnings. ``policies``: the figures that could be adopted.
"""

from incidents.reconciliation.claims import Claim, Derivation, Incident, Span
from incidents.reconciliation.policies import Policy, Proposal, propose
from incidents.reconciliation.reconcile import Reconciliation, Scope, reconcile
from incidents.reconciliation.relations import Reaches, relation_between
from incidents.reconciliation.scopes import ScopeKey, scope_of

__all__ = [
    "Claim", "Derivation", "Incident", "Policy", "Proposal", "Reaches", "Reconciliation", "Scope", "ScopeKey", "Span",
    "propose", "reconcile", "relation_between", "scope_of",
]  # fmt: skip
