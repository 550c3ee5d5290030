"""Where rows stand in review, and when they came there."""

import datetime as dt

from exchange.generator.chance import Weighted
from exchange.generator.rows import Claim, Incident
from incidents.workflow import ClaimState, IncidentState
from sources.disclosure import Disclosure

OPENED = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)  # the first row; every incident lies before it
PACE = dt.timedelta(seconds=20)  # from one claim to the next
REVIEW = dt.timedelta(hours=30)  # from recording to acceptance or publication

DISCLOSURES = Weighted({Disclosure.PUBLIC: 96, Disclosure.PARTNER: 2, Disclosure.RESTRICTED: 2})
INCIDENTS = Weighted(
    {
        IncidentState.PUBLISHED: 88,
        IncidentState.UNDER_REVISION: 4,
        IncidentState.DRAFT: 2,
        IncidentState.IN_REVIEW: 2,
        IncidentState.CHANGES_REQUESTED: 2,
        IncidentState.WITHDRAWN: 2,
    }
)
GRADES = Weighted({"confirmed": 35, "fair": 25, "weak": 10, "contested": 10, "": 20})
CLAIMS = Weighted(
    {
        ClaimState.ACCEPTED: 90,
        ClaimState.PROPOSED: 3,
        ClaimState.DRAFT: 1.5,
        ClaimState.RETURNED: 1,
        ClaimState.REJECTED: 1.5,
        ClaimState.RETRACTED: 2,
        ClaimState.VOIDED: 1,
    }
)
REASONS = {
    ClaimState.RETURNED: "The words do not carry this number; see the second paragraph.",
    ClaimState.REJECTED: "The source does not say this.",
    ClaimState.CORRECTED: "Coded wrongly; see the correction.",
    ClaimState.RETRACTED: "The claimant withdrew the number.",
    ClaimState.VOIDED: "Entered twice.",
}
ONCE_ACCEPTED = {ClaimState.ACCEPTED, ClaimState.CORRECTED, ClaimState.RETRACTED}


def recorded_at(claim: int) -> dt.datetime:
    """When the register's claim of this number, from 0, was entered."""
    return OPENED + claim * PACE


def decide(claim: Claim, state: ClaimState) -> None:
    """Put the claim into this state, with what the state asks for."""
    claim.status = state
    claim.decision_note = REASONS.get(state, "")
    claim.submitted_at = None if state is ClaimState.DRAFT else claim.recorded_at
    claim.accepted_at = claim.recorded_at + REVIEW if state in ONCE_ACCEPTED else None


def decide_incident(incident: Incident, state: IncidentState) -> None:
    incident.status = state
    published = state in {IncidentState.PUBLISHED, IncidentState.UNDER_REVISION, IncidentState.WITHDRAWN}
    incident.published_at = incident.recorded_at + REVIEW if published else None
