"""Who has no right to see what is restricted finds no trace of it on any page of the admin."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import HistoryEntry, User
from incidents import counts
from incidents.admin.queues import QUEUES
from incidents.models import Claim, Figure, Incident, IncidentPart, ResponsibilityClaim, Scope, Statement
from incidents.reconciliation import Policy
from incidents.services import citations, discussion, figures, incidents, merging, review
from incidents.services.claims import correct
from incidents.services.statements import record_responsibility, record_statement
from sources.disclosure import Disclosure
from sources.models import Organization, Party, Source
from sources.services import change_organization, record_organization
from tests.admin.desk import Desk, visible_text
from tests.factories import NOON, Register
from victims.models import PersonRecord, Victim
from victims.services import review as persons
from victims.services.links import decide_link
from victims.services.records import NameInput, record_person

MARKER = "Zyxmarker"
SECRET = 2


class Planted:
    """Restricted rows of every kind, and rows that partly name them."""

    def __init__(self, register: Register) -> None:
        self.register = register
        by: dict[str, Any] = {"by": register.analyst, "at": NOON}
        self.organization = register.organization("zyxmarker-org", name=f"{MARKER} Org", disclosure=SECRET)
        self.source = register.source(title=f"{MARKER} paper", url="https://zyxmarker.example/1", disclosure=SECRET)
        self.printed = register.source(title=f"{MARKER} printed", publisher=self.organization)
        self.incident = register.published(title=f"{MARKER} incident", disclosure=SECRET)
        self.seen = register.published(title="Seen by all")
        self.open_source = register.source(title="Open paper", url="https://open.example/1")
        self.known = register.accepted(self.seen, sources=[self.open_source])
        words = counts.code(counts.Quantifier.EXACT, 4, stated=f"{MARKER} four")
        self.hidden = [
            register.accepted(self.incident, count=words),
            register.accepted(
                self.seen, count=words, disclosure=SECRET, as_of="2030-01-01", claimant=self.known.claimant
            ),
            register.accepted(self.seen, count=words, claimant=self.organization),
            register.accepted(self.seen, count=words, sources=[self.source]),
            register.proposed(self.seen, count=words, sources=[self.printed]),
            register.draft(self.seen, count=words, disclosure=SECRET),
        ]
        self.partly = register.draft(
            self.seen, sources=[self.open_source, self.source], relays=[self.organization], rests_on=[self.organization]
        )
        citations.add_citation(self.known, citations.CitationInput(self.source, locator=MARKER, stated=MARKER), **by)
        citations.add_citation(
            self.known,
            citations.CitationInput(self.open_source, relays=[citations.RelayInput(self.organization, medium=MARKER)]),
            **by,
        )
        for one in (
            citations.DerivationInput(organization=self.organization),
            citations.DerivationInput(source=self.source),
            citations.DerivationInput(claim=self.hidden[1]),
        ):
            citations.add_derivation(self.known, one, **by)
        correct(
            self.known, reason=MARKER, count=words, population=self.known.population, disclosure=SECRET,
            citations=[citations.CitationInput(self.open_source)], **by,
        )  # fmt: skip
        discussion.comment(self.hidden[1], text=f"{MARKER} remark", **by)
        discussion.comment(self.incident, text=f"{MARKER} remark", **by)
        said = {
            "incident": self.seen,
            "citations": [citations.CitationInput(self.source)],
            "claimant": register.organization(),
        }
        review.submit(record_statement(kind="characterisation", value=MARKER, **said, **by), **by)
        record_responsibility(party=Party.objects.first(), act=MARKER, **said, **by)
        situation = register.incident(title=f"{MARKER} situation", incident_type="situation", disclosure=SECRET)
        self.part = register.incident(title="Part of something")
        incidents.relate(self.part, part_of=[situation])
        merged = register.published(title="Merged away")
        merging.merge_incidents(merged, into=self.incident, reason=MARKER, by=register.reviewer, at=NOON)
        self.collective = record_organization(
            code="seen-collective",
            name="Seen collective",
            kind=self.organization.kind,
            members=[self.organization],
            **by,
        )
        self.record = record_person(
            incident=self.seen, claimant=self.organization, source=self.open_source, fate="killed",
            names=[NameInput(f"{MARKER} Person", script="Latn")], **by,
        )  # fmt: skip
        self.person = record_person(
            incident=self.seen, claimant=self.known.claimant, source=self.open_source, fate="killed",
            names=[NameInput("Seen Person", script="Latn")], relays=[self.organization], **by,
        )  # fmt: skip
        for one in (self.record, self.person):
            persons.accept(persons.submit(one, **by), by=register.reviewer, at=NOON)
            decide_link(record=one, reason="known", by=register.reviewer, at=NOON)
        self.scopes = list(Scope.objects.filter(incident__in=[self.incident, self.seen]))
        for scope in self.scopes:
            figure = figures.propose_figure(
                scope, policy=Policy.RANGE, reason=f"{MARKER} reason", level=Disclosure.RESTRICTED, **by
            )
            if scope != self.scopes[0]:
                figures.adopt(figure, by=register.reviewer, at=NOON)
        changed = register.organization("changed-org", name="Was open")
        change_organization(changed, why=MARKER, name=f"{MARKER} changed", disclosure=SECRET, **by)


@pytest.fixture
def planted(register: Register) -> Planted:
    return Planted(register)


def without_the_right(*, beside: tuple[str, ...] = ("sources.see_restricted",)) -> Desk:
    """Somebody who may do everything else."""
    user = User.objects.create_user("nosy-example", is_staff=True, password="not used")
    left = Permission.objects.all()
    for one in beside:
        app, codename = one.split(".")
        left = left.exclude(content_type__app_label=app, codename=codename)
    user.user_permissions.set(left)
    return Desk(user)


PARTLY = {
    Organization,
    Source,
    Incident,
    Claim,
    Scope,
    Figure,
    ResponsibilityClaim,
    Statement,
    PersonRecord,
    Victim,
    HistoryEntry,
}
PAGES: dict[type[Any], tuple[str, ...]] = {
    Organization: ("merge",), Source: ("merge",), Claim: ("cite", "derive"), Incident: ("review", "timeline", "merge"),
}  # fmt: skip


def addresses(planted: Planted) -> Iterator[str]:
    """Every list, page, history and deletion of the admin, of hidden rows as of others, and what leads to new ones."""
    yield reverse("admin:index")
    yield from (queue.address for queue in QUEUES)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield f"{reverse(f'{name}_changelist')}?q={MARKER}"
        yield reverse(f"{name}_add")
        order = "-recorded_at" if model in {Source, Claim, ResponsibilityClaim, Statement, PersonRecord} else "-pk"
        rows = model._default_manager.order_by(order)
        if model is HistoryEntry:
            rows = rows.exclude(table_name__startswith="accounts_")
            for table in ("sources_organization", "sources_source", "incidents_claim", "incidents_comment"):
                yield f"{reverse(f'{name}_changelist')}?table_name={table}"
        for row in rows[: 18 if model in PARTLY else 1]:
            for page in ("change", "history", "delete", *PAGES.get(model, ())):
                yield reverse(f"{name}_{page}", args=[row.pk])
    add = {one: reverse(f"admin:{one}_add") for one in ("sources_source", "incidents_claim", "victims_personrecord")}
    given = f"claimant={planted.organization.pk}&publisher={planted.organization.pk}&source={planted.source.pk}"
    yield from (f"{page}?{given}" for page in add.values())
    for incident in (planted.seen, planted.incident):
        yield f"{add['incidents_claim']}?incident={incident.pk}"
        yield f"{add['victims_personrecord']}?incident={incident.pk}"
    for claim in (planted.known, planted.hidden[0]):
        yield f"{add['incidents_claim']}?corrects={claim.pk}"
    for scope in planted.scopes:
        yield from (
            f"{reverse('admin:incidents_scope_change', args=[scope.pk])}?level={one.code}" for one in Disclosure
        )
    for record in (planted.record, planted.person):
        yield f"{add['victims_personrecord']}?corrects={record.pk}"


def choices() -> Iterator[str]:
    """Every choice that an autocomplete field can ask for."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if field.concrete and field.is_relation and target in PARTLY - {HistoryEntry}:
                of = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field.name}"
                yield f"{reverse('admin:autocomplete')}?{of}&term="
                yield f"{reverse('admin:autocomplete')}?{of}&term={MARKER}"


def traces(desk: Desk, *, every: Iterator[str]) -> dict[str, str]:
    """The pages on which something restricted stands, each with the words around it."""
    found = {}
    for address in every:
        answer = desk.client.get(address)
        assert answer.status_code < 500, address
        # What the person typed comes back in the box for searching.
        text = re.sub(rf'(value="|\bq=|q%3D|term=|“|&quot;){MARKER}', "", answer.content.decode(), flags=re.IGNORECASE)
        hit = re.search(MARKER, text, re.IGNORECASE)
        if hit:
            found[address] = re.sub(r"\s+", " ", text[max(0, hit.start() - 120) : hit.end() + 40])
    return found


def test_no_page_shows_what_is_restricted_to_whoever_has_no_right_to_see_it(planted: Planted) -> None:
    assert traces(without_the_right(), every=addresses(planted)) == {}


def test_no_choice_offers_it(planted: Planted) -> None:
    assert traces(without_the_right(), every=choices()) == {}


def test_whoever_has_the_right_sees_it(planted: Planted) -> None:
    seen = traces(without_the_right(beside=()), every=addresses(planted))
    for model in (
        "sources/organization",
        "sources/source",
        "incidents/incident",
        "incidents/claim",
        "incidents/scope",
        "accounts/history",
    ):
        assert any(model in address for address in seen), model


def test_what_is_partly_withheld_says_so_and_is_read_only(planted: Planted) -> None:
    desk = without_the_right()
    page = visible_text(desk.get("incidents_claim", "change", planted.known.pk))
    assert "withheld" in page
    assert "Open paper" in page
    assert "withheld" in visible_text(desk.get("incidents_claim", "change", planted.partly.pk))
    assert not desk.get("incidents_claim", "change", planted.partly.pk).context["has_change_permission"]
    assert not desk.get("incidents_incident", "change", planted.part.pk).context["has_change_permission"]
    assert "withheld" in visible_text(desk.get("victims_personrecord", "change", planted.person.pk))
    assert "withheld" not in visible_text(
        Desk(planted.register.analyst).get("incidents_claim", "change", planted.known.pk)
    )


def test_a_later_announcement_that_is_withheld_does_not_fold_what_is_seen_away(planted: Planted) -> None:
    page = visible_text(without_the_right().get("incidents_incident", "change", planted.seen.pk))
    assert "superseded" not in page


def test_what_is_sent_by_its_key_is_no_choice(planted: Planted) -> None:
    desk = without_the_right()
    own = desk.post(
        "sources_source", "add", data={"title": "x", "kind": "news_article", "publisher": planted.organization.pk}
    )
    for answer in (
        own,
        desk.post("incidents_claim", "cite", planted.known.pk, data={"source": planted.source.pk}),
        desk.post("incidents_claim", "derive", planted.known.pk, data={"organization": planted.organization.pk}),
        desk.post("incidents_incident", "merge", planted.seen.pk, data={"into": planted.incident.pk, "reason": "x"}),
        desk.post("sources_source", "merge", planted.open_source.pk, data={"into": planted.source.pk, "reason": "x"}),
        desk.post("incidents_incident", "add", data={"title": "x", "situations": [planted.incident.pk]}),
    ):
        assert answer.status_code == 200
        assert MARKER.lower() not in answer.content.decode().lower()


def test_nothing_near_is_shown_that_is_restricted(planted: Planted) -> None:
    desk = without_the_right()
    data = {
        "title": f"{MARKER} pape", "kind": "news_article", "url": "https://zyxmarker.example/1", "disclosure": "0",
        "language": "", "published": "", "content_hash": "", "note": "", "archived_url": "",
    }  # fmt: skip
    desk.post("sources_source", "add", data=data)
    assert Source.objects.filter(title=f"{MARKER} pape").exists()  # recorded: nothing near was found


def test_merge_previews_count_what_is_seen(planted: Planted) -> None:
    other = planted.register.published()
    page = visible_text(
        without_the_right().post("incidents_incident", "merge", planted.seen.pk, data={"into": other.pk, "reason": "x"})
    )
    assert "moves 2 claims" in page


def test_submitting_everything_leaves_what_is_not_seen(planted: Planted) -> None:
    draft = next(claim for claim in planted.hidden if claim.status == "draft")
    without_the_right().post("incidents_incident", "submit_all", planted.seen.pk)
    draft.refresh_from_db()
    planted.partly.refresh_from_db()
    assert (draft.status, planted.partly.status) == ("draft", "proposed")


@pytest.mark.parametrize("role", ["analyst", "reviewer", "publisher", "auditor", "administrator"])
def test_by_default_all_but_who_manages_accounts_may_see_it(register: Register, role: str) -> None:
    person = register.person(f"Some {role.title()}", role)
    assert person.has_perm("sources.see_restricted") is (role != "administrator")
    assert IncidentPart.objects.seen_by(person).count() <= IncidentPart.objects.count()
