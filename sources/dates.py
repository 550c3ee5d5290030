"""Imprecise dates as columns: the EDTF text as entered, with the earliest and latest day it can mean."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sources import edtf

DATE_HELP = _(
    "As exactly as is known, and no more: 2018-04-21; 2018-04 (the month); 2018-04~ (about); "
    "2018-04-19/2018-05-21 (from and to); 2018-04-19/.. (still going on). What it means is said below as you type."
)
"""How a date is written into a form, by examples; ``edtf.describe`` then says what was typed."""


def edtf_text(verbose_name: Any, help_text: Any) -> "models.CharField[str, str]":
    """The text of an imprecise date; empty when not stated."""
    return models.CharField(verbose_name, max_length=80, blank=True, help_text=help_text)


def edtf_bound(verbose_name: Any) -> "models.DateField[Any, Any]":
    """A day derived from the text; null when the text is empty or open on that side."""
    return models.DateField(
        verbose_name, null=True, blank=True, editable=False, help_text=_("Derived from the date as entered.")
    )


def columns(name: str, text: str) -> dict[str, str | dt.date | None]:
    """The three columns of the date called ``name``. Raises edtf.EdtfError when the text is not EDTF."""
    text = text.strip()
    if not text:
        return {name: "", f"{name}_earliest": None, f"{name}_latest": None}
    parsed = edtf.parse(text)
    return {name: text, f"{name}_earliest": parsed.earliest, f"{name}_latest": parsed.latest}


def bounds_follow(model: str, name: str) -> models.CheckConstraint:
    """No bounds without a text, and the earliest never after the latest."""
    earliest, latest = f"{name}_earliest", f"{name}_latest"
    return models.CheckConstraint(
        name=f"{model}_{name}_bounds_follow",
        condition=(
            models.Q(**{name: "", f"{earliest}__isnull": True, f"{latest}__isnull": True})
            | (
                ~models.Q(**{name: ""})
                & (
                    models.Q(**{f"{earliest}__isnull": True})
                    | models.Q(**{f"{latest}__isnull": True})
                    | models.Q(**{f"{earliest}__lte": models.F(latest)})
                )
            )
        ),
        violation_error_message=_("The earliest and latest day must follow from the date as entered."),
    )


def text_of(earliest: dt.date | None, latest: dt.date | None) -> str:
    """The shortest EDTF that means exactly these days: a day, a month, a year, or an interval; ``..`` where open."""
    if earliest is None or latest is None:
        return f"{earliest or '..'}/{latest or '..'}" if earliest or latest else "../.."
    if earliest == latest:
        return earliest.isoformat()
    after = latest + dt.timedelta(days=1) if latest < dt.date.max else None
    if earliest.day == 1 and after is not None and after.day == 1:
        if earliest.month == after.month == 1 and earliest.year == latest.year:
            return f"{earliest.year:04}"
        if (earliest.year, earliest.month) == (latest.year, latest.month):
            return f"{earliest:%Y-%m}"
    return f"{earliest.isoformat()}/{latest.isoformat()}"
