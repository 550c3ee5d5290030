"""Migration operations that put the register's guards into the database."""

from django.db.migrations.operations.special import RunSQL


class KeepHistory(RunSQL):
    """Record every insert, update and delete of a table in ``history_entry``, and refuse TRUNCATE.

    Plain SQL triggers, statement-level, so that bulk writes, COPY, upserts and raw SQL are all seen and
    no session variable switches them off. ``key`` is the primary key column; ``omit`` names columns that
    history must never hold (a password).
    """

    def __init__(self, table: str, *, key: str = "id", omit: str = "") -> None:
        create = "\n".join(
            f"CREATE TRIGGER history_{operation} AFTER {operation.upper()} ON {table} REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION history_record('{key}', '{omit}');"
            for operation, rows in (
                ("insert", "NEW TABLE AS changed"),
                ("update", "NEW TABLE AS changed"),
                ("delete", "OLD TABLE AS changed"),
            )
        )
        drop = "\n".join(
            f"DROP TRIGGER history_{operation} ON {table};" for operation in ("insert", "update", "delete")
        )
        guard = RefuseTruncate(table)
        super().__init__(f"{create}\n{guard.sql}", f"{drop}\n{guard.reverse_sql}")


class RefuseTruncate(RunSQL):
    """Refuse TRUNCATE of a table, which no row trigger sees."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();",
            f"DROP TRIGGER refuse_truncate ON {table};",
        )
