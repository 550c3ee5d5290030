"""Every deed of the register: who may do it, how the service and the admin do it, how it is told whether it was done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from incidents import counts
from incidents.models import (
    Assignment,
    Claim,
    Comment,
    Figure,
    Incident,
    IncidentMerge,
    Measure,
    Population,
    ResponsibilityClaim,
    Revision,
    Scope,
    Statement,
)
from incidents.reconciliation import Policy
from incidents.services import batch, claims, discussion, figures, incidents, merging, review, revisions, statements
from incidents.services.citations import CitationInput, DerivationInput, add_citation, add_derivation
from places.models import Place
from places.services import record_place
from sources import services as sources
from sources import withdrawal
from sources.models import Organization, OrganizationKind, Party, ReliabilityAssessment, Source, SourceKind
from tests.admin.desk import Desk, as_sent
from tests.factories import NOON, Register

ROLES = ("analyst", "reviewer", "publisher", "administrator", "auditor", "nobody")


@dataclass(frozen=True)
class Deed:
    """Something a person may or may not do, and how it is told whether it was done."""

    name: str
    roles: frozenset[str]
    given: Callable[[Register], Any]
    service: Callable[[Any, Any], Any]
    admin: Callable[[Desk, Any], Any]
    done: Callable[[Any], bool]


def fresh(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


def status(row: Any, wanted: str) -> bool:
    return bool(fresh(row).status == wanted)


def at(by: Any) -> dict[str, Any]:
    return {"by": by, "at": NOON}


def under_revision(register: Register, *, submitted: bool = False) -> Revision:
    opened = revisions.open_revision(register.published(), reason="x", **at(register.analyst))
    changed = revisions.change_revision(opened, changes={"summary": "new"}, **at(register.analyst))
    return revisions.submit_revision(changed, **at(register.analyst)) if submitted else changed


def in_review(register: Register) -> Incident:
    return incidents.submit(register.incident(), **at(register.analyst))


def claim_fields(incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident,
        "claimant": Organization.objects.order_by("pk").first(),
        "measure": Measure.objects.get(code="killed"),
        "population": Population.objects.get(code="civilians"),
        "count": counts.code(counts.Quantifier.EXACT, 3, stated="three"),
        "citations": [CitationInput(Source.objects.order_by("pk").first())],
    }


def claim_sent(incident: Incident) -> dict[str, Any]:
    given = claim_fields(incident)
    return {
        "incident": incident.pk, "claimant": given["claimant"].pk, "measure": "killed", "population": "civilians",
        "quantifier": "exact", "number": "3", "stated": "three", "stance": "asserts", "basis": "event",
        "method": "unstated", "disclosure": "0", "citations-TOTAL_FORMS": "1", "citations-INITIAL_FORMS": "0",
        "citations-0-source": str(given["citations"][0].source.pk), "derivations-TOTAL_FORMS": "0",
        "derivations-INITIAL_FORMS": "0",
    }  # fmt: skip


def saying_sent(incident: Incident, **fields: Any) -> dict[str, Any]:
    return {
        "incident": incident.pk, "claimant": Organization.objects.order_by("pk").first().pk,
        "source": str(Source.objects.order_by("pk").first().pk), "disclosure": "0",
    } | fields  # fmt: skip


def changed_page(desk: Desk, model: str, row: Any, **fields: Any) -> Any:
    """The page as this person gets it, with a field changed; where there is no form, what a form would send."""
    page = desk.get(model, "change", row.pk)
    form = page.context.get("adminform") if page.status_code == 200 and page.context else None
    sent = as_sent(page) if form is not None and form.form.fields else {}
    return desk.post(model, "change", row.pk, data=sent | fields)


def statement_fields(value: str) -> dict[str, Any]:
    return {"kind": "note", "value": value, "citations": [CitationInput(Source.objects.order_by("pk").first())]}


def proposed_statement(register: Register) -> Statement:
    fields = statement_fields("x") | {"incident": register.incident(), "claimant": register.organization()}
    return review.submit(statements.record_statement(**fields, **at(register.analyst)), **at(register.analyst))


def step(verb: str, **data: str) -> Callable[[Desk, Any], Any]:
    return lambda desk, row: desk.take(row, verb, **data)


def in_scope(register: Register) -> Scope:
    incident = register.published()
    register.accepted(incident)
    return Scope.objects.get(incident=incident)


def proposed_figure(register: Register) -> Figure:
    return figures.propose_figure(in_scope(register), policy=Policy.RANGE, reason="x", **at(register.analyst))


ANALYST, REVIEWER, PUBLISHER, ADMINISTRATOR = ({one} for one in ROLES[:4])
NOTE, MENDED = {"note": "because"}, {"kind": "note", "value": "y", "correction_reason": "x"}

DEEDS = [
    Deed(
        "record an incident", frozenset(ANALYST), lambda register: None,
        lambda row, by: incidents.record_incident(title="Made here", incident_type="event", **at(by)),
        lambda desk, row: desk.enter_incident(title="Made here"),
        lambda row: Incident.objects.filter(title="Made here").exists(),
    ),
    Deed(
        "change an incident", frozenset(ANALYST), lambda register: register.incident(),
        lambda row, by: incidents.change_incident(row, changes={"summary": "new"}, **at(by)),
        lambda desk, row: changed_page(desk, "incidents_incident", row, summary="new"),
        lambda row: fresh(row).summary == "new",
    ),
    Deed(
        "submit an incident", frozenset(ANALYST), lambda register: register.incident(),
        lambda row, by: incidents.submit(row, **at(by)),
        step("submit"), lambda row: status(row, "in_review"),
    ),
    Deed(
        "request changes", frozenset(REVIEWER | PUBLISHER), in_review,
        lambda row, by: incidents.request_changes(row, note="x", **at(by)),
        step("request_changes", **NOTE), lambda row: status(row, "changes_requested"),
    ),
    Deed(
        "publish", frozenset(PUBLISHER), in_review,
        lambda row, by: incidents.publish(row, **at(by)), step("publish"), lambda row: status(row, "published"),
    ),
    Deed(
        "withdraw", frozenset(PUBLISHER), lambda register: register.published(),
        lambda row, by: incidents.withdraw(row, note="x", **at(by)),
        step("withdraw", **NOTE), lambda row: status(row, "withdrawn"),
    ),
    Deed(
        "open a revision", frozenset(ANALYST), lambda register: register.published(),
        lambda row, by: revisions.open_revision(row, reason="x", **at(by)),
        step("revise", **NOTE), lambda row: Revision.objects.filter(incident=row).exists(),
    ),
    Deed(
        "write a revision", frozenset(ANALYST), under_revision,
        lambda row, by: revisions.change_revision(row, changes={"title": "New"}, **at(by)),
        lambda desk, row: changed_page(desk, "incidents_revision", row, title="New"),
        lambda row: fresh(row).content.get("title") == "New",
    ),
    Deed(
        "submit a revision", frozenset(ANALYST), under_revision,
        lambda row, by: revisions.submit_revision(row, **at(by)), step("submit"), lambda row: status(row, "in_review"),
    ),
    Deed(
        "return a revision", frozenset(REVIEWER | PUBLISHER), lambda register: under_revision(register, submitted=True),
        lambda row, by: revisions.return_revision(row, note="x", **at(by)),
        step("return", **NOTE), lambda row: status(row, "returned"),
    ),
    Deed(
        "approve a revision", frozenset(PUBLISHER), lambda register: under_revision(register, submitted=True),
        lambda row, by: revisions.approve_revision(row, **at(by)), step("approve"), lambda row: status(row, "approved"),
    ),
    Deed(
        "give a revision up", frozenset(ANALYST), under_revision,
        lambda row, by: revisions.abandon_revision(row, note="x", **at(by)),
        step("abandon", **NOTE), lambda row: status(row, "abandoned"),
    ),
    Deed(
        "merge incidents", frozenset(PUBLISHER), lambda register: (register.published(), register.published()),
        lambda pair, by: merging.merge_incidents(pair[0], into=pair[1], reason="x", **at(by)),
        lambda desk, pair: desk.post(
            "incidents_incident", "merge", pair[0].pk, data={"into": pair[1].pk, "reason": "x", "confirm": "yes"}
        ),
        lambda pair: status(pair[0], "merged"),
    ),
    Deed(
        "take a merge back", frozenset(PUBLISHER),
        lambda register: merging.merge_incidents(
            register.published(), into=register.published(), reason="x", **at(register.reviewer)
        ),
        lambda merge, by: merging.undo_merge(merge, reason="x", **at(by)),
        lambda desk, merge: desk.post("incidents_incident", "undo_merge", merge.merged_id, merge.pk, data=NOTE),
        lambda merge: IncidentMerge.objects.get(pk=merge.pk).undone_at is not None,
    ),
    Deed(
        "assign an incident", frozenset(ANALYST | REVIEWER | PUBLISHER), lambda register: (register.incident(), register.analyst),
        lambda pair, by: discussion.assign(pair[0], to=pair[1], **at(by)),
        lambda desk, pair: desk.post("incidents_incident", "assign", pair[0].pk, data={"assignee": pair[1].pk}),
        lambda pair: Assignment.objects.filter(incident=pair[0]).exists(),
    ),
    Deed(
        "comment", frozenset(ANALYST | REVIEWER | PUBLISHER), lambda register: register.incident(),
        lambda row, by: discussion.comment(row, text="said", **at(by)),
        lambda desk, row: desk.post("incidents_incident", "comment", row.pk, data={"text": "said"}),
        lambda row: Comment.objects.about(row).exists(),
    ),
    Deed(
        "record a claim", frozenset(ANALYST), lambda register: register.incident(),
        lambda row, by: claims.record_claim(**claim_fields(row), **at(by)),
        lambda desk, row: desk.post("incidents_claim", "add", data=claim_sent(row)),
        lambda row: Claim.objects.filter(incident=row).exists(),
    ),
    Deed(
        "change a draft", frozenset(ANALYST), lambda register: register.draft(register.incident()),
        lambda row, by: claims.change_draft(row, changes={"note": "new"}, **at(by)),
        lambda desk, row: changed_page(desk, "incidents_claim", row, note="new"),
        lambda row: fresh(row).note == "new",
    ),
    Deed(
        "discard a draft", frozenset(ANALYST), lambda register: register.draft(register.incident()),
        lambda row, by: review.discard_draft(row, **at(by)),
        lambda desk, row: desk.post("incidents_claim", "delete", row.pk, data={"post": "yes"}),
        lambda row: not Claim.objects.filter(pk=row.pk).exists(),
    ),
    Deed(
        "submit a claim", frozenset(ANALYST), lambda register: register.draft(register.incident()),
        lambda row, by: review.submit(row, **at(by)), step("submit"), lambda row: status(row, "proposed"),
    ),
    *(
        Deed(
            f"{verb} a claim", frozenset(REVIEWER), lambda register: register.proposed(register.incident()),
            lambda row, by, service=service: service(row, **at(by), **({} if service is review.accept else {"note": "x"})),
            step(verb, **NOTE), lambda row, becomes=becomes: status(row, becomes),
        )
        for verb, service, becomes in (
            ("accept", review.accept, "accepted"), ("return", review.send_back, "returned"),
            ("reject", review.reject, "rejected"), ("void", review.void, "voided"),
        )
    ),
    Deed(
        "retract a claim", frozenset(REVIEWER), lambda register: register.accepted(register.incident()),
        lambda row, by: review.retract(row, note="x", **at(by)),
        step("retract", **NOTE), lambda row: status(row, "retracted"),
    ),
    Deed(
        "accept many claims", frozenset(REVIEWER), lambda register: register.proposed(register.incident()),
        lambda row, by: batch.accept_all(Claim, [row.pk], **at(by)),
        lambda desk, row: desk.post("incidents_incident", "accept_all", row.incident_id),
        lambda row: status(row, "accepted"),
    ),
    Deed(
        "correct a claim", frozenset(ANALYST), lambda register: register.accepted(register.incident()),
        lambda row, by: claims.correct(
            row, reason="misread", **{k: v for k, v in claim_fields(row.incident).items() if k != "incident"}, **at(by)
        ),
        lambda desk, row: desk.post(
            "incidents_claim", "add", data=claim_sent(row.incident) | {"correction_reason": "misread"},
            query=f"?corrects={row.pk}",
        ),
        lambda row: Claim.objects.filter(corrects=row).exists(),
    ),
    Deed(
        "cite further", frozenset(ANALYST | REVIEWER), lambda register: register.accepted(register.incident()),
        lambda row, by: add_citation(row, CitationInput(Source.objects.order_by("pk").first()), **at(by)),
        lambda desk, row: desk.post(
            "incidents_claim", "cite", row.pk, data={"source": str(Source.objects.order_by("pk").first().pk)}
        ),
        lambda row: row.citations.count() == 2,
    ),
    Deed(
        "say on what it rests", frozenset(ANALYST | REVIEWER), lambda register: register.accepted(register.incident()),
        lambda row, by: add_derivation(row, DerivationInput(Organization.objects.order_by("pk").first()), **at(by)),
        lambda desk, row: desk.post(
            "incidents_claim", "derive", row.pk,
            data={"organization": Organization.objects.order_by("pk").first().pk, "strength": "stated"},
        ),
        lambda row: row.derivations.count() == 1,
    ),
    Deed(
        "record a statement", frozenset(ANALYST), lambda register: register.incident(),
        lambda row, by: statements.record_statement(
            incident=row, claimant=Organization.objects.order_by("pk").first(), **statement_fields("x"), **at(by)
        ),
        lambda desk, row: desk.post("incidents_statement", "add", data=saying_sent(row, kind="note", value="x")),
        lambda row: Statement.objects.filter(incident=row).exists(),
    ),
    Deed(
        "correct a statement", frozenset(ANALYST), proposed_statement,
        lambda row, by: statements.correct_saying(row, reason="x", **statement_fields("y"), **at(by)),
        lambda desk, row: desk.post("incidents_statement", "add", data=saying_sent(row.incident, **MENDED), query=f"?corrects={row.pk}"),
        lambda row: Statement.objects.filter(corrects=row).exists(),
    ),
    Deed(
        "record responsibility", frozenset(ANALYST), lambda register: register.incident(),
        lambda row, by: statements.record_responsibility(
            incident=row, claimant=Organization.objects.order_by("pk").first(), act="shelling",
            party=Party.objects.order_by("pk").first(),
            citations=[CitationInput(Source.objects.order_by("pk").first())], **at(by),
        ),
        lambda desk, row: desk.post(
            "incidents_responsibilityclaim", "add",
            data=saying_sent(row, act="shelling", party=Party.objects.order_by("pk").first().pk),
        ),
        lambda row: ResponsibilityClaim.objects.filter(incident=row).exists(),
    ),
    Deed(
        "record an organization", frozenset(ANALYST), lambda register: None,
        lambda row, by: sources.record_organization(
            code="made-here", name="Made here", kind=OrganizationKind.objects.get(code="ngo"), **at(by)
        ),
        lambda desk, row: desk.post(
            "sources_organization", "add",
            data={"code": "made-here", "name": "Made here", "kind": "ngo", "disclosure": "0"},
        ),
        lambda row: Organization.objects.filter(code="made-here").exists(),
    ),
    Deed(
        "change an organization", frozenset(ANALYST), lambda register: register.organization(),
        lambda row, by: sources.change_organization(row, why="x", note="new", **at(by)),
        lambda desk, row: changed_page(desk, "sources_organization", row, note="new", why="x"),
        lambda row: fresh(row).note == "new",
    ),
    Deed(
        "assess reliability", frozenset(REVIEWER), lambda register: register.organization(),
        lambda row, by: sources.assess_reliability(organization=row, grade="B", basis="x", since=NOON.date(), **at(by)),
        lambda desk, row: desk.post(
            "sources_organization", "assess", row.pk, data={"grade": "B", "basis": "x", "since": "2026-01-01"}
        ),
        lambda row: ReliabilityAssessment.objects.filter(organization=row).exists(),
    ),
    Deed(
        "record a source", frozenset(ANALYST), lambda register: None,
        lambda row, by: sources.record_source(
            title="Made here", kind=SourceKind.objects.get(code="news_article"), **at(by)
        ),
        lambda desk, row: desk.post(
            "sources_source", "add", data={"title": "Made here", "kind": "news_article", "disclosure": "0"}
        ),
        lambda row: Source.objects.filter(title="Made here").exists(),
    ),
    Deed(
        "change a source", frozenset(ANALYST), lambda register: register.source(),
        lambda row, by: sources.change_source(row, why="x", changes={"note": "new"}, **at(by)),
        lambda desk, row: changed_page(desk, "sources_source", row, note="new", why="x"),
        lambda row: fresh(row).note == "new",
    ),
    Deed(
        "record a place", frozenset(ANALYST), lambda register: None,
        lambda row, by: record_place(code="made-here", name="Made here", precision="area", is_own=True, **at(by)),
        lambda desk, row: desk.post(
            "places_place", "add", data={"code": "made-here", "name": "Made here", "precision": "area", "is_own": "on"}
        ),
        lambda row: Place.objects.filter(code="made-here").exists(),
    ),
    Deed(
        "withdraw an organization", frozenset(PUBLISHER), lambda register: register.organization(),
        lambda row, by: withdrawal.withdraw_organization(row, reason="x", **at(by)),
        lambda desk, row: desk.post("sources_organization", "withdraw", row.pk, data={"reason": "x"}),
        lambda row: fresh(row).withdrawn_reason == "x",
    ),
    Deed(
        "withdraw a source", frozenset(PUBLISHER), lambda register: register.source(),
        lambda row, by: withdrawal.withdraw_source(row, reason="x", **at(by)),
        lambda desk, row: desk.post("sources_source", "withdraw", row.pk, data={"reason": "x"}),
        lambda row: fresh(row).withdrawn_reason == "x",
    ),
    Deed(
        "propose a figure", frozenset(ANALYST | REVIEWER | PUBLISHER), in_scope,
        lambda scope, by: figures.propose_figure(scope, policy=Policy.RANGE, reason="x", **at(by)),
        lambda desk, scope: desk.post(
            "incidents_scope", "propose", scope.pk, data={"policy": "range", "reason": "x", "level": "public"}
        ),
        lambda scope: Figure.objects.filter(scope=scope).exists(),
    ),
    Deed(
        "adopt a figure", frozenset(REVIEWER | PUBLISHER), proposed_figure,
        lambda row, by: figures.adopt(row, **at(by)), step("adopt"), lambda row: status(row, "adopted"),
    ),
    Deed(
        "decline a figure", frozenset(ANALYST | REVIEWER | PUBLISHER), proposed_figure,
        lambda row, by: figures.decline(row, note="x", **at(by)), step("decline", **NOTE),
        lambda row: status(row, "declined"),
    ),
]  # fmt: skip
