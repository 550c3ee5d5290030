"""Whoever saved goes on at the incident: there it is submitted, and there is more to say."""

from incidents.models import Incident
from tests.admin.desk import Desk, as_sent, errors
from tests.factories import Register


def test_saving_an_incident_leads_to_its_page(analyst: Desk) -> None:
    answer = analyst.enter_incident()
    incident = Incident.objects.get(title="Shelling of a market")
    assert answer.headers["Location"] == analyst.address("incidents_incident", "change", incident.pk)


def test_saving_a_claim_leads_back_to_its_incident(analyst: Desk, register: Register) -> None:
    claim = register.draft(register.incident())
    sent = as_sent(analyst.get("incidents_claim", "change", claim.pk)) | {"note": "looked at again"}

    answer = analyst.post("incidents_claim", "change", claim.pk, data=sent)

    assert answer.status_code == 302, errors(answer)
    assert answer.headers["Location"] == analyst.address("incidents_incident", "change", claim.incident_id)
