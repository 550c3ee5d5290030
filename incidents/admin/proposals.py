"""Counts proposed for words, while they are typed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse

from incidents import wording
from incidents.admin import words
from incidents.models import CodingRule


def propose_view(request: HttpRequest, **_: Any) -> JsonResponse:
    """What the words may mean as a count: proposals to be taken by hand, each in the fields of the form."""
    if not request.user.has_perm("incidents.view_claim"):
        raise PermissionDenied
    rules = list(CodingRule.objects.order_by("language", "code"))
    vague = {word: rule.code for rule in rules for word in rule.words}
    keys = {rule.code: rule.pk for rule in rules}
    found = wording.propose(request.GET.get("text", "")[:500], vague)
    proposals = [
        {
            "label": words.proposed(one),
            "quantifier": one.quantifier.value,
            "number": one.first,
            "upper": one.second,
            "stance": one.stance.value,
            "coding_rule": keys.get(one.coding_rule) if one.coding_rule else None,
        }
        for one in found
    ]
    return JsonResponse({"proposals": proposals})
