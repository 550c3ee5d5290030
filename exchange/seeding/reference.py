"""The tables of terms, the gazetteer and the roles. Missing rows are added; what analysts changed stays."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import models

from accounts.attribution import attributed
from accounts.models import User
from exchange.seeding.files import load, take
from incidents.models import (
    Cause,
    CodingRule,
    IncidentKind,
    Measure,
    Population,
    PopulationBroader,
    Unit,
)
from places.models import Place, PlaceCoverage, PlaceName
from sources.models import OrganizationKind, Party, SourceKind

ROOMS = ("accounts", "places", "sources", "incidents", "victims")
OTHERS = ("axes",)  # apps of others whose rights a role may name
TERM = {"code": "code", "label": "label", "label_ar": "label_ar", "definition": "definition"}


def load_reference(*, by: User, at: dt.datetime) -> dict[str, int]:
    """Add what is missing; return how many rows each file added."""
    loaders: dict[str, Callable[[list[dict[str, Any]]], int]] = {
        "organization_kinds": lambda rows: _terms(OrganizationKind, rows),
        "source_kinds": lambda rows: _terms(SourceKind, rows),
        "parties": _parties,
        "units": lambda rows: _terms(Unit, rows),
        "measures": lambda rows: _terms(
            Measure, rows, unit_id="unit", counts_people="counts_people", usual_basis="basis_default"
        ),
        "populations": _populations,
        "causes": _causes,
        "incident_kinds": lambda rows: _terms(IncidentKind, rows),
        "coding_rules": _coding_rules,
        "places": _places,
        "roles": _roles,
    }
    with attributed(by=by, at=at, why="reference tables"):
        return {name: loader(load("reference", name)) for name, loader in loaders.items()}


def _missing(model: type[models.Model], key: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    known = set(model._default_manager.values_list(key, flat=True))
    return [row for row in rows if row["code"] not in known]


def _terms(model: type[models.Model], rows: list[dict[str, Any]], **more: str) -> int:
    added = _missing(model, "code", rows)
    model._default_manager.bulk_create(model(**take(row, **TERM, **more)) for row in added)
    return len(added)


def _parties(rows: list[dict[str, Any]]) -> int:
    added = _missing(Party, "code", rows)
    Party.objects.bulk_create(
        Party(**take(row, code="code", name="name", name_ar="name_ar", note="note")) for row in added
    )
    return len(added)


def _populations(rows: list[dict[str, Any]]) -> int:
    dimensions = ("civil_status", "sex", "age_band", "group", "occupation", "affiliation")
    added = _missing(Population, "code", rows)
    Population.objects.bulk_create(
        Population(**take({"definition": row.get("note"), **row}, **TERM, **{name: name for name in dimensions}))
        for row in added
    )
    PopulationBroader.objects.bulk_create(
        PopulationBroader(narrower_id=row["code"], broader_id=broader)
        for row in added
        for broader in row.get("broader", ())
    )
    return len(added)


def _causes(rows: list[dict[str, Any]]) -> int:
    added = _missing(Cause, "code", rows)
    Cause.objects.bulk_create(Cause(**take(row, **TERM, broader_id="broader")) for row in added)
    return len(added)


def _coding_rules(rows: list[dict[str, Any]]) -> int:
    columns = ("code", "words", "language", "minimum", "maximum", "citation")
    added = _missing(CodingRule, "code", rows)
    CodingRule.objects.bulk_create(CodingRule(**{name: row.get(name) for name in columns}) for row in added)
    return len(added)


PRECISION = {
    0: Place.Precision.COUNTRY,
    1: Place.Precision.GOVERNORATE,
    2: Place.Precision.DISTRICT,
    3: Place.Precision.SUBDISTRICT,
}


def _places(rows: list[dict[str, Any]]) -> int:
    added = _missing(Place, "code", rows)
    Place.objects.bulk_create(_place(row) for row in added)
    by_code = {place.code: place for place in Place.objects.filter(code__in=_codes_named(added))}
    inside = [by_code[row["code"]] for row in added if row.get("within")]
    for place, row in zip(inside, (row for row in added if row.get("within")), strict=True):
        place.within = by_code[row["within"]]
    Place.objects.bulk_update(inside, ["within"])
    PlaceName.objects.bulk_create(
        PlaceName(place=by_code[row["code"]], name=name) for row in added for name in row.get("also_written", ())
    )
    PlaceCoverage.objects.bulk_create(
        PlaceCoverage(area=by_code[row["code"]], covered=by_code[covered])
        for row in added
        for covered in row.get("covers", ())
    )
    return len(added)


def _codes_named(rows: list[dict[str, Any]]) -> set[str]:
    return {
        code for row in rows for code in (row["code"], row.get("within"), *row.get("covers", ())) if code is not None
    }


def _place(row: dict[str, Any]) -> Place:
    own = bool(row.get("own") or row.get("own_until_gazetteer"))
    area = Place.Precision.AREA if row.get("own") else Place.Precision.SETTLEMENT
    return Place(
        **take(row, code="code", name="name", name_ar="name_ar", admin_level="admin_level", note="note"),
        pcode=None if own else row["code"],
        latitude=_degrees(row.get("lat")),
        longitude=_degrees(row.get("lon")),
        precision=PRECISION.get(row.get("admin_level", -1), area),
        is_own=own,
        is_provisional=bool(row.get("own_until_gazetteer")),
    )


def _degrees(value: float | None) -> Decimal | None:
    """Six decimals: a tenth of a metre, finer than any of the coordinates are."""
    return None if value is None else round(Decimal(str(value)), 6)


def _roles(rows: list[dict[str, Any]]) -> int:
    known = set(Group.objects.values_list("name", flat=True))
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.filter(content_type__app_label__in=(*ROOMS, *OTHERS)).select_related(
            "content_type"
        )
    }
    views = [
        permission
        for name, permission in permissions.items()
        if permission.codename.startswith("view_") and not name.startswith(("accounts.", *OTHERS))
    ]
    for row in rows:  # five roles
        group, _made = Group.objects.get_or_create(name=row["role"])
        # At least what the file lists: a later version's rights reach the roles that are there.
        group.permissions.add(*(permissions[name] for name in row["permissions"]), *(views if row["view"] else ()))
    return sum(row["role"] not in known for row in rows)
