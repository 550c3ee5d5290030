"""The whole register of a seed, batch by batch: batch 0 the organizations, each other one a slice of claims.

A batch needs no other: it can be made in any order, in any process, and is the same every time.
"""

from exchange.generator import organizations, review
from exchange.generator.chance import Chance
from exchange.generator.citations import Citer, draw_source
from exchange.generator.claims import Storyteller
from exchange.generator.identity import BATCH, Identities
from exchange.generator.incidents import Chronicler
from exchange.generator.reference import Reference
from exchange.generator.rows import Batch, Source

CLAIMS_PER_SOURCE = 17
FEWEST_SOURCES = 5  # in a batch


class Register:
    def __init__(self, *, seed: int, claims: int, reference: Reference) -> None:
        self._seed, self._claims, self._reference = seed, claims, reference
        self._organizations = organizations.organizations(seed, reference)
        chance = Chance(f"activity in {seed}")
        self._by_activity = sorted(self._organizations, key=lambda _: chance.fraction())

    @property
    def batches(self) -> int:
        """How many batches there are, that of the organizations included."""
        return 1 + -(-self._claims // BATCH)

    def batch(self, number: int) -> Batch:
        return self._claims_batch(number) if number else self._organizations_batch()

    def _organizations_batch(self) -> Batch:
        return Batch(
            at=review.OPENED,
            organizations=self._organizations,
            names=organizations.other_names(self._organizations),
            memberships=organizations.memberships(self._organizations),
        )

    def _claims_batch(self, number: int) -> Batch:
        first = (number - 1) * BATCH
        size = min(BATCH, self._claims - first)
        identities = Identities(self._seed, number, self._reference.taken)
        chance = Chance(f"batch {number} of {self._seed}")
        sources = self._sources(first, max(FEWEST_SOURCES, size // CLAIMS_PER_SOURCE), identities, chance)
        batch = Batch(at=review.recorded_at(first + size) + review.REVIEW, sources=sources)
        chronicler = Chronicler(reference=self._reference, identities=identities, chance=chance)
        storyteller = Storyteller(
            reference=self._reference,
            identities=identities,
            chance=chance,
            claimants=self._by_activity,
            sources=sources,
        )
        citer = Citer(identities=identities, chance=chance, sources=sources, organizations=self._by_activity)
        while (made := len(batch.claims)) < size:
            scene = chronicler.next_scene(review.recorded_at(first + made))
            batch.incidents.append(scene.incident)
            batch.claims += storyteller.about(
                scene.incident, scene.started, number=min(scene.claims, size - made), first=first + made
            )
        batch.derivations = storyteller.derivations
        batch.citations = [citation for claim in batch.claims for citation in citer.cite(claim)]
        return batch

    def _sources(self, first: int, number: int, identities: Identities, chance: Chance) -> list[Source]:
        return [
            draw_source(
                first + position,
                reference=self._reference,
                identities=identities,
                chance=chance,
                publishers=self._by_activity,
                recorded_at=review.recorded_at(first),
            )
            for position in range(number)
        ]
