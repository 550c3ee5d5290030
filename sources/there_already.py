"""In the window for a missing record: one that is there already is used, instead of recording another."""

from typing import Any

from django.contrib.admin.options import IS_POPUP_VAR
from django.http import Http404, HttpRequest, HttpResponse

from sources.models import Organization, Source

USE = "_use"
"""What the window sends when one that is there is to be used."""


def stands(row: Organization | Source) -> bool:
    """Whether a record is neither merged nor withdrawn: what is one of them stays as it is."""
    return row.merged_into_id is None and not row.withdrawn_reason


class UsesWhatIsThere:
    """A page for new records of which each is shown that may be the same."""

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        page: Any = super()
        if object_id is None and request.method == "POST" and USE in request.POST and IS_POPUP_VAR in request.POST:
            return self._used(request, request.POST[USE])
        return page.changeform_view(request, object_id, form_url, {**(extra_context or {}), "near_used": True})

    def _used(self, request: HttpRequest, key: str) -> HttpResponse:
        """Take what is there, in the form from which this window was opened."""
        page: Any = self
        used = page.get_object(request, key)
        if used is None or not stands(used):
            raise Http404
        answer: HttpResponse = page.response_add(request, used)
        return answer
