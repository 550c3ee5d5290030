"""Editions: what was outside is kept, in the words in which the API told it, and numbered as it was committed."""

import json

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from api.editions import keeping, states
from api.editions.keeping import keep_up
from api.editions.states import LEVELS, Kind
from api.management.commands import keep_editions
from api.models import Edition, EditionDue, EditionText
from incidents.models import Cause
from incidents.services import review
from sources.models import OrganizationKind
from tests.api.client import results
from tests.factories import NOON

ROOT = "http://testserver/api/v1/"
LISTS = {
    Kind.PLACE: "places", Kind.MEASURE: "measures", Kind.POPULATION: "populations", Kind.CAUSE: "causes", Kind.PARTY: "parties",
    Kind.ORGANIZATION: "organizations", Kind.SOURCE: "sources", Kind.INCIDENT: "incidents", Kind.CLAIM: "claims",
    Kind.RESPONSIBILITY: "responsibility", Kind.FIGURE: "figures",
}  # fmt: skip


def texts(kind, level=LEVELS[0]):
    current = Edition.objects.filter(kind=kind, level=level, until__isnull=True, digest__isnull=False)
    bodies = EditionText.objects.in_bulk([one.digest for one in current])
    return {one.key: json.loads(bodies[one.digest].body) for one in current}


@pytest.mark.parametrize("kind", LISTS)
def test_the_current_editions_are_what_the_api_answers(db, kind):
    keep_up()
    told = {one.get("id") or one.get("reference") or one["code"]: one for one in results(f"{LISTS[kind]}/")}
    kept = texts(kind)
    assert kept.keys() == told.keys()
    for key, body in kept.items():
        if "url" in body and body["url"] and not body["url"].startswith("http"):
            body["url"] = ROOT + body["url"]
        body.pop("statements", None)
        assert body == told[key]


def test_what_no_trigger_noted_is_found_by_looking_at_everything(register):
    claim = register.accepted(register.published())
    keep_up()
    assert keeping.differing() == []
    Edition.objects.filter(kind=Kind.CLAIM, row=str(claim.pk), level=0).update(until=NOON.replace(year=2030))
    assert keeping.differing() == [("claim", 0, str(claim.pk))]


def test_everything_is_looked_at_again_in_parts(register, monkeypatch, capsys):
    register.accepted(register.published())
    keep_up()
    monkeypatch.setattr(keeping, "BATCH", 7)
    Edition.objects.filter(until__isnull=True).update(until=NOON.replace(year=2030))
    call_command("keep_editions", "--all")
    assert keeping.differing() == []
    assert not EditionDue.objects.exists()
    assert "records in" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_several_processes_keep_the_same_editions(monkeypatch):
    keep_up()
    before = set(Edition.objects.filter(until__isnull=True).values_list("kind", "row", "level", "digest"))
    monkeypatch.setattr(keeping, "BATCH", 7)
    monkeypatch.setattr(keep_editions, "SHARED_OUT_FROM", 0)
    Edition.objects.filter(until__isnull=True).update(until=NOON.replace(year=2030))
    call_command("keep_editions", "--all", "--processes", "2")
    assert set(Edition.objects.filter(until__isnull=True).values_list("kind", "row", "level", "digest")) == before
    assert keeping.differing() == []


def test_very_many_notes_become_one(register, monkeypatch):
    monkeypatch.setattr(keeping, "MANY", 3)
    register.accepted(register.published())
    keeping.gather_notes()
    assert EditionDue.objects.get().kind == keeping.EVERYTHING
    keep_up()
    assert keeping.differing() == []


def test_what_was_deleted_is_told_of_though_very_much_is_due(register, monkeypatch):
    cause = Cause.objects.create(code="never-used", label="never used")
    keep_up()
    monkeypatch.setattr(keeping, "MANY", 0)
    cause.delete()
    register.published()
    keeping.gather_notes()
    keep_up()
    assert Edition.objects.filter(key="never-used").order_by("-number")[0].action == Edition.Action.WITHDRAWN


def test_everything_is_due_only_if_a_protected_name_changed(register):
    keep_up()
    example = register.organization("example", name="Example Office")
    example.name = "Example Bureau"
    example.save()
    assert not EditionDue.objects.filter(kind=keeping.EVERYTHING).exists()
    person = OrganizationKind.objects.get(code="individual")
    told = {"kind": person, "is_protected": True, "public_name": "Activist 9", "public_code": "activist-9"}
    register.organization("samir", name="Samir Example", **told)
    assert EditionDue.objects.filter(kind=keeping.EVERYTHING).exists()


@pytest.mark.django_db(transaction=True)
def test_who_writes_while_everything_is_due_does_a_small_part_of_it(monkeypatch):
    monkeypatch.setattr(keeping, "SHARE", 3)
    EditionDue.objects.all().delete()
    EditionDue.objects.create(kind=keeping.EVERYTHING, row="")
    keeping.keep_up_if_free()  # a note for each kind
    keeping.keep_up_if_free()
    looked_at = {
        note.partition("|")[0]: note.partition("|")[2] for note in EditionDue.objects.values_list("row", flat=True)
    }
    assert looked_at["claim"] == states.rows_after(Kind.CLAIM, "", 3)[-1]
    while EditionDue.objects.exists():
        keeping.keep_up_if_free()
    assert keeping.differing() == []


def test_two_rounds_of_everything_that_meet_miss_nothing(db, monkeypatch):
    keep_up()
    monkeypatch.setattr(keeping, "BATCH", 4)
    Edition.objects.filter(until__isnull=True).update(until=NOON.replace(year=2030))
    claims = states.rows_after(Kind.CLAIM, "", 10)
    EditionDue.objects.create(kind=keeping.ALL, row="claim|")
    EditionDue.objects.create(kind=keeping.ALL, row=f"claim|{claims[3]}")
    keep_up()
    assert [one for one in keeping.differing() if one[0] == Kind.CLAIM] == []


@pytest.mark.django_db(transaction=True)
def test_what_a_rebuild_of_scopes_leaves_due_is_one_note(monkeypatch, owner_connection):
    monkeypatch.setattr(keeping, "MANY", 3)
    owner_connection.execute("UPDATE incidents_scopestate SET high = high + 1 WHERE high IS NOT NULL")
    call_command("rebuild_scopes")
    assert EditionDue.objects.get().kind == keeping.EVERYTHING


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE api_edition SET reason = 'forged'",
        "DELETE FROM api_edition",
        "UPDATE api_edition SET until = NULL WHERE until IS NOT NULL",
        "UPDATE api_editiontext SET body = '{}'",
        "DELETE FROM api_editiontext",
    ],
)
def test_what_was_outside_is_never_rewritten(register, statement):
    incident = register.published()
    register.accepted(incident)
    keep_up()
    review.take_incident_step(incident, "withdraw", by=register.reviewer, at=NOON, note="Another day.")
    keep_up()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_protected_name_is_looked_for_everywhere(register):
    claim = register.accepted(register.published(title="Samir Example saw it"))
    keep_up()
    person = OrganizationKind.objects.get(code="individual")
    register.organization(
        "samir",
        name="Samir Example",
        kind=person,
        is_protected=True,
        public_name="Activist 9",
        public_code="activist-9",
    )
    keep_up()
    assert texts(Kind.INCIDENT)[claim.incident.reference]["title"] == "Activist 9 saw it"
    assert keeping.differing() == []
