"""What a record was, version by version: any two compared, and the life of an incident in one line."""

from incidents.models import Claim, Scope
from incidents.reconciliation import Policy
from incidents.services import figures, incidents, merging, review
from tests.admin.desk import Desk, visible_text
from tests.factories import NOON, Register


def test_any_two_versions_are_compared_field_by_field(analyst: Desk, register: Register) -> None:
    incident = register.incident(title="Market", summary="One.")
    for changes in ({"title": "Central market"}, {"summary": "Two."}, {"title": "Market"}):
        incidents.change_incident(incident, by=register.analyst, at=NOON, changes=changes, why="as reported")
    page = analyst.get("incidents_incident", "history", incident.pk)
    numbers = [one.entry.pk for one in page.context["versions"] if one.main]
    assert len(numbers) == 4

    first_and_third = analyst.get("incidents_incident", "history", incident.pk, older=numbers[-1], newer=numbers[1])
    first_and_last = analyst.get("incidents_incident", "history", incident.pk, older=numbers[0], newer=numbers[-1])

    def told(answer: object) -> dict[str, tuple[str, str]]:
        return {one.label: (one.before, one.after) for one in answer.context["compared"]["changes"]}

    assert told(first_and_third)["title"] == ("Market", "Central market")
    assert told(first_and_third)["summary"] == ("One.", "Two.")
    assert "title" not in told(first_and_last)
    assert told(first_and_last)["summary"] == ("One.", "Two.")
    assert "as reported" in visible_text(first_and_last)


def test_what_are_no_two_versions_of_it_is_said(analyst: Desk, register: Register) -> None:
    incident, other = register.incident(), register.incident()
    number = analyst.get("incidents_incident", "history", other.pk).context["versions"][0].entry.pk
    for query in ({"older": number, "newer": number}, {"older": "x", "newer": "1"}, {"newer": "1"}):
        page = analyst.get("incidents_incident", "history", incident.pk, **query)
        assert page.context["compared"] is None
        assert "Choose two versions of this record" in visible_text(page)


def test_the_timeline_tells_claims_decisions_publication_and_merges_in_order(
    analyst: Desk, reviewer: Desk, register: Register
) -> None:
    incident = register.published()
    claim = register.accepted(incident)
    review.retract(claim, by=register.reviewer, at=NOON, note="taken back on air")
    other = register.published(title="The same market")
    merging.merge_incidents(other, into=incident, reason="the same strike", by=register.reviewer, at=NOON)

    page = analyst.get("incidents_incident", "timeline", incident.pk)

    moments = page.context["moments"]
    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)
    said = visible_text(page)
    for words in ("published", "accepted", "retracted", "taken back on air", "merged into this", "the same strike"):
        assert words in said
    assert any(str(claim.pk) in moment.address for moment in moments)


def test_the_timeline_takes_as_many_queries_for_many_claims_as_for_few(
    analyst: Desk, register: Register, django_assert_max_num_queries: object
) -> None:
    incident = register.incident()
    for _ in range(12):
        register.accepted(incident)
    assert Claim.objects.filter(incident=incident).count() == 12
    with django_assert_max_num_queries(25):
        analyst.get("incidents_incident", "timeline", incident.pk)


def test_the_timeline_tells_of_figures(analyst: Desk, register: Register) -> None:
    incident = register.published()
    register.accepted(incident)
    scope = Scope.objects.get(incident=incident)
    first = figures.propose_figure(scope, policy=Policy.RANGE, reason="All agree.", by=register.analyst, at=NOON)
    figures.adopt(first, by=register.reviewer, at=NOON)
    second = figures.propose_figure(scope, policy=Policy.LATEST, reason="Newer.", by=register.analyst, at=NOON)
    figures.adopt(second, by=register.reviewer, at=NOON)
    third = figures.propose_figure(scope, policy=Policy.RANGE, reason="Wider.", by=register.analyst, at=NOON)
    figures.decline(third, by=register.reviewer, at=NOON, note="Not now.")

    told = [
        (one.becomes, one.note)
        for one in analyst.get("incidents_incident", "timeline", incident.pk).context["moments"]
        if one.what.startswith("figure: ")
    ]

    assert sorted(told) == sorted(
        [
            ("proposed", "All agree."), ("adopted", "All agree."), ("proposed", "Newer."), ("adopted", "Newer."),
            ("superseded", "Newer."), ("proposed", "Wider."), ("declined", "Not now."),
        ]
    )  # fmt: skip
