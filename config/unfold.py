"""How the admin looks and where its navigation leads."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: bool(request.user.has_perm(permission))


def _list(model: str, title: Any, icon: str, query: str = "") -> dict[str, Any]:
    """A list of the admin, shown to whoever may view its model (``app.model``)."""
    app, name = model.split(".")
    address = reverse_lazy(f"admin:{app}_{name}_changelist")
    link: Any = (lambda request: f"{address}?{query}") if query else address  # noqa: ARG005
    return {"title": title, "icon": icon, "link": link, "permission": _may(f"{app}.view_{name}")}


def without_inline_styles(_request: HttpRequest) -> dict[str, Any]:
    """The theme's colours come from a file, sijil/colors.css: the policy of content takes no style from a page."""
    return {"colors": None}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Sijil"),
    "SITE_HEADER": _("Sijil"),
    "SITE_SUBHEADER": _("Register of casualty claims"),
    "SITE_SYMBOL": "menu_book",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "DASHBOARD_CALLBACK": "incidents.admin.dashboard.first_page",
    "ACCOUNT": {
        "navigation": [
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
            {"title": _("Second factor"), "link": reverse_lazy("second_factor:overview")},
        ]
    },
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("sijil/icon.svg")}],  # noqa: ARG005
    "GLOBAL_CALLBACK": "config.unfold.without_inline_styles",
    "STYLES": [
        lambda request: static("sijil/colors.css"),  # noqa: ARG005
        lambda request: static("sijil/admin.css"),  # noqa: ARG005
        lambda request: static("sijil/rtl.css"),  # noqa: ARG005
    ],
    "SCRIPTS": [
        lambda request: static("sijil/policy.js"),  # noqa: ARG005
        lambda request: static("sijil/admin.js"),  # noqa: ARG005
        lambda request: static("sijil/lines.js"),  # noqa: ARG005
        lambda request: static("sijil/entry.js"),  # noqa: ARG005
        lambda request: static("sijil/accessible.js"),  # noqa: ARG005
    ],
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Register"),
                "items": [
                    {"title": _("Overview"), "icon": "dashboard", "link": reverse_lazy("admin:index")},
                    _list("incidents.incident", _("Incidents"), "crisis_alert"),
                    _list("incidents.claim", _("Claims"), "format_quote"),
                    _list("incidents.scope", _("Scopes"), "balance"),
                    _list("incidents.figure", _("Figures"), "check_circle"),
                    _list("incidents.responsibilityclaim", _("Responsibility"), "gavel"),
                    _list("incidents.statement", _("Statements"), "chat"),
                    _list("victims.personrecord", _("Person records"), "person_search"),
                    _list("victims.victim", _("Victims"), "diversity_1"),
                ],
            },
            {
                "title": _("Provenance"),
                "items": [
                    _list("sources.source", _("Sources"), "article"),
                    _list("sources.organization", _("Organizations"), "apartment"),
                    _list("places.place", _("Places"), "location_on"),
                ],
            },
            {
                "title": _("Terms"),
                "collapsible": True,
                "items": [
                    _list("incidents.measure", _("Measures"), "straighten"),
                    _list("incidents.population", _("Populations"), "groups"),
                    _list("incidents.cause", _("Causes"), "account_tree"),
                    _list("incidents.incidentkind", _("Kinds of incident"), "category"),
                    _list("incidents.unit", _("Units"), "tag"),
                    _list("incidents.codingrule", _("Coding rules"), "rule"),
                    _list("sources.party", _("Parties"), "flag"),
                    _list("sources.organizationkind", _("Kinds of organization"), "domain"),
                    _list("sources.sourcekind", _("Kinds of source"), "library_books"),
                ],
            },
            {
                "title": _("People and history"),
                "collapsible": True,
                "items": [
                    _list("accounts.user", _("Users"), "person"),
                    _list("auth.group", _("Roles"), "badge"),
                    _list("accounts.token", _("Tokens"), "key"),
                    _list("accounts.historyentry", _("History"), "history"),
                    _list("axes.accessattempt", _("Locked out"), "lock_clock"),
                    _list("axes.accessfailurelog", _("Failed logins"), "gpp_bad"),
                    {
                        "title": _("Readings of names"),
                        "icon": "visibility",
                        "link": reverse_lazy("admin:victims_nameread_changelist"),
                        "permission": _may("victims.audit_name_reads"),
                    },
                ],
            },
        ],
    },
}
