"""The admin of persons: records beside the incident's claims, victims side by side, and who may see a name."""

from victims.admin import incident, log, record, victim

__all__ = ["incident", "log", "record", "victim"]
