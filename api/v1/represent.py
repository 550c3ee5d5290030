"""From rows to shapes. Everything here reads what ``gather`` fetched set-wise; nothing queries.

Text that a source or an analyst wrote goes through the mask; names of organizations come from the columns that
are computed for the outside.
"""

import datetime as dt
from typing import Any

from api.v1 import shapes
from api.v1.gather import Gathered
from incidents import models
from places.models import Place
from sources.disclosure import Disclosure, Mask
from sources.merged import meant, meant_id
from sources.models import Organization, Party, Source
from victims.conflicts import conflicting, stated
from victims.models import Victim


def instant(value: dt.datetime) -> str:
    """UTC, to the microsecond, as the exports print it."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def date(row: Any, name: str) -> shapes.Date | None:
    text = getattr(row, name)
    if not text:
        return None
    earliest, latest = getattr(row, f"{name}_earliest"), getattr(row, f"{name}_latest")
    return {
        "edtf": text,
        "earliest": earliest.isoformat() if earliest else None,
        "latest": latest.isoformat() if latest else None,
    }


def published(source: Source) -> shapes.InferredDate | None:
    known = date(source, "published")
    return None if known is None else {**known, "inferred": source.published_inferred}


def organization_ref(organization: Organization, mask: Mask) -> shapes.OrganizationRef:
    organization = meant(organization)
    return {
        "code": organization.outside_code,
        "name": mask.text(organization.outside_name),
        "kind": organization.kind_id,
    }


def claimant(organization: Organization, gathered: Gathered) -> shapes.Claimant:
    return {**organization_ref(organization, gathered.mask), "reliability": gathered.grades.get(meant_id(organization))}


def place_ref(place: Place, mask: Mask) -> shapes.PlaceRef:
    return {
        "code": place.code,
        "pcode": place.pcode,
        "name": mask.text(place.name),
        "name_ar": mask.text(place.name_ar),
        "admin_level": place.admin_level,
        "latitude": None if place.latitude is None else float(place.latitude),
        "longitude": None if place.longitude is None else float(place.longitude),
        "precision": place.precision,
    }


def population_ref(population: models.Population) -> shapes.PopulationRef:
    return {
        "code": population.code,
        "label": population.label,
        "broader": sorted(link.broader_id for link in population.broader_links.all()),
        "civil_status": population.civil_status,
        "sex": population.sex,
        "age_band": population.age_band,
        "group": population.group,
        "occupation": population.occupation,
        "affiliation": population.affiliation,
    }


def source_ref(source: Source, mask: Mask) -> shapes.SourceRef:
    source = meant(source)
    return {
        "id": str(source.pk),
        "title": mask.text(source.title),
        "kind": source.kind_id,
        "publisher": organization_ref(source.publisher, mask) if source.publisher else None,
        "url": mask.address(source.url) or None,
        "archived_url": mask.address(source.archived_url) or None,
        "published": published(source),
        "language": source.language,
    }


def relays(citation: Any, mask: Mask) -> list[shapes.Relay]:
    return [
        {
            "organization": organization_ref(relay.organization, mask),
            "medium": mask.text(relay.medium),
            "stated": mask.text(relay.stated),
        }
        for relay in citation.chain
    ]


def citation(row: Any, mask: Mask) -> shapes.Citation:
    return {
        "source": source_ref(row.source, mask),
        "relays": relays(row, mask),
        "locator": mask.text(row.locator),
        "stated": mask.text(row.stated),
    }


def citation_row(row: Any, gathered: Gathered) -> shapes.CitationRow:
    assert row.claim is not None  # noqa: S101  the list is of citations of claims
    return {
        "id": str(row.pk),
        "claim": str(row.claim_id),
        "incident": row.claim.incident.reference,
        "position": row.position,
        **citation(row, gathered.mask),
    }


def count(claim: models.Claim, mask: Mask) -> shapes.Count:
    return {
        "minimum": claim.minimum,
        "best": claim.best,
        "maximum": claim.maximum,
        "quantifier": claim.quantifier,
        "approximate": claim.approximate,
        "stance": claim.stance,
        "stated": mask.text(claim.stated),
        "language": claim.language,
        "coding_rule": claim.coding_rule.code if claim.coding_rule else None,
    }


def as_of(claim: Any) -> shapes.InferredDate | None:
    """The date the count holds for: as stated, else inferred from the publication of its first visible source that has one."""
    stated = date(claim, "as_of")
    if stated is not None:
        return {**stated, "inferred": False}
    dates = (date(meant(cited.source), "published") for cited in claim.cited)
    known = next((one for one in dates if one is not None), None)
    return None if known is None else {**known, "inferred": True}


def period(claim: models.Claim) -> shapes.Period | None:
    if not claim.period:
        return None
    start, interval, end = claim.period.partition("/")
    return {"from": start or None, "to": (end if interval else start) or None}


def claim(row: Any, gathered: Gathered) -> shapes.Claim:
    """One claim with its provenance; links to claims that the reader may not see are null."""
    return {
        "id": str(row.pk),
        "url": gathered.address(f"claims/{row.pk}/"),
        "incident": row.incident.reference,
        "measure": row.measure_id,
        "unit": row.unit_id,
        "population": population_ref(row.population) if row.population else None,
        "population_stated": gathered.mask.text(row.population_stated),
        "cause": row.cause_id,
        "place": place_ref(row.place, gathered.mask) if row.place else None,
        "period": period(row),
        "basis": row.basis,
        "since": row.since or None,
        "count": count(row, gathered.mask),
        "claimant": claimant(row.claimant, gathered),
        "citations": [citation(cited, gathered.mask) for cited in row.cited],
        "derived_from": [derivation(rest, gathered) for rest in gathered.derivations(row)],
        "method": row.method,
        "part_of": gathered.visible_id(row.whole_id),
        "as_of": as_of(row),
        "status": row.status,
        "reviewed": row.reviewed,
        "disclosure": Disclosure(row.disclosure).code,
        "scope": gathered.scope(row),
        "speaks": gathered.speaks(row),
        "superseded_by": gathered.superseded_by(row),
        "corrects": gathered.visible_id(row.corrects_id),
        "recorded_at": instant(row.recorded_at),
        "accepted_at": instant(row.accepted_at) if row.accepted_at else None,
    }


def derivation(row: models.Derivation, gathered: Gathered) -> shapes.Derivation:
    return {
        "organization": organization_ref(row.organization, gathered.mask) if row.organization else None,
        "claim": gathered.visible_id(row.rests_on_id),
        "source": gathered.visible_source(row.source),
        "strength": row.strength,
    }


def responsibility(row: Any, gathered: Gathered) -> shapes.Responsibility:
    return {
        "id": str(row.pk),
        "incident": row.incident.reference,
        "party": row.party.code,
        "act": gathered.mask.text(row.act),
        "claimant": claimant(row.claimant, gathered),
        "citations": [citation(cited, gathered.mask) for cited in row.cited],
        "standing": row.standing,
        "status": row.status,
        "reviewed": row.reviewed,
    }


def statement(row: Any, gathered: Gathered) -> shapes.Statement:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "value": gathered.mask.text(row.value),
        "meaning": gathered.mask.text(row.meaning),
        "when": date(row, "when"),
        "claimant": claimant(row.claimant, gathered),
        "citations": [citation(cited, gathered.mask) for cited in row.cited],
    }


def incident_summary(row: models.Incident, gathered: Gathered) -> shapes.IncidentSummary:
    located = list(row.located.all())
    return {
        "reference": row.reference,
        "incident_type": row.incident_type,
        "title": gathered.mask.text(row.title),
        "title_ar": gathered.mask.text(row.title_ar),
        "kinds": sorted(kind.code for kind in row.kinds.all()),
        "occurred": date(row, "occurred"),
        "places": [place_ref(link.place, gathered.mask) for link in located if link.role == "place"],
        "destinations": [place_ref(link.place, gathered.mask) for link in located if link.role == "destination"],
        "part_of": sorted(link.situation.reference for link in row.part_links.all()),
        "parts": sorted(link.part.reference for link in row.whole_links.all()),
        "status": "published",
        "grade": row.grade or None,
        "disclosure": Disclosure(row.disclosure).code,
        "reviewed": row.reviewed,
        "published_at": instant(row.published_at) if row.published_at else None,
        "modified_at": instant(row.modified_at),
        "url": gathered.address(f"incidents/{row.reference}/"),
        "summary": gathered.mask.text(row.summary),
    }


def organization(row: Organization, gathered: Gathered) -> shapes.Organization:
    hidden = row.is_protected
    return {
        "code": row.outside_code,
        "name": gathered.mask.text(row.outside_name),
        "name_ar": gathered.mask.text(row.outside_name_ar),
        "acronym": gathered.mask.text(row.outside_acronym),
        "kind": row.kind_id,
        "country": None if hidden else row.country or None,
        "based_in": "" if hidden else gathered.mask.text(row.based_in),
        "aligned_with": row.aligned_with.code if row.aligned_with and not hidden else None,
        "role": gathered.mask.text(row.role),
        "also_written": [] if hidden else sorted(gathered.mask.text(name.name) for name in row.names.all()),
        "members": sorted(gathered.members.get(row.pk, ())),
        "is_protected": hidden,
        "reliability": gathered.grades.get(row.pk),
    }


def source(row: Source, gathered: Gathered) -> shapes.Source:
    return {
        **source_ref(row, gathered.mask),
        "retrieved_at": instant(row.retrieved_at) if row.retrieved_at else None,
        "content_hash": row.content_hash or None,
        "recorded_at": instant(row.recorded_at),
    }


def place(row: Place, gathered: Gathered) -> shapes.Place:
    return {
        **place_ref(row, gathered.mask),
        "within": row.within.code if row.within else None,
        "covers": sorted(link.covered.code for link in row.coverages.all()),
        "also_written": sorted(gathered.mask.text(name.name) for name in row.names.all()),
        "is_own": row.is_own,
    }


def measure(row: models.Measure) -> shapes.Measure:
    return {**term(row), "unit": row.unit_id, "counts_people": row.counts_people}


def population(row: models.Population) -> shapes.Population:
    return {**population_ref(row), "label_ar": row.label_ar, "definition": row.definition}


def cause(row: models.Cause) -> shapes.Cause:
    return {**term(row), "broader": row.broader_id}


def term(row: Any) -> shapes.Term:
    return {"code": row.code, "label": row.label, "label_ar": row.label_ar, "definition": row.definition}


def party(row: Party, gathered: Gathered) -> shapes.Party:
    return {"code": row.code, "name": gathered.mask.text(row.name), "name_ar": gathered.mask.text(row.name_ar)}


def person(row: Any, gathered: Gathered) -> shapes.PersonRecord:
    """One record, made of what ``gather.victims`` fetched: a name that is withheld is not there to be shown."""
    mask = gathered.mask
    return {
        "id": str(row.pk),
        "incident": row.incident.reference,
        "names": [
            {"text": mask.text(name.text), "script": name.script, "language": name.language, "kind": name.kind}
            for name in row.names.all()
        ],
        "description": mask.text(row.shown_description),
        "name_withheld": row.name_level > gathered.level,
        "fate": row.fate,
        "fate_date": date(row, "fate_date"),
        "place": place_ref(row.place, mask) if row.place else None,
        "cause": row.cause_id,
        "age": None if row.age is None else {"number": row.age, "unit": row.age_unit},
        "age_band": row.age_band or None,
        "born": date(row, "born"),
        "sex": row.sex or None,
        "civil_status": row.civil_status or None,
        "occupation": mask.text(row.occupation),
        "group": mask.text(row.group),
        "claimant": claimant(row.claimant, gathered),
        "citation": {
            "source": source_ref(row.source, mask),
            "relays": [
                {"organization": organization_ref(relay.organization, mask), "medium": "", "stated": ""}
                for relay in row.relays.all()
            ],
            "locator": mask.text(row.locator),
            "stated": mask.text(row.shown_stated),
        },
        "status": row.status,
        "reviewed": row.reviewed,
        "disclosure": Disclosure(row.disclosure).code,
        "recorded_at": instant(row.recorded_at),
        "accepted_at": instant(row.accepted_at) if row.accepted_at else None,
    }


def victim(row: Victim, gathered: Gathered) -> shapes.Victim:
    records = [link.record for link in row.links.all()]
    return {
        "reference": row.reference,
        "url": gathered.address(f"victims/{row.reference}/"),
        "records": [person(record, gathered) for record in records],
        "conflicts": conflicting([stated(record) for record in records]),
    }
