"""The claims about one incident: who says what, what echoes or contradicts what, and what rests on what."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from exchange.generator import counting, review
from exchange.generator.chance import Chance, Weighted
from exchange.generator.identity import Identities
from exchange.generator.reference import Reference
from exchange.generator.rows import Claim, Derivation, Incident, Organization, Source
from incidents.counts import Count, Language, Quantifier, Stance
from incidents.workflow import ClaimState

# What is counted most; any other measure of the register has a share of 1.
MEASURES = {"killed": 45.0, "injured": 18.0, "displaced": 5.0, "detained": 4.0, "air_strikes": 4.0, "missing": 3.0}
LARGEST = 400  # true number of an incident, in the unit of what is counted

METHODS = Weighted({"unstated": 60, "documented": 20, "named": 12, "estimated": 8})
STRENGTHS = Weighted({"stated": 55, "incident_level": 30, "inferred": 15})
RESTS_ON_SOMETHING = 0.33  # of the claims, beside what echoes rest on
ARABIC = 0.35  # of the words
ZERO, VAGUE, UNQUANTIFIED = 0.02, 0.04, 0.02  # of the counts that are not echoed
RULE_APPLIED = 0.6  # of the vague words
FELL = 0.05  # of the announcements in a series are below the one before
LONGEST_SERIES = 12


class Storyteller:
    """Makes the claims of one batch, incident after incident, and collects what they rest on."""

    def __init__(
        self, *, reference: Reference, identities: Identities, chance: Chance, claimants: list[Organization],
        sources: list[Source],
    ) -> None:  # fmt: skip
        self._reference, self._identities, self._chance = reference, identities, chance
        self._claimants, self._sources = claimants, sources
        self._measures = Weighted({measure: MEASURES.get(measure.code, 1.0) for measure in reference.measures})
        self.derivations: list[Derivation] = []

    def about(self, incident: Incident, started: dt.date, *, number: int, first: int) -> list[Claim]:
        """This many claims; the first of them is the register's claim number ``first``."""
        self._incident, self._started, self._first = incident, started, first
        self._told: list[Claim] = []
        if incident.is_situation:
            self.announce_series(min(number, self._chance.whole(3, LONGEST_SERIES)))
        while len(self._told) < number:
            move = MOVES.draw(self._chance) if self._told else Storyteller.open
            move(self)
        return self._told

    # What a claimant can do: each adds one claim, or a series of them.

    def open(self) -> None:
        """Speak of something that nobody has counted yet."""
        self._tell(self._subject(), *self._count(self._chance.skewed(1, LARGEST)))

    def echo(self) -> None:
        """Repeat another's count; more often than not the latest, so that chains grow long."""
        said = self._told[-1] if self._chance.happens(0.6) else self._chance.one_of(self._told)
        claim = self._tell(said, said.count, said.coding_rule)
        self.derivations.append(
            Derivation(
                claim=claim.id,
                organization=said.claimant if self._chance.happens(0.5) else None,
                rests_on=said.id,
                strength=STRENGTHS.draw(self._chance),
            )
        )

    def contradict(self) -> None:
        """Count the same and arrive at another number, or nearly the same."""
        said = self._chance.one_of(self._told)
        number = round((said.count.minimum or said.count.maximum or 10) * (0.5 + 1.5 * self._chance.fraction()))
        self._tell(said, *self._count(number))

    def deny(self) -> None:
        said = self._chance.one_of(self._told)
        self._tell(said, counting.denial(self._chance, said.count.minimum or 1, self._language()))

    def break_down(self) -> None:
        """Say of one's own count how many of them were of a narrower population."""
        whole = self._chance.one_of(self._told)
        narrower = self._reference.narrower.get(whole.population or "", ())
        if not narrower or not whole.count.minimum or whole.count.is_denial:
            return self.contradict()
        count = self._exactly(self._chance.whole(0, whole.count.minimum))
        part = self._chance.one_of(narrower)
        self._tell(whole, count, claimant=whole.claimant, population=part, part_of=whole.id)
        return None

    def correct(self) -> None:
        """Put right what the register coded wrongly."""
        wrong = self._chance.one_of(self._told)
        if wrong.status != ClaimState.ACCEPTED:
            return self.contradict()
        review.decide(wrong, ClaimState.CORRECTED)
        self._tell(
            wrong,
            self._exactly((wrong.count.minimum or 0) + self._chance.whole(1, 9)),
            claimant=wrong.claimant,
            state=ClaimState.ACCEPTED,
            part_of=wrong.part_of,
            corrects=wrong.id,
            correction_reason="The second digit was misread.",
        )
        return None

    def announce_series(self, length: int) -> None:
        """One claimant's running total since the situation began, which rises, seldom falls, and has its jumps."""
        chance = self._chance
        subject = replace(self._subject(), place=None, period="")
        subject.basis = "stock" if subject.basis == "stock" else "cumulative"
        subject.since = f"{self._started}" if chance.happens(0.7) else f"{self._started:%Y-%m}"
        claimant, day, total = self._draw_claimant(), self._started, chance.skewed(2, LARGEST)
        for _ in range(length):
            day += dt.timedelta(chance.whole(1, 30))
            total = total - total // 9 if chance.happens(FELL) else total + chance.skewed(1, 300)
            subject.as_of = f"{day}"
            self._tell(subject, counting.numbered(chance, total, self._language()), claimant=claimant)

    # What claims are made of.

    def _tell(
        self, like: Claim, count: Count, rule: int | None = None, *, claimant: int | None = None,
        state: ClaimState | None = None, **own: Any,
    ) -> Claim:  # fmt: skip
        """Add a claim that counts what ``like`` counts, but for what is its ``own``."""
        chance = self._chance
        links = {"part_of": None, "corrects": None, "correction_reason": ""}
        claim = replace(
            like,
            id=self._identities.uuid(),
            claimant=self._draw_claimant() if claimant is None else claimant,
            count=count,
            coding_rule=rule,
            method=METHODS.draw(chance),
            disclosure=review.DISCLOSURES.draw(chance),
            recorded_at=review.recorded_at(self._first + len(self._told)),
            **(links | own),
        )
        review.decide(claim, state or review.CLAIMS.draw(chance))
        self._told.append(claim)
        if chance.happens(RESTS_ON_SOMETHING):
            self._rest(claim)
        return claim

    def _rest(self, claim: Claim) -> None:
        """Let the claim rest on an organization, on a source, or on both."""
        chance = self._chance
        on_source = chance.happens(0.4)
        self.derivations.append(
            Derivation(
                claim=claim.id,
                organization=None if on_source and chance.happens(0.5) else self._draw_claimant(),
                source=chance.one_of(self._sources).id if on_source else None,
                strength=STRENGTHS.draw(chance),
            )
        )

    def _subject(self) -> Claim:
        """A claim that only says what is counted."""
        chance, reference = self._chance, self._reference
        measure = self._measures.draw(chance)
        population = chance.one_of(reference.populations) if measure.counts_people else None
        day = self._started + dt.timedelta(chance.whole(0, 3))
        is_stock = measure.basis == "stock"
        return Claim(
            id="",
            incident=self._incident.id,
            claimant=0,
            measure=measure.code,
            unit=measure.unit,
            population=population.code if population else None,
            population_stated=population.label if population and chance.happens(0.2) else "",
            cause=chance.one_of(reference.causes) if reference.causes and chance.happens(0.25) else None,
            place=chance.one_of(reference.places).id if chance.happens(0.1) else None,
            period=f"{self._started}/{day}" if not is_stock and chance.happens(0.04) else "",
            basis=measure.basis,
            as_of=f"{day}" if is_stock or chance.happens(0.4) else "",
            count=NO_COUNT,
            recorded_at=review.OPENED,
        )

    def _count(self, number: int) -> tuple[Count, int | None]:
        """A count of about this number, of any kind, with the coding rule that gave it its bounds."""
        chance = self._chance
        if chance.happens(VAGUE) and self._reference.coding_rules:
            rule = chance.one_of(self._reference.coding_rules)
            applied = chance.happens(RULE_APPLIED)
            return counting.vague(rule, applied=applied), rule.id if applied else None
        if chance.happens(UNQUANTIFIED):
            return counting.unquantified(chance, self._language()), None
        if chance.happens(ZERO):
            return self._exactly(0), None
        return counting.numbered(chance, number, self._language()), None

    def _exactly(self, number: int) -> Count:
        return counting.worded(Quantifier.EXACT, number, None, None, Stance.ASSERTS, self._language())

    def _language(self) -> Language:
        return "ar" if self._chance.happens(ARABIC) else "en"

    def _draw_claimant(self) -> int:
        """Few organizations make most of the claims."""
        return self._claimants[int(self._chance.fraction() ** 2 * len(self._claimants))].id


NO_COUNT = Count(None, None, None, Quantifier.UNQUANTIFIED)

MOVES: Weighted[Callable[[Storyteller], None]] = Weighted(
    {
        Storyteller.echo: 34,
        Storyteller.contradict: 27,
        Storyteller.open: 22,
        Storyteller.break_down: 10,
        Storyteller.correct: 4,
        Storyteller.deny: 3,
    }
)
