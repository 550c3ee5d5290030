"""The query of some rows as text, with its values in place: for statements that are made of several."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def literal(rows: "QuerySet[Any, Any]") -> str:
    """Also where it is plain that no row fits: what is made of it still has its form."""
    statement, values = rows.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(statement, values))
