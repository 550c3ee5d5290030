"""The admin of persons: records beside the incident's claims, victims side by side, and who may see a name."""

from victims.admin import incident, log, queues, record, victim

__all__ = ["incident", "log", "queues", "record", "victim"]
