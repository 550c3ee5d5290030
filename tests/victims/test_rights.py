"""Who may do what to persons: asked in the services, whoever calls them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from sources.disclosure import Disclosure
from tests.factories import NOON
from tests.victims import people
from victims.services import links, names, records, review
from victims.services.records import NameInput

ROLES = ("analyst", "reviewer", "publisher", "administrator", "auditor")


def deeds(register):
    """Each deed, and the roles that may do it; the rows are others' work."""
    incident = register.published()
    draft, submitted, standing, other = (
        people.draft(register, incident), people.proposed(register, incident), people.accepted(register, incident),
        people.accepted(register, incident),
    )  # fmt: skip
    victim = people.linked(register, other)
    anybody = {"names": [NameInput("A B", "Latn")]}
    return {
        "record": ({"analyst"}, lambda by: records.record_person(
            incident=incident, claimant=standing.claimant, source=standing.source, fate="killed", by=by, at=NOON, **anybody)),
        "change": ({"analyst"}, lambda by: records.change_draft(draft, changes={}, relays=[], by=by, at=NOON, **anybody)),
        "correct": ({"analyst"}, lambda by: records.correct(standing, reason="r", by=by, at=NOON, **anybody)),
        "submit": ({"analyst"}, lambda by: review.submit(people.draft(register, incident), by=by, at=NOON)),
        "discard": ({"analyst"}, lambda by: records.discard_draft(draft, by=by, at=NOON)),
        "return": ({"reviewer"}, lambda by: review.send_back(
            people.proposed(register, incident), by=by, at=NOON, note="n")),
        "reject": ({"reviewer"}, lambda by: review.reject(people.proposed(register, incident), by=by, at=NOON, note="n")),
        "accept": ({"reviewer"}, lambda by: review.accept(submitted, by=by, at=NOON)),
        "retract": ({"reviewer"}, lambda by: review.retract(
            people.accepted(register, incident), by=by, at=NOON, note="n")),
        "void": ({"reviewer"}, lambda by: review.void(people.accepted(register, incident), by=by, at=NOON, note="n")),
        "link": ({"reviewer"}, lambda by: links.decide_link(record=standing, victim=victim, reason="r", by=by, at=NOON)),
        "undo": ({"reviewer"}, lambda by: links.undo_link(record=other, victim=victim, reason="r", by=by, at=NOON)),
        "disclose": ({"publisher"}, lambda by: names.decide_name_disclosure(
            standing, level=Disclosure.PUBLIC, basis="b", by=by, at=NOON)),
    }  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_every_deed_is_for_its_roles_alone(role, register):
    person = register.person(f"Dana {role}", role)
    for name, (allowed, deed) in deeds(register).items():
        if role in allowed:
            deed(person)
        else:
            with pytest.raises(PermissionDenied):
                deed(person)
                pytest.fail(f"{role} may {name}")


STEPS = {
    "submit": (review.submit, people.draft, {}),
    "accept": (review.accept, people.proposed, {}),
    "return": (review.send_back, people.proposed, {"note": "n"}),
    "reject": (review.reject, people.proposed, {"note": "n"}),
    "retract": (review.retract, people.accepted, {"note": "n"}),
    "void": (review.void, people.accepted, {"note": "n"}),
}


@pytest.mark.parametrize("verb", STEPS)
def test_the_rights_of_claims_are_not_enough_for_persons(verb, register):
    from django.contrib.auth.models import Permission

    step, made, given = STEPS[verb]
    record = made(register, register.incident())
    person = register.person("Ines Example")
    person.user_permissions.set(Permission.objects.filter(content_type__app_label="incidents"))
    with pytest.raises(PermissionDenied, match="victims"):
        step(record, by=register.person("Ines Example"), at=NOON, **given)


def test_the_author_does_not_accept_their_own_record(register):
    both = register.person("Eva Example", "analyst", "reviewer", "publisher")
    record = records.record_person(
        incident=register.incident(), claimant=register.organization(), source=register.source(), fate="killed",
        names=[NameInput("A B", "Latn")], by=both, at=NOON,
    )  # fmt: skip
    submitted = review.submit(record, by=both, at=NOON)
    with pytest.raises(ValidationError, match="second person"):
        review.accept(submitted, by=both, at=NOON)
    accepted = review.accept(submitted, by=register.reviewer, at=NOON)
    with pytest.raises(ValidationError, match="second person"):
        names.decide_name_disclosure(accepted, level=Disclosure.PUBLIC, basis="b", by=both, at=NOON)


def test_a_reading_that_nobody_did_is_refused(db):
    from django.db import IntegrityError, transaction

    from victims.models import NameRead

    with pytest.raises(IntegrityError, match="name_read_by_someone"), transaction.atomic():
        NameRead.objects.create(at=NOON, door="csv", records=[])
