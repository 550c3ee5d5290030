"""What follows from other rows by rules that SQL does not know: dates, scopes, figures; and rows from their history."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from psycopg import sql

from incidents.integrity import Found
from incidents.models import Figure, FigureClaim
from incidents.reconciliation import Policy
from incidents.scopes.figures import numbers, recomputed, would_change
from incidents.scopes.keeping import every_incident
from incidents.scopes.projection import differing
from sources import edtf

ROOMS = ("accounts", "places", "sources", "incidents", "victims")


def scopes_follow(_cursor: Any, _limit: int) -> Iterator[Found]:
    """Incidents whose projection is not what the pure rules make of their claims."""
    for batch in every_incident():
        for incident, what in differing(batch):
            yield incident, "incidents_scope", what


def figures_recompute(_cursor: Any, _limit: int) -> Iterator[Found]:
    """Adopted and superseded figures that are not what their policy makes of what they kept."""
    decided = Figure.objects.filter(status__in=["adopted", "superseded", "withdrawn"]).select_related("scope")
    for figure in decided.order_by("pk").iterator():
        made = recomputed(figure)
        aside = {str(one.claim_id) for one in figure.rests_on.all() if one.use == FigureClaim.Use.SET_ASIDE}
        if numbers(made) != numbers(figure) or (figure.policy != Policy.MANUAL.value and aside != set(made.set_aside)):
            yield figure.scope.incident_id, Figure._meta.db_table, str(figure.pk)


def figures_marked(_cursor: Any, _limit: int) -> Iterator[Found]:
    """Current figures whose mark does not say whether claims accepted since would change them."""
    for figure in Figure.objects.current().select_related("scope").order_by("pk").iterator():
        if would_change(figure) != figure.stale:
            yield figure.scope.incident_id, Figure._meta.db_table, str(figure.pk)


def dates_follow(cursor: Any, limit: int) -> Iterator[Found]:
    """Rows whose imprecise date does not have the days that its text means; each text is read once."""
    for model in _models():
        names = {field.name for field in model._meta.concrete_fields}
        table = model._meta.db_table
        for name in sorted(one for one in names if {f"{one}_earliest", f"{one}_latest"} <= names):
            columns = [sql.Identifier(column) for column in (name, f"{name}_earliest", f"{name}_latest")]
            one = sql.SQL("SELECT DISTINCT {}, {}, {} FROM {} WHERE {} <> ''")
            cursor.execute(one.format(*columns, sql.Identifier(table), columns[0]))
            wrong = [row for row in cursor.fetchall() if not _follows(*row)]
            for text, earliest, latest in wrong[:limit]:
                given = sql.SQL(
                    "SELECT {}::text FROM {} WHERE ({}, {}, {}) IS NOT DISTINCT FROM (%s, %s::date, %s::date) LIMIT %s"
                )
                key = sql.Identifier(str(model._meta.pk.column))
                cursor.execute(given.format(key, sql.Identifier(table), *columns), [text, earliest, latest, limit])
                yield from ((None, table, row) for (row,) in cursor.fetchall())


def _follows(text: str, earliest: Any, latest: Any) -> bool:
    try:
        parsed = edtf.parse(text)
    except edtf.EdtfError:
        return False
    return (parsed.earliest, parsed.latest) == (earliest, latest)


def history_is_whole(cursor: Any, limit: int) -> Iterator[Found]:
    """Rows that are not as the latest entry of their history has them, or are gone: written behind its back."""
    cursor.execute(
        "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger WHERE tgname = 'history_insert' ORDER BY 1"
    )
    for table, arguments in cursor.fetchall():
        key, omitted, *_rest = arguments.split("\\000")
        statement = sql.SQL(
            "SELECT now.{key}::text FROM {table} now"
            " WHERE (jsonb_strip_nulls(to_jsonb(now)) - string_to_array(%s, ',')) IS DISTINCT FROM ("
            "   SELECT was.row FROM history_entry was WHERE was.table_name = %s AND was.row_id = now.{key}::text"
            "   ORDER BY was.id DESC LIMIT 1) LIMIT %s"
        ).format(key=sql.Identifier(key), table=sql.Identifier(table))
        cursor.execute(statement, [omitted, table, limit])
        yield from ((None, table, row) for (row,) in cursor.fetchall())
        gone = sql.SQL(
            "SELECT was.row_id FROM (SELECT DISTINCT ON (row_id) row_id, operation FROM history_entry WHERE table_name = %s"
            "   ORDER BY row_id, id DESC) AS was"
            " WHERE was.operation <> 'delete' AND NOT EXISTS ("
            "   SELECT FROM {table} now WHERE now.{key}::text = was.row_id) LIMIT %s"
        ).format(key=sql.Identifier(key), table=sql.Identifier(table))
        cursor.execute(gone, [table, limit])
        yield from ((None, table, row) for (row,) in cursor.fetchall())


def _models() -> Iterator[type[models.Model]]:
    for room in ROOMS:
        yield from apps.get_app_config(room).get_models()
