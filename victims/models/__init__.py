from victims.models.naming import NameDecision, NameRead
from victims.models.record import PersonName, PersonRecord, PersonRelay
from victims.models.victim import Link, LinkDecision, Victim

__all__ = [
    "Link",
    "LinkDecision",
    "NameDecision",
    "NameRead",
    "PersonName",
    "PersonRecord",
    "PersonRelay",
    "Victim",
]
