"""The one registry of export columns: CSV files, the codebook and the documents are all made from it.

A column has a name (the JSON names of CONTRACT joined by underscores), the SQL that gives it within the query of its
export (exchange/queries.py), a type, a meaning taken from the model field where there is one, and an HXL tag.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils import translation

from incidents.models import Citation, Claim, Derivation, Incident, Population, Relay
from places.models import Place
from sources.disclosure import masked, masked_where
from sources.models import Organization, ReliabilityAssessment, Source
from victims.models import PersonName, PersonRecord, Victim

Type = Literal[
    "text", "code", "list", "integer", "number", "boolean", "date", "edtf", "timestamp", "identifier", "url", "geometry"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export. ``type`` is what a cell holds when it is not empty; empty is null."""

    name: str
    sql: str
    type: Type
    meaning: str
    hxl: str = ""


def of(model: type[models.Model], field: str) -> str:
    """The meaning of a model's field, in English: its help text is the codebook."""
    with translation.override("en"):
        return str(getattr(model._meta.get_field(field), "help_text", ""))


def text(name: str, sql: str, meaning: str, hxl: str = "") -> Column:
    """Free text, with the names of protected individuals masked."""
    return Column(name, masked(sql), "text", meaning, hxl)


def spoken(name: str, sql: str, meaning: str, hxl: str = "") -> Column:
    """The same where the query has looked already whether a row may hold such a name."""
    return Column(name, masked_where("looked.holds", sql), "text", meaning, hxl)


def code(name: str, sql: str, meaning: str, hxl: str = "") -> Column:
    return Column(name, sql, "code", meaning, hxl)


def integer(name: str, sql: str, meaning: str, hxl: str = "") -> Column:
    return Column(name, sql, "integer", meaning, hxl)


def boolean(name: str, sql: str, meaning: str) -> Column:
    return Column(name, f"({sql})::text", "boolean", meaning)


def timestamp(name: str, sql: str, meaning: str) -> Column:
    return Column(name, f"""to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""", "timestamp", meaning)


def date(name: str, row: str, column: str, meaning: str, hxl: str = "") -> Iterator[Column]:
    """An imprecise date as three columns. HXL takes a date to be one, so its tag is on the days, not on what is EDTF."""
    yield Column(f"{name}_edtf", f"nullif({row}.{column}, '')", "edtf", meaning)
    yield day(f"{name}_earliest", f"{row}.{column}_earliest", hxl and f"{hxl}+start")
    yield day(f"{name}_latest", f"{row}.{column}_latest", hxl and f"{hxl}+end")


def day(name: str, sql: str, hxl: str = "") -> Column:
    """The first or the last day that an imprecise date can mean."""
    which = name.rpartition("_")[2]
    return Column(name, sql, "date", f"The {which} day this can mean; empty if open.", hxl)


def place(prefix: str, row: str) -> Iterator[Column]:
    yield code(f"{prefix}code", f"{row}.code", of(Place, "code"), "#loc+code")
    yield code(f"{prefix}pcode", f"{row}.pcode", of(Place, "pcode"), "#loc+code")
    yield Column(f"{prefix}name", f"{row}.name", "text", of(Place, "name"), "#loc+name+en")
    yield Column(f"{prefix}name_ar", f"{row}.name_ar", "text", of(Place, "name_ar"), "#loc+name+ar")
    yield integer(f"{prefix}admin_level", f"{row}.admin_level", of(Place, "admin_level"))
    yield Column(f"{prefix}latitude", f"trim_scale({row}.latitude)", "number", of(Place, "latitude"), "#geo+lat")
    yield Column(f"{prefix}longitude", f"trim_scale({row}.longitude)", "number", of(Place, "longitude"), "#geo+lon")
    yield code(f"{prefix}precision", f"{row}.precision", of(Place, "precision"))


def organization(prefix: str, row: str, meaning: str, hxl: str = "") -> Iterator[Column]:
    """An organization by the columns computed for the outside."""
    yield code(f"{prefix}_code", f"{row}.outside_code", f"{meaning} Its code.", hxl and f"{hxl}+code")
    yield Column(f"{prefix}_name", f"{row}.outside_name", "text", f"{meaning} Its name.", hxl and f"{hxl}+name")
    yield code(f"{prefix}_kind", f"{row}.kind_id", f"{meaning} Its kind.", hxl and f"{hxl}+type")


def source(prefix: str, row: str, publisher: str) -> Iterator[Column]:
    """A source as ``queries.SOURCED`` gives it: its title and addresses masked already."""
    yield Column(f"{prefix}id", f"{row}.id", "identifier", "The source's permanent identifier.")
    yield Column(f"{prefix}title", f"{row}.title", "text", of(Source, "title"), "#meta+source")
    yield code(f"{prefix}kind", f"{row}.kind_id", of(Source, "kind"))
    yield from organization(f"{prefix}publisher", publisher, of(Source, "publisher"), "#org")
    yield Column(f"{prefix}url", f"{row}.url", "url", of(Source, "url"), "#meta+source+url")
    yield Column(f"{prefix}archived_url", f"{row}.archived_url", "url", of(Source, "archived_url"), "#meta+source+url")
    yield from date(f"{prefix}published", row, "published", of(Source, "published"), "#date+reported")
    yield boolean(
        f"{prefix}published_inferred",
        f"CASE WHEN {row}.published <> '' THEN {row}.published_inferred END",
        of(Source, "published_inferred"),
    )
    yield Column(f"{prefix}language", f"{row}.language", "code", of(Source, "language"))


DISCLOSURE = "CASE {} WHEN 0 THEN 'public' WHEN 1 THEN 'partner' ELSE 'restricted' END"

CLAIMS: tuple[Column, ...] = (
    Column("id", "c.id", "identifier", "The claim's permanent identifier.", "#meta+id"),
    Column("url", "%(root)s || 'claims/' || c.id || '/'", "url", "The claim's permanent address.", "#meta+url"),
    code("incident", "i.reference", of(Incident, "reference"), "#event+code"),
    code("measure", "c.measure_id", of(Claim, "measure"), "#indicator+code"),
    code("unit", "c.unit_id", of(Claim, "unit")),
    code("population_code", "p.code", of(Claim, "population")),
    Column("population_label", "p.label", "text", of(Population, "label")),
    Column("population_broader", "broader.codes", "list", of(Population, "broader")),
    *(
        code(f"population_{name}", f'p."{name}"', of(Population, name))
        for name in ("civil_status", "sex", "age_band", "group", "occupation", "affiliation")
    ),
    spoken("population_stated", "c.population_stated", of(Claim, "population_stated")),
    code("cause", "c.cause_id", of(Claim, "cause"), "#cause+code"),
    *place("place_", "place"),
    Column("period_from", "nullif(split_part(c.period, '/', 1), '')", "edtf", of(Claim, "period")),
    Column(
        "period_to",
        "nullif(CASE WHEN strpos(c.period, '/') > 0 THEN split_part(c.period, '/', 2) ELSE c.period END, '')",
        "edtf",
        of(Claim, "period"),
    ),
    code("basis", "c.basis", of(Claim, "basis")),
    Column("since", "nullif(c.since, '')", "edtf", of(Claim, "since")),
    day("since_earliest", "c.since_earliest", "#date+start"),
    day("since_latest", "c.since_latest"),
    integer("count_minimum", "c.minimum", of(Claim, "minimum"), "#indicator+num"),
    integer("count_best", "c.best", of(Claim, "best"), "#indicator+num"),
    integer("count_maximum", "c.maximum", of(Claim, "maximum"), "#indicator+num"),
    code("count_quantifier", "c.quantifier", of(Claim, "quantifier")),
    boolean("count_approximate", "c.quantifier = 'about'", "The count is approximate."),
    code("count_stance", "c.stance", of(Claim, "stance")),
    spoken("count_stated", "c.stated", of(Claim, "stated"), "#indicator+text"),
    code("count_language", "c.language", of(Claim, "language")),
    code("count_coding_rule", "rule.code", of(Claim, "coding_rule")),
    *organization("claimant", "claimant", of(Claim, "claimant"), "#org"),
    code("claimant_reliability", "graded.grade", of(ReliabilityAssessment, "grade")),
    *source("source_", "cited_source", "publisher"),
    Column("relays", "cited.relays", "list", "Codes of the organizations that passed it on, the claimant's side first."),
    spoken("locator", "cited.locator", of(Citation, "locator")),
    spoken("citation_stated", "cited.stated", of(Citation, "stated")),
    integer("citation_count", "cited.citation_count", "How many citations the claim has; all are in the citations export."),
    Column("derived_from", "derived.from_what", "list", "What the claim rests on: codes of organizations, or identifiers."),
    Column("derived_from_strength", "derived.strengths", "list", of(Derivation, "strength")),
    code("method", "c.method", of(Claim, "method")),
    Column("part_of", "whole.id", "identifier", of(Claim, "part_of")),
    Column("as_of_edtf", "coalesce(nullif(c.as_of, ''), nullif(dated.published, ''))", "edtf", of(Claim, "as_of")),
    day("as_of_earliest", "CASE WHEN c.as_of <> '' THEN c.as_of_earliest ELSE dated.published_earliest END"),
    day("as_of_latest", "CASE WHEN c.as_of <> '' THEN c.as_of_latest ELSE dated.published_latest END", "#date"),
    boolean(
        "as_of_inferred",
        "CASE WHEN c.as_of <> '' THEN false WHEN dated.published <> '' THEN true END",
        "The date is that of the first publication that is dated, because the claim states none.",
    ),
    code("status", "c.status", of(Claim, "status")),
    boolean("reviewed", "c.reviewed", of(Claim, "reviewed")),
    code("disclosure", DISCLOSURE.format("c.disclosure"), of(Claim, "disclosure")),
    Column("scope", "standing.scope_id", "identifier", "The scope that the claim is compared within; see the figures export."),
    boolean("speaks", "coalesce(standing.speaks, false)", "The claimant's latest announcement in its scope."),
    Column(
        "superseded_by",
        "coalesce(correction.id, standing.followed_by)",
        "identifier",
        "The correction of this claim, or the claimant's next announcement in its scope.",
    ),
    Column(
        "corrects",
        # Not by a join: few are taken to be seen, and a hash of the whole rows is made then, many times over.
        "CASE WHEN c.corrects_id IN (SELECT id FROM seen) THEN c.corrects_id END",
        "identifier",
        of(Claim, "corrects"),
    ),
    timestamp("recorded_at", "c.recorded_at", of(Claim, "recorded_at")),
    timestamp("accepted_at", "c.accepted_at", of(Claim, "accepted_at")),
)  # fmt: skip

CITATIONS: tuple[Column, ...] = (
    Column("id", "x.id", "identifier", "The citation's permanent identifier.", "#meta+id"),
    Column("claim", "c.id", "identifier", "The claim that it carries."),
    Column("claim_url", "%(root)s || 'claims/' || c.id || '/'", "url", "The claim's permanent address."),
    code("incident", "i.reference", of(Incident, "reference"), "#event+code"),
    integer("position", "x.position", of(Citation, "position")),
    *source("source_", "cited_source", "publisher"),
    Column("relays", "x.relays", "list", "Codes of the organizations that passed it on, the claimant's side first."),
    Column("relays_name", "x.relay_names", "list", "Names of the organizations that passed it on."),
    Column("relays_medium", masked_where("looked.holds", "x.relay_media"), "list", of(Relay, "medium")),
    Column("relays_stated", masked_where("looked.holds", "x.relay_words"), "list", of(Relay, "stated")),
    spoken("locator", "x.locator", of(Citation, "locator")),
    spoken("stated", "x.stated", of(Citation, "stated")),
)

DERIVATIONS: tuple[Column, ...] = (
    Column("claim", "c.id", "identifier", of(Derivation, "claim"), "#meta+id"),
    Column("claim_url", "%(root)s || 'claims/' || c.id || '/'", "url", "The claim's permanent address."),
    code("incident", "i.reference", of(Incident, "reference"), "#event+code"),
    *organization("organization", "origin", of(Derivation, "organization"), "#org"),
    Column("derived_from_claim", "rests.id", "identifier", of(Derivation, "rests_on")),
    Column("derived_from_source", "rests_source.means", "identifier", of(Derivation, "source")),
    code("strength", "d.strength", of(Derivation, "strength")),
)

INCIDENTS: tuple[Column, ...] = (
    code("reference", "i.reference", of(Incident, "reference"), "#event+code"),
    Column("url", "%(root)s || 'incidents/' || i.reference || '/'", "url", "The incident's permanent address.", "#meta+url"),
    code("incident_type", "i.incident_type", of(Incident, "incident_type")),
    text("title", "i.title", of(Incident, "title"), "#event+name+en"),
    text("title_ar", "i.title_ar", of(Incident, "title_ar"), "#event+name+ar"),
    Column("kinds", "kinds.codes", "list", of(Incident, "kinds"), "#event+type"),
    *date("occurred", "i", "occurred", of(Incident, "occurred"), "#date+occurred"),
    Column("places_code", "located.codes", "list", of(Incident, "places"), "#loc+code"),
    Column("places_name", "located.names", "list", of(Place, "name"), "#loc+name+en"),
    Column("places_name_ar", "located.names_ar", "list", of(Place, "name_ar"), "#loc+name+ar"),
    Column("places_latitude", "located.latitudes", "list", of(Place, "latitude"), "#geo+lat"),
    Column("places_longitude", "located.longitudes", "list", of(Place, "longitude"), "#geo+lon"),
    Column("destinations_code", "located.destinations", "list", "Where people were taken.", "#loc+dest+code"),
    Column("part_of", "wholes.refs", "list", of(Incident, "part_of")),
    Column("parts", "parts.refs", "list", "The incidents that are part of this situation."),
    code("status", "'published'", of(Incident, "status"), "#status"),
    code("grade", "nullif(i.grade, '')", of(Incident, "grade")),
    code("disclosure", DISCLOSURE.format("i.disclosure"), of(Incident, "disclosure")),
    boolean("reviewed", "i.reviewed", of(Incident, "reviewed")),
    timestamp("published_at", "i.published_at", of(Incident, "published_at")),
    timestamp("modified_at", "i.modified_at", of(Incident, "modified_at")),
    text("summary", "i.summary", of(Incident, "summary"), "#description"),
)  # fmt: skip

HIDDEN = "CASE WHEN o.is_protected THEN {} ELSE {} END"

ORGANIZATIONS: tuple[Column, ...] = (
    code("code", "o.outside_code", of(Organization, "outside_code"), "#org+code"),
    Column("url", "%(root)s || 'organizations/' || o.outside_code || '/'", "url", "Its permanent address.", "#meta+url"),
    text("name", "o.outside_name", of(Organization, "outside_name"), "#org+name+en"),
    text("name_ar", "o.outside_name_ar", of(Organization, "outside_name_ar"), "#org+name+ar"),
    text("acronym", "o.outside_acronym", of(Organization, "outside_acronym")),
    code("kind", "o.kind_id", of(Organization, "kind"), "#org+type"),
    code("country", HIDDEN.format("NULL", "nullif(o.country, '')"), of(Organization, "country"), "#country+code"),
    text("based_in", "(" + HIDDEN.format("''", "o.based_in") + ")", of(Organization, "based_in")),
    code("aligned_with", HIDDEN.format("NULL", "party.code"), of(Organization, "aligned_with")),
    text("role", "o.role", of(Organization, "role")),
    Column("also_written", HIDDEN.format("NULL", masked("names.also")), "list", "Other ways in which it is written."),
    Column("members", "members.codes", "list", of(Organization, "members")),
    boolean("is_protected", "o.is_protected", of(Organization, "is_protected")),
    code("reliability", "graded.grade", of(ReliabilityAssessment, "grade")),
)  # fmt: skip

PLACES: tuple[Column, ...] = (
    *place("", "place"),
    Column("url", "%(root)s || 'places/' || place.code || '/'", "url", "Its permanent address.", "#meta+url"),
    code("within", "whole.code", of(Place, "within")),
    Column("covers", "covered.codes", "list", of(Place, "covers")),
    Column("also_written", masked("also.names"), "list", "Other ways in which it is written."),
    boolean("is_own", "area.is_own", of(Place, "is_own")),
)

SOURCES: tuple[Column, ...] = (
    *source("", "s", "publisher"),
    Column(
        "record_url", "%(root)s || 'sources/' || s.id || '/'", "url", "The record's permanent address.", "#meta+url"
    ),
    timestamp("retrieved_at", "s.retrieved_at", of(Source, "retrieved_at")),
    code("content_hash", "nullif(s.content_hash, '')", of(Source, "content_hash")),
    timestamp("recorded_at", "s.recorded_at", "When the source was entered into the register."),
)

READABLE = "CASE WHEN r.name_level <= %(level)s THEN {} ELSE '' END"
NAMED = "empty where the name is withheld."

VICTIMS: tuple[Column, ...] = (
    code("reference", "v.reference", of(Victim, "reference"), "#meta+id"),
    Column("url", "%(root)s || 'victims/' || v.reference || '/'", "url", "The victim's permanent address.", "#meta+url"),
    Column("id", "r.id", "identifier", "The record's permanent identifier; a victim has a row for each."),
    code("incident", "i.reference", of(Incident, "reference"), "#event+code"),
    Column("names", masked("called.texts"), "list", f"The names as the source writes them; {NAMED}"),
    Column("names_script", "called.scripts", "list", of(PersonName, "script")),
    Column("names_language", "called.languages", "list", of(PersonName, "language")),
    Column("names_kind", "called.kinds", "list", of(PersonName, "kind")),
    Column("description", READABLE.format(masked("r.description")), "text", of(PersonRecord, "description")),
    boolean("name_withheld", "r.name_level > %(level)s", "The name, the description and the words are withheld."),
    code("fate", "r.fate", of(PersonRecord, "fate"), "#indicator+code"),
    *date("fate_date", "r", "fate_date", of(PersonRecord, "fate_date"), "#date+occurred"),
    *place("place_", "place"),
    code("cause", "r.cause_id", of(PersonRecord, "cause"), "#cause+code"),
    integer("age_number", "r.age", of(PersonRecord, "age")),
    code("age_unit", "nullif(r.age_unit, '')", of(PersonRecord, "age_unit")),
    code("age_band", "nullif(r.age_band, '')", of(PersonRecord, "age_band")),
    *date("born", "r", "born", of(PersonRecord, "born")),
    code("sex", "nullif(r.sex, '')", of(PersonRecord, "sex")),
    code("civil_status", "nullif(r.civil_status, '')", of(PersonRecord, "civil_status")),
    text("occupation", "r.occupation", of(PersonRecord, "occupation")),
    text("group", 'r."group"', of(PersonRecord, "group")),
    *organization("claimant", "claimant", of(PersonRecord, "claimant"), "#org"),
    code("claimant_reliability", "graded.grade", of(ReliabilityAssessment, "grade")),
    *source("source_", "cited_source", "publisher"),
    Column("relays", "relayed.relays", "list", "Codes of the organizations that passed it on, the claimant's side first."),
    text("locator", "r.locator", of(PersonRecord, "locator")),
    Column("citation_stated", READABLE.format(masked("r.stated")), "text", of(PersonRecord, "stated")),
    code("status", "r.status", of(PersonRecord, "status")),
    boolean("reviewed", "r.reviewed", of(PersonRecord, "reviewed")),
    code("disclosure", DISCLOSURE.format("r.disclosure"), of(PersonRecord, "disclosure")),
    timestamp("recorded_at", "r.recorded_at", of(PersonRecord, "recorded_at")),
    timestamp("accepted_at", "r.accepted_at", of(PersonRecord, "accepted_at")),
)  # fmt: skip
