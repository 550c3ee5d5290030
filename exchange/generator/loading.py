"""Loading the made rows: by COPY, as the owner, each batch in one attributed transaction.

A made-up register is entered as decided and published already, which the database lets nobody else do; all its other
guards hold, and the history is kept.

Batches are shared out to processes, each with a connection of its own: one makes rows while the other's are
being checked by the database. Nothing is switched off; an interrupted run leaves whole batches.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections, models
from psycopg import sql

from accounts.attribution import attributed
from accounts.models import User
from exchange.generator.identity import Identities, first_number
from exchange.generator.reference import CodingRule, Measure, People, Place, Reference, Term
from exchange.generator.register import Register
from exchange.generator.review import OPENED
from exchange.generator.tables import TABLES
from exchange.processes import shared_out
from incidents import models as incidents
from places.models import Place as PlaceRow
from sources.models import Organization, OrganizationKind, Party, SourceKind

WHY = "generated for measurement, seed {seed}"
MOST_PROCESSES = 8
OWNER = "owner"
GROWN = frozenset({0, *(4**power for power in range(8))})
"""After these batches the database looks again at how full its tables are."""


class NotReadyError(Exception):
    """Rows cannot be generated into this database as it stands; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: one register."""

    seed: int
    claims: int


def read_reference() -> Reference:
    """The register's terms and places, in the order of their codes. Raises NotReadyError when they are missing."""
    narrower: dict[str, list[str]] = {}
    links = incidents.PopulationBroader.objects.order_by("broader_id", "narrower_id")
    for broader, code in links.values_list("broader_id", "narrower_id"):
        narrower.setdefault(broader, []).append(code)
    found = Reference(
        measures=tuple(
            Measure(row.code, row.unit_id, row.counts_people, row.usual_basis)
            for row in incidents.Measure.objects.order_by("code")
        ),
        populations=_terms(incidents.Population),
        narrower={broader: tuple(codes) for broader, codes in narrower.items()},
        causes=tuple(incidents.Cause.objects.order_by("code").values_list("code", flat=True)),
        coding_rules=tuple(
            CodingRule(row.id, row.code, row.words[0], row.language, row.minimum, row.maximum)
            for row in incidents.CodingRule.objects.order_by("code")
        ),
        incident_kinds=_terms(incidents.IncidentKind),
        source_kinds=tuple(SourceKind.objects.order_by("code").values_list("code", flat=True)),
        organization_kinds=_terms(OrganizationKind),
        parties=tuple(Party.objects.order_by("code").values_list("id", flat=True)),
        places=tuple(Place(row.id, row.name, row.name_ar) for row in PlaceRow.objects.order_by("code")),
        taken=frozenset(incidents.Incident.objects.values_list("reference", flat=True)),
    )
    needed = ("measures", "populations", "incident_kinds", "source_kinds", "organization_kinds", "places")
    if missing := [name for name in needed if not getattr(found, name)]:
        raise NotReadyError(
            f"the tables of terms and places are empty ({', '.join(missing)}): run manage.py seed first"
        )
    return found


def _terms(model: type[models.Model]) -> tuple[Term, ...]:
    rows = model._default_manager.order_by("code").values_list("code", "label", "label_ar")
    return tuple(Term(*row) for row in rows)


def require_new(order: Order) -> None:
    """Raise NotReadyError when this seed was generated before, wholly or in part."""
    if Organization.objects.filter(pk=first_number(order.seed)).exists():
        raise NotReadyError(f"seed {order.seed} was generated before; nothing was changed; choose another seed")


def make_people() -> People:
    """The two accounts, which nobody can log in with."""
    with attributed(by=None, at=OPENED, why="accounts of the generator"):
        analyst, reviewer = (
            User.objects.get_or_create(username=f"generator-{role}", defaults={"is_active": False, "password": "!"})[0]
            for role in ("analyst", "reviewer")
        )
    return People(analyst=analyst.pk, reviewer=reviewer.pk)


class Loader:
    """Loads the batches of one register, each as it is asked for."""

    def __init__(self, order: Order, reference: Reference, people: People) -> None:
        self._register = Register(seed=order.seed, claims=order.claims, reference=reference)
        self._order, self._people = order, people
        self._analyst = User.objects.get(pk=people.analyst)

    @property
    def batches(self) -> int:
        return self._register.batches

    def load(self, number: int) -> int:
        """Copy one batch; return how many claims it held."""
        batch = self._register.batch(number)
        identities = Identities(self._order.seed, number)
        with (
            attributed(by=self._analyst, at=batch.at, why=WHY.format(seed=self._order.seed), using=OWNER),
            connections[OWNER].cursor() as cursor,
        ):
            for table in TABLES:
                if text := table.text(batch, self._people, identities):
                    with cursor.copy(table.statement) as copy:
                        copy.write(text)
        if number in GROWN:
            _look_again()
        return len(batch.claims)


def _look_again() -> None:
    """Triggers keep the plans that they made; those made for empty tables would read full ones whole."""
    tables = sql.SQL(", ").join(sql.Identifier(table.name) for table in TABLES)
    with connections[OWNER].cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(tables))


def load(order: Order) -> Iterator[int]:
    """Load the whole register; yield after each batch how many claims it held. Raises NotReadyError.

    With more than one batch this closes the connections of the process, for its children open their own.
    """
    require_new(order)
    loader = Loader(order, read_reference(), make_people())
    yield loader.load(0)
    numbers = range(1, loader.batches)
    processes = min(os.cpu_count() or 1, MOST_PROCESSES, len(numbers))
    if processes == 1:
        yield from map(loader.load, numbers)
    else:
        connections.close_all()
        yield from shared_out(loader.load, numbers, processes)
