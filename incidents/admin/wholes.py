"""Of what a claim counts a part: a claim of the same claimant, recorded already or entered in a line above."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from incidents.models import Claim
from sources.merged import meant_id

LINE = re.compile(r"line-(\d{1,3})", re.ASCII)
"""What the page sends for a line above, counted from 0: it has no key yet."""


class WholeSelect(UnfoldAdminSelectWidget):  # type: ignore[misc]  # unfold ships no types
    """Says of each claim who claims it, so that the page offers those of the line's own claimant alone.

    Lines above are no rows yet: the page adds them, and is told by ``data-chosen`` which of them was chosen.
    """

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = (
            {"data-whole": _("Line"), "data-chosen": value} if LINE.fullmatch(str(value)) else {"data-whole": _("Line")}
        )
        found: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), **chosen})
        return found

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        claim = getattr(value, "instance", None)
        if claim is not None:
            option["attrs"]["data-claimant"] = str(meant_id(claim.claimant))
        return option


class WholeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's is generic in its stubs alone
    """A recorded claim, or the number of a line above."""

    def to_python(self, value: Any) -> Any:
        line = LINE.fullmatch(str(value or ""))
        return int(line[1]) if line else super().to_python(value)


def recorded_whole(whole: Claim | int | None, lines: Mapping[int, Claim]) -> Claim | None:
    """The claim that was meant; ``lines`` are those recorded from the lines above. Raises ValidationError."""
    if not isinstance(whole, int):
        return whole
    if whole not in lines:
        raise ValidationError({"part_of": [_("There is no such line above this one.")]})
    return lines[whole]
