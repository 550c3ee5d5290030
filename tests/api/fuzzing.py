"""Schemathesis over the served schema: what it can think of is asked, and every answer held to every check."""

import datetime as dt
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import schemathesis
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.utils import timezone
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation.meta import TestPhase
from schemathesis.transport.wsgi import WSGITransport

from accounts.parameters import searched
from api.v1.then import TAKES
from api.v1.urls import LISTS
from exchange.forms import FORMS
from incidents.models import Cause, CodingRule, Incident, IncidentKind, Measure, Population, Unit
from places.models import Place
from sources.models import Organization, OrganizationKind, Party, SourceKind
from tests.api.client import V1

PHASES = ("examples", "coverage", "fuzzing", "stateful")
OF_PAGES = {"cursor", "page_size", "total", "ordering"}
MANY = 100
"""From so many examples on, every value that covers the schema is tried as well."""
ONE_IN = 3
TABULAR = {form.name for form in FORMS.values() if form.tabular}


class Application:
    """The site for the threads in which schemathesis asks, over the connections of the test, which outlive them."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()
        self.connections = {alias: connections[alias] for alias in connections}
        for connection in self.connections.values():
            connection.inc_thread_sharing()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        for alias, connection in self.connections.items():
            connections[alias] = connection
        return self.handler(environ, start_response)


def failures(
    headers: dict[str, str], *, phases: Iterable[str], examples: int, only: str = ""
) -> tuple[list[str], Counter[str]]:
    """What is not as the schema says, in words; and how many requests came to each status.

    ``only`` is a pattern of the operations that are tried; nothing is all of them.
    """
    schema = schemathesis.openapi.from_wsgi(
        f"{V1}schema/?format=json",
        Application(),
        config=SchemathesisConfig.from_dict({
            "seed": 1,
            "headers": headers | {"Accept-Encoding": "identity"},
            "workers": 1,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "deterministic": True},
            "phases": {name: {"enabled": name in phases} for name in PHASES},
            "operations": [{
                "include-operation-id": "claim_create",
                # 422: of the right shape, with a code that there is not, or a count that contradicts itself.
                "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "409", "422"]}},
            }, *({"exclude-operation-id-regex": only, "enabled": False} for _ in [only] if only)],
        }),
    )  # fmt: skip
    schema.hook(map_case)
    if examples < MANY:
        schema.hook(filter_case)
    know_codes()
    told: dict[str, str] = {}
    statuses: Counter[str] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            told[event.label] = f"{event.label}: {event.value}"
        elif isinstance(event, events.ScenarioFinished):
            for asked in event.recorder.interactions.values():
                statuses[str(asked.response.status_code if asked.response is not None else None)] += 1
            for key, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        case = event.recorder.cases[key].value
                        failure = check.failure_info.failure
                        what = f"{case.operation.label}: {check.name}: {failure.title}"
                        told.setdefault(what, f"{what}\n{failure.message}\n{case.as_curl_command()}"[:3000])
    return list(told.values()), statuses


def know_codes() -> None:
    """Of codes, which the schema cannot list, those that there are: any other is refused, as it should be."""
    tables = {
        "causes": Cause.objects.values_list("code", flat=True),
        "coding-rules": CodingRule.objects.values_list("code", flat=True),
        "incident-kinds": IncidentKind.objects.values_list("code", flat=True),
        "incidents": Incident.objects.values_list("reference", flat=True),
        "languages": ["ar", "en", "de"],
        "measures": Measure.objects.values_list("code", flat=True),
        "organization-kinds": OrganizationKind.objects.values_list("code", flat=True),
        "organizations": Organization.objects.values_list("outside_code", flat=True),
        "parties": Party.objects.values_list("code", flat=True),
        "places": Place.objects.values_list("code", flat=True),
        "populations": Population.objects.values_list("code", flat=True),
        "roots": Organization.objects.values_list("outside_code", flat=True),
        "source-kinds": SourceKind.objects.values_list("code", flat=True),
        "units": Unit.objects.values_list("code", flat=True),
    }
    schemathesis.openapi.format("edtf", st.sampled_from(["2018", "2018-04", "2018-04-21", "2018-04-2X", "2018~"]))
    text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
    schemathesis.openapi.format("searchable", text.filter(findable))
    for name, given in tables.items():
        one = st.sampled_from(sorted(given))
        schemathesis.openapi.format(f"code-of-{name}", one)
        schemathesis.openapi.format(f"codes-of-{name}", st.lists(one, min_size=1, max_size=3).map(",".join))


def send(self: WSGITransport, case: schemathesis.Case, **given: Any) -> Any:
    """As it is; but the probe without a token passes on what is for the network alone, and falls over it."""
    return SEND(self, case, **{name: value for name, value in given.items() if name not in FOR_THE_NETWORK})


FOR_THE_NETWORK = {"max_redirects", "verify", "cert", "proxies"}
SEND = WSGITransport.send
WSGITransport.send = send


def filter_case(context: Any, case: schemathesis.Case) -> bool:
    """Of the values that cover a schema one in so many, always the same ones: all of them take minutes."""
    if case.meta is None or case.meta.phase.name != TestPhase.COVERAGE:
        return True
    data = case.meta.phase.data
    told = f"{case.operation.label} {data.parameter} {data.location} {data.description}"
    return zlib.crc32(told.encode()) % ONE_IN == 0


def map_case(context: Any, case: schemathesis.Case) -> schemathesis.Case:
    """Leave out what does not go with the rest of a query, which OpenAPI cannot say; what is being tried stays.

    That it is refused together is held by test_formats, test_as_of and test_pages.
    """
    if case.meta is None or not case.query:
        return case
    data = case.meta.phase.data
    tried = {data.parameter, *(mutation.parameter for mutation in data.mutations)} & set(case.query)
    query = apart(dict(case.query), tried, kind_of(case.operation.path), right=case.meta.generation.mode.is_positive)
    for name in case.query.keys() - query.keys():
        del case.query[name]  # in its place: a query that is set anew is judged anew, by less than what is known of it
    return case


def kind_of(path: str) -> Any:
    """Of what kind the records of a list are that can be read as they were at a time; None, if they cannot."""
    return getattr(LISTS.get(path.removeprefix(V1).split("/")[0]), "kind", None)


def apart(query: dict[str, Any], tried: set[str], kind: Any, *, right: bool) -> dict[str, Any]:
    """A query without what does not go with the rest: what is past and filters, files and pages, tags and JSON."""

    def stays(name: str) -> bool:
        return name in tried and not right

    def form() -> str:
        return str(query.get("format", "json"))

    if not stays("cursor"):
        query.pop("cursor", None)  # it is not to be made up
    if ahead(query.get("as_of")) and not stays("as_of"):
        del query["as_of"]
    past = {"as_of", "page_size", "total", "format", *TAKES.get(kind, ())}
    if "as_of" in query and ("as_of" in tried or tried <= past):
        query = {name: value for name, value in query.items() if name in past | tried}
        if form() in FORMS:
            del query["format"]
    else:
        query.pop("as_of", None)
    if form() in FORMS and OF_PAGES & tried:
        del query["format"]
    elif form() in FORMS:
        query = {name: value for name, value in query.items() if name not in OF_PAGES}
    if form() not in TABULAR and not stays("hxl"):
        query.pop("hxl", None)
    if form() in FORMS and "conflicts" in query.get("fields", ()) and not stays("fields"):
        del query["fields"]  # of victims: what no column of a record is made of
    return query


def findable(text: str) -> bool:
    """Whether it can be searched for."""
    try:
        return bool(searched("search", text))
    except ValidationError:
        return False


def ahead(value: Any) -> bool:
    """Whether a time or day lies ahead."""
    try:
        return dt.date.fromisoformat(str(value)[:10]) >= timezone.now().date()
    except ValueError:
        return False
