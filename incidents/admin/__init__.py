"""The admin of the register's heart: incidents and what is claimed about them."""

from incidents.admin import assertions, claim, figure, incident, reference, revisions, scope

__all__ = ["assertions", "claim", "figure", "incident", "reference", "revisions", "scope"]
