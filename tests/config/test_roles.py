"""The application role is attacked with SQL, as any client of the database could."""

import psycopg
import pytest


def test_the_application_role_cannot_truncate(application_connection):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application_connection.execute("TRUNCATE auth_group CASCADE")
