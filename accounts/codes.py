"""Codes for rows that are recorded by hand, so that nobody has to make one up."""

from django.db import models
from django.utils.text import slugify

LONGEST = 50


def code_from(name: str, model: type[models.Model]) -> str:
    """A code that is free, from a name in Latin script; from what the row is, where nothing is left of the name."""
    rows = model._default_manager
    stem = slugify(name)[:LONGEST].strip("-") or str(model._meta.model_name)
    taken = set(rows.filter(code__startswith=stem).values_list("code", flat=True))
    if stem not in taken:
        return stem
    return next(code for number in range(2, len(taken) + 3) if (code := f"{stem}-{number}") not in taken)
