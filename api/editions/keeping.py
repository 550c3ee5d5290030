"""Keeping the editions: once a change is committed, what is due is looked at, and what differs is numbered.

Triggers note what is due in the transaction that writes, so nothing committed is forgotten, whatever path it took. Numbers are
given here, by one process at a time, in a transaction of its own that ends before the next begins: whoever has
read up to a number has read everything below it, however slow the writers are.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from api.editions.due import around
from api.editions.states import LEVELS, RANK, State, count_of, rows_after, states
from api.editions.telling import Share, Teller, here
from api.editions.version import program
from api.models import Edition, EditionClock, EditionDue, EditionText

BATCH = 1000  # notes, and records, that are looked at at once
LOCK = 730_119_005  # advisory: who numbers
EVERYTHING, ALL = "everything", "all"  # notes: of every kind all rows; of one kind, all rows after some row
SHARE = 25  # records of each kind, of a backlog, that one who only wanted to write looks at
MANY = 50_000  # notes, beyond which it is quicker to look at everything
TERMS = (Edition.Kind.PLACE, Edition.Kind.MEASURE, Edition.Kind.POPULATION, Edition.Kind.CAUSE, Edition.Kind.PARTY)
"""What can be deleted: only its own note tells of it afterwards."""
UNSTORED = {Edition.Kind.VICTIM}  # kinds of which no text is kept

# What a day brings: grades that hold from it or until it, agreements on names that end.
NEW_DAY = """
    INSERT INTO api_editiondue (kind, "row")
    SELECT 'organization', organization_id::text FROM sources_reliabilityassessment
    WHERE (lower(period) > %(last)s AND lower(period) <= %(today)s) OR (upper(period) > %(last)s AND upper(period) <= %(today)s)
    UNION SELECT 'record', record_id::text FROM victims_namedecision WHERE expires >= %(last)s AND expires < %(today)s
"""


def keep_up(
    *,
    most: int | None = None,
    progress: Callable[[int], None] = lambda looked: None,  # noqa: ARG005  nobody is told
    teller: Teller = here,
) -> int:
    """Make editions of all that is due, or of so many batches of it; how many records were looked at.

    Cheap where nothing is due.
    """
    looked = batches = 0
    while (most is None or batches < most) and standing()[0]:
        with _numbering():
            looked += _one_batch(timezone.now().date(), teller)
        batches += 1
        progress(looked)
    return looked


def keep_up_if_free() -> None:
    """Make editions of what became due first, unless somebody is at it: what remains, the next to read or write sees to.

    Where everything is due, whoever writes does a small part of it.
    """
    if not standing()[0]:
        return
    with _numbering(wait=False) as free:
        if free:
            _one_batch(timezone.now().date(), here, of_all=SHARE)


def expected() -> int:
    """About how many records are to be looked at."""
    if EditionDue.objects.filter(kind__in=[EVERYTHING, ALL]).exists():
        return sum(count_of(kind) for kind in Edition.Kind)
    return EditionDue.objects.count()


def take_over() -> None:
    """Have everything looked at again if it was told by another version of this program."""
    with _numbering():
        clock = EditionClock.objects.first()
        if clock is None:
            EditionClock.objects.create(pk=1, day=timezone.now().date(), program=program())
        elif clock.program != program():
            EditionDue.objects.create(kind=EVERYTHING, row="")
            EditionClock.objects.update(program=program())


def gather_notes() -> None:
    """Where very much is noted, as after a load, have everything looked at once instead of each note."""
    with _numbering():
        if EditionDue.objects.count() > MANY:
            EditionDue.objects.exclude(kind__in=TERMS).delete()
            EditionDue.objects.create(kind=EVERYTHING, row="")


def standing(level: int = 0) -> tuple[bool, int]:
    """Whether anything is due, and the number of the last change that readers of the level can know of; 0 before any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM api_editiondue) OR NOT EXISTS (SELECT FROM api_editionclock WHERE day >= %s),"
            " coalesce((SELECT max(number) FROM api_edition WHERE level = %s), 0)",
            [timezone.now().date(), level],
        )
        behind, number = cursor.fetchone()
    return bool(behind), int(number)


@contextmanager
def _numbering(*, wait: bool = True) -> Iterator[bool]:
    """One at a time, each seeing all that the one before committed, and the register as of one moment. Whether it is
    one's turn: without waiting it may not be.

    Within a transaction that is open already, such as a test's, it takes part in that.
    """
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield True
        return
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            (free,) = cursor.fetchone()
            if not free:
                yield False
                return
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield True
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _one_batch(today: dt.date, teller: Teller, *, of_all: int | None = None) -> int:
    """Take what became due first, and make its editions; of a kind of which all are due, of so many."""
    _turn_of_day(today)
    taken = list(EditionDue.objects.order_by("pk").values_list("pk", "kind", "row")[:BATCH])
    noted: dict[str, set[str]] = {}
    for _key, word, row in taken:
        noted.setdefault(word, set()).add(row)
    if noted.pop(EVERYTHING, None):
        EditionDue.objects.bulk_create(EditionDue(kind=ALL, row=f"{kind}|") for kind in Edition.Kind.values)
    due = _next_of_all(noted.pop(ALL, set()), of_all or BATCH)
    for kind, named in around(noted).items():
        due.setdefault(kind, set()).update(named)
    shares = [
        Share(kind, rows, level)
        for kind in sorted(due, key=lambda one: RANK[Edition.Kind(one)])
        for rows in _in_parts(sorted(due[kind]))
        for level in LEVELS
    ]
    for share, told in zip(shares, teller(shares), strict=True):
        number(share.kind, share.rows, share.level, told)
    EditionDue.objects.filter(pk__in=[key for key, _kind, _row in taken]).delete()
    return sum(map(len, due.values()))


def _in_parts(rows: Sequence[str]) -> Iterator[Sequence[str]]:
    """A few at a time: an organization of which many claims are may be due."""
    return (rows[first : first + BATCH] for first in range(0, len(rows), BATCH))


def _turn_of_day(today: dt.date) -> None:
    """Note what changes by itself because another day has come."""
    clock = EditionClock.objects.first()
    if clock is not None and clock.day >= today:
        return
    if clock is not None:
        with connection.cursor() as cursor:
            cursor.execute(NEW_DAY, {"last": clock.day, "today": today})
    EditionClock.objects.update_or_create(pk=1, defaults={"day": today})


def _next_of_all(positions: Iterable[str], size: int) -> dict[str, set[str]]:
    """The next rows of each kind of which all are looked at; a note says where to go on."""
    due: dict[str, set[str]] = {}
    for position in positions:
        kind, _separator, last = position.partition("|")
        rows = rows_after(Edition.Kind(kind), last, size)
        due.setdefault(kind, set()).update(rows)
        if len(rows) == size:
            EditionDue.objects.create(kind=ALL, row=f"{kind}|{rows[-1]}")
    return due


def number(kind: str, rows: Sequence[str], level: int, now: dict[str, State]) -> int:
    """Write editions of those records that are not what their current edition has; how many there are."""
    current = {one.row: one for one in Edition.objects.filter(kind=kind, row__in=rows, level=level, until__isnull=True)}
    made = [edition for row in rows for edition in _differing(row, now.get(row), current.get(row))]
    if not made:
        return 0
    last = Edition.objects.filter(level=level).order_by("-number").values_list("number", "at").first()
    at = max(timezone.now(), last[1]) if last else timezone.now()
    for position, edition in enumerate(made, start=1 + (last[0] if last else 0)):
        edition.kind, edition.level, edition.number, edition.at = kind, level, position, at
    if kind not in UNSTORED:
        texts = {state.digest: state.body for state in now.values() if state.body is not None}
        wanted = {edition.digest for edition in made if edition.digest is not None}
        EditionText.objects.bulk_create(
            [EditionText(digest=one, body=texts[one]) for one in sorted(wanted)], ignore_conflicts=True
        )
    ended = [current[row].pk for row in {edition.row for edition in made} if row in current]
    Edition.objects.filter(pk__in=ended).update(until=at)
    _end_at_once(made, at)
    Edition.objects.bulk_create(made)
    return len(made)


def _differing(row: str, now: State | None, was: Edition | None) -> list[Edition]:
    """The editions that lead from what a record was to what it is; none where it is the same."""
    action = Edition.Action
    if was is None or was.digest is None:
        if now is not None and now.body is not None:
            return [Edition(row=row, key=now.key, about=now.about, action=action.CREATED, digest=now.digest)]
        if was is None or now is None or now.into is None or (was.action, was.into) == (action.MERGED, now.into):
            return []
        return [Edition(row=row, key=was.key, about=was.about, action=action.MERGED, into=now.into)]
    if now is not None and now.body is not None:
        if now.key != was.key:  # known by another name from now on: who kept the old one is not led to the new
            return [
                Edition(row=row, key=was.key, about=was.about, action=action.WITHDRAWN),
                Edition(row=row, key=now.key, about=now.about, action=action.CREATED, digest=now.digest),
            ]
        same = now.digest == was.digest
        return (
            [] if same else [Edition(row=row, key=now.key, about=now.about, action=action.UPDATED, digest=now.digest)]
        )
    if now is not None and now.into is not None:
        return [Edition(row=row, key=was.key, about=was.about, action=action.MERGED, into=now.into)]
    return [Edition(row=row, key=was.key, about=was.about, action=action.WITHDRAWN, reason=now.reason if now else "")]


def _end_at_once(made: Sequence[Edition], at: dt.datetime) -> None:
    """Of two editions of one record that are made together, the first is over already."""
    after: set[str] = set()
    for edition in reversed(made):
        if edition.row in after:
            edition.until = at
        after.add(edition.row)


def differing() -> list[tuple[str, int, str]]:
    """The records whose current edition is not what they are: kind, level and key. Reads everything, writes nothing."""
    found = []
    for kind in Edition.Kind:
        last = ""
        while rows := rows_after(kind, last, BATCH):
            last = rows[-1]
            for level in LEVELS:
                now = states(kind, rows, level)
                known = Edition.objects.filter(kind=kind, row__in=rows, level=level, until__isnull=True)
                current = {one.row: one for one in known}
                found += [
                    (kind.value, int(level), row) for row in rows if _differing(row, now.get(row), current.get(row))
                ]
    return found
