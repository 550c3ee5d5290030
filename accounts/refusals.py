"""What the database refuses, explained in the words of the constraint or guard that refused it, in the reader's language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import Error, models
from django.utils.translation import gettext as _

from accounts import guards

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
        return ValidationError({key: [_violation(constraint, diagnosis)]}, code=constraint.name)
    if diagnosis.sqlstate == "23505":
        return ValidationError(_("There is such a row already: %s") % _key(diagnosis), code="unique")
    if diagnosis.sqlstate == "23503":
        return ValidationError(
            _("This is used by, or refers to, another row: %s") % _other_table(diagnosis), code="referred"
        )
    if diagnosis.sqlstate == "23502":
        return ValidationError({diagnosis.column_name: [_("A value is needed.")]}, code="required")
    said = guards.told(diagnosis.message_primary or str(error))
    return ValidationError({diagnosis.column_name or NON_FIELD_ERRORS: [said]}, code="refused")


def _violation(constraint: models.BaseConstraint, diagnosis: Any) -> str:
    """The constraint's own words; of a unique one that has none, what there is already."""
    if isinstance(constraint, models.UniqueConstraint) and (
        constraint.violation_error_message == constraint.default_violation_error_message
    ):
        return _("There is such a row already: %s") % _key(diagnosis)
    return str(constraint.get_violation_error_message())


def _key(diagnosis: Any) -> str:
    """The columns that are the same in the other row, as the admin calls them, with their values."""
    detail = diagnosis.message_detail or ""
    found = re.search(r"\((.+?)\)=\((.*)\)", detail, re.DOTALL)
    if found is None:
        return detail
    return f"{guards.column_names(diagnosis.table_name or '', found[1])} = {found[2]}"


def _other_table(diagnosis: Any) -> str:
    """What the other row is, as the admin calls it."""
    detail = diagnosis.message_detail or ""
    found = re.search(r'"(\w+)"', detail)
    return guards.table_name(found[1]) if found is not None else detail
