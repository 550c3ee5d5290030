"""A client that openapi-python-client makes of the schema reads the founding case, and submits it."""

import datetime as dt
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from exchange.seeding.identity import reference
from incidents.models import Claim
from tests.api.submitting import person, token_for
from tests.factories import Register

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
NAME = "sijil_made"
pytestmark = [pytest.mark.django_db(transaction=True)]


class Made:
    """The client that was made: its modules by their names, and its models."""

    def __getattr__(self, name: str) -> Any:
        return importlib.import_module(f"{NAME}.{name}")

    def api(self, tag: str, operation: str) -> Any:
        return importlib.import_module(f"{NAME}.api.{tag}.{operation}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("made")
    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        document_source=SCHEMA,
        file_encoding="utf-8",
        overwrite=False,
        output_path=folder / NAME,
    )
    left_out = [f"{error.header} {error.detail}" for error in generate(config=config)]
    assert left_out == []  # of what the schema says the client has everything
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield Made()
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


@pytest.fixture
def reader(made: Made, live_server: Any) -> Iterator[Any]:
    with made.client.Client(live_server.url, raise_on_unexpected_status=True) as client:
        yield client


@pytest.fixture
def submitter(made: Made, live_server: Any, admin_user: Any) -> Iterator[Any]:
    secret = token_for(person(Register()), admin_user)
    with made.client.AuthenticatedClient(live_server.url, secret, raise_on_unexpected_status=True) as client:
        yield client


def founding_claims(made: Made, reader: Any, **filters: Any) -> list[Any]:
    page = made.api("claims", "claim_list").sync(client=reader, incident=reference("S1"), page_size=1000, **filters)
    assert all(isinstance(claim, made.models.Claim) for claim in page.results)
    return list(page.results)


def test_it_reads_the_claims_of_the_founding_case(made, reader):
    killed = founding_claims(made, reader, measure="killed", ordering=made.models.ClaimListOrdering.AS_OF)
    assert {str(claim.id) for claim in killed} == set(
        map(
            str,
            Claim.objects.filter(incident__reference=reference("S1"), measure="killed", status="accepted").values_list(
                "pk", flat=True
            ),
        )
    )
    first = killed[0]
    assert first.count.quantifier in made.models.CountQuantifier
    assert isinstance(first.citations[0].source, made.models.SourceRef)
    alone = made.api("claims", "claim_retrieve").sync(UUID(first.id), client=reader)
    assert alone == first
    some = made.api("claims", "claim_list").sync(
        client=reader, incident=reference("S1"), total=True, page_size=1, fields=[made.models.ClaimListFieldsItem.COUNT]
    )
    assert some.total == len(founding_claims(made, reader))
    assert isinstance(some.results[0], made.models.SomeOfClaim)


def test_it_reads_where_the_sources_disagree(made, reader):
    conflicts = made.api("figures", "figure_list").sync(client=reader, has_conflict=True).results
    assert conflicts
    for scope in conflicts:
        assert scope.relation is made.models.ScopeAgreement.CONFLICT
        incident = made.api("incidents", "incident_retrieve").sync(scope.incident, client=reader)
        assert isinstance(incident, made.models.Incident)
        assert scope in incident.scopes
        assert {claim.id for claim in incident.claims} >= set(scope.speaking)


def test_it_reads_totals_and_changes(made, reader):
    totals = made.api("summary", "summary_list").sync(
        client=reader, occurred_after=dt.date(2018, 1, 1), certainty=made.models.SummaryListCertainty.POSSIBLE
    )
    assert totals.next_ is None
    assert all(isinstance(total, made.models.Total) for total in totals.results)
    changes = made.api("changes", "change_list").sync(client=reader, since=0, page_size=1000)
    assert {change.id for change in changes.results} >= {claim.id for claim in founding_claims(made, reader)}


def test_it_is_told_in_types_what_is_wrong(made, reader):
    error = made.api("claims", "claim_list").sync(client=reader, measure="kiled")
    assert isinstance(error, made.models.Error)
    assert error.errors[0].attr == "measure"
    nobody = made.api("claims", "claim_create").sync(
        client=reader, body=submitted(made, founding_claims(made, reader)[0])
    )
    assert nobody.errors[0].code == "not_authenticated"


def test_it_submits_one_claim_once(made, reader, submitter):
    claim = submitted(made, founding_claims(made, reader)[0])
    send = made.api("claims", "claim_create")
    first, again = (send.sync_detailed(client=submitter, body=claim, idempotency_key="one") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.parsed == again.parsed
    (row,) = first.parsed.results
    assert row.status is made.models.SubmittedRowStatus.PROPOSED
    page = made.api("submissions", "submission_list").sync(client=submitter, idempotency_key="one")
    assert [(one.id, one.status) for one in page.results] == [(row.id, made.models.SubmissionStateStatus.PROPOSED)]


def test_it_submits_the_founding_case(made, reader, submitter):
    claims = founding_claims(made, reader)
    batch = made.models.SubmittedClaims(
        claims=[submitted(made, claim) for claim in claims], mode=made.models.SubmittedClaimsMode.ATOMIC
    )
    answer = made.api("claims", "claim_create").sync_detailed(client=submitter, body=batch, idempotency_key="all")
    assert answer.status_code == 201, answer.content
    page = made.api("submissions", "submission_list").sync(client=submitter, idempotency_key="all", page_size=1000)
    assert {state.status for state in page.results} == {made.models.SubmissionStateStatus.PROPOSED}
    assert [state.id for state in sorted(page.results, key=lambda state: state.index)] == [
        row.id for row in answer.parsed.results
    ]
    assert founding_claims(made, reader) == claims  # what is proposed nobody sees outside
    sent = Claim.objects.filter(pk__in=[row.id for row in answer.parsed.results])
    assert sorted(sent.values_list("measure", "minimum", "maximum", "claimant__outside_code", "stated")) == sorted(
        (one.measure, one.count.minimum, one.count.maximum, one.claimant.code, one.count.stated) for one in claims
    )


def submitted(made: Made, claim: Any) -> Any:
    """The same claim, as it is sent: codes and ids where an answer has objects."""
    models = made.models
    count = claim.count
    return models.SubmittedClaim(
        incident=claim.incident,
        measure=claim.measure,
        unit=claim.unit,
        population=claim.population and claim.population.code,
        population_stated=claim.population_stated,
        cause=claim.cause,
        place=claim.place and claim.place.code,
        period=claim.period and models.SubmittedPeriod(from_=claim.period.from_, to=claim.period.to),
        basis=models.SubmittedClaimBasis(claim.basis.value),
        since=claim.since,
        as_of=None if claim.as_of is None or claim.as_of.inferred else claim.as_of.edtf,
        count=models.SubmittedCount(
            quantifier=models.SubmittedCountQuantifier(count.quantifier.value),
            minimum=count.minimum,
            best=count.best,
            maximum=count.maximum,
            approximate=count.approximate,
            stance=models.SubmittedCountStance(count.stance.value),
            stated=count.stated,
            language=count.language,
            coding_rule=count.coding_rule,
        ),
        claimant=claim.claimant.code,
        citations=[
            models.SubmittedCitation(
                source=models.SubmittedSource(id=UUID(cited.source.id)),
                relays=[
                    models.SubmittedRelay(relay.organization.code, medium=relay.medium, stated=relay.stated)
                    for relay in cited.relays
                ],
                locator=cited.locator,
                stated=cited.stated,
            )
            for cited in claim.citations
        ],
        derived_from=[
            models.SubmittedDerivation(
                strength=models.SubmittedDerivationStrength(rest.strength.value),
                organization=rest.organization and rest.organization.code,
                claim=rest.claim and UUID(rest.claim),
                source=rest.source and UUID(rest.source),
            )
            for rest in claim.derived_from
        ],
        method=models.SubmittedClaimMethod(claim.method.value),
    )
