"""By what scopes are found: words for what each is of, and for who claims something in it.

A scope has the words of all its accepted claims that a reader may see, also of those that others followed. A word names what is
meant: whoever was merged into another is found by the other.
"""

from collections.abc import Iterable

from django.db.models import Q

from incidents.reconciliation.reconcile import Scope
from incidents.reconciliation.roots import Roots
from incidents.scopes.loading import Loading, source_of

LETTERS = {
    "measure": "m", "population": "n", "cause": "w", "place": "l", "claimant": "c", "publisher": "p", "source": "s", "root": "r",
}  # fmt: skip
"""What words begin with, by what their keys are of: short, for a scope has a dozen of them."""


def words(kind: str, keys: Iterable[object]) -> list[str]:
    """The words for what has these keys."""
    return [f"{LETTERS[kind]}{key}" for key in keys]


def having(kind: str, keys: Iterable[object]) -> Q:
    """States of scopes with one of these words."""
    return Q(found_by__overlap=words(kind, keys))


def words_of(scope: Scope, roots: Roots, loading: Loading, incident: int, level: int) -> tuple[str, ...]:
    """The words of a scope, in one order. One without a place of its own has its incident's."""
    claims = [*scope.speaking, *scope.history]
    keys = [claim.key for claim in claims]
    own = scope.key.place
    found = {
        *words("measure", [scope.key.measure]),
        *words("population", [scope.key.population] if scope.key.population else []),
        *words("cause", [scope.key.cause] if scope.key.cause else []),
        *words("place", loading.incidents[incident].incident.places if own is None else [own]),
        *words("claimant", (claim.claimant for claim in claims)),
        *words("publisher", (one for key in keys for one in loading.publishers(key, level))),
        *words("source", (document for claim in claims for document in claim.documents)),
        *words("root", (source_of(root) if isinstance(root, str) else root for root in roots.of(keys))),
    }
    return tuple(sorted(found))
