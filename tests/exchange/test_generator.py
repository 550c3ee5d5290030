"""The made-up register: everything it should hold, the same every time, and nothing that the rules refuse."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from pytest_django import DjangoDbBlocker

from accounts.models import HistoryEntry, User
from exchange.generator.identity import BATCH, MAX_CLAIMS, MAX_SEED, Identities, first_number
from exchange.generator.loading import read_reference
from exchange.generator.reference import People
from exchange.generator.register import Register
from exchange.generator.tables import TABLES
from incidents import counts, workflow
from incidents.models import Citation, Claim, Derivation, Incident, IncidentPart, Relay, Revision, Transition
from sources import edtf
from sources.disclosure import Disclosure
from sources.models import Organization, Source

CLAIMS, SEED = 2_000, 7


def generate(*, claims: int = CLAIMS, seed: int = SEED) -> str:
    out = io.StringIO()
    call_command("generate", f"--claims={claims}", f"--seed={seed}", stdout=out)
    return out.getvalue()


def texts(seed: int, claims: int, number: int = 1) -> list[str]:
    """What would be copied for one batch."""
    register = Register(seed=seed, claims=claims, reference=read_reference())
    batch, people = register.batch(number), People(analyst=1, reviewer=2)
    return [table.text(batch, people, Identities(seed, number)) for table in TABLES]


def one(sql: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


@pytest.fixture(scope="module")
def summary(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """One register for all tests here: each changes nothing that it leaves behind.

    What the owner loads is read over the owner's own connection: nothing of it is ever committed.
    """
    application = connections["default"]
    with django_db_blocker.unblock():
        connections["default"] = connections["owner"]
        try:
            with transaction.atomic():
                yield generate()
                transaction.set_rollback(True)
        finally:
            connections["default"] = application


@pytest.fixture
def owned(summary: str) -> Iterator[None]:
    """Within the transaction of all, one for each test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(summary: str, owned: None) -> Any:
    """The generated claims, beside those of the founding case."""
    return Claim.objects.filter(recorded_by__username="generator-analyst")


def test_it_holds_as_many_claims_as_asked_for(made: Any, summary: str) -> None:
    assert made.count() == CLAIMS
    assert summary.startswith(f"generated 2,000 claims from seed {SEED} in ")


def test_every_kind_of_claim_occurs(made: Any) -> None:
    for field, values in {
        "status": workflow.ClaimState,
        "quantifier": counts.Quantifier,
        "stance": counts.Stance,
        "disclosure": Disclosure,
        "basis": Claim.Basis,
        "method": Claim.Method,
        "language": ("en", "ar"),
    }.items():
        assert set(made.values_list(field, flat=True)) >= set(values), field
    assert made.filter(minimum=0, maximum=0, stance="asserts").exists(), "an official zero"
    assert made.filter(stance="denies", quantifier="unquantified").exists(), "a denial without a number"
    assert made.filter(quantifier="vague", coding_rule__isnull=False, minimum__isnull=False).exists()
    assert made.filter(quantifier="vague", coding_rule__isnull=True, minimum__isnull=True).exists()
    assert made.filter(part_of__isnull=False).exists()
    assert made.filter(corrects__status="corrected", status="accepted").exclude(correction_reason="").exists()
    assert made.exclude(population_stated="").exists()
    assert made.exclude(period="").exists()


def test_every_kind_of_incident_source_and_organization_occurs(made: Any) -> None:
    incidents = Incident.objects.filter(claims__in=made)
    # About what was merged nothing is claimed any more: it has no claims by which to find it.
    every = set(workflow.IncidentState) - {workflow.IncidentState.MERGED}
    assert set(incidents.values_list("status", flat=True)) == every
    under_revision = incidents.filter(status="under_revision").distinct()
    assert Revision.objects.open().filter(incident__in=under_revision).count() == under_revision.count()
    assert set(incidents.values_list("disclosure", flat=True)) == set(Disclosure)
    assert set(incidents.values_list("grade", flat=True)) == set(Incident.Grade)
    assert IncidentPart.objects.filter(part__in=incidents, situation__in=incidents).exists()
    assert incidents.filter(title_ar__regex="[ء-ي]").exists()
    organizations = Organization.objects.filter(code__startswith="generated-")
    assert set(organizations.values_list("disclosure", flat=True)) == set(Disclosure)
    assert organizations.filter(is_protected=True).exclude(public_name="").count() >= 5
    assert organizations.filter(members__is_protected=True).exists()
    assert not organizations.filter(assessments__isnull=True).exists()
    assert Source.objects.filter(citations__claim__in=made, title__contains="Account of Person").exists()


def test_claims_are_cited_relayed_and_derived_in_the_proportions_of_a_register(made: Any) -> None:
    citations = Citation.objects.filter(claim__in=made)
    assert 1.1 <= citations.count() / CLAIMS <= 1.2
    assert 0.25 <= citations.filter(relay_count__gt=0).count() / citations.count() <= 0.4
    assert 0.4 <= made.filter(derivations__isnull=False).distinct().count() / CLAIMS <= 0.6
    assert 0.03 <= Incident.objects.filter(claims__in=made, incident_type="situation").distinct().count() / 400 <= 0.1
    assert set(Derivation.objects.filter(claim__in=made).values_list("strength", flat=True)) == set(Derivation.Strength)


def test_claims_echo_each_other_along_chains_of_four_and_more(made: Any) -> None:
    deepest = one(
        """WITH RECURSIVE chain (claim, depth) AS (
               SELECT claim_id, 1 FROM incidents_derivation WHERE rests_on_id IS NOT NULL
               UNION ALL
               SELECT d.claim_id, depth + 1 FROM incidents_derivation d JOIN chain ON d.rests_on_id = claim)
           SELECT max(depth) FROM chain"""
    )
    assert deepest >= 4


def test_claims_on_one_scope_contradict_each_other(made: Any) -> None:
    scope = ("incident", "measure", "unit", "population", "cause", "place", "basis", "since")
    exact = made.filter(quantifier="exact", stance="asserts", basis="event", part_of=None, corrects=None)
    numbers = Counter(row[:-1] for row in set(exact.values_list(*scope, "minimum")))
    assert max(numbers.values()) >= 3


def test_one_claimant_announces_a_running_total_again_and_again(made: Any) -> None:
    announcements = Counter(
        made.filter(basis="cumulative").exclude(as_of="").exclude(since="").values_list("incident", "claimant")
    )
    assert max(announcements.values()) >= 5


def test_the_bounds_of_every_date_are_those_that_its_text_has(made: Any) -> None:
    rows = [
        *Incident.objects.filter(claims__in=made).values_list("occurred", "occurred_earliest", "occurred_latest"),
        *Source.objects.filter(citations__claim__in=made).values_list(
            "published", "published_earliest", "published_latest"
        ),
        *(row for name in ("period", "since", "as_of")
          for row in made.values_list(name, f"{name}_earliest", f"{name}_latest")),
    ]  # fmt: skip
    for text, earliest, latest in set(rows):
        parsed = edtf.parse(text) if text else None
        assert (earliest, latest) == ((parsed.earliest, parsed.latest) if parsed else (None, None)), text
    shapes = {"".join("9" if letter.isdigit() else letter for letter in text) for text, _, _ in rows}
    assert {"9999-99-99", "9999-99", "9999-99-99~", "9999-99-99/9999-99-99", "9999-99-99/..", "9999-99-XX"} <= shapes


def test_the_bounds_of_every_count_fit_its_quantifier(made: Any) -> None:
    for quantifier, minimum, best, maximum, rule in made.values_list(
        "quantifier", "minimum", "best", "maximum", "coding_rule"
    ):
        assert counts.fits(counts.Quantifier(quantifier), minimum, best, maximum, by_rule=rule is not None)


def test_every_row_is_in_the_history_with_its_author_and_reason(made: Any) -> None:
    analyst = User.objects.get(username="generator-analyst")
    entries = HistoryEntry.objects.filter(actor=analyst, reason=f"generated for measurement, seed {SEED}")
    kept = Counter(entries.values_list("table_name", flat=True))
    incidents = Incident.objects.filter(claims__in=made).distinct()
    citations = Citation.objects.filter(claim__in=made)
    assert kept["incidents_claim"] == CLAIMS
    assert kept["incidents_citation"] == citations.count()
    assert kept["incidents_relay"] == Relay.objects.filter(citation__in=citations).count()
    assert kept["incidents_derivation"] == Derivation.objects.filter(claim__in=made).count()
    assert kept["incidents_incident"] == incidents.count()
    assert kept["sources_organization"] == Organization.objects.filter(code__startswith="generated-").count()
    assert set(entries.values_list("operation", flat=True)) == {"insert"}


def test_the_first_state_of_every_claim_is_among_the_transitions(made: Any) -> None:
    logged = Transition.objects.filter(table_name="incidents_claim", actor__username="generator-analyst")
    assert Counter(logged.values_list("to_state", flat=True)) == Counter(made.values_list("status", flat=True))
    assert not logged.exclude(from_state="").exists()


def test_its_accounts_cannot_log_in_and_claims_are_accepted_by_the_second(made: Any) -> None:
    accounts = User.objects.filter(username__startswith="generator-")
    assert [account.is_active or account.has_usable_password() for account in accounts] == [False, False]
    assert set(made.filter(status="accepted").values_list("accepted_by__username", "reviewed")) == {
        ("generator-reviewer", True)
    }


def test_a_seed_is_generated_once(made: Any) -> None:
    with pytest.raises(CommandError, match=f"seed {SEED} was generated before; nothing was changed"):
        generate(claims=10)
    assert made.count() == CLAIMS


def test_another_seed_is_added_beside_it(made: Any) -> None:
    generate(claims=50, seed=SEED + 1)
    assert made.count() == CLAIMS + 50
    references = Incident.objects.values_list("reference", flat=True)
    assert len(set(references)) == len(references)


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_rows() -> None:
    assert texts(SEED, CLAIMS) == texts(SEED, CLAIMS)
    assert texts(SEED, CLAIMS, number=0) == texts(SEED, CLAIMS, number=0)


@pytest.mark.django_db
def test_another_seed_gives_other_rows() -> None:
    claims = [{*texts(seed, 100)[8].splitlines()} for seed in (1, 2)]
    assert not claims[0] & claims[1]


@pytest.mark.django_db
def test_a_larger_register_begins_with_the_smaller_one() -> None:
    assert texts(SEED, BATCH) == texts(SEED, 2 * BATCH)


def test_a_reference_that_is_taken_is_passed_over() -> None:
    number = first_number(SEED) + 1
    usual = Identities(SEED, 1).reference(number)
    other = Identities(SEED, 1, frozenset({usual})).reference(number)
    assert other != usual


@pytest.mark.parametrize(
    ("claims", "seed"),
    [("-1", "1"), ("0", "1"), ("many", "1"), (str(MAX_CLAIMS + 1), "1"), ("9" * 40, "1"), ("1e3", "1"), ("٣", "1"),
     ("10", "-1"), ("10", "x"), ("10", str(MAX_SEED + 1)), ("", "1")],
)  # fmt: skip
def test_a_bad_number_is_refused_in_one_line(claims: str, seed: str) -> None:
    with pytest.raises(CommandError, match=r"^--(claims|seed) is '.*': expected a whole number from") as refused:
        call_command("generate", "--claims", claims, "--seed", seed)
    assert "\n" not in str(refused.value)
