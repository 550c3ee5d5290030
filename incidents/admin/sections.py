"""Sections that rooms to the right, which incidents may not import, add to an incident's page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Section:
    """A template with its content, as ``section.content``; and words beside the claims of a measure, by its code."""

    template: str
    content: Any
    beside: Mapping[str, str] = field(default_factory=dict)


Maker = Callable[[HttpRequest, Incident], Section | None]
_makers: list[Maker] = []


def section(make: Maker) -> Maker:
    """Have ``make`` asked for a section whenever an incident's page is shown."""
    _makers.append(make)
    return make


def sections(request: HttpRequest, incident: Incident) -> list[Section]:
    """What the rooms to the right have to show of an incident to this person."""
    made = (make(request, incident) for make in _makers)
    return [one for one in made if one is not None]
