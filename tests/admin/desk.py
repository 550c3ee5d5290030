"""A person at the admin: logged in, filling in its forms as a browser would send them."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.second_factor import logged_in


class Desk:
    """One person's session."""

    def __init__(self, user: User) -> None:
        if not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        self.user = user
        self.client = logged_in(Client(), user)

    def address(self, model: str, page: str, *args: Any) -> str:
        return reverse(f"admin:{model}_{page}", args=args)

    def get(self, model: str, page: str, *args: Any, **query: Any) -> Any:
        return self.client.get(self.address(model, page, *args), query)

    def post(self, model: str, page: str, *args: Any, data: dict[str, Any] | None = None, query: str = "") -> Any:
        return self.client.post(self.address(model, page, *args) + query, data or {})

    def enter_incident(self, *claims: dict[str, Any], **fields: Any) -> Any:
        """Send the page on which an incident is entered, with a row for each claim."""
        given = {"title": "Shelling of a market", "incident_type": "event", "occurred": "2018-03-05", "disclosure": "0"}
        return self.post("incidents_incident", "add", data=given | rows(*claims) | fields)

    def take(self, row: Any, verb: str, **data: Any) -> Any:
        model = f"{row._meta.app_label}_{row._meta.model_name}"
        return self.post(model, "step", row.pk, verb, data=data)


def rows(*claims: dict[str, Any]) -> dict[str, Any]:
    """The inline rows of claims as a browser sends them, with the defaults of the page."""
    sent: dict[str, Any] = {"claims-TOTAL_FORMS": str(len(claims)), "claims-INITIAL_FORMS": "0"}
    for other in ("responsibilityclaims", "statements"):
        sent |= {f"{other}-TOTAL_FORMS": "0", f"{other}-INITIAL_FORMS": "0"}
    for index, claim in enumerate(claims):
        given = {
            "measure": "killed", "population": "civilians", "quantifier": "exact", "stance": "asserts", "basis": "event",
            "method": "unstated", "disclosure": "0", "strength": "stated",
        } | claim  # fmt: skip
        sent |= {f"claims-{index}-{name}": value for name, value in given.items()}
    return sent


def as_sent(page: Any) -> dict[str, Any]:
    """All that a browser would send of a page as it is shown, inline rows included."""
    sent = _values(page.context["adminform"].form)
    for formset in (inline.formset for inline in page.context["inline_admin_formsets"]):
        sent |= _values(formset.management_form)
        for row in formset.forms:
            sent |= _values(row)
    return sent


def _values(form: Any) -> dict[str, Any]:
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {
        name: [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None and value is not False
    }


def errors(response: Any) -> dict[str, list[str]]:
    """The errors of a form that came back, by field; those of inline rows as ``row.field``."""
    context = response.context
    found = dict(context["adminform"].form.errors)
    for formset in context["inline_admin_formsets"]:
        for index, row in enumerate(formset.formset.errors):
            found |= {f"{index}.{name}": messages for name, messages in row.items()}
    return {name: [str(message) for message in messages] for name, messages in found.items()}


def visible_text(response: Any) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))
