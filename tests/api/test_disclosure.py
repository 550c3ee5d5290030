"""What is above a reader's level is nowhere: with and without the hidden rows, public answers are the same bytes."""

import random
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from exchange import export
from incidents import counts
from incidents.models import Claim
from incidents.services import citations, incidents, review, statements
from sources.disclosure import Disclosure, Mask, masked
from sources.models import OrganizationKind, Party
from sources.services import change_organization, record_organization
from tests.api.client import V1, get, results, rows
from tests.factories import NOON

pytestmark = pytest.mark.django_db

MARKER = "Zyxmarker"
SECRET = Disclosure.RESTRICTED
LISTS = ["organizations/", "sources/", "places/", "incidents/", "claims/", "citations/", "responsibility/"]


def everything_public() -> dict[str, bytes]:
    """Every public answer that a hidden row could betray itself in."""
    client, answers = Client(), {}
    for path in LISTS:
        for query in (
            "page_size=1000&total=true",
            "page_size=3",
            f"search={MARKER}" if path != "responsibility/" and path != "citations/" else "",
        ):
            answers[f"{path}?{query}"] = client.get(f"{V1}{path}?{query}").content
        if path in {"organizations/", "sources/", "incidents/", "claims/", "citations/"}:
            answers[f"{path} csv"] = b"".join(client.get(f"{V1}{path}?format=csv").streaming_content)
    for incident in results("incidents/"):
        answers[incident["reference"]] = client.get(f"{V1}incidents/{incident['reference']}/").content
    return answers


def plant(register) -> None:
    """Hidden rows of every kind, about one public incident and one restricted."""
    hidden_org = register.organization(f"{MARKER}-org".lower(), name=f"{MARKER} Org", disclosure=SECRET)
    hidden_source = register.source(title=f"{MARKER} source", disclosure=SECRET)
    published_by_hidden = register.source(title=f"{MARKER} paper", publisher=hidden_org)
    public = register.seen
    register.accepted(public, claimant=hidden_org)
    register.accepted(public, disclosure=SECRET, population_stated=MARKER)
    register.accepted(public, sources=[hidden_source])
    register.accepted(public, sources=[published_by_hidden])
    register.accepted(public, relays=[hidden_org])
    register.proposed(public, population_stated=MARKER)
    register.draft(public, population_stated=MARKER)
    review.reject(register.proposed(public, population_stated=MARKER), by=register.reviewer, at=NOON, note=MARKER)
    register.accepted(register.published(title=f"{MARKER} restricted", disclosure=SECRET))
    register.accepted(register.incident(title=f"{MARKER} draft"))
    citations.add_citation(
        register.known, citations.CitationInput(hidden_source, stated=MARKER), by=register.analyst, at=NOON
    )
    citations.add_citation(
        register.known,
        citations.CitationInput(register.cited, relays=[citations.RelayInput(hidden_org, medium=MARKER)]),
        by=register.analyst,
        at=NOON,
    )
    citations.add_derivation(
        register.known, citations.DerivationInput(organization=hidden_org), by=register.analyst, at=NOON
    )
    said = statements.record_responsibility(
        incident=public, party=Party.objects.first(), act=MARKER, claimant=hidden_org, by=register.analyst, at=NOON,
        citations=[citations.CitationInput(register.cited)],
    )  # fmt: skip
    review.accept(review.submit(said, by=register.analyst, at=NOON), by=register.reviewer, at=NOON)
    # A later announcement that may not be seen must not silence the one that may.
    register.accepted(
        public, claimant=register.known.claimant, disclosure=SECRET, as_of="2030-01-01",
        count=counts.code(counts.Quantifier.EXACT, 9, stated=MARKER),
    )  # fmt: skip


def test_public_answers_are_byte_equal_with_and_without_hidden_rows(register):
    register.seen = register.published(title="Seen by all")
    register.cited = register.source()
    register.known = register.accepted(register.seen, sources=[register.cited])
    # Sources, organizations of hidden assertions are themselves public unless marked; make those first.
    public_things = [register.organization() for _ in range(9)], [register.source() for _ in range(12)]
    made = iter(public_things[0]), iter(public_things[1])
    register.organization = lambda code="", original=register.organization, **fields: (
        original(code, **fields) if code or fields else next(made[0])
    )
    register.source = lambda original=register.source, **fields: (
        original(**({"disclosure": SECRET} | fields)) if fields else next(made[1])
    )
    before = everything_public()
    plant(register)
    after = everything_public()
    assert before.keys() == after.keys()
    for address, body in before.items():
        assert MARKER.lower() not in after[address].decode().lower(), address
        assert after[address] == body, address


def test_a_partner_sees_partner_rows_and_not_restricted_ones(register):
    incident = register.published()
    for level in Disclosure:
        register.accepted(incident, disclosure=level)
    seen = {level: Claim.objects.visible_to(level).filter(incident=incident).count() for level in Disclosure}
    assert seen == {Disclosure.PUBLIC: 1, Disclosure.PARTNER: 2, Disclosure.RESTRICTED: 3}
    kind = export.by_name("claims")
    for level, number in seen.items():
        chosen = export.chosen(kind, export.QueryDict(f"incident={incident.reference}"), level)
        lines = b"".join(export.stream(kind, chosen, level=level, root="/")).decode().splitlines()
        assert len(lines) == number + 1


TEXTS = [
    "Nadim al-Example said so",
    "NADIM AL EXAMPLE",
    "https://social.example/@NadimAlExample/1",
    "nadim_al-example_2018",
    "Nadīm al-Éxample",
    "Al-Example, Nadim",
    "Nadim\u200b al\u2013Example",
    "وندیم المثال",
    "قال نديم المثال إن",
    "قالَ نَديمُ المثـال",
    "Madonna is not hidden, nor is coalition",
    "",
    "no name at all",
]


ADDRESSES = [
    "https://example.org/nadim%20al%20example",
    "https://example.org/nadim%2Dal%2Dexample",
    "https://example.org/%D9%86%D8%AF%D9%8A%D9%85-%D8%A7%D9%84%D9%85%D8%AB%D8%A7%D9%84",
    "https://example.org/harmless%20page",
    "https://example.org/broken%FF%20page",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_holds_a_protected_name_is_left_out_also_behind_percent_signs(address, register):
    protect(register)
    source = register.source(url=address)
    shown = get(f"sources/{source.pk}/")["url"]
    assert shown == (address if "page" in address else None)
    [row] = [row for row in rows("sources/") if row["id"] == str(source.pk)]
    assert row["url"] == (shown or "")


def test_names_of_other_things_are_masked_where_they_hold_a_protected_name(register):
    protect(register)
    office = register.organization("some-office", name="Nadim al-Example Office", name_ar="مكتب نديم المثال")
    incident = register.published()
    claim = register.accepted(incident, claimant=office, relays=[office], sources=[register.source(publisher=office)])
    answers = [
        str(get(path))
        for path in (f"claims/{claim.pk}/", "organizations/some-office/", f"incidents/{incident.reference}/")
    ]
    answers += [str(rows(f"{name}/")) for name in ("claims", "citations", "organizations", "sources")]
    for answer in answers:
        assert not re.search("nadim|نديم", answer, re.IGNORECASE)
        assert "Witness 7 Office" in answer
    assert results("organizations/", search="Nadim") == []


def test_a_correction_is_seen_by_all_who_saw_the_mistake(register):
    from incidents.services import claims

    mistaken = register.accepted(register.published())
    hidden = claims.correct(
        mistaken, reason="misread", count=counts.code(counts.Quantifier.EXACT, 8, stated="eight"), disclosure=SECRET,
        population=mistaken.population, citations=[citations.CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    review.submit(hidden, by=register.analyst, at=NOON)
    with pytest.raises(ValidationError, match="seen by all"):
        review.accept(hidden, by=register.reviewer, at=NOON)
    assert get(f"claims/{mistaken.pk}/")["status"] == "accepted"


def protect(register) -> None:
    record_organization(
        by=register.analyst, at=NOON, code="nadim-al-example", name="Nadim al-Example", name_ar="نديم المثال",
        kind=OrganizationKind.objects.get(code="individual"), is_protected=True, public_name="Witness 7",
        public_code="witness-7", also_written=["Donna"], country="SY", based_in="Homs",
    )  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_the_mask_is_the_same_in_python_and_in_the_database(text, register):
    from django.db import connection

    protect(register)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {masked('given')} FROM (SELECT %s::text AS given) AS one", [text])
        [in_database] = cursor.fetchone()
    assert in_database == Mask.load().text(text)
    assert not re.search("nadim|نديم|نَديم", in_database, re.IGNORECASE)
    if "hidden" in text or "no name" in text:
        assert in_database == text


def spelt(name: str, chance: random.Random) -> str:
    """A way to write a name: other forms of its letters, marks within it, signs between its words or none."""
    families = ["اأإآٱ", "يىئی", "كک", "هة", "aàáâãäåāăą", "eèéêëēĕėęě", "iìíîïīĭįı", "dḍḏ", "nñńň", "tṭṯţ"]
    kin = {letter: family for family in families for letter in family}
    words = re.split("[ -]", name.lower())
    if chance.random() < 0.3:
        words = words[1:] + words[:1]
    marks = [*[""] * 60, "\u0301", "’", "\u064e", "ـ"]
    written = ["".join(chance.choice([one, one.upper(), chance.choice(kin.get(one, one))]) + chance.choice(marks) for one in word)
               for word in words]  # fmt: skip
    return chance.choice([" ", "", "-", "_", ", ", " - ", " -- "]).join(written)


def test_looking_at_letters_first_misses_no_spelling_of_a_name(register):
    from django.db import connection

    protect(register)
    register.organization("other-example", name="Example Nadim Donna", is_protected=True, public_name="Witness 8 (Donna's)",
                          public_code="witness-8", kind=OrganizationKind.objects.get(code="individual"))  # fmt: skip
    chance, names = (
        random.Random(7),
        ["Nadim al-Example", "نديم المثال", "Donna", "Example Nadim Donna", "Dona", "nadir"],
    )
    texts = [
        chance.choice(["", "said ", "وال", "x", "(", "ب"])
        + spelt(chance.choice(names), chance)
        + chance.choice(["", " said", "s", "_x", " " + spelt(chance.choice(names), chance)])
        for _ in range(1500)
    ]
    in_order = "FROM unnest(%s::text[]) WITH ORDINALITY AS said (t, n) ORDER BY n"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pattern, whole_word, replacement FROM protected_name ORDER BY weight DESC, id")
        expected = texts
        for pattern, whole_word, replacement in cursor.fetchall():  # each name in turn, without a look at letters
            spelling = rf"\m{pattern}\M" if whole_word else pattern
            cursor.execute(f"SELECT regexp_replace(t, %s, %s, 'gi') {in_order}", [spelling, replacement, expected])
            expected = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"SELECT mask_protected(t) {in_order}", [texts])
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"SELECT {masked('t')} {in_order}", [texts])
        by_the_longest_word = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT pattern, hint FROM protected_name WHERE hint = '' OR strpos(pattern, hint) = 0")
        assert cursor.fetchall() == []
    assert [each for each in zip(texts, expected, found, strict=True) if each[1] != each[2]] == []
    assert [each for each in zip(texts, expected, by_the_longest_word, strict=True) if each[1] != each[2]] == []
    assert 500 < sum(given != masked for given, masked in zip(texts, found, strict=True)) < 1400


def test_a_protected_individual_leaves_only_under_the_public_name(register):
    protect(register)
    witness = register.organization("nadim-al-example")
    incident = register.published(title="What Nadim al-Example saw", summary="نديم المثال رأى")
    source = register.source(
        title="Interview with Nadim al-Example", url="https://example.org/nadim-al-example", publisher=witness
    )
    claim = register.accepted(
        incident, claimant=witness, sources=[source], relays=[witness], rests_on=[witness],
        population_stated="as Nadim Al Example put it",
        count=counts.code(counts.Quantifier.EXACT, 2, stated="two, says Nadim al-Example"),
    )  # fmt: skip
    shown = get(f"claims/{claim.pk}/")
    assert shown["claimant"] == {"code": "witness-7", "name": "Witness 7", "kind": "individual", "reliability": None}
    assert shown["count"]["stated"] == "two, says Witness 7"
    assert shown["citations"][0]["source"]["title"] == "Interview with Witness 7"
    assert shown["citations"][0]["source"]["url"] is None
    answers = [
        str(get(path))
        for path in (
            f"claims/{claim.pk}/",
            f"incidents/{incident.reference}/",
            "organizations/witness-7/",
            f"sources/{source.pk}/",
        )
    ]
    answers += [str(rows(f"{name}/")) for name in ("claims", "citations", "incidents", "organizations", "sources")]
    for answer in answers:
        assert not re.search("nadim|نديم|donna|homs", answer, re.IGNORECASE)
    for path in ("claims/", "incidents/", "organizations/", "sources/"):
        assert results(path, search="Nadim") == []
        assert results(path, search="نديم") == []


def test_protection_given_later_holds_at_once(register):
    person = register.organization("karim", name="Karim Sample")
    incident = register.published(title="Karim Sample reports")
    assert get(f"incidents/{incident.reference}/")["title"] == "Karim Sample reports"
    change_organization(
        person, by=register.analyst, at=NOON, why="asked to be protected", is_protected=True,
        public_name="Reporter 9", public_code="reporter-9",
    )  # fmt: skip
    assert get(f"incidents/{incident.reference}/")["title"] == "Reporter 9 reports"


def test_analysts_are_never_named_outside(register):
    incident = register.published()
    register.accepted(incident, note="Aya Example wonders")
    for body in everything_public().values():
        assert not re.search(r"aya.example|bilal.example|seed-re", body.decode(), re.IGNORECASE)


def test_a_withdrawn_incident_leaves_a_tombstone_and_its_claims_are_gone(register):
    incident = register.published()
    claim = register.accepted(incident)
    incidents.withdraw(incident, by=register.reviewer, at=NOON, note="recorded twice")
    body = get(f"incidents/{incident.reference}/", 410)
    assert body["errors"][0]["detail"] == "recorded twice"
    get(f"claims/{claim.pk}/", 404)
    assert results("claims/", incident=incident.reference) == []


def test_a_draft_that_was_withdrawn_was_never_there(register):
    incident = register.incident()
    incidents.withdraw(incident, by=register.reviewer, at=NOON, note="a mistake")
    get(f"incidents/{incident.reference}/", 404)


def test_what_was_never_accepted_was_never_public_whatever_became_of_it(register):
    incident = register.published()
    review.void(register.proposed(incident), by=register.reviewer, at=NOON, note="import undone")
    gone = review.void(register.accepted(incident), by=register.reviewer, at=NOON, note="import undone")
    assert [claim["id"] for claim in results("claims/", incident=incident.reference, status="voided")] == [str(gone.pk)]


def test_a_corrected_claim_points_to_its_correction_and_is_listed_only_when_asked_for(register):
    from incidents.services import claims

    incident = register.published()
    mistaken = register.accepted(incident)
    right = claims.correct(
        mistaken, reason="misread", count=counts.code(counts.Quantifier.EXACT, 8, stated="eight"),
        population=mistaken.population, citations=[citations.CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    review.accept(review.submit(right, by=register.analyst, at=NOON), by=register.reviewer, at=NOON)
    assert [claim["id"] for claim in results("claims/", incident=incident.reference)] == [str(right.pk)]
    [old] = results("claims/", incident=incident.reference, status="corrected")
    assert (old["id"], old["superseded_by"], old["speaks"]) == (str(mistaken.pk), str(right.pk), False)
    assert get(f"claims/{right.pk}/")["corrects"] == str(mistaken.pk)
    [row] = rows("claims/", incident=incident.reference, status="corrected")
    assert (row["superseded_by"], row["speaks"]) == (str(right.pk), "false")
