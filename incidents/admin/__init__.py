"""The admin of the register's heart: incidents and what is claimed about them."""

from incidents.admin import assertions, claim, incident, reference, revisions

__all__ = ["assertions", "claim", "incident", "reference", "revisions"]
