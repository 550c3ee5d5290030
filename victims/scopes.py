"""Scopes beside the persons who are named: doubted where more victims are named than the highest count has dead."""

from collections.abc import Sequence

from incidents.reconciliation.situations import named_above
from incidents.scopes.reading import ScopeView
from sources.disclosure import Disclosure
from victims.models import Victim

EVERYBODY = "all"
"""The population of which everybody is a part."""


def with_named(views: Sequence[ScopeView], level: Disclosure) -> Sequence[ScopeView]:
    """The same scopes, with that doubt; of victims whose names go as far as the level. One query."""
    named = Victim.objects.named_dead_at(level, {view.scope.incident_id for view in views})
    for view in views:
        number = named.get(view.scope.incident_id, 0)
        if number:
            view.warnings += named_above(view.key, view.envelope, view.speaking, number, EVERYBODY)
    return views
