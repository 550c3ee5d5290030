"""Every line of what the founding case is expected to come to is so on the pages of its scopes."""

from typing import Any

import pytest

from exchange.seeding.identity import identifier, reference
from incidents.models import Incident, Scope, ScopeClaim, ScopeState
from tests.admin.desk import Desk, visible_text
from tests.api.test_expected import BETWEEN, LINES, SOUTH, WARNED
from tests.factories import Register

pytestmark = pytest.mark.django_db
RELATIONS = dict(ScopeState.Relation.choices)
BETWEEN_WORDS = {
    "broader_place": {"in a wider place", "in a place within it"},
    "different_population": {"another population"},
    "broader_population": {"a broader population", "a part of the population"},
}


@pytest.fixture
def desk(register: Register) -> Desk:
    return Desk(register.analyst)


def scopes(line: dict[str, Any]) -> list[Scope]:
    """The scopes that a line is about, as the incident's page links them."""
    found = Scope.objects.filter(incident__reference=reference(line["incident"]), measure=line["measure"])
    for key, column in (("population", "population"), ("cause", "cause"), ("place", "place__code")):
        if key in line:
            found = found.filter(**{column: line[key]} if line[key] is not None else {f"{key}__isnull": True})
    return list(found)


def opened(desk: Desk, scope: Scope) -> Any:
    listed = desk.get("incidents_incident", "change", scope.incident_id).content.decode()
    assert desk.address("incidents_scope", "change", scope.pk) in listed
    answer = desk.get("incidents_scope", "change", scope.pk)
    assert answer.status_code == 200
    return answer


def spoken(line: dict[str, Any]) -> str:
    low, high = line["low"], line["high"]
    if low is None:
        return "no number"
    if low == high:
        return f"at least {low:,}" if line.get("open_ended") else f"{low:,}"
    return f"{low:,} to {high:,}" + (" or more" if line.get("open_ended") else "")


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_true_on_the_page(desk: Desk, line: dict[str, Any]) -> None:
    found = scopes(line)
    if line["incident"] == "S1":
        whole = desk.get("incidents_incident", "change", Incident.objects.get(reference=reference("S1")).pk)
        told = [one for measure in whole.context["comes_to"] for one in measure.scopes]
        killed = [one.view for one in told if one.view.scope.measure_id == "killed"]
        assert {
            (one.scope.population_id, one.scope.place.code if one.scope.place else None, one.state.low, one.state.high)
            for one in killed
        } == SOUTH
        (toll,) = [one for one in killed if one.state.high == 120]
        assert toll.history == [str(identifier("claim", "C9"))]
        for number in ("270", "315", "264"):  # no sum over these, and none with its events
            assert number not in visible_text(whole).split("What is claimed")[0]
        return
    if "warning" in line:
        words = [visible_text(opened(desk, scope)) for scope in found]
        assert sum(WARNED[line["warning"]] in text for text in words) == 1
        return
    (scope,) = found
    answer = opened(desk, scope)
    text = visible_text(answer)
    page = answer.context["page"]
    assert f"relation {RELATIONS[line['relation']]}" in text
    assert f"low to high {spoken(line)} " in text
    if "gap" in line:
        assert f"gap {line['gap']} " in text
    for key in ("document", "claimant", "root", "independent_group"):
        if f"{key}s" in line:
            number = line[f"{key}s"]
            assert f"{number} {key.replace('_', ' ')}{'' if number == 1 else 's'}" in text
    if "claims" in line:
        assert len([speaks for _line, speaks, _roots in page.claims if speaks]) == line["claims"]
    if line["incident"] == "T1":
        (speaking,) = [one for one, speaks, _roots in page.claims if speaks]
        assert str(speaking.row.pk) == str(identifier("claim", "T22"))
        assert text.count("said before") == 6  # five, and the words under the plot


@pytest.mark.parametrize("line", BETWEEN)
def test_a_line_between_two_claims_is_true_on_both_pages(desk: Desk, line: dict[str, Any]) -> None:
    one, other = (
        Scope.objects.get(pk=ScopeClaim.objects.get(claim=identifier("claim", key), disclosure_from=0).scope_id)
        for key in line["between"]
    )
    told = set()
    for here, there in ((one, other), (other, one)):
        page = opened(desk, here).context["page"]
        (found,) = [each for each in page.others if each.told.view.scope.pk == there.pk]
        told.add(found.how.split(", ")[0])
        if here == other:
            assert found.relation == line["relation"]  # the first is broader than the second
    assert told <= BETWEEN_WORDS[line["relation"]]
