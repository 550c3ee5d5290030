"""Forms of the admin: what a service or the database refuses stands beside the field it concerns."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.html import format_html, strip_tags
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldAdminURLInputWidget

from accounts.refusals import explained
from accounts.seen import seen
from accounts.versions import STALE, version

LARGEST = 2**63 - 1


class Refused(Exception):  # noqa: N818  it is no error of ours, and is always told to the person
    """What a service refused, and by its prefix the form whose values it was given."""

    def __init__(self, prefix: str, error: ValidationError) -> None:
        super().__init__(str(error))
        self.prefix, self.error = prefix, error


@contextmanager
def _refusable(prefix: str) -> Iterator[None]:
    try:
        with explained():
            yield
    except PermissionDenied as denied:
        raise Refused(prefix, ValidationError(str(denied), code="permission")) from denied
    except ValidationError as error:
        raise Refused(prefix, error) from error


def refusable(form: forms.BaseForm) -> AbstractContextManager[None]:
    """Around a service given this form's values: its refusal returns to the form, and nothing is written."""
    return _refusable(form.prefix or "")


FOR_PROGRAMS = re.compile(r"\s*\([^()]*(?:JSON|BCP 47)[^()]*\)")
"""What a help text adds for readers of files and of the API, in either language."""


def for_people(help_text: Any) -> str:
    """A help text as it stands in a form: without what only those need to know who read the register by programs."""
    return FOR_PROGRAMS.sub("", str(help_text))


def offer_seen(form: forms.BaseForm, by: Any) -> None:
    """Leave out of a form's choices what the person may not see, also what somebody sends or an address names."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = seen(field.queryset, by)


class RefusableForm(forms.ModelForm):  # type: ignore[type-arg]  # forms of many models
    """A form that shows what was refused when its values were written, as if it had found that itself.

    It knows the version of the row it shows, and what each field held then. When somebody else has changed the
    row meanwhile, what this person typed stays, what only the other changed is taken over, and both are told.

    ``refusals`` are those of the request, by prefix. ``service_names`` gives the form's field for a name that the
    service uses; a name that is no field of the form is shown above them all.
    """

    refusals: ClassVar[Mapping[str, ValidationError]] = {}
    by: ClassVar[Any] = None
    """Who fills it in: what this person may not see is no choice here. Pages say so by ``telling``."""
    service_names: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = for_people(field.help_text)
        if self.by is not None:
            offer_seen(self, self.by)
        if self.is_new or self.prefix:  # a row within a page goes with the page's own
            return
        self.show_what_there_was()
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=getattr(self.instance, "seen_version", None) or version(self.instance)
        )

    def show_what_there_was(self) -> None:
        """Send along with each field what it held when the page was made, so that it shows who changed what."""
        sent = any(key.startswith("initial-") for key in self.data)
        for name, field in self.fields.items():
            # What held several and held none has nothing to send.
            none = sent and isinstance(field, forms.ModelMultipleChoiceField)
            if not self.is_bound or none or self.add_initial_prefix(name) in self.data:
                field.show_hidden_initial = True

    @property
    def is_new(self) -> bool:
        """Whether the row is still to be recorded."""
        return bool(self.instance._state.adding)  # noqa: SLF001  Django's documented way to tell

    def full_clean(self) -> None:
        super().full_clean()
        refusal = self.refusals.get(self.prefix or "")
        if refusal is not None and self.is_bound:
            if any(error.code == STALE for error in getattr(refusal, "error_list", ())):
                self._take_over()
            self.add_refusal(refusal)

    def _take_over(self) -> None:
        """Go on from the row's present version: keep what was typed, take what only somebody else changed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data[self.add_prefix("version")] = str(version(self.instance))
        for name in self.fields.keys() - {"version"}:
            shown: Any = self[name]
            if shown._has_changed():  # noqa: SLF001  Django's own name for it
                continue
            now = shown.field.prepare_value(shown.initial)
            values = ["" if one is None else str(one) for one in (now if isinstance(now, list | tuple) else [now])]
            for key in (shown.html_name, shown.html_initial_name):
                data.setlist(key, values)
        self.data = data

    def add_refusal(self, refusal: ValidationError) -> None:
        by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.messages}
        for name, messages in by_field.items():
            field = self.service_names.get(name, name)
            hidden = field in self.fields and self.fields[field].widget.is_hidden  # nobody would read it there
            if field in self.fields and not hidden:
                self.add_error(field, [*messages])
            elif hidden or name == NON_FIELD_ERRORS:
                self.add_error(None, [*messages])
            else:
                self.add_error(None, [f"{name}: {message}" for message in messages])


class ServiceForm(RefusableForm):
    """A form whose values go to a service, which checks and writes them; the instance stays as it is stored.

    A form with a field ``why`` asks it when a row changes, not when it is first recorded.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields.pop("why", None)

    def _post_clean(self) -> None:
        """Nothing: the service checks the row, with words of its own."""


class NearForm(ServiceForm):
    """A form that shows, before it records a new row, those already there that may be the same.

    Whoever records it all the same says so by the box that then appears.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.near: list[Any] = []
        if self.is_new:
            self.fields["despite"] = forms.BooleanField(
                required=False, label=_("It is another one: record it all the same")
            )

    @property
    def is_another(self) -> bool:
        """Whether the person has said that it is: that stands when the form comes back for another reason."""
        return self.is_new and self.add_prefix("despite") in self.data

    def find_near(self, given: dict[str, Any]) -> Any:
        """Rows that may be the same as what is being entered, as a queryset; the nearest first."""
        raise NotImplementedError

    def take_address(self, row: Any) -> str:
        """Where what stands in the rows of this form is added to one that is there; empty where it cannot be."""
        return ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        despite = given.pop("despite", True)
        if self.is_new and not despite and not self.errors:
            self.near = list(seen(self.find_near(given), self.by)[:5])
            for row in self.near:
                row.take_address = self.take_address(row)
                row.called = with_public_name(row, str(row))
            if self.near:
                self.add_error(None, _("This may be there already: look at what is listed above."))
        return given


def why_field() -> forms.CharField:
    """Why a row changes: asked of whoever changes it."""
    return forms.CharField(
        label=capfirst(_("reason of the change")),
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Kept in the history, for colleagues and auditors."),
    )


class WholeNumberField(forms.Field):
    """A whole number, 0 or more, or nothing. Nothing stays None and 0 stays 0."""

    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "dir": "ltr"})

    def to_python(self, value: Any) -> int | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        number = int(text) if text.isdecimal() else None
        if number is None or number > LARGEST:
            raise ValidationError(
                _("“%(value)s” is not a whole number, 0 or more; write it in digits only, such as 1603."),
                code="number",
                params={"value": text},
            )
        return number


WEB = ("http", "https")


class WebAddressInput(UnfoldAdminURLInputWidget):  # type: ignore[misc]  # unfold ships no types
    """An address, with a link to it where it leads into the web."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.validator = URLValidator(schemes=WEB)


class WebAddressField(forms.URLField):
    """An address of the web, and of nothing else; one without a scheme is taken to be https."""

    widget = WebAddressInput
    default_validators = [URLValidator(schemes=WEB)]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


def web_link(contents: str) -> str:
    """What Unfold made of an address, which it links whatever it is: a link into the web, or else mere text."""
    address = html.unescape(strip_tags(contents or ""))
    if not address.lower().startswith(tuple(f"{scheme}://" for scheme in WEB)):
        return address
    return format_html('<a href="{0}" class="text-link" rel="noreferrer">{0}</a>', address)


class OrderedChoiceField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # rows of many models
    """Several rows in the order in which they were chosen, as a list."""

    def to_python(self, value: Any) -> Any:
        """The rows in the order of their keys as given; the database's own would say nothing."""
        found = {str(self.prepare_value(row)): row for row in super().to_python(value)}
        return [found[key] for key in dict.fromkeys(str(item) for item in value or ()) if key in found]

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, after = ([str(self.prepare_value(one)) for one in rows or ()] for rows in (initial, data))
        return before != after

    def clean(self, value: Any) -> Any:
        found = {str(self.prepare_value(row)): row for row in super().clean(value)}
        return [found[key] for key in dict.fromkeys(str(item) for item in value or ()) if key in found]


class SafeChoices(AutocompleteMixin):
    """Shows a form again also when what was sent is no key of a row: the field says so, the select box shows nothing."""

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        return super().optgroups(name, [one for one in value if self._may_be_key(one)], attrs)

    def _may_be_key(self, value: str) -> bool:
        try:
            self.field.remote_field.model._meta.pk.to_python(value)
        except ValidationError:
            return False
        return True


class Autocomplete(SafeChoices, AutocompleteSelect):
    """One row, found as one types."""


class OrderedAutocomplete(SafeChoices, AutocompleteSelectMultiple):
    """Several rows, shown in the order of choosing; the script of the admin keeps it so in the browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attrs["data-keep-order"] = "true"

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        groups = super().optgroups(name, value, attrs)
        place = {str(key): index for index, key in enumerate(value)}
        for _label, options, _index in groups:
            options.sort(key=lambda option: place.get(str(option["value"]), len(place)))
        return groups


def autocomplete(
    model: type[models.Model],
    name: str,
    *,
    label: Any = None,
    help_text: Any = None,
    required: bool | None = None,
    several: bool = False,
    add: bool = False,
) -> Any:
    """A form field that finds rows as one types, for the relation ``name`` of ``model``.

    ``several`` takes an ordered list of them; ``add`` lets one record a missing row without leaving the page.
    """
    relation: Any = model._meta.get_field(name)
    kind = OrderedChoiceField if several else forms.ModelChoiceField
    widget: Any = (OrderedAutocomplete if several else Autocomplete)(relation, admin.site)
    if add:
        widget = RelatedFieldWidgetWrapper(widget, relation.remote_field, admin.site, can_add_related=True)
        widget.template_name = "admin/sijil/related.html"
    field = kind(
        queryset=relation.remote_field.model._default_manager.all(),
        required=(not relation.blank and not relation.null) if required is None else required,
        label=capfirst(label or relation.verbose_name),
        help_text=relation.help_text if help_text is None else help_text,
        widget=widget,
    )
    field.label_from_instance = named  # type: ignore[method-assign,assignment]  # as Django documents
    return field


def named(row: models.Model) -> str:
    """A row as the reader knows it: by its Arabic name in Arabic, where it has one; of whom the name is protected, with
    the one under which they are known outside."""
    return with_public_name(row, _named(row))


def with_public_name(row: Any, name: str) -> str:
    """A name, and if it is protected the public one: whoever reads it here is told not to tell it outside."""
    if not getattr(row, "is_protected", False):
        return name
    return str(_("%(name)s — outside: %(public)s") % {"name": name, "public": row.public_name})


def _named(row: models.Model) -> str:
    if (get_language() or "").startswith("ar"):
        name = next((value for each in ("name_ar", "label_ar", "title_ar") if (value := getattr(row, each, ""))), "")
        if name:
            return " ".join(filter(None, (getattr(row, "reference", ""), str(name))))
    return str(row)


def short_text(**kwargs: Any) -> forms.CharField:
    """A line of text in the admin's dress."""
    return forms.CharField(widget=UnfoldAdminTextInputWidget, **kwargs)


def long_text(**kwargs: Any) -> forms.CharField:
    """Several lines of text in the admin's dress."""
    return forms.CharField(widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **kwargs)
