"""What the database refuses, explained in the words of the constraint that refused it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import Error, models
from django.utils.translation import gettext as _

REFUSED = ("23", "42501")  # integrity constraint violations, insufficient privilege (the guards)


@cache
def _constraints() -> dict[str, models.BaseConstraint]:
    return {constraint.name: constraint for model in apps.get_models() for constraint in model._meta.constraints}


@contextmanager
def explained() -> Iterator[None]:
    """Turn a refusal by a constraint or guard into a ValidationError; let every other error through."""
    try:
        yield
    except Error as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.Error) and (cause.sqlstate or "").startswith(REFUSED):
            raise explanation(cause) from error
        raise


def explanation(error: psycopg.Error) -> ValidationError:
    """The message of the violated constraint, under the field it concerns where that is one field."""
    diagnosis: Any = error.diag
    constraint = _constraints().get(diagnosis.constraint_name or "")
    if constraint is not None:
        fields = list(getattr(constraint, "fields", ()))
        key = fields[0] if len(fields) == 1 else NON_FIELD_ERRORS
        return ValidationError({key: [str(constraint.get_violation_error_message())]}, code=constraint.name)
    if diagnosis.sqlstate == "23505":
        return ValidationError(_("There is such a row already: %s") % (diagnosis.message_detail or ""), code="unique")
    if diagnosis.sqlstate == "23503":
        return ValidationError(
            _("This is used by, or refers to, another row: %s") % (diagnosis.message_detail or ""), code="referred"
        )
    if diagnosis.sqlstate == "23502":
        return ValidationError({diagnosis.column_name: [_("A value is needed.")]}, code="required")
    return ValidationError(
        {diagnosis.column_name or NON_FIELD_ERRORS: [diagnosis.message_primary or str(error)]}, code="refused"
    )
