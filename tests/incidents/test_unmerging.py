"""A merge that is taken back leaves both incidents as if there had been none, with what was done meanwhile to each."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from incidents import counts
from incidents.models import Assignment, Claim, Comment, Incident, IncidentMerge, Revision
from incidents.services import claims, discussion, incidents, merging, review, revisions, statements
from incidents.services.citations import CitationInput, DerivationInput, add_citation, add_derivation
from tests.factories import NOON, Register
from victims.models import PersonRecord
from victims.services import records
from victims.services import review as persons

LATER = NOON + dt.timedelta(days=1)


def said(words: str) -> counts.Count:
    return counts.code(counts.Quantifier.EXACT, 3, stated=words)


class World:
    """Two incidents of a situation each, with a part, a claim and its draft correction, a person and a remark, all
    known by words of their own; and what may be done to either, whether they are merged or not."""

    def __init__(self) -> None:
        self.register = register = Register()
        self.claimant, self.source = register.organization(), register.source()
        self.names: dict[Any, str] = {}
        self.incidents: dict[str, Incident] = {}
        for side in ("one", "other"):
            whole = register.incident(incident_type="situation", title=f"situation of {side}")
            self.incidents[side] = register.published(
                title=side, incident_type="situation", part_of=[whole, self.named("shared", self._shared)]
            )
            register.published(title=f"part of {side}", part_of=[self.incidents[side]])
            self.claim(side, f"{side} claim", decided=True)
            self.claim(side, f"{side} other claim", decided=True)
            self.claim(side, f"{side} draft", decided=False)
            self.person(side, f"{side} person")
            self.responsibility(side, f"{side} act")

    def _shared(self) -> Incident:
        return self.register.incident(incident_type="situation", title="shared situation")

    def named(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self.names:
            self.names[name] = make()
        return self.names[name]

    # --- what is there

    def where(self, side: str) -> Incident:
        """The incident at which what is said of this side is recorded now."""
        incident = Incident.objects.get(pk=self.incidents[side].pk)
        return (
            IncidentMerge.objects.get(merged=incident, undone_at=None).into if incident.status == "merged" else incident
        )

    def row(self, words: str) -> Claim:
        return Claim.objects.get(stated=words)

    def claim(self, side: str, words: str, *, decided: bool = True, **fields: Any) -> None:
        given = {"claimant": self.claimant, "sources": [self.source], "count": said(words)} | fields
        (self.register.accepted if decided else self.register.draft)(self.where(side), **given)

    def person(self, side: str, words: str) -> PersonRecord:
        return records.record_person(
            incident=self.where(side), claimant=self.claimant, source=self.source, fate="killed", description=words,
            by=self.register.analyst, at=NOON,
        )  # fmt: skip

    def responsibility(self, side: str, words: str, **fields: Any) -> Any:
        from sources.models import Party

        return statements.record_responsibility(
            incident=self.where(side), claimant=self.claimant, party=Party.objects.order_by("code")[0], act=words,
            citations=[CitationInput(self.source)], by=self.register.analyst, at=NOON, **fields,
        )  # fmt: skip

    # --- what is done

    def correct(self, side: str) -> None:
        """A correction, accepted, and one of that, proposed."""
        words = f"{side} claim"
        for correction in (f"{words} corrected", f"{words} corrected twice"):
            made = claims.correct(
                self.row(words), reason="misread", count=said(correction), citations=[CitationInput(self.source)],
                population=self.row(words).population, by=self.register.analyst, at=LATER,
            )  # fmt: skip
            made = review.submit(made, by=self.register.analyst, at=LATER)
            if correction.endswith("corrected"):
                review.accept(made, by=self.register.reviewer, at=LATER)
            words = correction

    def add_a_part(self, side: str) -> None:
        self.claim(side, f"{side} part", part_of=self.row(f"{side} other claim"))
        self.claim(side, f"{side} part of the part", decided=False, part_of=self.row(f"{side} part"))

    def retract(self, side: str) -> None:
        review.retract(self.row(f"{side} other claim"), note="taken back", by=self.register.reviewer, at=LATER)

    def submit(self, side: str) -> None:
        review.submit(self.row(f"{side} draft"), by=self.register.analyst, at=LATER)

    def cite_and_derive(self, side: str) -> None:
        row, by = self.row(f"{side} claim"), self.register.analyst
        add_citation(row, CitationInput(self.register.source()), by=by, at=LATER)
        add_derivation(row, DerivationInput(organization=self.register.organization()), by=by, at=LATER)

    def correct_the_person(self, side: str) -> None:
        person = PersonRecord.objects.get(description=f"{side} person")
        person = persons.submit(person, by=self.register.analyst, at=LATER)
        records.correct(
            person, reason="misread", description=f"{side} person corrected", by=self.register.analyst, at=LATER
        )

    def correct_the_act(self, side: str) -> None:
        from incidents.models import ResponsibilityClaim

        row = ResponsibilityClaim.objects.get(act=f"{side} act")
        review.submit(row, by=self.register.analyst, at=LATER)
        self.responsibility(side, f"{side} act corrected", corrects=row, correction_reason="misread")

    def remark(self, side: str) -> None:
        discussion.comment(self.row(f"{side} claim"), text=f"{side} remark", by=self.register.analyst, at=LATER)

    def assign(self, side: str) -> None:
        discussion.assign(self.incidents[side], to=self.register.analyst, by=self.register.reviewer, at=LATER)

    DEEDS = (
        "correct",
        "add_a_part",
        "retract",
        "submit",
        "cite_and_derive",
        "correct_the_person",
        "correct_the_act",
        "remark",
        "assign",
    )

    # --- how it looks

    def content(self) -> dict[str, Any]:
        """Everything about both, by words alone."""
        found: dict[str, Any] = {}
        for side, incident in self.incidents.items():
            row = Incident.objects.get(pk=incident.pk)
            rows: list[Any] = []
            for model in merging.assertion_models():
                for one in model._default_manager.filter(incident=row):
                    words = next(
                        getattr(one, name)
                        for name in ("act", "value", "description", "stated")
                        if getattr(one, name, "")
                    )
                    remarks = Comment.objects.about(one).filter(incident=row)
                    rows.append(
                        (
                            model.__name__, words, one.status, getattr(one.corrects, "pk", None) is not None,
                            getattr(one, "stated", ""), str(getattr(one, "part_of", "") or ""),
                            sorted(remark.text for remark in remarks),
                            one.citations.count() if hasattr(one, "citations") else 0,
                            one.derivations.count() if hasattr(one, "derivations") else 0,
                        )
                    )  # fmt: skip
            found[side] = {
                "columns": (row.title, row.status, row.occurred, row.summary),
                "places": sorted(row.located.values_list("place__code", "role", "position")),
                "kinds": sorted(row.kinds.values_list("pk", flat=True)),
                "part_of": sorted(row.part_of.values_list("title", flat=True)),
                "parts": sorted(Incident.objects.filter(part_of=row).values_list("title", flat=True)),
                "assigned": Assignment.objects.filter(incident=row).exists(),
                "rows": sorted(rows),
            }
        return found


def commits() -> None:
    """What the database asks at commit, asked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def merge(world: World) -> IncidentMerge:
    one, other = (world.incidents[side] for side in ("one", "other"))
    return merging.merge_incidents(one, into=other, reason="the same", by=world.register.reviewer, at=NOON)


def undo(world: World, merged: IncidentMerge) -> None:
    merging.undo_merge(merged, reason="two after all", by=world.register.reviewer, at=LATER)
    commits()


@pytest.mark.parametrize("seed", range(8))
def test_taken_back_both_are_as_without_the_merge_and_what_was_done_meanwhile(db: None, seed: int) -> None:
    chance = random.Random(seed)
    deeds = [(deed, side) for deed in World.DEEDS for side in ("one", "other") if chance.random() < 0.6]
    chance.shuffle(deeds)
    outcomes = []
    for merging_them in (True, False):
        with transaction.atomic():
            world = World()
            merged = merge(world) if merging_them else None
            for deed, side in deeds:
                getattr(world, deed)(side)
            if merged is not None:
                undo(world, merged)
            outcomes.append(world.content())
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1], deeds


def test_everything_at_once(db: None) -> None:
    world = World()
    merged = merge(world)
    for side in ("one", "other"):
        for deed in World.DEEDS:
            getattr(world, deed)(side)
    undo(world, merged)
    found = world.content()
    for side, other in (("one", "other"), ("other", "one")):
        told = str(found[side]["rows"])
        assert f"{side} claim corrected twice" in told
        assert f"{side} part of the part" in told
        assert f"{side} person corrected" in told
        assert f"{side} act corrected" in told
        assert f"{side} remark" in told
        assert f"'{other} " not in told


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("opened", ["before", "after"])
def test_links_that_a_revision_took_away_meanwhile_come_back(opened: str) -> None:
    """The survivor's revision drops the situation that came with the merge; the part's drops the survivor."""
    world = World()
    register = world.register
    other = world.incidents["other"]
    before = world.content()

    def rewritten(incident: Incident, **changes: Any) -> Callable[[], Incident]:
        row = revisions.open_revision(Incident.objects.get(pk=incident.pk), reason="x", by=register.analyst, at=NOON)
        revisions.change_revision(row, changes=changes, by=register.analyst, at=NOON)
        revisions.submit_revision(row, by=register.analyst, at=NOON)
        return lambda: revisions.approve_revision(Revision.objects.get(pk=row.pk), by=register.reviewer, at=LATER)

    third = register.incident(incident_type="situation", title="third situation")
    if opened == "before":
        approve = rewritten(other, part_of=[third])
        merged = merge(world)
    else:
        merged = merge(world)
        approve = rewritten(other, part_of=[third])
    approve()
    part = Incident.objects.get(title="part of one")
    rewritten(part, part_of=[third])()
    assert sorted(other.part_of.values_list("title", flat=True)) == ["third situation"]

    undo(world, merged)

    after = world.content()
    assert after["one"] == before["one"]
    assert after["other"] == before["other"] | {"part_of": ["third situation"]}
    assert sorted(part.part_of.values_list("title", flat=True)) == ["one", "third situation"]


def test_a_correction_of_what_stays_stays_though_it_is_part_of_what_goes(db: None) -> None:
    world = World()
    merged = merge(world)
    kept, gone = world.row("other claim"), world.row("one claim")
    claims.correct(
        kept, reason="misread", count=said("stays"), citations=[CitationInput(world.source)], population=kept.population,
        part_of=gone, by=world.register.analyst, at=LATER,
    )  # fmt: skip
    undo(world, merged)
    assert world.row("stays").incident == world.incidents["other"]


def test_of_two_merges_each_takes_its_own_back(db: None) -> None:
    world = World()
    third = world.register.published(title="third", incident_type="situation")
    before = world.content()
    first = merge(world)
    second = merging.merge_incidents(
        world.incidents["other"], into=third, reason="the same too", by=world.register.reviewer, at=NOON
    )
    claims.correct(
        world.row("one claim"), reason="misread", count=said("one corrected"), citations=[CitationInput(world.source)],
        population=world.row("one claim").population, by=world.register.analyst, at=LATER,
    )  # fmt: skip
    undo(world, second)
    assert world.row("one corrected").incident == world.incidents["other"]
    undo(world, first)
    assert world.row("one corrected").incident == world.incidents["one"]
    world.row("one corrected").delete()
    assert world.content() == before


def test_remarks_on_a_revision_stay_with_the_revision(db: None) -> None:
    world = World()
    one = world.incidents["one"]
    revision = revisions.open_revision(one, reason="x", by=world.register.analyst, at=NOON)
    remark = discussion.comment(revision, text="why?", by=world.register.analyst, at=NOON)
    revisions.abandon_revision(revision, note="x", by=world.register.analyst, at=NOON)
    merged = merge(world)
    remark.refresh_from_db()
    assert remark.incident == one
    undo(world, merged)


def test_before_it_is_taken_back_it_is_said_what_returns_and_what_stays(db: None) -> None:
    world = World()
    merged = merge(world)
    world.correct("one")
    world.claim("other", "recorded since")
    later = Claim.objects.get(stated="recorded since")

    found = merging.undo_preview(merged, by=world.register.reviewer)

    assert dict(found.returns) == {"claims": 5, "responsibility claims": 1, "person records": 1}
    assert sorted(row.stated for row in found.returns_since) == ["one claim corrected", "one claim corrected twice"]
    assert dict(found.stays) == {"claims": 4, "responsibility claims": 1, "person records": 1}
    assert later in found.stays_since
    assert {(link.part.title, link.situation.title) for link in found.links} == {
        ("part of one", "one"),
        ("one", "situation of one"),
    }
    assert found.goes_in == 0


def test_it_is_said_how_much_is_public_no_longer(register: Register) -> None:
    draft, published = register.incident(), register.published()
    register.accepted(draft)
    register.draft(draft)
    merged = merging.merge_incidents(draft, into=published, reason="x", by=register.reviewer, at=NOON)
    assert merging.undo_preview(merged, by=register.reviewer).goes_in == 1


def test_it_is_said_of_what_the_person_may_see_alone(register: Register) -> None:
    one, other = register.published(), register.published()
    register.accepted(one, disclosure=2)
    merged = merging.merge_incidents(one, into=other, reason="x", by=register.reviewer, at=NOON)
    assert merging.undo_preview(merged, by=register.person("Esma Example", "administrator")).returns == []
    assert merging.undo_preview(merged, by=register.reviewer).returns == [("claims", 1)]


def test_a_link_is_not_smuggled_in_by_a_merge(register: Register) -> None:
    """A merge that is entered as taken back already would let links be made."""
    one, other = register.published(), register.published()
    situation = register.incident(incident_type="situation")
    merging.merge_incidents(one, into=other, reason="x", by=register.reviewer, at=NOON)
    insert = (
        "INSERT INTO incidents_incidentmerge (merged_id, into_id, reason, was, moved, by_id, at, undone_by_id, undone_at,"
        " undone_reason) SELECT merged_id, into_id, reason, was, "
        f"""'{{"links": [{{"part": {one.pk}, "situation": {situation.pk}}}]}}', by_id, at, by_id, now(), 'x'"""
        " FROM incidents_incidentmerge"
    )
    link = f"INSERT INTO incidents_incidentpart (part_id, situation_id) VALUES ({one.pk}, {situation.pk})"
    for statement, message in ((insert, "entered as standing"), (link, "is published")):
        with pytest.raises(Exception, match=message), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_was_a_part_before_is_one_again(register: Register) -> None:
    """And a situation that both were part of stays one of each."""
    shared = register.incident(incident_type="situation")
    one, other = (register.published(part_of=[shared]) for _side in range(2))
    merged = merging.merge_incidents(one, into=other, reason="x", by=register.reviewer, at=NOON)
    incidents.withdraw(other, by=register.reviewer, at=LATER, note="a mistake")
    merging.undo_merge(merged, reason="x", by=register.reviewer, at=LATER)
    assert set(shared.parts.all()) == {one, other}
