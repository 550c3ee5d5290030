"""Persons: records and victims."""

from typing import Annotated, TypedDict

from api.v1.shapes.basic import Claimant, Code, Date, PlaceRef, one_of
from api.v1.shapes.claims import Citation


class PersonName(TypedDict):
    """A name as the source writes it; script by ISO 15924, language as a BCP 47 tag or empty."""

    text: str
    script: str
    language: str
    kind: Annotated[str, one_of("full", "kunya", "nickname", "transliteration")]


class Age(TypedDict):
    """An age as stated."""

    number: int
    unit: Annotated[str, one_of("years", "months")]


class PersonRecord(TypedDict):
    """What one source says of one person; null is not stated. Names, the description and the source's words about the
    person are empty where ``name_withheld`` is true, whether or not there are any.
    """

    id: str
    incident: str
    names: list[PersonName]
    description: str
    name_withheld: bool
    fate: Annotated[
        str,
        one_of(
            "killed", "died_in_detention", "injured", "missing", "detained", "released", "found_alive", "unknown"
        ),
    ]  # fmt: skip
    fate_date: Date | None
    place: PlaceRef | None
    cause: Code | None
    age: Age | None
    age_band: Annotated[str, one_of("child", "adult")] | None
    born: Date | None
    sex: Annotated[str, one_of("female", "male", "unknown")] | None
    civil_status: Annotated[str, one_of("civilian", "combatant", "unknown")] | None
    occupation: str
    group: str
    claimant: Claimant
    citation: Citation
    status: Annotated[str, one_of("accepted")]
    reviewed: bool
    disclosure: Annotated[str, one_of("public", "partner", "restricted")]
    recorded_at: str
    accepted_at: str | None


class Victim(TypedDict):
    """One human being, as the register holds: the records that are about them, and on what these cannot all be right."""

    reference: str
    url: str
    records: list[PersonRecord]
    conflicts: list[str]
