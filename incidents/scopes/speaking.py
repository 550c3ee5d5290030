"""What speaks in scopes, as the policies see it: read anew, never from the projection."""

from collections.abc import Sequence

from incidents.models import Scope
from incidents.reconciliation import reconcile
from incidents.reconciliation.policies import Weighed, weighed
from incidents.scopes.loading import Loading
from incidents.scopes.projection import Natural, natural_of
from sources.disclosure import Disclosure


class Speaking:
    """What speaks in the scopes of some incidents; a few statements, whatever their number."""

    def __init__(self, incidents: Sequence[int]) -> None:
        self._loading = Loading(incidents, with_grades=True)
        self._found: dict[tuple[int, int], dict[Natural, list[Weighed]]] = {}

    def within(self, scope: Scope, level: int) -> list[Weighed]:
        """What speaks in one scope for readers of a level; nothing where they see nothing of it."""
        return self._of(scope.incident_id, level).get(natural_key(scope), [])

    def _of(self, incident: int, level: int) -> dict[Natural, list[Weighed]]:
        if (incident, level) not in self._found:
            own, others = self._loading.claims(incident, level)
            result = reconcile(self._loading.incidents[incident].incident, own, others)
            self._found[incident, level] = {
                natural_of(incident, one.key): [weighed(claim) for claim in one.speaking] for one in result.scopes
            }
        return self._found[incident, level]


def speaking_in(scope: Scope, level: Disclosure) -> list[Weighed]:
    """What speaks in one scope for readers of a level."""
    return Speaking([scope.incident_id]).within(scope, level)


def natural_key(scope: Scope) -> Natural:
    """The natural key of a scope, as the projection makes it."""
    return (
        scope.incident_id, scope.measure_id, scope.unit_id, scope.population_id, scope.cause_id, scope.place_id,
        scope.basis, scope.since,
    )  # fmt: skip
