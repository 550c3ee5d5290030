"""What somebody stored as text stays text: a script in any field of any model runs on no page of the admin."""

import copy
import datetime as dt
import re
from dataclasses import dataclass, field

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import Error, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.http import urlencode

from accounts.admin.forms import WebAddressField, WebAddressInput, web_link
from accounts.attribution import attributed
from accounts.models import HistoryEntry, User
from accounts.tokens import make_token
from incidents.models import Figure, Scope
from incidents.reconciliation import Policy
from incidents.services import discussion, figures, revisions
from incidents.services.citations import CitationInput
from incidents.services.statements import record_responsibility, record_statement
from sources.models import Party, Source
from tests.admin.desk import Desk
from tests.browser.pages import ALONE, listen, of_model, open_to, session_of
from tests.factories import NOON, Register
from tests.second_factor import logged_in
from tests.victims import people
from victims.models import NameRead
from victims.services.records import NameInput

pytestmark = pytest.mark.browser

BIDI = "\u202eقلب"  # turns what follows round, unless it is isolated
TEXTS = (
    f'<script>alert(1)</script>"><img src=sj-mark onerror=alert(2)>\' x-data x-init="alert(3)" {{{{7*7}}}}${{7*7}} {BIDI}',
    '"><img src=sj-mark onerror=alert(2)>',
    '"><b id=sj>',
    "<b>",
)
ADDRESS = 'javascript:alert(4)//"><img src=sj-mark onerror=alert(5)>'  # the database takes none but of the web
WEB_ADDRESS = 'https://example.org/"><img src=sj-mark onerror=alert(5)>'
ROWS = 60  # looked at of each model, for one that still takes changes
LEAKED = re.compile(r"<script>alert|<img src=sj-mark|<b id=sj>|href=[\"']?\s*javascript:", re.I)

FOUND = """() => [
    ...document.querySelectorAll("[src*=sj-mark], [id=sj], [onerror], [x-init*=alert], a[href^='javascript:' i]"),
    ...[...document.scripts].filter((script) => !script.src && script.textContent.includes("alert(1)")),
].map((element) => element.outerHTML.slice(0, 200))"""


def payload(column: models.Field) -> str:
    """The worst that fits."""
    if isinstance(column, models.URLField):
        return WEB_ADDRESS
    longest = column.max_length or 10_000
    return next(text for text in TEXTS if len(text) <= longest)


def text_columns(model: type[models.Model]) -> list[models.Field]:
    """Text that people enter: no choices, no password, long enough for a tag, and no date, which is parsed before."""
    names = {column.name for column in model._meta.concrete_fields}
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, (models.CharField, models.TextField))
        and column.editable
        and not column.choices
        and column.name != "password"
        and f"{column.name}_earliest" not in names
        and (column.max_length or 10_000) >= len(TEXTS[-1])
    ]


def edited() -> list[type[models.Model]]:
    """Every model of the admin, with those of its inlines."""
    found = [model for model in admin.site._registry if model is not HistoryEntry]  # the database alone writes it
    for model_admin in admin.site._registry.values():
        found += [inline.model for inline in model_admin.inlines]
    return list(dict.fromkeys(found))


@dataclass
class Poisoned:
    session: str = ""
    addresses: list[str] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


def _poison(model: type[models.Model], into: Poisoned) -> object:
    """The key of a row of the model that now holds what it can hold of it; for what no row takes, a new one's."""
    model_admin = admin.site._registry.get(model)
    order = (model_admin and model_admin.ordering) or ("-pk",)
    rows = list(model._default_manager.order_by(*order).exclude(pk__in=_our_own(model))[:ROWS])
    best: tuple[int, object] = (-1, None)
    names = {column.name: f"{model._meta.label}.{column.name}" for column in text_columns(model)}
    for row in rows:
        taken = {column.name for column in text_columns(model) if _stores(model, row, column)}
        into.stored |= {names[name] for name in taken}
        if len(taken) > best[0]:
            best = (len(taken), row.pk)
        if len(taken) == len(names):
            break
    into.refused |= set(names.values()) - into.stored
    return best[1]


def _our_own(model: type[models.Model]) -> list[object]:
    return list(User.objects.filter(is_superuser=True).values_list("pk", flat=True)) if model is User else []


def _stores(model: type[models.Model], row: models.Model, column: models.Field) -> bool:
    """Whether the database takes it in this column; past every form, which would refuse more."""
    given = payload(column)
    if column.unique and not isinstance(column, models.URLField):
        given = f"{given[: (column.max_length or 10_000) - 8]}{abs(hash(row.pk)) % 10**7}"
    try:
        with transaction.atomic():
            if column.primary_key:
                other = copy.copy(row)
                setattr(other, column.attname, given)
                other.save(force_insert=True)
                return True
            return bool(model._default_manager.filter(pk=row.pk).update(**{column.name: given}))
    except Error:
        return False


@pytest.fixture
def poisoned(live_server, register: Register) -> Poisoned:
    """A register into whose every text somebody wrote scripts."""
    root = User.objects.create_superuser("root-example", password="not used")
    make_token(
        user=register.person("Pat Example", "partner"), purpose=TEXTS[0], scopes=["read:public"], by=root, at=NOON,
        expires_at=NOON + dt.timedelta(days=30),
    )  # fmt: skip
    incident = register.incident(summary="x", note="x", title_ar="x")
    discussion.comment(register.proposed(incident), text=TEXTS[0], by=register.analyst, at=NOON)
    discussion.comment(incident, text=TEXTS[1], by=register.analyst, at=NOON)
    register.draft(incident)
    revisions.open_revision(register.published(), reason=TEXTS[0], by=register.analyst, at=NOON)
    counted = register.published()
    aside = register.accepted(counted)
    register.accepted(counted)
    scope = Scope.objects.get(incident=counted)
    given = {"policy": Policy.MANUAL, "low": 3, "high": 3, "set_aside": {aside.pk: TEXTS[1]}}
    given |= {"reason": payload(Figure._meta.get_field("reason")), "by": register.analyst, "at": NOON}
    note = payload(Figure._meta.get_field("decision_note"))
    figures.decline(figures.propose_figure(scope, **given), by=register.reviewer, at=NOON, note=note)
    figures.propose_figure(scope, **given)
    unread = people.draft(register, incident, names=[NameInput("x")])
    NameRead.objects.create(at=NOON, client=TEXTS[0], door="csv", records=[unread.pk])
    people.linked(register, people.accepted(register, register.published(), names=[NameInput("x")]))
    said = {"incident": incident, "claimant": register.organization(), "by": register.analyst, "at": NOON}
    said["citations"] = [CitationInput(register.source(), stated="x")]
    record_statement(kind="characterisation", value="x", **said)
    record_responsibility(party=Party.objects.first(), act="x", **said)
    AccessAttempt.objects.create(username="x", ip_address="198.51.100.7", failures_since_start=5)
    AccessFailureLog.objects.create(username="x", ip_address="198.51.100.7")
    found = Poisoned(session=session_of(root))
    pages = [reverse(name) for name in ALONE]
    with attributed(by=root, at=NOON, why=TEXTS[0]):
        keys = {model: _poison(model, found) for model in edited()}
    found.refused -= {"victims.NameRead.client"}  # never changed, and written with such a text to begin with
    for model, pk in keys.items():
        if model in admin.site._registry:
            assert pk is not None, model
            pages += of_model(model, pk)
            if hasattr(model, "status"):
                pages.append(f"{next(of_model(model, None))}?status__exact=draft")
    name = register.analyst
    pages += [
        reverse("admin:accounts_user_second_factor", args=[name.pk]),
        reverse(
            "admin:sources_organization_assess", args=[keys[next(m for m in keys if m.__name__ == "Organization")]]
        ),
        reverse("admin:incidents_incident_step", args=[incident.pk, "withdraw"]),
        *(reverse(f"admin:incidents_incident_{page}", args=[incident.pk]) for page in ("review", "timeline", "merge")),
        reverse("admin:incidents_queue", args=["drafts"]),
        reverse("admin:incidents_changes"),
        f"/admin/incidents/claim/?{urlencode({'q': TEXTS[0]})}",
        f"/admin/incidents/claim/?{urlencode({'incident__exact': TEXTS[1]})}",
        f"/admin/search/?{urlencode({'s': TEXTS[1], 'extended': 1})}",
        f"/admin/login/?{urlencode({'next': ADDRESS})}",
        f"/admin/second-factor/enrol/?{urlencode({'next': ADDRESS})}",
        f"/admin/{TEXTS[1]}/",
    ]
    found.addresses = list(dict.fromkeys(pages))
    return found


def test_nothing_stored_runs_on_any_page(live_server, poisoned: Poisoned, chromium) -> None:
    context = open_to(chromium, live_server.url, poisoned.session)
    said = listen(context)
    page = context.new_page()
    told = {}
    for address in poisoned.addresses:
        answer = page.goto(live_server.url + address, wait_until="load")
        leaked = [*said, *page.evaluate(FOUND), *LEAKED.findall(answer.text())]
        if leaked or answer.status >= 500:
            told[address] = [answer.status, *leaked]
        said.clear()
    assert told == {}
    assert len(poisoned.addresses) > 60
    assert len(poisoned.stored) > 50, poisoned.refused


def test_most_texts_could_be_poisoned_so_that_the_test_says_something(poisoned: Poisoned) -> None:
    """What the database itself refuses has a form of its own, which holds no tag: codes and digests."""
    assert {label for label in poisoned.refused if not label.endswith(("code", ".content_hash"))} == set()


def test_answers_for_scripts_are_data_and_forms_that_come_back_are_escaped(poisoned: Poisoned) -> None:
    client = logged_in(Client(), User.objects.get(username="root-example"))
    for model, relation in (("claim", "claimant"), ("claim", "population"), ("incident", "kinds")):
        asked = {"app_label": "incidents", "model_name": model, "field_name": relation}
        answer = client.get("/admin/autocomplete/", asked | {"term": ""})
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        page = client.get(address)
        if page.status_code != 200:
            continue
        names = list(page.context["adminform"].form.fields)
        answer = client.post(address, {name: ADDRESS if "url" in name else TEXTS[0] for name in names})
        assert answer.status_code in {200, 302}
        assert not LEAKED.search(answer.content.decode()), address


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://example.org/a?b=1&c=2", True),
        ("http://example.org/", True),
        ("ftp://example.org/", False),
        (ADDRESS, False),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str, linked: bool) -> None:
    """Also where one is only read, and Unfold links whatever a field holds."""
    shown = str(web_link(format_html('<a href="{}" class="text-link">{}</a>', address, address)))
    assert ("href=" in shown) == linked
    assert linked or shown == address  # a template escapes it
    assert (f'href="{escape(address)}"' in WebAddressInput().render("url", address)) == linked
    assert not linked or WebAddressField().clean(address) == address
    if not linked:
        with pytest.raises(ValidationError):
            WebAddressField().clean(address)


def test_whoever_may_only_read_a_source_sees_its_address_as_a_link(register: Register) -> None:
    source = register.source(url="https://example.org/a?b=1&c=2")
    page = Desk(Register.person("Omar Example", "auditor")).get("sources_source", "change", source.pk)
    assert 'href="https://example.org/a?b=1&amp;c=2" class="text-link" rel="noreferrer"' in page.content.decode()
    assert Source.objects.get(pk=source.pk).url == source.url
