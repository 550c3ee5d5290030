"""Migrate as the owner, then give the application role its rights on whatever tables there are now."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from api.editions import keeping as editions
from api.models import EditionClock
from config import roles
from config.environment import SetupError
from incidents.models import ScopeDue
from incidents.scopes import keeping

FEW = 5000


class Command(migrate.Command):
    help = "Updates the database schema as its owner and the application role's rights on it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == "owner":
            require_owner()
        super().handle(*args, **options)
        asked = ("plan", "check_unapplied", "prune")
        if options["database"] == "owner" and not any(options[name] for name in asked):
            grant_to_application()
            catch_up()
            left = catch_up_editions()
            if left:
                self.stdout.write(f"{left:,} records are due to be told of anew: run manage.py keep_editions")


def catch_up() -> None:
    """Look at the scopes that a migration left due: what was accepted before there were any."""
    with connections["default"].cursor() as cursor:
        if ScopeDue._meta.db_table not in connections["default"].introspection.table_names(cursor):
            return  # migrated back to before there were scopes
    for batch in keeping.due():
        keeping.refresh_batch(batch)


def catch_up_editions() -> int:
    """The same of editions, where they are few; else how many are left."""
    with connections["default"].cursor() as cursor:
        look = connections["default"].introspection
        clock = EditionClock._meta.db_table
        if clock not in look.table_names(cursor):
            return 0  # as above
        if "program" not in {column.name for column in look.get_table_description(cursor, clock)}:
            return 0  # as above
    editions.take_over()
    due = editions.expected()
    if due > FEW:
        return due
    editions.keep_up()
    return 0


def require_owner() -> None:
    owner = connections["owner"]
    owner.ensure_connection()
    if not roles.may_make_tables(owner.connection):
        raise SetupError(
            f"the role {owner.connection.info.user!r} may not make tables here, so it cannot migrate; "
            "name the owner in SIJIL_OWNER_DATABASE_URL"
        )


def grant_to_application() -> None:
    """The same code path for every database: embedded, server and tests."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    owner = connections["owner"]
    owner.ensure_connection()
    roles.apply_grants(owner.connection, role)
    breaches = roles.table_breaches(owner.connection, role)
    if breaches:
        raise SetupError(
            f"the application role {role!r} still has {roles.listed(breaches)}, through PUBLIC or a role "
            "it is member of; revoke that, for the database's guards would be void"
        )
