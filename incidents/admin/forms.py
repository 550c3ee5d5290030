"""Forms in which claims are entered: one assertion, where it stands, through whom it came, what it rests on."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.admin.forms import ServiceForm, WholeNumberField, autocomplete, long_text, short_text
from accounts.admin.reading import CorrectingForm
from accounts.telling import tell
from incidents import counts
from incidents.admin.wholes import WholeField, WholeSelect
from incidents.admin.words import claim_label
from incidents.counts import CountError
from incidents.models import Citation, Claim, CodingRule, Derivation, Measure, Relay, ResponsibilityClaim, Statement
from incidents.models.claim import Quantifier, Stance
from incidents.services.citations import CitationInput, DerivationInput, RelayInput
from incidents.services.claims import check_count
from sources import edtf
from sources.dates import DATE_HELP


def numbers(claim: Claim) -> dict[str, int | None]:
    """The numbers as stated, under the names of the form's fields."""
    first, second = counts.numbers(check_count(claim))
    return {"number": first, "upper": second}


def claims_of(incident: Any, by: Any) -> Any:
    """The claims of an incident, given by itself or its key, that the person may see, as a select box lists them."""
    return (
        Claim.objects.filter(incident=incident)
        .seen_by(by)
        .select_related("claimant", "measure", "population", "coding_rule")
        .order_by("claimant", "recorded_at", "pk")
    )


def correction_reason() -> forms.CharField:
    """What was wrong with what a new row puts right."""
    return long_text(label=_("What was wrong"), help_text=_("Kept with the correction; shown to auditors."))


def _no_people() -> str:
    return " ".join(Measure.objects.filter(counts_people=False).order_by("code").values_list("code", flat=True))


no_people = lazy(_no_people, str)
"""The measures that count no people, asked for when a form is shown: with them a claim names no population."""


class EdtfField(forms.CharField):
    """An imprecise date as entered; empty when not stated."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 80, "required": False, "widget": short_text().widget, **kwargs})
        self.widget.attrs |= {"dir": "ltr", "data-edtf": reverse_lazy("admin:sources_source_edtf")}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            try:
                edtf.parse(value)
            except edtf.EdtfError as error:
                raise ValidationError(tell(error.said), code="edtf") from error


class CitationFields(ServiceForm):
    """Where it stands: a source, a place in it, the chain through which it came."""

    source = autocomplete(Citation, "source", add=True)
    locator = short_text(
        required=False, max_length=200, label=_("Locator"),
        help_text=_("Where in the source: page, paragraph, event number."),
    )  # fmt: skip
    relays = autocomplete(
        Relay, "organization", several=True, required=False, label=_("Through"),
        help_text=_("Who passed it on, in order, the claimant's side first; neither claimant nor publisher."),
    )  # fmt: skip

    def citation(self) -> CitationInput:
        """What the services take. Words and means of a relay that was there before are kept."""
        given = self.cleaned_data
        known, key = {}, None
        if isinstance(self.instance, Citation) and not self.is_new:
            key = self.instance.pk
            known = {relay.organization_id: relay for relay in self.instance.relays.all()}
        return CitationInput(
            key=key,
            source=given["source"],
            locator=given["locator"],
            stated=given.get("citation_stated", ""),
            relays=[
                RelayInput(one, known[one.pk].medium, known[one.pk].stated) if one.pk in known else RelayInput(one)
                for one in given["relays"]
            ],
        )


class QuotedFields(CitationFields):
    """As well with the words of that source."""

    citation_stated = short_text(
        required=False, max_length=1000, label=_("As stated"),
        help_text=_("The words of this source; empty when as in the claim."),
    )  # fmt: skip


class ClaimFields(ServiceForm):
    """What is claimed: of whom, how many, in which words, by whom."""

    measure = autocomplete(Claim, "measure")
    population = autocomplete(Claim, "population")
    claimant = autocomplete(Claim, "claimant", add=True)
    place = autocomplete(
        Claim, "place", required=False, add=True, help_text=_("Only when it is not the incident's own place.")
    )
    cause = autocomplete(Claim, "cause", required=False)
    stated = forms.CharField(
        label=_("As stated"), max_length=500,
        widget=UnfoldAdminTextInputWidget(
            attrs={"dir": "auto", "data-propose": reverse_lazy("admin:incidents_claim_propose"), "autocomplete": "off"}
        ),
        help_text=_("The words that carry the count, verbatim. What they may mean is proposed; you decide."),
    )  # fmt: skip
    stance = forms.ChoiceField(
        label=_("Stance"), choices=Stance.choices, initial=Stance.ASSERTS, widget=UnfoldAdminSelectWidget,
        help_text=_("“denies” with a number denies that number; without one, that there were any."),
    )  # fmt: skip
    # Nothing is chosen beforehand: "exactly" that nobody chose would be wrong and look right.
    quantifier = forms.ChoiceField(
        label=_("Quantifier"), choices=[("", "—"), *Quantifier.choices], widget=UnfoldAdminSelectWidget,
        help_text=_("How the claimant qualifies the number. “no number” when it gives none; 0 is a number."),
        error_messages={"required": _("Choose how the number is qualified, or take what the words propose.")},
    )  # fmt: skip
    number = WholeNumberField(
        label=_("Number"), required=False, help_text=_("As stated: 1603 for “more than 1,603”. Empty is not 0.")
    )
    upper = WholeNumberField(label=_("To"), required=False, help_text=_("The second number of “between”."))
    best = WholeNumberField(
        label=_("Claimant's own best"), required=False, help_text=_("Only when the claimant itself names one.")
    )
    coding_rule = forms.ModelChoiceField(
        CodingRule.objects.order_by("language", "code"), required=False, label=_("Coding rule"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("For a vague word: the published rule that gives its bounds, which then stand below."),
    )  # fmt: skip
    as_of = EdtfField(
        label=_("As of"),
        help_text=_("The date the count holds for, if stated, such as 2018-05-21. Empty: that of the source."),
    )
    since = EdtfField(
        label=_("Since"),
        help_text=_(
            "From when a running total or a stock counts, such as 2011-03. Empty: from the incident's own beginning."
        ),
    )
    period = EdtfField(
        label=_("Period"),
        help_text=_("The time counted, from and to, such as 2018-04-19/2018-05-21. Empty: the whole incident."),
    )
    part_of = forms.ModelChoiceField(
        Claim.objects.none(), required=False, label=_("Part of"), widget=WholeSelect,
        help_text=_("The claim of the same claimant of which this counts a part."),
    )  # fmt: skip

    # From the names of incidents.counts and of the columns to the fields here.
    service_names: ClassVar[dict[str, str]] = {
        "first": "number",
        "second": "upper",
        "minimum": "number",
        "maximum": "upper",
        "minimum, maximum": "quantifier",
        "citations": "source",
    }

    class Meta:
        model = Claim
        fields = (
            "measure", "population", "population_stated", "claimant", "place", "cause", "stance", "quantifier", "best",
            "stated", "language", "coding_rule", "basis", "as_of", "since", "period", "method", "part_of",
            "disclosure", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, incident: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.initial.update(numbers(self.instance))
        self.fields["measure"].widget.attrs["data-no-people"] = no_people()
        whole: Any = self.fields["part_of"]
        whole.label_from_instance = claim_label
        known = claims_of(incident or self.instance.incident_id, self.by).exclude(pk=self.instance.pk)
        # What was corrected or set aside is no whole to choose; what a draft names already stays.
        named = Q(pk=self.instance.part_of_id) if self.instance.part_of_id else Q(pk=None)
        whole.queryset = known.filter(named | Q(status__in=["draft", "proposed", "returned", "accepted"]))

    def clean(self) -> dict[str, Any]:
        """The count that quantifier and numbers mean, or what is wrong with it beside the field."""
        given = super().clean() or self.cleaned_data
        if not {"quantifier", "stance", "number", "upper", "best"} & self.errors.keys():
            self._code(given)
        return given

    def _code(self, given: dict[str, Any]) -> None:
        rule = given.get("coding_rule")
        quantifier = counts.Quantifier(given["quantifier"])
        first, second = given["number"], given["upper"]
        if quantifier is counts.Quantifier.VAGUE and rule is not None and first is None and second is None:
            first, second = rule.minimum, rule.maximum
        try:
            given["count"] = counts.code(
                quantifier,
                first,
                second,
                given["best"],
                stance=counts.Stance(given["stance"]),
                stated=given.get("stated", ""),
                language=given.get("language", ""),
                coding_rule=rule.code if rule is not None else None,
            )
        except CountError as error:
            value = "—" if error.value is None else error.value
            words = _("%(value)s: expected %(expected)s.") % {"value": value, "expected": tell(error.expected)}
            self.add_error(self.service_names.get(error.field, error.field), words)

    def claim(self) -> dict[str, Any]:
        """What the services of claims take, but for incident, citations and what it rests on."""
        names = (
            "measure", "population", "claimant", "place", "cause", "coding_rule", "as_of", "since", "period", "basis",
            "population_stated", "method", "part_of", "disclosure", "note", "count",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


class ClaimRow(ClaimFields, CitationFields):
    """A claim with its first citation, entered in one go."""

    part_of = WholeField(
        Claim.objects.none(), required=False, label=_("Part of"), widget=WholeSelect,
        help_text=_("The claim of the same claimant of which this counts a part: recorded already, or a line above."),
    )  # fmt: skip
    rests_on = autocomplete(
        Derivation, "organization", several=True, required=False, label=_("Rests on"),
        help_text=_("The organizations on whose word the claim rests, where it is known."),
    )  # fmt: skip
    strength = forms.ChoiceField(
        label=_("How sure is that"), choices=Derivation.Strength.choices, initial=Derivation.Strength.STATED,
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip

    def derivations(self) -> list[DerivationInput]:
        strength = self.cleaned_data["strength"]
        return [DerivationInput(organization, strength=strength) for organization in self.cleaned_data["rests_on"]]


class ResponsibilityFields(QuotedFields):
    """Who is said to have done it, with its first citation."""

    claimant = autocomplete(ResponsibilityClaim, "claimant", add=True)
    party = autocomplete(ResponsibilityClaim, "party")

    service_names: ClassVar[dict[str, str]] = {"citations": "source"}

    class Meta:
        model = ResponsibilityClaim
        fields = ("act", "standing", "disclosure", "note")

    def saying(self) -> dict[str, Any]:
        """What the services take, but for incident and citation."""
        return {
            name: self.cleaned_data[name] for name in ("claimant", "party", "act", "standing", "disclosure", "note")
        }


class StatementFields(QuotedFields):
    """What is said that is not a count, with its first citation."""

    claimant = autocomplete(Statement, "claimant", add=True)
    when = EdtfField(label=_("When"), help_text=DATE_HELP)
    # Nothing is chosen beforehand: a line that nobody touched says nothing, and no statement is a date unseen.
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", "—"), *Statement.Kind.choices], widget=UnfoldAdminSelectWidget,
        help_text=_("What the statement is about."),
    )  # fmt: skip

    service_names: ClassVar[dict[str, str]] = {"citations": "source"}

    class Meta:
        model = Statement
        fields = ("kind", "value", "meaning", "disclosure", "note")

    def saying(self) -> dict[str, Any]:
        """What the services take, but for incident and citation."""
        names = ("claimant", "when", "kind", "value", "meaning", "disclosure", "note")
        return {name: self.cleaned_data[name] for name in names}


class SayingForm(CorrectingForm, QuotedFields):
    """On a page of its own: the incident is named when it is recorded, and a draft shows its first citation."""

    correction_reason = correction_reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.corrects_id is None and self.corrected is None:
            del self.fields["correction_reason"]
        if self.is_new:
            return
        self.fields.pop("incident", None)
        first = self.instance.citations.order_by("position").first()
        if first is not None:
            self.initial.update(
                {
                    "source": first.source_id,
                    "locator": first.locator,
                    "citation_stated": first.stated,
                    "relays": [relay.organization_id for relay in first.relays.order_by("position")],
                }
            )


class CitationForm(QuotedFields):
    """One citation of a claim."""

    class Meta:
        model = Citation
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if not self.is_new:
            self.initial.update(
                {
                    "source": row.source_id,
                    "locator": row.locator,
                    "citation_stated": row.stated,
                    "relays": [relay.organization_id for relay in row.relays.order_by("position")],
                }
            )
            row.get_inline_title = str(row.source)  # what unfold writes above the row


class DerivationForm(ServiceForm):
    """One thing that a claim rests on."""

    organization = autocomplete(Derivation, "organization")
    rests_on = forms.ModelChoiceField(
        Claim.objects.none(), required=False, label=_("Rests on claim"), widget=UnfoldAdminSelectWidget,
        help_text=_("The claim it repeats, where known."),
    )  # fmt: skip
    source = autocomplete(Derivation, "source")

    class Meta:
        model = Derivation
        fields = ("strength",)

    def __init__(self, *args: Any, claim: Claim | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        repeated: Any = self.fields["rests_on"]
        repeated.label_from_instance = claim_label
        if claim is not None:
            repeated.queryset = claims_of(claim.incident_id, self.by).exclude(pk=claim.pk)
        row = self.instance
        if not self.is_new:
            self.initial.update(
                {"organization": row.organization_id, "rests_on": row.rests_on_id, "source": row.source_id}
            )
            row.get_inline_title = row.get_strength_display()  # what unfold writes above the row

    def derivation(self) -> DerivationInput:
        given = self.cleaned_data
        key = None if self.is_new else self.instance.pk
        return DerivationInput(given["organization"], given["rests_on"], given["source"], given["strength"], key)


class ResponsibilityForm(SayingForm, ResponsibilityFields):
    """A responsibility claim on a page of its own."""

    incident = autocomplete(ResponsibilityClaim, "incident")


class StatementForm(SayingForm, StatementFields):
    """A statement on a page of its own."""

    incident = autocomplete(Statement, "incident")
