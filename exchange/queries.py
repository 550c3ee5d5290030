"""The query behind each export: which rows, joined to what their columns name, as far as the reader may see it.

Each text is the part of a SELECT after its columns. ``chosen`` is the filtered rows, by key; ``level`` is the
reader's. Written for whole sets: one pass over each table, nothing per row.
"""

from sources.disclosure import holds_name, masked, masked_address

# A chain that holds something above the level is not visible, and nor is its citation.
CITED = """
    relayed AS MATERIALIZED (
        SELECT relay.citation_id, bool_or(org.disclosure > %(level)s) AS hidden,
               string_agg(org.outside_code, ' | ' ORDER BY relay.position) AS relays,
               string_agg(org.outside_name, ' | ' ORDER BY relay.position) AS relay_names,
               -- One slot a relay, also where nothing is said of it.
               string_agg(relay.medium, ' | ' ORDER BY relay.position) AS relay_media,
               string_agg(relay.stated, ' | ' ORDER BY relay.position) AS relay_words
        FROM chosen
        JOIN incidents_citation cit ON cit.claim_id = chosen.id
        JOIN incidents_relay relay ON relay.citation_id = cit.id
        JOIN shown_organization org ON org.id = relay.organization_id
        GROUP BY relay.citation_id),
    visible_citation AS (
        SELECT cit.*, relayed.relays, relayed.relay_names, relayed.relay_media, relayed.relay_words
        FROM chosen
        JOIN incidents_citation cit ON cit.claim_id = chosen.id
        JOIN sources_source src ON src.id = cit.source_id AND src.disclosure <= %(level)s
        LEFT JOIN shown_organization pub ON pub.id = src.publisher_id
        LEFT JOIN relayed ON relayed.citation_id = cit.id
        WHERE (pub.id IS NULL OR pub.disclosure <= %(level)s) AND relayed.hidden IS NOT TRUE
          AND cit.source_id NOT IN ({leading_above}))
"""

# Masking costs more than anything else in a row, so it is done once a source, not once a citation. ``named`` is the
# record that is cited; everything else is that of the record it means.
SOURCED = f"""
    shown_source AS MATERIALIZED (
        SELECT src.named, src.id, src.kind_id, src.publisher_id, src.language, src.published, src.published_earliest,
               src.published_latest, src.published_inferred, src.retrieved_at, src.content_hash, src.recorded_at,
               {masked("src.title")} AS title,
               nullif({masked_address("src.url")}, '') AS url,
               nullif({masked_address("src.archived_url")}, '') AS archived_url
        FROM (SELECT own.id AS named, own.* FROM sources_source own WHERE own.merged_into_id IS NULL
              UNION ALL
              SELECT merged.id, meant.* FROM sources_source merged
              JOIN sources_source meant ON meant.id = merged.merged_into_id) AS src
        WHERE src.named IN (SELECT {{sources}}))
"""  # noqa: S608  names of columns in our own code

# The same for organizations and places, of which there are few.
NAMED = f"""
    shown_organization AS MATERIALIZED (
        SELECT named.id, org.id AS means, org.outside_code, org.kind_id, {masked("org.outside_name")} AS outside_name,
               greatest(named.disclosure, org.disclosure) AS disclosure
        FROM sources_organization named
        JOIN sources_organization org ON org.id = coalesce(named.merged_into_id, named.id)),
    shown_place AS MATERIALIZED (
        SELECT area.id, area.code, area.pcode, area.admin_level, area.latitude, area.longitude, area.precision,
               {masked("area.name")} AS name, {masked("area.name_ar")} AS name_ar
        FROM places_place area)
"""  # noqa: S608  as above

GRADED = """
    graded AS (
        SELECT organization_id, grade FROM sources_reliabilityassessment WHERE period @> %(today)s::date)
"""

LOOKED = {
    "claims": holds_name("c.stated", "c.population_stated", "cited.locator", "cited.stated"),
    "citations": holds_name("x.stated", "x.locator", "x.relay_media", "x.relay_words"),
}
"""Whether a row may hold a protected name; next to none does, and looking is what costs."""

CLAIMS = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named},
    {cited},
    {sourced},
    {graded},
    seen AS MATERIALIZED ({visible_claims}),
    cited AS (
        SELECT DISTINCT ON (claim_id) *, count(*) OVER (PARTITION BY claim_id) AS citation_count
        FROM visible_citation ORDER BY claim_id, position),
    dated AS (
        SELECT DISTINCT ON (visible_citation.claim_id) visible_citation.claim_id, shown_source.published,
               shown_source.published_earliest, shown_source.published_latest
        FROM visible_citation JOIN shown_source ON shown_source.named = visible_citation.source_id
        WHERE shown_source.published <> '' ORDER BY visible_citation.claim_id, visible_citation.position),
    derived AS (
        SELECT d.claim_id,
               string_agg(coalesce(org.outside_code, rests.id::text, src.means::text), ' | ' ORDER BY d.id) AS from_what,
               string_agg(d.strength, ' | ' ORDER BY d.id) AS strengths
        FROM chosen
        JOIN incidents_derivation d ON d.claim_id = chosen.id
        LEFT JOIN shown_organization org ON org.id = d.organization_id
        LEFT JOIN seen rests ON rests.id = d.rests_on_id AND d.organization_id IS NULL
        LEFT JOIN ({visible_sources}) src ON src.named = d.source_id AND d.organization_id IS NULL
        WHERE (org.id IS NULL OR org.disclosure <= %(level)s)
          AND coalesce(org.outside_code, rests.id::text, src.means::text) IS NOT NULL
        GROUP BY d.claim_id),
    broader AS (
        SELECT narrower_id, string_agg(broader_id, ' | ' ORDER BY broader_id) AS codes
        FROM incidents_populationbroader GROUP BY narrower_id)
SELECT {columns}
FROM chosen
JOIN incidents_claim c ON c.id = chosen.id
JOIN incidents_incident i ON i.id = c.incident_id
JOIN shown_organization claimant ON claimant.id = c.claimant_id
JOIN cited ON cited.claim_id = c.id
JOIN shown_source cited_source ON cited_source.named = cited.source_id
LEFT JOIN shown_organization publisher ON publisher.id = cited_source.publisher_id
LEFT JOIN dated ON dated.claim_id = c.id
LEFT JOIN graded ON graded.organization_id = claimant.means
LEFT JOIN incidents_population p ON p.code = c.population_id
LEFT JOIN broader ON broader.narrower_id = c.population_id
LEFT JOIN shown_place place ON place.id = c.place_id
LEFT JOIN incidents_codingrule rule ON rule.id = c.coding_rule_id
LEFT JOIN derived ON derived.claim_id = c.id
LEFT JOIN incidents_scopeclaim standing ON standing.claim_id = c.id
    AND %(level)s BETWEEN standing.disclosure_from AND standing.disclosure_to
    AND c.incident_id NOT IN (SELECT incident_id FROM incidents_scopedue)
LEFT JOIN seen whole ON whole.id = current_claim(c.part_of_id)
LEFT JOIN ({visible_corrections}) correction ON correction.corrects_id = c.id
CROSS JOIN LATERAL (SELECT {looked} AS holds OFFSET 0) AS looked
ORDER BY c.recorded_at, c.id
"""

CITATIONS = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named},
    {cited},
    {sourced}
SELECT {columns}
FROM visible_citation x
JOIN incidents_claim c ON c.id = x.claim_id
JOIN incidents_incident i ON i.id = c.incident_id
JOIN shown_source cited_source ON cited_source.named = x.source_id
LEFT JOIN shown_organization publisher ON publisher.id = cited_source.publisher_id
CROSS JOIN LATERAL (SELECT {looked} AS holds OFFSET 0) AS looked
ORDER BY c.recorded_at, c.id, x.position
"""

DERIVATIONS = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named}
SELECT {columns}
FROM chosen
JOIN incidents_claim c ON c.id = chosen.id
JOIN incidents_incident i ON i.id = c.incident_id
JOIN incidents_derivation d ON d.claim_id = c.id
LEFT JOIN shown_organization origin ON origin.id = d.organization_id
LEFT JOIN ({visible_claims}) rests ON rests.id = d.rests_on_id
LEFT JOIN ({visible_sources}) rests_source ON rests_source.named = d.source_id
WHERE (origin.id IS NULL OR origin.disclosure <= %(level)s)
  AND coalesce(origin.id::text, rests.id::text, rests_source.means::text) IS NOT NULL
ORDER BY c.recorded_at, c.id, d.id
"""

INCIDENTS = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named},
    seen AS MATERIALIZED ({visible_incidents}),
    located AS (
        SELECT l.incident_id,
               string_agg(p.code, ' | ' ORDER BY l.position) FILTER (WHERE l.role = 'place') AS codes,
               string_agg(p.name, ' | ' ORDER BY l.position) FILTER (WHERE l.role = 'place') AS names,
               string_agg(p.name_ar, ' | ' ORDER BY l.position) FILTER (WHERE l.role = 'place') AS names_ar,
               string_agg(coalesce(trim_scale(p.latitude)::text, ''), ' | ' ORDER BY l.position)
                   FILTER (WHERE l.role = 'place') AS latitudes,
               string_agg(coalesce(trim_scale(p.longitude)::text, ''), ' | ' ORDER BY l.position)
                   FILTER (WHERE l.role = 'place') AS longitudes,
               string_agg(p.code, ' | ' ORDER BY l.position) FILTER (WHERE l.role = 'destination') AS destinations
        FROM chosen
        JOIN incidents_incidentplace l ON l.incident_id = chosen.id
        JOIN shown_place p ON p.id = l.place_id
        GROUP BY l.incident_id),
    kinds AS (
        SELECT k.incident_id, string_agg(k.incidentkind_id, ' | ' ORDER BY k.incidentkind_id) AS codes
        FROM chosen JOIN incidents_incident_kinds k ON k.incident_id = chosen.id GROUP BY k.incident_id),
    wholes AS (
        SELECT link.part_id, string_agg(seen.reference, ' | ' ORDER BY seen.reference) AS refs
        FROM chosen JOIN incidents_incidentpart link ON link.part_id = chosen.id
        JOIN seen ON seen.id = link.situation_id GROUP BY link.part_id),
    parts AS (
        SELECT link.situation_id, string_agg(seen.reference, ' | ' ORDER BY seen.reference) AS refs
        FROM chosen JOIN incidents_incidentpart link ON link.situation_id = chosen.id
        JOIN seen ON seen.id = link.part_id GROUP BY link.situation_id)
SELECT {columns}
FROM chosen
JOIN incidents_incident i ON i.id = chosen.id
LEFT JOIN located ON located.incident_id = i.id
LEFT JOIN kinds ON kinds.incident_id = i.id
LEFT JOIN wholes ON wholes.part_id = i.id
LEFT JOIN parts ON parts.situation_id = i.id
ORDER BY i.published_at, i.id
"""

ORGANIZATIONS = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named},
    {graded},
    names AS (
        SELECT organization_id, string_agg(name, ' | ' ORDER BY name) AS also
        FROM sources_organizationname GROUP BY organization_id),
    members AS (
        SELECT collective.means, string_agg(DISTINCT member.outside_code, ' | ' ORDER BY member.outside_code) AS codes
        FROM sources_organizationmembership m
        JOIN shown_organization collective ON collective.id = m.collective_id AND collective.disclosure <= %(level)s
        JOIN shown_organization member ON member.id = m.member_id AND member.disclosure <= %(level)s
        GROUP BY collective.means)
SELECT {columns}
FROM chosen
JOIN sources_organization o ON o.id = chosen.id
LEFT JOIN sources_party party ON party.id = o.aligned_with_id
LEFT JOIN names ON names.organization_id = o.id
LEFT JOIN members ON members.means = o.id
LEFT JOIN graded ON graded.organization_id = o.id
ORDER BY o.outside_name, o.outside_code
"""

PLACES = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named},
    covered AS (
        SELECT coverage.area_id, string_agg(part.code, ' | ' ORDER BY part.code COLLATE "C") AS codes
        FROM places_placecoverage coverage JOIN places_place part ON part.id = coverage.covered_id
        GROUP BY coverage.area_id),
    also AS (
        SELECT place_id, string_agg(name, ' | ' ORDER BY name COLLATE "C") AS names FROM places_placename GROUP BY place_id)
SELECT {columns}
FROM chosen
JOIN places_place area ON area.id = chosen.id
JOIN shown_place place ON place.id = area.id
LEFT JOIN places_place whole ON whole.id = area.within_id
LEFT JOIN covered ON covered.area_id = area.id
LEFT JOIN also ON also.place_id = area.id
ORDER BY area.code
"""

SOURCES = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named},
    {sourced}
SELECT {columns}
FROM shown_source s
LEFT JOIN shown_organization publisher ON publisher.id = s.publisher_id
ORDER BY s.recorded_at, s.id
"""

# One row a record: what each source says stays apart. A name is joined only where it may be read.
VICTIMS = """
WITH chosen AS MATERIALIZED ({chosen}),
    {named},
    shown_record AS MATERIALIZED (
        SELECT link.victim_id, record.*, name_disclosure(record.id) AS name_level
        FROM chosen
        JOIN victims_link link ON link.victim_id = chosen.id
        JOIN ({visible_records}) seen ON seen.id = link.record_id
        JOIN victims_personrecord record ON record.id = seen.id),
    {sourced},
    {graded},
    relayed AS (
        SELECT relay.record_id, string_agg(org.outside_code, ' | ' ORDER BY relay.position) AS relays
        FROM shown_record
        JOIN victims_personrelay relay ON relay.record_id = shown_record.id
        JOIN shown_organization org ON org.id = relay.organization_id
        GROUP BY relay.record_id),
    called AS (
        SELECT name.record_id,
               string_agg(name.text, ' | ' ORDER BY name.position) AS texts,
               string_agg(name.script, ' | ' ORDER BY name.position) AS scripts,
               string_agg(name.language, ' | ' ORDER BY name.position) AS languages,
               string_agg(name.kind, ' | ' ORDER BY name.position) AS kinds
        FROM shown_record
        JOIN victims_personname name ON name.record_id = shown_record.id AND shown_record.name_level <= %(level)s
        GROUP BY name.record_id)
SELECT {columns}
FROM shown_record r
JOIN victims_victim v ON v.id = r.victim_id
JOIN incidents_incident i ON i.id = r.incident_id
JOIN shown_organization claimant ON claimant.id = r.claimant_id
JOIN shown_source cited_source ON cited_source.named = r.source_id
LEFT JOIN shown_organization publisher ON publisher.id = cited_source.publisher_id
LEFT JOIN graded ON graded.organization_id = claimant.means
LEFT JOIN shown_place place ON place.id = r.place_id
LEFT JOIN relayed ON relayed.record_id = r.id
LEFT JOIN called ON called.record_id = r.id
ORDER BY v.reference, r.recorded_at, r.id
"""
