"""Forms in which a person is entered: names as written, what the source says, where it stands."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.forms import NearForm, ServiceForm, WholeNumberField, autocomplete, long_text, short_text
from accounts.admin.reading import CorrectingForm
from incidents.admin.forms import CitationFields, EdtfField
from sources.dates import DATE_HELP
from victims.admin.reading import SEE
from victims.models import PersonName, PersonRecord
from victims.models.record import Fate
from victims.names import script_of
from victims.services.records import NameInput

NOT_STATED = [("", "—")]
NAME_FIELD = re.compile(r"names-[0-9]+-text", re.ASCII)


class PersonForm(CorrectingForm, NearForm, CitationFields):
    """What one source says of one person."""

    incident = autocomplete(PersonRecord, "incident")
    claimant = autocomplete(PersonRecord, "claimant", add=True)
    fate = forms.ChoiceField(
        label=_("Fate"), choices=[*NOT_STATED, *Fate.choices], widget=UnfoldAdminSelectWidget,
        help_text=_("What happened to the person, as the source has it; “unknown” when it does not say."),
    )  # fmt: skip
    place = autocomplete(PersonRecord, "place", help_text=_("Only when it is not the incident's own place."))
    cause = autocomplete(PersonRecord, "cause", help_text=_("How it happened, where the source says so."))
    age = WholeNumberField(label=_("Age"), required=False, help_text=_("As stated. Empty is not 0."))
    born = EdtfField(label=_("Born"), help_text=DATE_HELP)
    fate_date = EdtfField(label=_("Date of the fate"), help_text=_("Only when it is not the incident's own date."))
    correction_reason = long_text(
        label=_("What was wrong"), help_text=_("Read by all who work here: write it without the name.")
    )

    class Meta:
        model = PersonRecord
        fields = (
            "description", "stated", "age_unit", "age_band", "sex", "civil_status", "occupation", "group", "fate",
            "disclosure", "note",
        )  # fmt: skip
        help_texts: ClassVar[dict[str, Any]] = {
            "note": _("For all who work here, never outside: write it without the name."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.corrects_id is None and self.corrected is None:
            del self.fields["correction_reason"]
        if not self.is_new:
            del self.fields["incident"]
            row = self.instance
            self.initial.update(
                {name: getattr(row, name) for name in ("age", "born", "fate_date", "locator", "correction_reason")}
                | {name: getattr(row, f"{name}_id") for name in ("claimant", "place", "cause", "source")}
                | {"relays": [relay.organization_id for relay in row.relays.order_by("position")]}
            )

    def find_near(self, given: dict[str, Any]) -> Any:
        """Whom this source names so already; to whoever may see names, and not where one record puts another right."""
        if self.corrected is not None or self.by is None or not self.by.has_perm(SEE):
            return PersonRecord.objects.none()
        names = [value for key, value in self.data.items() if NAME_FIELD.fullmatch(key) and value.strip()]
        return PersonRecord.objects.named_in(given["source"], names).filter(
            incident=given["incident"], claimant=given["claimant"]
        )

    def clean_age_unit(self) -> str:
        """Years, unless said otherwise; nothing without an age."""
        given: str = self.cleaned_data["age_unit"]
        return "" if self.cleaned_data.get("age") is None else given or "years"

    def given(self) -> dict[str, Any]:
        """What the services take, but for the names."""
        citation = self.citation()
        chain = {"source", "locator", "relays"}
        fields = {name: value for name, value in self.cleaned_data.items() if name not in chain}
        return fields | {
            "source": citation.source,
            "locator": citation.locator,
            "relays": [relay.organization for relay in citation.relays],
        }

    field_order = ("age",)  # before its unit, which is read after it


class NameForm(ServiceForm):
    """One name as the source writes it."""

    text = short_text(required=False, max_length=300, label=_("Name"), help_text=_("As written in the source."))
    script = forms.ChoiceField(
        label=_("Script"), required=False, choices=[*NOT_STATED, *PersonName.Script.choices],
        widget=UnfoldAdminSelectWidget, help_text=_("Told from the letters when left empty."),
    )  # fmt: skip

    class Meta:
        model = PersonName
        fields = ("text", "script", "language", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["dir"] = "auto"
        if not self.is_new:
            self.instance.get_inline_title = self.instance.get_kind_display()  # what unfold writes above the row

    def has_changed(self) -> bool:
        """Also when nobody touched it: a name that a correction begins with is entered as it stands."""
        return super().has_changed() or bool(self.is_bound and self.data.get(self.add_prefix("text")))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("text") and not given.get("script"):
            given["script"] = script_of(given["text"])
            if not given["script"]:
                raise ValidationError({"script": _now("Say in which script the name is written.")})
        return given

    def name(self) -> NameInput:
        given = self.cleaned_data
        return NameInput(given["text"], given["script"], given["language"], given["kind"])
