"""What every page with a form has in common: all that is wrong with it, listed above with a way to each field."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong: in which row and field, where that is on the page, and in which words it is told."""

    where: str
    address: str
    said: list[str]


def wrong(form: BaseForm, inlines: Any) -> list[Wrong]:
    """Everything that is wrong with the fields of a page and of the rows in it, in the order in which they stand."""
    found = [*_of_form(form, "")]
    for inline in inlines:
        rows = inline.formset
        called = capfirst(str(rows.model._meta.verbose_name))
        for index, row in enumerate(rows.forms):
            if rows.is_bound and row.errors:
                found += _of_form(row, f"{called} {index + 1}: ")
    return found


def _of_form(form: BaseForm, row: str) -> Iterator[Wrong]:
    for name in form.fields:
        if name in form.errors:
            field = form[name]
            yield Wrong(f"{row}{field.label}", f"#{field.auto_id}", [*map(str, form.errors[name])])


class FormPages:
    """A model's admin whose pages say above a form what is wrong with it, and call their rows' buttons by a name."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        told = wrong(context["adminform"].form, context["inline_admin_formsets"])
        if told:
            context |= {"wrong": told, "errors": None}  # the theme would say no more than that there are some
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc,no-any-return]  # a mixin

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        rows: list[Any] = super().get_inline_formsets(*args, **kwargs)  # type: ignore[misc]  # a mixin
        for one in rows:
            if text := getattr(one.opts, "add_text", ""):
                said = json.loads(one.inline_formset_data())
                said["options"]["addText"] = str(text)
                one.inline_formset_data = partial(json.dumps, said)
        return rows
