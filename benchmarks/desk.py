"""The analyst's pages in the admin of a full register, against a list that has no rows."""

import datetime as dt
import re
import time
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks.table import Row, fastest, kept
from config.environment import SetupError
from incidents import counts
from incidents.models import Claim, Incident, Measure, Population
from incidents.services.citations import CitationInput
from incidents.services.claims import record_claim
from incidents.services.incidents import record_incident
from sources.models import Organization, Source

RUNS = 5  # of each page; the fastest counts
TITLE = "Five hundred claims"
CLAIMS = 500
LIST, PAGE, SAVE = 0.5, 1.5, 2.0
"""Seconds that a list, an incident with 500 claims and saving it may take."""
EMPTY = "/admin/incidents/revision/"


def rows() -> list[Row]:
    person, _made = User.objects.get_or_create(
        username="benchmark", defaults={"is_staff": True, "is_superuser": True, "password": "!"}
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    baseline = fastest(lambda: _get(client, EMPTY), RUNS)
    incident = _incident(person)

    def row(what: str, seconds: float, limit: float) -> Row:
        return Row(
            what=f"{what} (at most {limit:.1f} s: {kept(holds=seconds <= limit)})",
            measured=f"{seconds * 1000:.0f} ms",
            baseline=f"`GET {EMPTY}`, a list without rows",
            baseline_measured=f"{baseline * 1000:.0f} ms",
            ratio=seconds / baseline,
        )

    address = f"/admin/incidents/incident/{incident.pk}/change/"
    return [
        *(
            row(f"`GET {page}`", fastest(lambda page=page: _get(client, page), RUNS), LIST)  # type: ignore[misc]  # bound now
            for page in _lists()
        ),
        row(f"An incident with {CLAIMS} claims opens", fastest(lambda: _get(client, address), RUNS), PAGE),
        row("It is saved, and opens again", fastest(lambda: _save(client, address), RUNS), SAVE),
    ]


def _lists() -> list[str]:
    """The first page, and the lists as they are, searched and filtered each way that reads most."""
    claims, incidents, scopes = (f"/admin/incidents/{name}/" for name in ("claim", "incident", "scope"))
    claimant = Claim.objects.order_by("recorded_at").values_list("claimant", flat=True)[0]
    return [
        "/admin/",
        incidents,
        claims,
        "/admin/sources/source/",
        f"{claims}?claimant={claimant}",
        f"{claims}?publisher={claimant}",
        f"{incidents}?measure=killed&population=civilians",
        f"{claims}?occurred_after=2018-03-01&occurred_before=2018-03-31&certainty=certain",
        f"{claims}?status=proposed",
        f"{claims}?has_conflict=on",
        f"{incidents}?has_conflict=on",
        f"{claims}?q=four",
        f"{incidents}?q=market",
        f"{incidents}queue/review/",
        scopes,
        f"{scopes}?relation=conflict",
        f"{scopes}?q=market",
        f"{incidents}queue/disagree/",
        f"{incidents}queue/one-root/",
        f"{incidents}queue/stale/",
    ]


def _incident(person: User) -> Incident:
    """An incident with 500 claims, made through the services unless it is there."""
    known: Incident | None = Incident.objects.filter(title=TITLE).first()
    if known is not None:
        return known
    now = timezone.now()
    incident = record_incident(title=TITLE, incident_type="situation", occurred="2018", by=person, at=now)
    claimants, documents = Organization.objects.order_by("pk")[:25], list(Source.objects.order_by("pk")[:50])
    measure, populations = Measure.objects.get(code="killed"), Population.objects.order_by("pk")[:5]
    for number in range(CLAIMS):
        record_claim(
            incident=incident, claimant=claimants[number % 25], measure=measure, population=populations[number % 5],
            count=counts.code(counts.Quantifier.EXACT, number, stated=str(number)),
            citations=[CitationInput(documents[number % 50])], by=person, at=now + dt.timedelta(seconds=number),
        )  # fmt: skip
    return incident


def _get(client: Client, address: str) -> Any:
    answer = client.get(address, follow=True)
    if answer.status_code != 200:
        raise SetupError(f"{address} answered {answer.status_code}")
    return answer


def _save(client: Client, address: str) -> None:
    """Send the page's form with another note, and look at what comes back."""
    version = re.search(r'name="version" value="(\d+)"', _get(client, address).content.decode())
    sent = {
        "version": version[1] if version else "", "title": TITLE, "incident_type": "situation", "occurred": "2018",
        "disclosure": "0", "note": str(time.perf_counter()), "_continue": "1",
    }  # fmt: skip
    for rows in ("claims", "responsibilityclaims", "statements"):
        sent |= {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0"}
    answer = client.post(address, sent)
    if answer.status_code != 302:
        raise SetupError(f"saving {address} answered {answer.status_code}")
