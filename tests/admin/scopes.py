"""A scope in which sources disagree, and short ways to its page."""

from typing import Any

from incidents import counts
from incidents.models import Incident, Scope
from tests.admin.desk import Desk
from tests.factories import Register

Q = counts.Quantifier


def said(quantifier: counts.Quantifier, *numbers: int, **more: Any) -> counts.Count:
    return counts.code(quantifier, *numbers, stated=" ".join(map(str, numbers)), **more)


def disputed(register: Register) -> Incident:
    """25 by one, 21 to 23 by another who rests on the first, at least 18 by a third, and a denial."""
    found = register.published(title="Shelling of a made-up market")
    one = register.organization("one", name="A first monitor")
    register.accepted(found, claimant=one, count=said(Q.EXACT, 25))
    register.accepted(
        found,
        claimant=register.organization("two", name="A second paper"),
        count=said(Q.BETWEEN, 21, 23),
        rests_on=[one],
    )
    register.accepted(
        found, claimant=register.organization("three", name="A third service"), count=said(Q.AT_LEAST, 18)
    )
    register.accepted(
        found,
        claimant=register.organization("four", name="A ministry"),
        count=counts.code(Q.UNQUANTIFIED, stance=counts.Stance.DENIES, stated="nobody"),
    )
    return found


def scope_of(incident: Incident, **wanted: Any) -> Scope:
    return Scope.objects.get(incident=incident, **wanted)


def page(desk: Desk, scope: Scope, **query: Any) -> Any:
    return desk.get("incidents_scope", "change", scope.pk, **query)
