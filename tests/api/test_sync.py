"""Keeping a copy: with many writers at once, slow ones and such as take back, nobody misses or sees again anything."""

import importlib.util
import json
import threading
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.test import Client

from incidents import counts
from incidents.services import review
from sources.disclosure import Disclosure
from sources.services import change_organization
from tests.api.client import V1, get, results
from tests.factories import NOON, Register

pytestmark = [pytest.mark.django_db(transaction=True)]
WRITERS = 8
ROUNDS = 4
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "mirror.py"


def exactly(number):
    return counts.code(counts.Quantifier.EXACT, number, stated=str(number))


def test_readers_miss_nothing_and_see_nothing_twice_beside_eight_writers():
    register = Register()
    start = get("changes/", page_size=1)["latest"]
    incidents = [register.published() for _ in range(WRITERS)]
    offices = [register.organization(f"office-{number}") for number in range(WRITERS)]
    late = threading.Event()
    failed, accepted = [], []

    def write(number):
        try:
            for turn in range(ROUNDS):
                claim = register.proposed(incidents[number], claimant=offices[number], count=exactly(turn))
                try:
                    with transaction.atomic():
                        review.accept(claim, by=register.reviewer, at=NOON)
                        if number == 0:  # commits after everybody else is done
                            late.wait(60)
                        if number == 1:
                            raise ZeroDivisionError  # noqa: TRY301  and takes it back
                    accepted.append(str(claim.pk))
                except ZeroDivisionError:
                    pass
        except BaseException as error:  # noqa: BLE001  told by the test
            failed.append(error)
        finally:
            connections.close_all()

    def read():
        """Each read begins where the last one ended."""
        seen, since = [], start
        try:
            while True:
                was_over = over.is_set()
                page = Client().get(f"{V1}changes/", {"since": since, "page_size": 3}).json()
                seen += page["results"]
                since = page["results"][-1]["seq"] if page["results"] else since
                if was_over and not page["results"]:
                    break
            found.append(seen)
        except BaseException as error:  # noqa: BLE001  as above
            failed.append(error)
        finally:
            connections.close_all()

    over, found = threading.Event(), []
    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for one in (*writers, *readers):
        one.start()
    for one in writers[1:]:
        one.join()
    late.set()
    writers[0].join()
    over.set()
    for one in readers:
        one.join()

    assert failed == []
    for seen in found:
        numbers = [one["seq"] for one in seen]
        assert numbers == sorted(set(numbers))
        created = [one["id"] for one in seen if (one["kind"], one["action"]) == ("claim", "created")]
        assert sorted(created) == sorted(accepted)
    assert found[0] == found[1] == get("changes/", since=start, page_size=1000)["results"]


@pytest.fixture
def mirror(monkeypatch):
    """The example client, over the test client in place of a network; ``failing`` makes that many requests fail."""
    spec = importlib.util.spec_from_file_location("mirror", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.left = None

    def answer(address):
        if module.left is not None:
            module.left -= 1
            if module.left < 0:
                raise ConnectionError(address)
        response = Client().get(address.removeprefix("http://testserver"), follow=True)
        return None if response.status_code in (404, 410) else response.json()

    monkeypatch.setattr(module, "get", answer)
    return module


def whole(folder):
    return {path.name: path.read_text() for path in sorted(folder.glob("*.jsonl"))}


def test_a_copy_ends_equal_to_a_fresh_pull_after_any_interruption(mirror, tmp_path):
    register = Register()
    root = "http://testserver/api/v1/"
    copy = mirror.Copy(root, tmp_path / "copy")
    assert copy.update() == 0
    incident, other = register.published(), register.published()
    first = register.accepted(incident, count=exactly(3))
    register.accepted(other, count=exactly(9), claimant=register.organization("other"))
    assert copy.update() > 0

    register.accepted(incident, count=exactly(5), claimant=first.claimant)
    review.take_incident_step(other, "withdraw", by=register.reviewer, at=NOON, note="It was another day.")
    change_organization(
        register.organization("office"),
        by=register.analyst,
        at=NOON,
        why="to protect",
        disclosure=Disclosure.RESTRICTED,
    )
    for interruption in range(12):
        mirror.left = interruption
        try:
            copy.update()
        except ConnectionError:
            continue
    mirror.left = None
    copy.update()
    fresh = mirror.Copy(root, tmp_path / "fresh")
    fresh.update()

    assert whole(tmp_path / "copy") == whole(tmp_path / "fresh")
    assert json.loads((tmp_path / "copy" / "state.json").read_text()) == json.loads(
        (tmp_path / "fresh" / "state.json").read_text()
    )
    assert len(copy.read("claim")) == len(results("claims/", status="accepted,corrected,retracted,voided"))
