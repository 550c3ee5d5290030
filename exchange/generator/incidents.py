"""Events and situations: what happened, where, when, and what is part of what."""

import datetime as dt
from dataclasses import dataclass

from exchange.generator import dates, review
from exchange.generator.chance import Chance
from exchange.generator.identity import Identities
from exchange.generator.reference import Place, Reference, Term
from exchange.generator.rows import Incident

SITUATIONS = 0.05  # of the incidents
IN_A_SITUATION = 0.5  # of the events, those in two of them included
IN_TWO_SITUATIONS = 0.06
LONGEST_SITUATION = 400  # days
MOST_CLAIMS = {False: 40, True: 90}  # about an event; about a situation
FEWEST_CLAIMS = {False: 1, True: 4}


@dataclass(frozen=True, slots=True)
class Scene:
    """An incident as it is made up: the row, the day it began and the number of claims that will be made."""

    incident: Incident
    started: dt.date
    claims: int


class Chronicler:
    """Makes the incidents of one batch."""

    def __init__(self, *, reference: Reference, identities: Identities, chance: Chance) -> None:
        self._reference, self._identities, self._chance = reference, identities, chance
        self._made = 0
        self._situations: list[Scene] = []

    def next_scene(self, recorded_at: dt.datetime) -> Scene:
        """The next incident; a batch begins with a situation, so that there is one to be part of."""
        chance = self._chance
        is_situation = not self._situations or chance.happens(SITUATIONS)
        wholes = self._wholes() if not is_situation and chance.happens(IN_A_SITUATION) else []
        started = wholes[0].started + dt.timedelta(chance.whole(0, 60)) if wholes else dates.day(chance)
        scene = Scene(
            self._incident(is_situation, started, [whole.incident.id for whole in wholes], recorded_at),
            started,
            chance.skewed(FEWEST_CLAIMS[is_situation], MOST_CLAIMS[is_situation]),
        )
        if is_situation:
            self._situations.append(scene)
        self._made += 1
        return scene

    def _wholes(self) -> list[Scene]:
        number = 2 if self._chance.happens(IN_TWO_SITUATIONS) else 1
        drawn = [self._chance.one_of(self._situations) for _ in range(number)]
        return drawn[:1] if drawn[0] is drawn[-1] else drawn

    def _incident(self, is_situation: bool, started: dt.date, part_of: list[int], recorded_at: dt.datetime) -> Incident:
        chance, reference = self._chance, self._reference
        kinds = chance.some_of(reference.incident_kinds, 2 if chance.happens(0.2) else 1)
        places = chance.some_of(reference.places, 2 if chance.happens(0.15) else 1)
        number = self._identities.number(self._made)
        shape = (dates.SITUATION if is_situation else dates.EVENT).draw(chance)
        incident = Incident(
            id=number,
            reference=self._identities.reference(number),
            is_situation=is_situation,
            title=f"{kinds[0].label.capitalize()} in {places[0].name}, {started:%B %Y}",
            title_ar=_arabic_title(kinds[0], places[0], started) if chance.happens(0.8) else "",
            kinds=[kind.code for kind in kinds],
            occurred=shape(started, chance.whole(2, LONGEST_SITUATION)),
            places=[place.id for place in places],
            destinations=[chance.one_of(reference.places).id] if chance.happens(0.03) else [],
            part_of=part_of,
            summary="Generated for measurement; nothing of it happened." if chance.happens(0.3) else "",
            grade=review.GRADES.draw(chance),
            status="",
            disclosure=review.DISCLOSURES.draw(chance),
            recorded_at=recorded_at,
            published_at=None,
        )
        review.decide_incident(incident, review.INCIDENTS.draw(chance))
        return incident


def _arabic_title(kind: Term, place: Place, day: dt.date) -> str:
    return f"{kind.label_ar or kind.label} في {place.name_ar or place.name}، {day:%Y/%m}"
