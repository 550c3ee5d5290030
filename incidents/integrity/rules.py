"""The rules of the design that span rows (its section on rules that never break)."""

from django.utils.translation import gettext_lazy as _

from incidents.integrity import Rule, sql
from incidents.integrity.derived import dates_follow, figures_marked, figures_recompute, history_is_whole, scopes_follow

CYCLES = """
WITH RECURSIVE edge (lower, upper) AS ({edges}),
climb (start, node) AS (
    SELECT lower, upper FROM edge
    UNION
    SELECT climb.start, edge.upper FROM climb JOIN edge ON edge.lower = climb.node)
SELECT NULL::bigint, '{table}', start FROM climb WHERE start = node"""


def _cycle(code: str, label: object, table: str, edges: str) -> Rule:
    return Rule(code, label, sql(CYCLES.format(edges=edges, table=table)))


STATES = (
    "incidents_incident", "incidents_claim", "incidents_responsibilityclaim", "incidents_statement", "incidents_figure",
    "incidents_revision",
)  # fmt: skip
LOGGED = " UNION ALL ".join(
    f"SELECT {'t.id' if table == 'incidents_incident' else 'NULL::bigint'}, '{table}', t.id::text"  # noqa: S608  our own tables
    f" FROM {table} t WHERE t.status IS DISTINCT FROM (SELECT to_state FROM transition WHERE table_name = '{table}'"
    " AND row_id = t.id::text ORDER BY id DESC LIMIT 1)"
    for table in STATES
)
SAID = {"claim": "claim", "responsibility": "responsibilityclaim", "statement": "statement"}
UNCITED = " UNION ALL ".join(
    f"SELECT t.incident_id, 'incidents_{table}', t.id::text FROM incidents_{table} t"  # noqa: S608  as above
    f" WHERE t.status <> 'draft' AND NOT EXISTS (SELECT FROM incidents_citation c WHERE c.{column}_id = t.id)"
    for column, table in SAID.items()
)

RULES: tuple[Rule, ...] = (
    Rule(
        "corrected_without_correction",
        _("corrected, but no correction of it was accepted"),
        sql(
            "SELECT incident_id, 'incidents_claim', id::text FROM incidents_claim c WHERE status = 'corrected'"
            " AND NOT EXISTS (SELECT FROM incidents_claim x WHERE x.corrects_id = c.id AND x.accepted_at IS NOT NULL)"
        ),
        quick=True,
    ),
    Rule(
        "part_of_another_incident",
        _("part of a claim about another incident"),
        sql(
            "SELECT c.incident_id, 'incidents_claim', c.id::text FROM incidents_claim c"
            " JOIN incidents_claim whole ON whole.id = c.part_of_id"
            " WHERE c.part_of_id IS NOT NULL AND whole.incident_id <> c.incident_id"
        ),
        quick=True,
    ),
    Rule(
        "part_of_another_claimant",
        _("part of a claim of another claimant"),
        sql(
            "SELECT c.incident_id, 'incidents_claim', c.id::text FROM incidents_claim c"
            " JOIN incidents_claim whole ON whole.id = c.part_of_id"
            " JOIN organization_meant one ON one.id = c.claimant_id"
            " JOIN organization_meant other ON other.id = whole.claimant_id"
            " WHERE c.part_of_id IS NOT NULL AND one.means <> other.means"
        ),
        quick=True,
    ),
    Rule(
        "under_revision_without_revision",
        _("under revision, but there is no open revision"),
        sql(
            "SELECT id, 'incidents_incident', id::text FROM incidents_incident i WHERE status = 'under_revision'"
            " AND NOT EXISTS (SELECT FROM incidents_revision r WHERE r.incident_id = i.id"
            " AND r.status IN ('draft', 'in_review', 'returned'))"
        ),
        quick=True,
    ),
    Rule(
        "about_a_merged_incident",
        _("about an incident that was merged into another"),
        sql(
            "SELECT c.incident_id, 'incidents_claim', c.id::text FROM incidents_claim c"
            " JOIN incidents_incident i ON i.id = c.incident_id WHERE i.status = 'merged'"
        ),
        quick=True,
    ),
    Rule(
        "merged_into_nothing",
        _("merged, but into nothing, or merged away though it stands"),
        sql(
            "SELECT i.id, 'incidents_incident', i.id::text FROM incidents_incident i"
            " WHERE i.status = 'merged' AND NOT EXISTS (SELECT FROM incidents_incidentmerge m"
            " WHERE m.merged_id = i.id AND m.undone_at IS NULL)"
            " UNION ALL SELECT m.merged_id, 'incidents_incidentmerge', m.id::text FROM incidents_incidentmerge m"
            " JOIN incidents_incident i ON i.id = m.merged_id WHERE m.undone_at IS NULL AND i.status <> 'merged'"
        ),
        quick=True,
    ),
    Rule(
        "scopes_left_due",
        _("written by SQL: what its claims come to was not looked at since (rebuild_scopes --due)"),
        sql("SELECT DISTINCT incident_id, 'incidents_scope', incident_id::text FROM incidents_scopedue"),
        quick=True,
    ),
    Rule(
        "part_of_an_event",
        _("part of an event: only situations have parts"),
        sql(
            "SELECT p.part_id, 'incidents_incidentpart', p.id::text FROM incidents_incidentpart p"
            " JOIN incidents_incident whole ON whole.id = p.situation_id WHERE whole.incident_type <> 'situation'"
        ),
    ),
    Rule("submitted_without_citation", _("submitted, and stands in no source"), sql(UNCITED)),
    Rule(
        "chain_not_whole",
        _("the chain of a citation is not as long as it was recorded"),
        sql(
            "SELECT c.incident_id, 'incidents_citation', cit.id::text FROM incidents_citation cit"
            " LEFT JOIN incidents_claim c ON c.id = cit.claim_id"
            " WHERE cit.relay_count <> (SELECT count(*) FROM incidents_relay r WHERE r.citation_id = cit.id)"
        ),
    ),
    Rule(
        "population_does_not_fit",
        _("the measure counts people and nobody is named, or the reverse"),
        sql(
            "SELECT c.incident_id, 'incidents_claim', c.id::text FROM incidents_claim c"
            " JOIN incidents_measure m ON m.code = c.measure_id WHERE m.counts_people <> (c.population_id IS NOT NULL)"
        ),
    ),
    Rule("state_not_in_log", _("stands where no logged step led it"), sql(LOGGED)),
    Rule(
        "merged_less_open",
        _("merged into what is more open than itself, or over more than one step"),
        sql(
            "SELECT NULL::bigint, 'sources_organization', o.id::text FROM sources_organization o"
            " JOIN sources_organization m ON m.id = o.merged_into_id"
            " WHERE o.disclosure > m.disclosure OR m.merged_into_id IS NOT NULL"
            " UNION ALL SELECT NULL::bigint, 'sources_source', o.id::text FROM sources_source o"
            " JOIN sources_source m ON m.id = o.merged_into_id"
            " WHERE o.disclosure > m.disclosure OR m.merged_into_id IS NOT NULL"
        ),
    ),
    Rule(
        "figure_of_another_incident",
        _("a figure rests on a claim about another incident, or on none"),
        sql(
            "SELECT s.incident_id, 'incidents_figure', f.id::text FROM incidents_figure f"
            " JOIN incidents_scope s ON s.id = f.scope_id JOIN incidents_incident i ON i.id = s.incident_id"
            # What a merge moved elsewhere returns when it is taken back, and the figure with it.
            " WHERE f.status = 'adopted' AND i.status <> 'merged' AND (NOT EXISTS ("
            "   SELECT FROM incidents_figureclaim u WHERE u.figure_id = f.id AND u.use = 'used')"
            " OR EXISTS (SELECT FROM incidents_figureclaim u JOIN incidents_claim c ON c.id = u.claim_id"
            "   WHERE u.figure_id = f.id AND c.incident_id <> s.incident_id))"
        ),
    ),
    _cycle(
        "population_within_itself", _("a population is a part of itself"), "incidents_population",
        "SELECT narrower_id, broader_id FROM incidents_populationbroader",
    ),
    _cycle(
        "cause_within_itself", _("a cause is a kind of itself"), "incidents_cause",
        "SELECT code, broader_id FROM incidents_cause WHERE broader_id IS NOT NULL",
    ),
    _cycle(
        "place_within_itself", _("a place lies within itself"), "places_place",
        "SELECT lower_id::text, upper_id::text FROM place_edge",
    ),
    _cycle(
        "incident_within_itself", _("a situation is a part of itself"), "incidents_incident",
        "SELECT part_id::text, situation_id::text FROM incidents_incidentpart",
    ),
    _cycle(
        "claim_within_itself", _("a claim is a part of itself"), "incidents_claim",
        "SELECT id::text, part_of_id::text FROM incidents_claim WHERE part_of_id IS NOT NULL",
    ),
    Rule("date_does_not_follow", _("the earliest and latest day are not those of the date as entered"), dates_follow),
    Rule("scope_does_not_follow", _("what is kept of a scope is not what its claims come to"), scopes_follow),
    Rule("figure_does_not_follow", _("a figure is not what its policy makes of what it kept"), figures_recompute),
    Rule("figure_wrongly_marked", _("a figure is marked stale though it stands, or the reverse"), figures_marked),
    Rule("history_not_whole", _("the row is not as its history last has it"), history_is_whole),
)  # fmt: skip
