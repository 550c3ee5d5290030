"""Sources, the places in them where claims stand, and through whom the claims reached them."""

import datetime as dt
import hashlib

from exchange.generator import dates
from exchange.generator.chance import Chance, Weighted
from exchange.generator.identity import Identities
from exchange.generator.reference import Reference
from exchange.generator.rows import Citation, Claim, Organization, Source
from sources.disclosure import Disclosure

LANGUAGES = Weighted({"en": 50, "ar": 45, "": 5})
DISCLOSURES = Weighted({Disclosure.PUBLIC: 96, Disclosure.PARTNER: 2, Disclosure.RESTRICTED: 2})
CITED_TWICE = 0.15  # of the claims
RELAYED = 0.34  # of the citations
LONGEST_CHAIN = 3  # relays


def draw_source(
    number: int, *, reference: Reference, identities: Identities, chance: Chance, publishers: list[Organization],
    recorded_at: dt.datetime,
) -> Source:  # fmt: skip
    """The ``number``-th source of a batch."""
    publisher = None if chance.happens(0.04) else chance.one_of(publishers)
    language = LANGUAGES.draw(chance)
    published = dates.EVENT.draw(chance)(dates.day(chance), number) if chance.happens(0.9) else ""
    identifier = identities.uuid()
    url = f"https://generated.example/{identifier}" if chance.happens(0.8) else ""
    return Source(
        id=identifier,
        title=_title(number, language, publisher, chance),
        kind=chance.one_of(reference.source_kinds),
        publisher=publisher.id if publisher else None,
        language=language,
        url=url,
        archived_url=f"https://archive.example/{identifier}" if url and chance.happens(0.3) else "",
        published=published,
        published_inferred=bool(published) and chance.happens(0.1),
        content_hash=hashlib.sha256(identifier.encode()).hexdigest() if chance.happens(0.3) else "",
        disclosure=DISCLOSURES.draw(chance),
        recorded_at=recorded_at,
    )


def _title(number: int, language: str, publisher: Organization | None, chance: Chance) -> str:
    """Made-up; some name a protected individual, as sources do."""
    if publisher and publisher.public_name and chance.happens(0.5):
        return f"Account of {publisher.name}, no. {number}"
    if chance.happens(0.03):
        return ""
    if language == "ar":
        return f"تقرير عن أحداث اليوم، العدد {number}"
    return f"Report on the events of the day, no. {number}"


class Citer:
    """Cites the claims of one batch in its sources."""

    def __init__(
        self, *, identities: Identities, chance: Chance, sources: list[Source], organizations: list[Organization]
    ) -> None:
        self._identities, self._chance, self._sources = identities, chance, sources
        self._organizations = [organization.id for organization in organizations]

    def cite(self, claim: Claim) -> list[Citation]:
        chance = self._chance
        number = 2 if chance.happens(CITED_TWICE) else 1
        return [
            self._citation(claim, position, source)
            for position, source in enumerate(chance.some_of(self._sources, number), start=1)
        ]

    def _citation(self, claim: Claim, position: int, source: Source) -> Citation:
        chance = self._chance
        return Citation(
            id=self._identities.uuid(),
            claim=claim.id,
            position=position,
            source=source.id,
            locator=f"paragraph {chance.whole(1, 30)}" if chance.happens(0.3) else "",
            stated=claim.count.stated if chance.happens(0.2) else "",
            relays=self._relays(claim.claimant, source.publisher) if chance.happens(RELAYED) else [],
            recorded_at=claim.recorded_at,
        )

    def _relays(self, claimant: int, publisher: int | None) -> list[int]:
        """Who passed it on between the two, neither of them among these."""
        drawn = self._chance.some_of(self._organizations, self._chance.whole(1, LONGEST_CHAIN))
        return [organization for organization in drawn if organization not in {claimant, publisher}]
