"""Invariants that the database holds whoever writes: graphs without cycles, permanent references, one current figure."""

import threading

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.refusals import explained
from incidents import counts
from incidents.models import (
    Cause,
    Figure,
    Incident,
    IncidentPart,
    Measure,
    Population,
    PopulationBroader,
    Scope,
)
from incidents.services import claims, incidents
from places.models import Place, PlaceCoverage
from sources.models import Organization, OrganizationMembership
from sources.services import assess_reliability, record_source
from tests.databases import application_parameters
from tests.factories import NOON


def refuses(message: str):
    return pytest.raises(Exception, match=message)


def test_populations_contain_no_cycle(db):
    with refuses("would contain itself"), transaction.atomic():
        PopulationBroader.objects.create(narrower_id="all", broader_id="palestinian-refugees")
    with refuses("would contain itself"), transaction.atomic():
        PopulationBroader.objects.create(narrower_id="all", broader_id="all")
    with refuses("would contain itself"), transaction.atomic():
        Population.objects.bulk_create([Population(code="a-side", label="a"), Population(code="b-side", label="b")])
        PopulationBroader.objects.bulk_create(
            [
                PopulationBroader(narrower_id="a-side", broader_id="b-side"),
                PopulationBroader(narrower_id="b-side", broader_id="a-side"),
            ]
        )


def test_causes_contain_no_cycle(db):
    with refuses("would contain itself"), transaction.atomic():
        Cause.objects.filter(code="explosive_weapons").update(broader_id="barrel_bomb")


def test_places_contain_no_cycle_also_not_across_within_and_covers(db):
    syria, camp, south = (Place.objects.get(code=code) for code in ("SY", "C1002", "south-damascus"))
    with refuses("would lie within itself"), transaction.atomic():
        Place.objects.filter(pk=syria.pk).update(within=camp)
    with refuses("would lie within itself"), transaction.atomic():
        PlaceCoverage.objects.create(area=camp, covered=south)
    with refuses("would lie within itself"), transaction.atomic():
        Place.objects.filter(pk=south.pk).update(within=camp)


def test_a_collective_is_not_a_member_of_its_members(db):
    collective = Organization.objects.get(code="activists-south-damascus")
    member = collective.members.get()
    with refuses("would contain itself"), transaction.atomic():
        OrganizationMembership.objects.create(collective=member, member=collective)


def test_only_situations_have_parts_and_no_situation_is_part_of_itself(register):
    event = register.incident()
    outer = register.incident(incident_type="situation")
    inner = register.incident(incident_type="situation", part_of=[outer])
    with refuses("only a situation has parts"), transaction.atomic():
        IncidentPart.objects.create(part=inner, situation=event)
    with refuses("would contain itself"), transaction.atomic():
        IncidentPart.objects.create(part=outer, situation=inner)
    with refuses("remains a situation"), transaction.atomic():
        Incident.objects.filter(pk=outer.pk).update(incident_type="event")


@pytest.mark.django_db(transaction=True)
def test_two_writers_cannot_close_a_cycle_together():
    Population.objects.bulk_create([Population(code="left", label="l"), Population(code="right", label="r")])
    insert = "INSERT INTO incidents_populationbroader (narrower_id, broader_id) VALUES (%s, %s)"
    outcomes = {}

    def second() -> None:
        with psycopg.connect(**application_parameters()) as other:
            try:
                other.execute(insert, ["right", "left"])
                outcomes["second"] = "committed"
            except psycopg.errors.CheckViolation:
                outcomes["second"] = "refused"

    with psycopg.connect(**application_parameters()) as one:
        one.execute(insert, ["left", "right"])
        thread = threading.Thread(target=second)
        thread.start()  # it waits for the first writer's lock
    thread.join(timeout=30)
    assert outcomes == {"second": "refused"}


def test_a_reference_is_permanent_and_well_formed(register):
    incident = register.incident()
    with refuses("permanent"), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(reference="SJ-222222")
    with refuses("incident_reference_is_well_formed"), transaction.atomic():
        Incident.objects.create(
            reference="SJ-000000", title="x", incident_type="event", recorded_by=register.analyst, recorded_at=NOON,
            modified_by=register.analyst, modified_at=NOON,
        )  # fmt: skip


def test_a_published_incident_is_never_deleted(register):
    with refuses("never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM incidents_incident WHERE id = %s",
            [register.published().pk],
        )


def test_a_measure_keeps_its_meaning_once_it_is_used(db):
    with refuses("can no longer change"), transaction.atomic():
        Measure.objects.filter(code="killed").update(counts_people=False)


@pytest.mark.parametrize(
    ("measure", "population", "expected"), [("killed", None, "say who"), ("air_strikes", "all", "leave the population")]
)
def test_a_population_goes_with_measures_that_count_people_and_no_others(measure, population, expected, register):
    given = {
        "measure": Measure.objects.get(code=measure),
        "population": population and Population.objects.get(code=population),
    }
    with pytest.raises(ValidationError, match=expected):
        claims.record_claim(
            incident=register.incident(), claimant=register.organization(), count=counts.code(counts.Quantifier.EXACT, 1, stated="one"),
            citations=[], by=register.analyst, at=NOON, **given,
        )  # fmt: skip
    draft = register.draft(register.incident())
    with refuses("counts"), transaction.atomic():
        type(draft).objects.filter(pk=draft.pk).update(measure_id=measure, population_id=population)


def test_a_claim_without_a_citation_words_or_with_a_bad_date_is_refused_by_field(register):
    given = {
        "incident": register.incident(), "claimant": register.organization(), "measure": Measure.objects.get(code="killed"),
        "population": Population.objects.get(code="all"), "by": register.analyst, "at": NOON,
    }  # fmt: skip
    with pytest.raises(ValidationError) as refusal:
        claims.record_claim(count=counts.code(counts.Quantifier.EXACT, 1, stated="one"), citations=[], **given)
    assert "citations" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        claims.record_claim(count=counts.code(counts.Quantifier.EXACT, 1), citations=[], **given)
    assert "stated" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        claims.record_claim(
            count=counts.code(counts.Quantifier.EXACT, 1, stated="one"), citations=[], as_of="last week", **given
        )
    assert "last week" in refusal.value.message_dict["as_of"][0]


def test_what_a_source_states_is_recordable_even_when_it_contradicts_itself(register):
    incident = register.published()
    reversed_bounds = counts.code(counts.Quantifier.BETWEEN, 9, 5, stated="between nine and five")
    outside = counts.Count(3, 8, 4, counts.Quantifier.BETWEEN, stated="3–4, best 8")
    for count in (reversed_bounds, outside):
        assert count.contradictions()
        assert register.accepted(incident, count=count).status == "accepted"
    whole = register.accepted(incident)
    part = register.accepted(
        incident,
        claimant=whole.claimant,
        part_of=whole,
        count=counts.code(counts.Quantifier.EXACT, 30, stated="thirty"),
    )
    assert part.minimum > whole.minimum


def test_grades_of_one_organization_never_overlap(register):
    import datetime as dt

    organization = register.organization()
    given = {"organization": organization, "by": register.reviewer, "at": NOON}
    assess_reliability(
        grade="B", basis="two years of checks", since=dt.date(2020, 1, 1), until=dt.date(2022, 1, 1), **given
    )
    assess_reliability(grade="C", basis="a retraction", since=dt.date(2022, 1, 1), **given)
    with pytest.raises(ValidationError, match="Another assessment"):
        assess_reliability(grade="A", basis="a wish", since=dt.date(2021, 6, 1), **given)
    with pytest.raises(ValidationError, match="On what the grade rests|cannot be blank"):
        assess_reliability(grade="A", basis="", since=dt.date(2019, 1, 1), until=dt.date(2019, 2, 1), **given)


@pytest.mark.parametrize("field", ["url", "archived_url"])
@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "not an address"])
def test_an_address_is_a_web_address(field, address, register):
    with pytest.raises(ValidationError) as refusal:
        register.source(**{field: address})
    assert field in refusal.value.message_dict


def test_an_unreadable_date_is_refused_with_what_was_expected(register):
    from sources.models import SourceKind

    with pytest.raises(ValidationError, match="April the 21st"):
        record_source(
            by=register.analyst, at=NOON, title="x", kind=SourceKind.objects.first(), published="April the 21st"
        )


def test_dates_have_bounds_only_with_a_text_and_in_order(register):
    incident = register.incident()
    for change in ({"occurred": ""}, {"occurred_earliest": "2030-01-01", "occurred_latest": "2020-01-01"}):
        with refuses("incident_occurred_bounds_follow"), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(**change)


def scope(register) -> Scope:
    return Scope.objects.create(
        incident=register.incident(), measure_id="killed", unit_id="persons", population_id="all", basis="event"
    )


def test_a_scope_is_unique_also_where_nothing_is_said(register):
    first = scope(register)
    with pytest.raises(IntegrityError, match="scope_is_unique"), transaction.atomic():
        Scope.objects.create(
            incident=first.incident, measure_id="killed", unit_id="persons", population_id="all", basis="event"
        )


def test_low_best_and_high_are_in_order(register):
    with refuses("figure_is_ordered"), transaction.atomic():
        Figure.objects.create(
            scope=scope(register),
            low=5,
            high=3,
            policy="manual",
            reason="x",
            proposed_by=register.analyst,
            proposed_at=NOON,
        )


def test_a_refusal_names_the_constraint_in_words(register):
    incident = register.incident()
    with pytest.raises(ValidationError, match="Withdrawing needs a reason"), explained(), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(status="withdrawn")


def test_changing_an_incident_changes_its_places_in_order(register):
    incident = register.incident()
    wanted = [Place.objects.get(code=code) for code in ("C1002", "SY02", "SY07")]
    incidents.change_incident(incident, by=register.analyst, at=NOON, changes={"places": wanted, "title": "Moved"})
    assert [link.place for link in incident.located.order_by("position").select_related("place")] == wanted


def test_what_a_claim_was_coded_with_does_not_move_from_under_it(register):
    from incidents.models import CodingRule
    from sources.models import Party

    rule = CodingRule.objects.get(code="dozens-en")
    register.accepted(
        register.published(), coding_rule=rule,
        count=counts.code(counts.Quantifier.VAGUE, 12, stated="dozens", coding_rule=rule.code),
    )  # fmt: skip
    changes = [
        (CodingRule.objects.filter(pk=rule.pk), {"minimum": 24}, "words and bounds"),
        (CodingRule.objects.filter(pk=rule.pk), {"code": "other"}, "permanent"),
        (Population.objects.filter(code="civilians"), {"civil_status": "combatant"}, "dimensions"),
        (Organization.objects.filter(code="sana"), {"code": "other"}, "permanent"),
        (Organization.objects.filter(code="hazem-al-shamy"), {"public_code": "other"}, "permanent"),
        (Place.objects.filter(code="C1002"), {"code": "other"}, "permanent"),
        (Party.objects.filter(code="isil"), {"code": "other"}, "permanent"),
    ]
    for rows, change, message in changes:
        with refuses(message), transaction.atomic():
            rows.update(**change)


def test_a_later_citation_never_comes_first(register):
    from incidents.models import Citation

    claim = register.accepted(register.published())
    given = {"claim": claim, "source": register.source(), "recorded_by": register.analyst, "recorded_at": NOON}
    with refuses("citation_position_starts_at_one"), transaction.atomic():
        Citation.objects.create(position=0, **given)
    Citation.objects.create(position=5, **given)
    with refuses("comes after it"), transaction.atomic():
        Citation.objects.create(position=3, **given)


def test_what_equals_the_incidents_own_is_as_if_it_were_not_said(register):
    from tests.api.client import results

    incident = register.published(occurred="2025-03-02", places=[Place.objects.get(code="C1002")])
    claimant = register.organization()
    for place, period, day in (
        (None, "", "2025-03-02"),
        (Place.objects.get(code="C1002"), "", "2025-03-03"),
        (None, "2025-03-02", "2025-03-04"),
        (None, "2025-03-02/2025-03-02", "2025-03-05"),
    ):
        register.accepted(incident, claimant=claimant, place=place, period=period, as_of=day)
    assert [claim["as_of"]["edtf"] for claim in results("claims/", incident=incident.reference) if claim["speaks"]] == [
        "2025-03-05"
    ]


def test_who_may_do_what_is_in_the_history(db):
    from django.contrib.auth.models import Group, Permission

    from accounts.models import HistoryEntry

    before = HistoryEntry.objects.filter(table_name="auth_group_permissions").count()
    Group.objects.get(name="analyst").permissions.add(Permission.objects.get(codename="publish_incident"))
    assert HistoryEntry.objects.filter(table_name="auth_group_permissions").count() == before + 1
