"""Whoever works in Arabic reads Arabic on every page of the admin, and nothing of ours in English."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.permissions import ROLES
from accounts.reasons import REASONS
from config import catalogue
from incidents import counts
from incidents.admin.queues import QUEUES
from incidents.models import Incident, Scope
from incidents.reconciliation import Policy
from incidents.services import figures
from tests.browser.test_policy import addresses
from tests.factories import NOON, Register
from tests.second_factor import logged_in

ROOT = Path(__file__).resolve().parents[2]
SAID = ("title", "placeholder", "aria-label", "alt", "label")


class Reader(HTMLParser):
    """Everything that a page says, to the eye and to those who listen."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.said |= {" ".join(value.split()) for name, value in attrs if name in SAID and value}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.add(" ".join(data.split()))


def read(page: str) -> set[str]:
    reader = Reader()
    reader.feed(page)
    return reader.said


def sentences() -> re.Pattern[str]:
    """What we and the packages say in more than one word, with anything where values stand."""
    said = set()
    for book in catalogue.books(ROOT):
        for message in book.kept():
            originals = (message.id,) if isinstance(message.id, str) else message.id
            translated = (message.string,) if isinstance(message.string, str) else message.string
            for text in originals:
                # "%s is %s." is the shape of many a text of the data.
                words = catalogue.PLACEHOLDER.sub("", text).split()
                tells = len(words) > (3 if catalogue.PLACEHOLDER.search(text) else 1)
                if tells and text not in translated:
                    said.add(text.strip())
    patterns = [re.sub(r"%\\?\(\w+\\?\)[sd]|%[sd]|\\\{\w*\\\}", ".+?", re.escape(text)) for text in said]
    return re.compile(
        "|".join(f"(?:{pattern})[:.]?" for pattern in sorted(patterns, key=len, reverse=True)), re.IGNORECASE
    )


@pytest.fixture
def client(register: Register) -> Client:
    incident = register.incident()
    register.draft(incident)
    register.proposed(incident)
    published = register.published()
    register.accepted(published)
    count = counts.code(counts.Quantifier.ABOUT, 40, stated="40")
    for day in ("2025-03-02", "2025-03-05"):
        register.accepted(published, claimant=register.organization("again"), as_of=day, count=count)
    scope = Scope.objects.get(incident=published)
    by = {"policy": Policy.RANGE, "reason": "x", "by": register.analyst, "at": NOON}
    figures.adopt(figures.propose_figure(scope, **by), by=register.reviewer, at=NOON)
    register.accepted(published, count=counts.code(counts.Quantifier.AT_LEAST, 90, stated="90"))
    figures.propose_figure(scope, **by)
    AccessAttempt.objects.create(username="x", ip_address="198.51.100.7", failures_since_start=5)
    AccessFailureLog.objects.create(username="x", ip_address="198.51.100.7")
    root = User.objects.create_superuser("root-example", password="not used", language="ar")
    return logged_in(Client(), root)


def test_no_page_says_a_sentence_of_ours_in_english(client: Client) -> None:
    english = sentences()
    told, seen = {}, 0
    scopes = [reverse("admin:incidents_scope_change", args=[key]) for key in Scope.objects.values_list("pk", flat=True)]
    queues = [queue.address for queue in QUEUES]
    situations = Incident.objects.filter(incident_type="situation").values_list("pk", flat=True)
    pages = [reverse("admin:incidents_incident_change", args=[key]) for key in situations]
    for address in (*addresses(), *scopes, *queues, *pages):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        seen += 1
        page = answer.content.decode()
        assert 'dir="rtl"' in page, address
        left = sorted(text for text in read(page) if english.fullmatch(text))
        if left:
            told[address] = left
    assert told == {}
    assert seen > 60


def test_the_reader_of_pages_finds_what_is_left_in_english() -> None:
    page = '<p title="Nothing waits here.">x</p><script>Nothing yet.</script><b>Assigned to\n nobody.</b><i>News of the day</i>'
    assert {text for text in read(page) if sentences().fullmatch(text)} == {
        "Nothing waits here.",
        "Assigned to nobody.",
    }


def test_every_reason_of_the_registers_own_is_one_that_is_told_in_both_languages() -> None:
    written = set()
    for room in catalogue.ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            written |= set(re.findall(r'\bwhy="([^"]+)"', path.read_text(encoding="utf-8")))
    assert written - REASONS == set()


def test_every_role_has_a_name(db: None) -> None:
    assert set(Group.objects.values_list("name", flat=True)) <= set(ROLES)


def table(client: Client, address: str) -> str:
    return client.get(address).content.decode().split('id="result_list"')[1].split("</table>")[0]


@pytest.mark.parametrize(
    ("address", "arabic", "english"),
    [("/admin/incidents/claim/", "قتلى", "killed"), ("/admin/sources/source/", "مقال إخباري", "news article")],
)
def test_lists_call_what_they_refer_to_by_its_arabic_name(client: Client, address, arabic, english) -> None:
    rows = table(client, address)
    assert arabic in rows
    assert f">{english}<" not in re.sub(r"\s*([<>])\s*", r"\1", rows)
