"""Sources are named, matched by address or hash, or recorded; what the submitter may not see is as if it were not there."""

import re

import pytest
from django.test import Client

from accounts.models import Token
from incidents.models import Claim
from incidents.services import review
from sources.disclosure import Disclosure
from sources.merging import merge_organizations, merge_sources
from sources.models import Organization, Source
from sources.services import change_organization
from sources.withdrawal import withdraw_organization
from tests.api.submitting import count, errors, post, row, token_for
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HASH = "a" * 64
ADDRESS = "https://www.news.example/story/?utm_source=x#top"


def cites(source, **changes):
    return row(citations=[{"source": source}], **changes)


def cited(answer):
    assert answer.status_code == 201, answer.content
    (result,) = answer.json()["results"][0]["sources"]
    return result["id"], result["created"]


def news(**fields):
    return {"title": "Story", "kind": "news_article"} | fields


def test_a_source_by_its_id(secret, register):
    source = register.source()
    assert cited(post(cites({"id": str(source.pk).upper()}), secret)) == (str(source.pk), False)


@pytest.mark.parametrize(
    "address",
    ["http://news.example/story", "https://m.news.example/story/?fbclid=1", "https://WWW.news.example/Story#end"],
)
def test_a_source_at_the_same_address_however_written(address, secret, register):
    source = register.source(url=ADDRESS)
    assert cited(post(cites({"url": address}), secret)) == (str(source.pk), False)
    assert Source.objects.get(pk=source.pk).url == ADDRESS


def test_a_source_of_the_same_hash_comes_before_one_at_the_address(secret, register):
    register.source(url=ADDRESS)
    kept = register.source(content_hash=HASH)
    assert cited(post(cites({"url": ADDRESS, "content_hash": HASH}), secret)) == (str(kept.pk), False)


def test_a_source_with_the_same_lasting_copy(secret, register):
    kept = register.source(archived_url="https://archive.example/1")
    assert cited(post(cites({"archived_url": "https://archive.example/1"}), secret)) == (str(kept.pk), False)


def test_the_first_of_several_at_one_address(secret, register):
    first, _second = register.source(url=ADDRESS), register.source(url=ADDRESS)
    found = Source.objects.filter(url=ADDRESS).order_by("recorded_at", "pk").first()
    assert cited(post(cites({"url": ADDRESS}), secret)) == (str(found.pk), False)
    assert first


def test_a_merged_source_means_the_one_that_stands(secret, register):
    one, two = register.source(url=ADDRESS), register.source()
    merge_sources(one, into=two, reason="the same", by=register.reviewer, at=NOON)
    assert cited(post(cites({"url": ADDRESS}), secret)) == (str(two.pk), False)
    told = errors(post(cites({"id": str(one.pk)}), secret), 422)
    assert told[0][2] == f"{one.pk}: expected {two.pk}, into which this source was merged."


def test_a_new_source_is_recorded_with_all_that_is_told_of_it(secret, partner):
    given = news(
        url=ADDRESS, archived_url="https://archive.example/1", content_hash=HASH, publisher="mina", published="2018-04~",
        language="ar",
    )  # fmt: skip
    key, created = cited(post(cites(given), secret))
    source = Source.objects.get(pk=key)
    assert created
    assert (source.url, source.archived_url, source.content_hash) == (ADDRESS, "https://archive.example/1", HASH)
    assert (source.title, source.kind_id, source.publisher.code, source.language) == (
        "Story",
        "news_article",
        "mina",
        "ar",
    )
    assert (source.published, str(source.published_earliest)) == ("2018-04~", "2018-04-01")
    assert (source.recorded_by, source.disclosure) == (partner, Disclosure.PUBLIC)


def test_a_new_source_of_several_rows_is_recorded_once(secret):
    rows = [
        cites(news(url=ADDRESS), count=count(value=1)),
        cites(news(url="http://news.example/story", title="Another title"), count=count(value=2)),
        cites(news(), count=count(value=3)),
        cites(news(), count=count(value=4)),
    ]
    results = post({"claims": rows}, secret).json()["results"]
    keys = [one["sources"][0]["id"] for one in results]
    assert keys[0] == keys[1] != keys[2] == keys[3]
    assert Source.objects.filter(title="Story").count() == 2


def test_what_is_wrong_in_a_source_is_told_though_it_is_there_already(secret, register):
    register.source(url=ADDRESS)
    told = errors(post(cites(news(url=ADDRESS, publisher="nobody")), secret), 422)
    assert [attr for _code, attr, _detail in told] == ["citations.0.source.publisher"]


def test_per_row_records_no_source_for_a_refused_row(secret):
    rows = [row(), cites(news(url=ADDRESS), measure="kiled"), cites(news(url=ADDRESS), claimant="nobody")]
    assert post({"claims": rows, "mode": "per_row"}, secret).status_code == 200
    assert not Source.objects.filter(url=ADDRESS).exists()


def test_who_may_not_add_sources_may_cite_those_there(partner, secret, register):
    group = partner.groups.get()
    group.permissions.remove(group.permissions.get(codename="add_source"))
    source = register.source(url=ADDRESS)
    assert cited(post(cites({"url": ADDRESS}), secret)) == (str(source.pk), False)
    told = errors(post(row(), secret), 422)
    assert told[0][:2] == ("denied", "citations.0.source")


class TestDisclosure:
    def test_partners_may_submit_for_partners(self, partner, admin_user):
        secret = token_for(partner, admin_user, Token.Scope.SUBMIT_CLAIMS, Token.Scope.READ_PARTNER)
        result = post(cites(news(url=ADDRESS), disclosure="partner"), secret).json()["results"][0]
        assert Claim.objects.get(pk=result["id"]).disclosure == Disclosure.PARTNER
        assert Source.objects.get(pk=result["sources"][0]["id"]).disclosure == Disclosure.PARTNER

    def test_partners_see_what_partners_see(self, partner, admin_user, secret, register):
        source = register.source(url=ADDRESS, disclosure=Disclosure.PARTNER)
        seeing = token_for(partner, admin_user, Token.Scope.SUBMIT_CLAIMS, Token.Scope.READ_PARTNER)
        assert cited(post(cites(news(url=ADDRESS)), seeing)) == (str(source.pk), False)
        key, created = cited(post(cites(news(url=ADDRESS), count=count(value=7)), secret))
        assert created
        assert key != str(source.pk)


LEVELS = {
    "restricted, to a token that reads what partners see": (Disclosure.RESTRICTED, True),
    "for partners, to a token that reads what is public": (Disclosure.PARTNER, False),
    "restricted, to a token that reads what is public": (Disclosure.RESTRICTED, False),
}


@pytest.mark.parametrize("level", LEVELS)
class TestHidden:
    """Named by a submission, what is hidden is answered to the letter like what is not there."""

    @pytest.fixture
    def hidden(self, level):
        return LEVELS[level][0]

    @pytest.fixture
    def seeing(self, level, partner, admin_user):
        more = [Token.Scope.READ_PARTNER] if LEVELS[level][1] else []
        return token_for(partner, admin_user, Token.Scope.SUBMIT_CLAIMS, *more)

    def alike(self, secret, hidden, unknown, of):
        """The answers to a row that names what is hidden, and to one that names nothing, but for the name itself."""
        answers = []
        for name in (hidden, unknown):
            answer = post({"claims": [of(name)]}, secret)
            answers.append(
                (
                    answer.status_code,
                    dict(answer.headers) | {"Content-Length": ""},
                    answer.content.decode().replace(name, "NAME"),
                )
            )
        assert answers[0] == answers[1]
        assert answers[0][0] == 422

    @pytest.mark.parametrize(
        "of",
        [
            lambda code: row(claimant=code),
            lambda code: cites(news(url=ADDRESS, publisher=code)),
            lambda code: row(citations=[{"source": news(url=ADDRESS), "relays": [code]}]),
            lambda code: row(derived_from=[{"organization": code, "strength": "stated"}]),
        ],
        ids=["claimant", "publisher", "relay", "origin"],
    )
    def test_an_organization(self, of, seeing, hidden, register):
        self.alike(seeing, register.organization("hidden-one", disclosure=hidden).code, "absent-one", of)

    def test_an_organization_merged_into_a_hidden_one(self, seeing, hidden, register):
        merged = register.organization("hidden-one")
        merge_organizations(
            merged, into=register.organization(disclosure=hidden), reason="same", by=register.reviewer, at=NOON
        )
        self.alike(seeing, "hidden-one", "absent-one", lambda code: row(claimant=code))

    def test_an_incident(self, seeing, hidden, register):
        reference = register.published(disclosure=hidden).reference
        self.alike(seeing, reference, "SJ-000000", lambda name: row(incident=name))

    def test_a_source(self, seeing, hidden, register):
        key = str(register.source(disclosure=hidden).pk)
        absent = "00000000-0000-4000-8000-000000000000"
        self.alike(seeing, key, absent, lambda name: cites({"id": name}))
        self.alike(seeing, key, absent, lambda name: row(derived_from=[{"source": name, "strength": "stated"}]))

    def test_a_claim(self, seeing, hidden, register):
        key = str(register.accepted(register.published(), disclosure=hidden).pk)
        waiting = str(register.proposed(register.published()).pk)
        absent = "00000000-0000-4000-8000-000000000000"
        for name in (key, waiting):
            self.alike(seeing, name, absent, lambda name: row(derived_from=[{"claim": name, "strength": "stated"}]))

    @pytest.mark.parametrize("by", ["address", "hash", "copy", "publisher"])
    def test_a_source_that_would_match(self, by, seeing, hidden, register):
        """It is not matched: a second one is recorded, and answered as where there is none."""
        fields = {
            "address": {"url": ADDRESS, "disclosure": hidden},
            "hash": {"content_hash": HASH, "disclosure": hidden},
            "copy": {"archived_url": "https://archive.example/1", "disclosure": hidden},
            "publisher": {"url": ADDRESS},
        }[by]
        if by == "publisher":
            fields["publisher"] = register.organization("hidden-one", disclosure=hidden)
        there = register.source(**fields)
        matching = news(**{name: fields[name] for name in ("url", "content_hash", "archived_url") if name in fields})
        other = news(url="https://else.example/", content_hash="b" * 64, archived_url="https://archive.example/9")
        answers = [
            post(cites(given, count=count(value=number)), seeing) for number, given in enumerate((matching, other))
        ]
        assert str(there.pk) not in answers[0].content.decode()
        told = [re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", one.content.decode()) for one in answers]
        assert told[0] == told[1]
        assert '"created":true' in told[0]
        assert [one.status_code for one in answers] == [201, 201]


def test_a_protected_individual_is_named_by_the_public_code_alone(secret, register):
    """Neither by the code inside, nor told of by name when it was merged or withdrawn."""
    name = "Zyxmarker Person"
    one, two = (
        register.organization(
            f"zyxmarker-{number}", name=f"{name} {number}", is_protected=True, public_name=f"Activist {number}",
            public_code=f"activist-{number}",
        )
        for number in (81, 82)
    )  # fmt: skip
    assert post(row(claimant="activist-81"), secret).status_code == 201
    absent = errors(post(row(claimant="zyxmarker-99"), secret), 422)
    inside = errors(post(row(claimant="zyxmarker-81"), secret), 422)
    assert absent[0][2].replace("99", "81") == inside[0][2]
    merge_organizations(one, into=two, reason="same", by=register.reviewer, at=NOON)
    told = errors(post(row(claimant="activist-81", count=count(value=7)), secret), 422)
    assert told[0][2] == "activist-81: expected activist-82, into which this organization was merged."
    gone = register.organization(
        "zyxmarker-83", name=name, is_protected=True, public_name="Activist 83", public_code="activist-83"
    )
    withdraw_organization(gone, reason="none", by=register.reviewer, at=NOON)
    told = errors(post(row(claimant="activist-83"), secret), 422)
    assert "zyx" not in told[0][2].lower()
    assert "withdrawn" in told[0][2]


def test_the_note_of_a_decision_does_not_name_whom_the_register_protects(secret, register):
    register.organization(
        "zyxmarker", name="Zyxmarker Person", is_protected=True, public_name="Activist 81", public_code="activist-81"
    )
    claim = Claim.objects.get(pk=post(row(), secret).json()["results"][0]["id"])
    review.reject(claim, by=register.reviewer, at=NOON, note="Zyxmarker Person says otherwise")
    answer = Client().get("/api/v1/submissions/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["results"][0]["decision_note"] == "Activist 81 says otherwise"


def test_who_is_made_restricted_meanwhile_is_not_betrayed_by_what_was_submitted(secret, register):
    claim = post(row(claimant="agps"), secret, key="k").json()["results"][0]["id"]
    change_organization(
        Organization.objects.get(code="agps"), by=register.analyst, at=NOON, why="x", disclosure=Disclosure.RESTRICTED
    )
    assert post(row(claimant="agps"), secret, key="k").json()["results"][0]["id"] == claim
