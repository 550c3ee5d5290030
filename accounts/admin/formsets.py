"""Rows within a page that two people may write at once: what the second sent, laid beside what is there now."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.translation import gettext as _
from unfold.forms import PaginationInlineFormSet

from accounts.versions import STALE

Values = dict[str, list[str]]
"""What was sent for each field of a row."""


@dataclass(slots=True)
class SentRow:
    """A row as it was sent: its values, and what each field held when the page was made."""

    values: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)

    def key(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "")

    def changed(self, keys: set[str]) -> bool:
        """Whether the person wrote here, apart from keys: without what was there before, all counts as written."""
        names = self.values.keys() - keys
        return not self.before or any(_said(self.values, name) != _said(self.before, name) for name in names)


class SharedRows(PaginationInlineFormSet):  # type: ignore[misc]  # unfold ships no types
    """Rows of a record that goes by versions, as ``RefusableForm`` does.

    A row that somebody else has taken away meanwhile is no dead end: what was typed in it goes on as a new row. When the
    record was refused as older than what is there, what this person typed stays, what only the other changed,
    added or took away is taken over, and is told.
    """

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: list[str] = []
        if self.is_bound and self.instance.pk is not None and self.management_form.is_valid():
            self._lay_beside_what_is_there()

    def add_fields(self, form: Any, index: int | None) -> None:
        if not form.is_new:
            form.show_what_there_was()
        super().add_fields(form, index)

    def clean(self) -> None:
        super().clean()
        if self.told:
            raise ValidationError(self.told, code=STALE)

    def _lay_beside_what_is_there(self) -> None:
        key = self.model._meta.pk.name
        keys = {key, self.fk.name}
        first = self.management_form.cleaned_data[INITIAL_FORM_COUNT]
        total = self.management_form.cleaned_data[TOTAL_FORM_COUNT]
        sent = self._sent(min(total, self.absolute_max))
        stored = {str(row.pk): row for row in self.get_queryset()}
        refusal = self.form.refusals.get("")
        moved_on = any(error.code == STALE for error in getattr(refusal, "error_list", ()))
        shown = {row.key(key): row for row in sent[:first]}
        if not moved_on and shown.keys() <= stored.keys():
            return
        new = sent[first:]
        kept = []
        for pk, row in stored.items():
            mine = shown.get(pk)
            if not moved_on:
                kept += [mine] if mine is not None else []
                continue
            now = self._now(row)
            theirs = mine is None or any(_said(mine.before, name) != _said(now, name) for name in now)
            if mine is not None and mine.changed(keys):
                kept.append(SentRow(mine.values, now))
                words = _("Somebody else wrote in a row in which you wrote too; yours stands below: %s")
            else:
                kept.append(SentRow({**now, key: [pk]}, now))
                words = _("Somebody else wrote a row meanwhile; it stands below as they left it: %s")
            self.told += [words % self._called(row)] if theirs else []
        for pk in shown.keys() - stored.keys():
            mine = shown[pk]
            if mine.values.pop(DELETION_FIELD_NAME, None):
                continue
            if mine.changed(keys) or not moved_on:
                mine.values.pop(key, None)
                new.append(mine)
            if moved_on:
                self.told.append(
                    _("Somebody else took away a row in which you wrote; it stands below as a new one.")
                    if mine.changed(keys)
                    else _("Somebody else took a row away meanwhile.")
                )
        self._take(kept, [SentRow(row.values) for row in new])

    def _sent(self, total: int) -> list[SentRow]:
        rows: dict[int, SentRow] = defaultdict(SentRow)
        named = re.compile(rf"(initial-)?{re.escape(self.prefix)}-([0-9]+)-(.+)", re.ASCII)
        for name in self.data:
            found = named.fullmatch(name)
            if found is not None and len(found[2]) < 6:
                row = rows[int(found[2])]
                (row.before if found[1] else row.values)[found[3]] = self.data.getlist(name)
        return [rows[index] for index in range(total)]

    def _now(self, row: Any) -> Values:
        """What the fields of a row hold now, as a page would send them."""
        form = self.form(instance=row, prefix=self.prefix, **self.get_form_kwargs(0))
        held: Values = {}
        for name in form.fields:
            value = form[name].value()
            values = value if isinstance(value, list | tuple) else [value]
            held[name] = [str(getattr(one, "pk", one)) for one in values if one is not None]
        return held

    def _called(self, row: Any) -> str:
        """As the page calls a row above its fields."""
        form = self.form(instance=row, prefix=self.prefix, **self.get_form_kwargs(0))
        return str(getattr(form.instance, "get_inline_title", row))

    def _take(self, kept: list[SentRow], new: list[SentRow]) -> None:
        """Go on as if these rows had been sent."""
        data = self.data.copy()
        own = re.compile(rf"(initial-)?{re.escape(self.prefix)}-[0-9]+-", re.ASCII)
        for name in [name for name in data if own.match(name)]:
            del data[name]
        for index, row in enumerate([*kept, *new]):
            for name, values in row.values.items():
                data.setlist(f"{self.prefix}-{index}-{name}", values)
            for name, values in row.before.items():
                data.setlist(f"initial-{self.prefix}-{index}-{name}", values)
        data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(len(kept))
        data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(kept) + len(new))
        self.data = data
        del self.management_form  # Django keeps what it read of the data that were sent


def _said(values: Values, name: str) -> list[str]:
    return [value for value in values.get(name, []) if value]
