"""docs/reconciliation.md names every rule that there is, and its plots are those of the script."""

from pathlib import Path

import pytest

from docs.plots import FOLDER, drawn
from incidents.counts import TOLERANCE
from incidents.reconciliation import Policy
from incidents.reconciliation.agreement import Relation
from incidents.reconciliation.doubts import JUMP_DAYS, JUMP_NUMBER, JUMP_SHARE, Code
from incidents.reconciliation.relations import ScopeRelation

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "reconciliation.md").read_text("utf-8")
TOLD_FROM_THE_BROADER_SIDE = {"same", "narrower_place", "narrower_population"}


@pytest.mark.parametrize("words", [Relation, Code, Policy, ScopeRelation])
def test_every_word_of_an_answer_is_explained(words):
    assert [word.value for word in words if f"`{word.value}`" not in TEXT] == (
        [word.value for word in ScopeRelation if word.value in TOLD_FROM_THE_BROADER_SIDE]
        if words is ScopeRelation
        else []
    )


def test_the_settings_are_those_of_the_code():
    assert f"{TOLERANCE * 100} %, outward" in TEXT
    assert f"more than {JUMP_SHARE * 100} % and more than {JUMP_NUMBER} within {JUMP_DAYS} days" in TEXT


def test_the_plots_are_up_to_date_and_all_shown():
    assert {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.svg")} == drawn(), "run python -m docs.plots"
    assert [name for name in drawn() if f"](plots/{name})" not in TEXT] == []
