"""Golden answers of the founding case: a changed byte in the published contract is a decision, not an accident.

After such a decision: ``python3 manage.py test tests/api/test_golden.py --write-golden``, and read the difference.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from exchange.seeding.identity import identifier, reference
from tests.api.client import V1, get

GOLDEN = Path(__file__).resolve().parents[2] / "fixtures" / "golden"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)  # of scopes; the case's own are not
CURSOR = re.compile(r"cursor=[A-Za-z0-9_-]+")

ANSWERS = {
    "incident-21-april": f"incidents/{reference('E2')}/",
    "incident-evacuation": f"incidents/{reference('Q1')}/",
    "incident-situation": f"incidents/{reference('S1')}/",
    "claim-through-a-relay": f"claims/{identifier('claim', 'T18w')}/",
    "claim-of-a-collective": f"claims/{identifier('claim', 'C3')}/",
    "claims-page": f"claims/?incident={reference('U1')}&page_size=1&total=true",
    "figures-in-conflict": "figures/?has_conflict=true",
    "responsibility": "responsibility/",
    "organization-collective": "organizations/activists-south-damascus/",
    "organization-protected": "organizations/activist-1/",
    "source-article": f"sources/{identifier('source', 'AJE')}/",
    "source-season": f"sources/{identifier('source', 'TOTAL-2017-07')}/",
    "place-camp": "places/C1002/",
    "place-own-area": "places/south-damascus/",
    "population": "populations/palestinian-refugees-civil-defense/",
    "measure": "measures/air_strikes/",
    "cause": "causes/shelling/",
    "party": "parties/jaish-al-islam/",
    "refusal": "claims/?measure=kiled&page_size=5",
}


def steady(answer: Any) -> str:
    """The answer as text, without what differs from one loading to the next."""
    text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    for number, name in enumerate(dict.fromkeys(RANDOM.findall(text)), start=1):
        text = text.replace(name, f"scope {number}")
    return CURSOR.sub("cursor=…", MOMENT.sub("…Z", text))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_the_golden_one(name, request):
    path, _, query = ANSWERS[name].partition("?")
    parameters = dict(pair.split("=") for pair in query.split("&")) if query else {}
    found = steady(get(path, 400 if name == "refusal" else 200, **parameters))
    file = GOLDEN / f"{name}.json"
    if request.config.getoption("--write-golden"):
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8"), f"{V1}{ANSWERS[name]} changed"


def test_there_is_no_golden_answer_that_nothing_compares():
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(ANSWERS)
