"""Which state follows which, by which verb, and whose second pair of eyes it needs. One table, no ORM.

The database refuses every other change of state (a test holds the two together).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from accounts.phrases import Phrase, phrase


class IncidentState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    PUBLISHED = "published"
    UNDER_REVISION = "under_revision"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class RevisionState(StrEnum):
    """Where the rewriting of a published incident stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    ABANDONED = "abandoned"


class ClaimState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    VOIDED = "voided"


class FigureState(StrEnum):
    """Where a figure stands: what a person proposes, another adopts; the next adopted one supersedes it, or it is withdrawn
    and nothing takes its place."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class ReviewMode(StrEnum):
    """``SIJIL_REVIEW``: whether the approver must be another person than the author."""

    FOUR_EYES = "four_eyes"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Step:
    """One verb: from which states it leads to which, the permission it takes, and what else it asks for."""

    verb: str
    sources: frozenset[str]
    target: str
    permission: str
    needs_note: bool = False
    needs_second_person: bool = False


class TransitionError(Exception):
    """A verb that does not apply; ``said`` says which, to what, and why."""

    def __init__(self, said: Phrase) -> None:
        self.said = said
        super().__init__(str(said))


# The verbs and states as words, for those who are refused; how they read in another language, its catalogue says.
WORDS: dict[str, Phrase] = {
    said.pattern.replace(" ", "_"): said
    for said in (
        phrase("submit"), phrase("request changes"), phrase("publish"), phrase("revise"), phrase("approve revision"),
        phrase("abandon revision"), phrase("withdraw"), phrase("merge"), phrase("return"), phrase("approve"),
        phrase("abandon"), phrase("accept"), phrase("reject"), phrase("correct"), phrase("retract"), phrase("void"),
        phrase("draft"), phrase("in review"), phrase("changes requested"), phrase("published"),
        phrase("under revision"), phrase("withdrawn"), phrase("merged"), phrase("returned"), phrase("approved"),
        phrase("abandoned"), phrase("proposed"), phrase("accepted"), phrase("rejected"), phrase("corrected"),
        phrase("retracted"), phrase("voided"), phrase("adopt"), phrase("decline"), phrase("supersede"), phrase("adopted"),
        phrase("declined"), phrase("superseded"),
    )
}  # fmt: skip


def _step(
    verb: str, sources: Collection[str], target: str, permission: str, *, note: bool = False, second: bool = False
) -> Step:
    return Step(verb, frozenset(sources), target, permission, needs_note=note, needs_second_person=second)


_I, _C, _R, _F = IncidentState, ClaimState, RevisionState, FigureState

MERGEABLE = frozenset({_I.DRAFT, _I.IN_REVIEW, _I.CHANGES_REQUESTED, _I.PUBLISHED})
"""From where an incident may be merged into another, and whereto it returns when that is taken back."""

INCIDENT_STEPS: dict[str, Step] = {
    step.verb: step
    for step in (
        _step("submit", {_I.DRAFT, _I.CHANGES_REQUESTED}, _I.IN_REVIEW, "change_incident"),
        _step("request_changes", {_I.IN_REVIEW}, _I.CHANGES_REQUESTED, "review_incident", note=True),
        _step("publish", {_I.IN_REVIEW}, _I.PUBLISHED, "publish_incident", second=True),
        _step("revise", {_I.PUBLISHED}, _I.UNDER_REVISION, "change_incident", note=True),
        _step("approve_revision", {_I.UNDER_REVISION}, _I.PUBLISHED, "publish_incident", second=True),
        _step("abandon_revision", {_I.UNDER_REVISION}, _I.PUBLISHED, "change_incident", note=True),
        _step("withdraw", set(_I) - {_I.WITHDRAWN, _I.MERGED}, _I.WITHDRAWN, "withdraw_incident", note=True),
        _step("merge", MERGEABLE, _I.MERGED, "merge_incident", note=True),
    )
}

REVISION_STEPS: dict[str, Step] = {
    step.verb: step
    for step in (
        _step("submit", {_R.DRAFT, _R.RETURNED}, _R.IN_REVIEW, "change_incident"),
        _step("return", {_R.IN_REVIEW}, _R.RETURNED, "review_incident", note=True),
        _step("approve", {_R.IN_REVIEW}, _R.APPROVED, "publish_incident", second=True),
        _step("abandon", {_R.DRAFT, _R.IN_REVIEW, _R.RETURNED}, _R.ABANDONED, "change_incident", note=True),
    )
}

CLAIM_STEPS: dict[str, Step] = {
    step.verb: step
    for step in (
        _step("submit", {_C.DRAFT, _C.RETURNED}, _C.PROPOSED, "add_claim"),
        _step("return", {_C.PROPOSED}, _C.RETURNED, "review_claim", note=True),
        _step("accept", {_C.PROPOSED}, _C.ACCEPTED, "review_claim", second=True),
        _step("reject", {_C.PROPOSED, _C.RETURNED}, _C.REJECTED, "review_claim", note=True, second=True),
        _step("correct", {_C.PROPOSED, _C.RETURNED, _C.ACCEPTED}, _C.CORRECTED, "review_claim", note=True, second=True),
        _step("retract", {_C.ACCEPTED}, _C.RETRACTED, "review_claim", note=True),
        _step("void", {_C.PROPOSED, _C.RETURNED, _C.ACCEPTED}, _C.VOIDED, "review_claim", note=True),
    )
}

FIGURE_STEPS: dict[str, Step] = {
    step.verb: step
    for step in (
        _step("adopt", {_F.PROPOSED}, _F.ADOPTED, "adopt_figure", second=True),
        _step("decline", {_F.PROPOSED}, _F.DECLINED, "add_figure", note=True),
        _step("supersede", {_F.ADOPTED}, _F.SUPERSEDED, "adopt_figure"),
        _step("withdraw", {_F.ADOPTED}, _F.WITHDRAWN, "adopt_figure", note=True),
    )
}


def changes(steps: dict[str, Step]) -> frozenset[tuple[str, str]]:
    """Every (from, to) pair that a table allows."""
    return frozenset((source, step.target) for step in steps.values() for source in step.sources)


def incident_changes() -> frozenset[tuple[str, str]]:
    """As ``changes``, of incidents, with the ways back from a merge that is undone."""
    return changes(INCIDENT_STEPS) | {(_I.MERGED.value, state.value) for state in MERGEABLE}


def check(
    steps: dict[str, Step],
    *,
    verb: str,
    state: str,
    actor: int,
    authors: Collection[int | None],
    note: str,
    mode: ReviewMode,
) -> Step:
    """The step that ``verb`` means from ``state``. Raises TransitionError when it does not apply.

    ``authors`` are the persons whose work is decided on: under four eyes ``actor`` may not be among them.
    """
    step = steps.get(verb)
    if step is None:
        known = tuple(WORDS[each] for each in steps)
        raise TransitionError(phrase("There is no step “%(verb)s”; the steps are %(known)s.", verb=verb, known=known))
    taking = WORDS[verb]
    if state not in step.sources:
        allowed = tuple(WORDS[each] for each in sorted(step.sources))
        raise TransitionError(
            phrase(
                "Cannot %(verb)s what is %(state)s; it must be %(allowed)s.",
                verb=taking, state=WORDS.get(state, state), allowed=allowed,
            )
        )  # fmt: skip
    if step.needs_note and not note.strip():
        raise TransitionError(phrase("To %(verb)s, a note with the reason is needed.", verb=taking))
    if step.needs_second_person and mode is ReviewMode.FOUR_EYES and actor in authors:
        raise TransitionError(
            phrase("To %(verb)s, a second person is needed: the author cannot approve their own work.", verb=taking)
        )
    return step
