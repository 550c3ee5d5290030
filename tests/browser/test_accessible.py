"""What axe-core has to say of each screen of ours, in both languages: nothing."""

from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from accounts.models import User
from incidents import counts
from incidents.admin.queues import QUEUES
from incidents.models import Claim, Figure, Incident, Revision, Scope, Statement
from incidents.reconciliation import Policy
from incidents.services import claims, discussion, figures, incidents, review, revisions
from incidents.services.citations import CitationInput
from incidents.services.statements import record_statement
from places.models import Place
from sources.models import Organization, Source
from sources.withdrawal import withdraw_organization
from tests.browser.pages import open_to, session_of
from tests.factories import NOON, Register
from tests.second_factor import enrolled
from tests.victims import people
from victims.models import PersonRecord, Victim

pytestmark = pytest.mark.browser

NEAR = "A made-up paper that is there already"
VIEWS: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 375, "height": 800}},
}
LONG = "Shelling of a made-up market, and of the street behind it, in the early morning of a market day"
"""A title that no form is to grow with."""
AXED = ("review", "persons", "publish", "disagree", "adopt", "stale")
LISTS = (Incident, Claim, Statement, Revision, Scope, Figure, Source, Organization, Place, PersonRecord, Victim, User)


@dataclass
class Tour:
    """The session of a superuser who is logged in, those of people who have shown the password alone by the page on
    which they are then asked for more, and all the screens."""

    whole: str
    halves: dict[str, str]
    addresses: list[str]
    language: str
    near: str


def page_of(row: Any, page: str = "change", *args: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk, *args])


def of_figures(register: Register, incident: Incident) -> Scope:
    """A scope of several announcements, with a figure that is stale and one that is proposed."""
    claimant = register.organization()
    for day, number in (("2025-03-02", 3), ("2025-03-05", 9)):
        count = counts.code(counts.Quantifier.AT_LEAST, number, stated=str(number))
        register.accepted(incident, claimant=claimant, as_of=day, count=count)
    scope = Scope.objects.get(incident=incident, population="civilians")
    by: dict[str, Any] = {"policy": Policy.RANGE, "reason": "Made up.", "by": register.analyst, "at": NOON}
    figures.adopt(figures.propose_figure(scope, **by), by=register.reviewer, at=NOON)
    register.accepted(incident, count=counts.code(counts.Quantifier.ABOUT, 40, stated="40"), rests_on=[claimant])
    figures.propose_figure(scope, **by)
    situation = register.published(title="A made-up siege", incident_type="situation")
    register.accepted(situation)
    register.accepted(register.published(part_of=[situation]))
    return scope


def furnished(register: Register) -> list[str]:
    """A register with something on every screen; the addresses of the screens."""
    rich = register.published(title=LONG, title_ar="قصف سوق مختلق")
    accepted = register.accepted(rich, rests_on=[register.organization()])
    mistaken = register.accepted(rich)
    claims.correct(
        mistaken, reason="read wrongly", by=register.analyst, at=NOON, incident=rich, claimant=mistaken.claimant,
        measure=mistaken.measure, population=mistaken.population, count=claims.check_count(mistaken),
        citations=[CitationInput(register.source(), stated="three")],
    )  # fmt: skip
    register.draft(rich)
    register.proposed(rich)
    statement = record_statement(
        incident=rich, claimant=register.organization(), kind="note", value="A made-up saying",
        citations=[CitationInput(register.source())], by=register.analyst, at=NOON,
    )  # fmt: skip
    review.submit(statement, by=register.analyst, at=NOON)
    said = discussion.comment(rich, text="Which market?", field="title", by=register.reviewer, at=NOON)
    discussion.resolve(said, by=register.analyst, at=NOON)
    discussion.comment(rich, text="And when?", by=register.reviewer, at=NOON)
    scope = of_figures(register, rich)
    victim = people.linked(register, people.accepted(register, rich), people.accepted(register, rich))
    record = people.proposed(register, rich)
    draft = register.incident(title="A made-up draft")
    revised = register.published(title="Another made-up market")
    revision = revisions.open_revision(revised, reason="a better title", by=register.analyst, at=NOON)
    revisions.change_revision(revision, changes={"title": "A better title"}, by=register.analyst, at=NOON)
    waiting = incidents.submit(register.incident(title="A made-up bridge"), by=register.analyst, at=NOON)
    register.proposed(waiting)
    lone = withdraw_organization(register.organization(), reason="It never was.", by=register.reviewer, at=NOON)
    return [
        "/admin/",
        *(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in LISTS),
        reverse("admin:incidents_incident_add"),
        reverse("admin:sources_source_add"),
        reverse("admin:sources_organization_add"),
        reverse("admin:victims_personrecord_add") + f"?incident={rich.pk}",
        reverse("admin:incidents_claim_add") + f"?corrects={accepted.pk}",
        page_of(scope),
        page_of(scope) + "?level=public",
        page_of(Incident.objects.get(title="A made-up siege")),
        page_of(Figure.objects.get(status="proposed"), "step", "decline"),
        *(page_of(row) for row in (rich, draft, revised, accepted, statement, revision, record, victim)),
        page_of(accepted.claimant),
        page_of(Source.objects.order_by("-pk").first()),
        *(page_of(rich, name) for name in ("review", "timeline", "merge", "rows")),
        *(page_of(row, name) for row in (accepted.claimant, lone) for name in ("merge", "withdraw")),
        page_of(waiting, "step", "publish"),
        page_of(lone),
        *(reverse("admin:incidents_queue", args=[queue.slug]) for queue in QUEUES if queue.slug in AXED),
        page_of(rich, "step", "withdraw"),
        page_of(rich, "history"),
        page_of(accepted, "history"),
        reverse("second_factor:overview"),
        reverse("admin:password_change"),
    ]


@pytest.fixture(params=["en", "ar"])
def tour(request: pytest.FixtureRequest, live_server: Any, register: Register) -> Tour:
    """Made before the browser is there, whose driver keeps the thread."""
    root = User.objects.create_superuser("root-example", password="not used", language=request.param)
    enrolled(register.reviewer)
    newcomer = register.person("Dima Example", "reviewer")
    User.objects.filter(pk__in=[register.reviewer.pk, newcomer.pk]).update(language=request.param, is_staff=True)
    halves = {"second_factor:verify": _half(register.reviewer), "second_factor:enrol": _half(newcomer)}
    return Tour(session_of(root), halves, furnished(register), request.param, register.source(title=NEAR).title)


def _half(user: User) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return str(client.session.session_key)


def found(page: Page) -> list[str]:
    """Each violation once the page is whole, its names and landmarks with it: its rule, the element, and why."""
    page.wait_for_load_state()
    answer = Axe().run(page).response
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))}: {node['html'][:200]}: {' '.join(node['failureSummary'].split())[:300]}"
        for one in answer["violations"]
        for node in one["nodes"]
    ]


def test_axe_finds_nothing(live_server: Any, tour: Tour, chromium: Browser) -> None:
    page = open_to(chromium, live_server.url, tour.whole).new_page()
    told = {}
    for address in tour.addresses:
        answer = page.goto(live_server.url + address)
        assert answer is not None
        assert answer.status == 200, address
        told[address] = found(page)
    page.goto(live_server.url + next(address for address in tour.addresses if address.endswith("/history/")))
    page.locator("[name=older]").last.check()
    page.locator("[name=newer]").first.check()
    page.locator("form[method=get] button[type=submit].sj-button").click()
    page.locator("section[aria-live]").wait_for()
    told["compared"] = found(page)
    for name, session in tour.halves.items():
        half = open_to(chromium, live_server.url, session).new_page()
        half.goto(live_server.url + reverse(name))
        assert half.url.split("?")[0] == live_server.url + reverse(name)
        told[name] = found(half)
    nobody = chromium.new_context(locale=tour.language).new_page()
    nobody.goto(f"{live_server.url}/admin/login/")
    told["login"] = found(nobody)
    for one in (page, half, nobody):
        assert one.evaluate("document.documentElement.lang") == tour.language
    nothing_in(told)


def nothing_in(told: dict[str, list[str]]) -> None:
    """Fail with each violation once, and where it was found."""
    where: dict[str, list[str]] = {}
    for address, violations in told.items():
        for violation in violations:
            where.setdefault(violation, []).append(address)
    assert not where, "\n".join(f"{violation}\n    on {len(on)}, such as {on[0]}" for violation, on in where.items())


def test_axe_finds_nothing_in_the_dark_and_on_a_narrow_screen(live_server: Any, tour: Tour, chromium: Browser) -> None:
    told = {}
    for view, options in VIEWS.items():
        page = open_to(chromium, live_server.url, tour.whole, **options).new_page()
        for address in tour.addresses:
            page.goto(live_server.url + address)
            violations = told[f"{address}, {view}"] = found(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 1:
                violations.append(f"the page is wider than the screen by {wide}")
        assert page.evaluate("document.documentElement.classList.contains('dark')") == ("dark" in view)
        assert page.evaluate("document.documentElement.lang") == tour.language
        page.context.close()
    nothing_in(told)


def test_axe_finds_nothing_in_the_windows_for_missing_rows(live_server: Any, tour: Tour, chromium: Browser) -> None:
    told: dict[str, list[str]] = {}
    for view, options in {"light": {}, **VIEWS}.items():
        page = open_to(chromium, live_server.url, tour.whole, **options).new_page()
        page.goto(live_server.url + reverse("admin:incidents_incident_add"))
        signs = page.locator("a.related-widget-wrapper-link.add-related:visible")
        names = [one.get_attribute("id") or "" for one in signs.all()]
        assert {"add_id_claims-0-claimant", "add_id_claims-0-source"} <= set(names)
        for name in names:
            told |= {f"{where}, {view}": violations for where, violations in _in_the_window(page, name, tour).items()}
        page.context.close()
    nothing_in(told)


def _in_the_window(page: Page, name: str, tour: Tour) -> dict[str, list[str]]:
    """What is found in the window that this sign opens: at first, refused, and for a source that is there already."""
    with page.expect_popup() as opened:
        page.locator(f"[id='{name}']").click()
    window = opened.value
    window.locator("form[id]").first.wait_for()
    told = {name: found(window)}
    window.locator("[name=_save]").first.click()  # with nothing in it: what is wrong is told
    window.locator("#wrong:focus").wait_for()
    told[f"{name}, refused"] = found(window)
    if name.endswith("source"):
        window.fill("[name=title]", tour.near)
        window.locator("[id='id_kind'] + .select2-container").click()
        window.locator(".select2-results__option").first.wait_for()
        told[f"{name}, choosing"] = found(window)
        window.locator(".select2-results__option").first.click()
        window.locator("[name=_save]").last.click()
        window.locator("button[name=_use]").wait_for()
        told[f"{name}, there already"] = found(window)
    window.close()
    return told
