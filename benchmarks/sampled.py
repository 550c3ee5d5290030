"""For each filter of the API, values as a reader would give them: something common, and where it differs something rare."""

from functools import cache

from django.db.models import Count

from incidents.models import Claim, Incident, IncidentPart
from places.models import Place
from sources.disclosure import Disclosure
from sources.models import Organization

NOT_ALONE = frozenset({"certainty"})
"""It says how other parameters are meant."""
FIXED: dict[str, tuple[str, ...]] = {
    "incident_type": ("event", "situation"),
    "occurred_after": ("2018-03-01",),
    "occurred_before": ("2018-03-31",),
    "as_of_after": ("2018-03-01",),
    "as_of_before": ("2018-03-31",),
    "modified_since": ("2026-11-01T00:00:00Z", "2100-01-01T00:00:00Z"),
    "measure": ("killed", "schools_hit"),
    "population": ("civilians", "children"),
    "cause": ("air_strike", "unknown"),
    "basis": ("event", "stock"),
    "quantifier": ("exact", "more_than"),
    "stance": ("asserts", "denies"),
    "minimum_gte": ("10", "1000000"),
    "relation": ("conflict", "no_number"),
    "has_conflict": ("true", "false"),
    "has_figure": ("true", "false"),
    "stale": ("true", "false"),
    "warning": ("one_root", "circular"),
    "fate": ("killed",),
    "sex": ("female",),
    "civil_status": ("civilian",),
    "age_band": ("child",),
    "admin_level": ("1", "3"),
    "language": ("ar", "tlh"),
    "search": ("market", "nowhere to be found"),
}
STATUSES = {"figures": ("adopted", "open"), "incidents": ("published",)}
OF_CLAIMS = ("accepted", "corrected", "retracted")
KINDS = {"organizations": ("news_agency",), "sources": ("news_article",)}


def values(of: str, name: str) -> tuple[str, ...]:
    """Values of the parameter ``name`` of a list."""
    if name == "status":
        return STATUSES.get(of, OF_CLAIMS)
    if name == "kind":
        return KINDS.get(of, ("air_strike",))
    return FIXED[name] if name in FIXED else found()[name]


@cache
def found() -> dict[str, tuple[str, ...]]:
    """What only the register can tell: who asserts most and least, what is cited most, a large place and a small one."""
    level = Disclosure.PUBLIC
    claims = Claim.objects.visible_to(level).accepted()
    by_number = list(claims.values("claimant__outside_code").annotate(number=Count("pk")).order_by("number"))
    claimants = (str(by_number[-1]["claimant__outside_code"]), str(by_number[0]["claimant__outside_code"]))
    cited = claims.values_list("citations__source", "citations__source__publisher__outside_code")
    first = cited.filter(citations__source__publisher__isnull=False).order_by("recorded_at")[0]
    place = (
        Place.objects.filter(pk__in=Claim.objects.values("place"))
        .order_by("-admin_level")
        .values_list("code", flat=True)[0]
    )
    whole = IncidentPart.objects.filter(situation__in=Incident.objects.visible_to(level))
    publishers = Organization.objects.visible_to(level).annotate(number=Count("published_sources")).order_by("number")
    large = Place.objects.filter(admin_level=1).order_by("code").values_list("code", flat=True)[0]
    return {
        "place": (large, place),
        "within": (large, place),
        "incident": (
            Incident.objects.visible_to(level).order_by("published_at").values_list("reference", flat=True)[0],
        ),
        "claimant": claimants,
        "publisher": (str(first[1]), publishers[0].outside_code),
        "source": (str(first[0]),),
        "root": claimants,
        "part_of": (whole.values_list("situation__reference", flat=True)[0],),
        "party": ("government-of-syria",),
    }
