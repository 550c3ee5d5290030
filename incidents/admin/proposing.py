"""The form by which a figure is proposed: by a policy, or entered with a reason for each claim that is set aside."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.admin.forms import WholeNumberField
from accounts.models import User
from incidents.models import Figure, Scope
from incidents.reconciliation import Policy
from incidents.reconciliation.policies import Weighed
from incidents.scopes.keeping import hold
from incidents.scopes.speaking import speaking_in
from incidents.services.figures import propose_figure
from sources.disclosure import Disclosure

ASIDE = "aside-"


def digest(speaking: Sequence[Weighed]) -> str:
    """What speaks, and all that policies see of it, told apart from what speaks later."""
    told = repr(sorted(speaking, key=lambda one: one.claim))
    return hashlib.sha256(told.encode()).hexdigest()[:20]


NUMBERS = ("low", "best", "high", "open_ended", "approximate")
"""What is entered of a figure of one's own."""


class ProposalForm(forms.Form):
    """A policy and a reason; numbers, and why claims are set aside, for a figure of one's own."""

    policy = forms.ChoiceField(
        choices=Figure.Policy.choices, widget=forms.RadioSelect, label=_("Policy"),
        error_messages={"required": _("Choose a policy, or enter a figure of your own.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Why this is what the register should hold to be so. Kept with the figure, and published with it."),
    )  # fmt: skip
    low = WholeNumberField(label=_("Low"), required=False)
    best = WholeNumberField(label=_("Best"), required=False, help_text=_("Empty when none is named."))
    high = WholeNumberField(label=_("High"), required=False)
    open_ended = forms.BooleanField(
        label=_("Open-ended"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=_("There may have been more than the highest number."),
    )  # fmt: skip
    approximate = forms.BooleanField(
        label=_("Approximate"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=_("One of these numbers is known only as about so many."),
    )  # fmt: skip

    def __init__(self, labels: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in labels.items():
            self.fields[f"{ASIDE}{key}"] = forms.CharField(
                label=label, required=False, max_length=2000, widget=UnfoldAdminTextInputWidget(attrs={"dir": "auto"})
            )

    @property
    def asides(self) -> list[Any]:
        """The fields that ask why a claim is set aside."""
        return [self[name] for name in self.fields if name.startswith(ASIDE)]

    @property
    def own(self) -> list[Any]:
        """The numbers of a figure of one's own."""
        return [self[name] for name in NUMBERS]

    @property
    def is_own(self) -> bool:
        """Whether somebody has begun to enter one."""
        return self.is_bound and (
            self.data.get("policy") == Policy.MANUAL.value or any(self[one.name].value() for one in self.own)
        )

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        said = self.cleaned_data
        aside = {name.removeprefix(ASIDE): said[name] for name in self.fields if name.startswith(ASIDE) and said[name]}
        numbers = {name: said[name] for name in NUMBERS}
        return {"policy": Policy(said["policy"]), "reason": said["reason"], "set_aside": aside} | numbers

    def refuse(self, refused: ValidationError | PermissionDenied) -> None:
        """Say why it was refused, beside the field it concerns or above them all; what was typed stays."""
        if not isinstance(refused, ValidationError):
            self.add_error(None, str(refused))
            return
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
        for name, messages in by_field.items():
            self.add_error(name if name in self.fields else None, messages)


def propose(scope: Scope, form: ProposalForm, *, level: Disclosure, read: str, by: User) -> Figure:
    """Propose what a valid form says, on the claims that the person read. Raises ValidationError, PermissionDenied.

    ``read`` is the digest of what spoke then; empty asks for no comparison, as scripts may.
    """
    with transaction.atomic():
        hold([scope.incident_id])
        if read and digest(speaking_in(scope, level)) != read:
            raise ValidationError(
                _now("What speaks here changed since you read it. What you typed is kept: look at it again.")
            )
        return propose_figure(scope, level=level, by=by, at=timezone.now(), **form.given())
