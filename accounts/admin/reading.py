"""Which version of a record somebody read before they decide on it, carried from the page on which they read it."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.http import urlencode

from accounts.admin.forms import RefusableForm
from accounts.versions import version


def read_version(request: HttpRequest, row: Any) -> int | None:
    """The version that the person read: as the page says from which they came, else the one that is shown to them now.

    None for whoever sends a decision without saying, as scripts may: then nothing is compared.
    """
    said = request.POST.get("version") or request.GET.get("version") or ""
    if said.isascii() and said.isdecimal() and len(said) < 19:
        return int(said)
    return None if request.method == "POST" else getattr(row, "seen_version", None) or version(row)


def address_with_version(address: str, row: Any, **query: Any) -> str:
    """The address of a page on which a row is decided on, saying which version of it was read."""
    seen = getattr(row, "seen_version", None)
    told = query | ({"version": seen} if seen else {})
    return f"{address}?{urlencode(told)}" if told else address


class CorrectingForm(RefusableForm):
    """A form in which a new row puts another right; it carries the version of that one which the person read."""

    # Of the request, which alone says so when what was filled in comes back.
    corrected: ClassVar[Any] = None
    corrected_version: ClassVar[int | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new and self.corrected is not None:
            read = self.corrected_version or version(self.corrected)
            self.fields["corrects_version"] = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=read)

    def _take_over(self) -> None:
        """Of what is put right nothing stands in the form: whoever was told goes on from its present version."""
        if not self.is_new:
            super()._take_over()
            return
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data[self.add_prefix("corrects_version")] = str(version(self.corrected))
        self.data = data


def keep(form: Any, refused: ValidationError | PermissionDenied) -> None:
    """Say above a form why what it asked for was refused; what was typed stays in it."""
    form.add_error(None, refused.messages if isinstance(refused, ValidationError) else str(refused))
