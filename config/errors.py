"""What is told to whoever sends more than a form holds."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import bad_request


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Too much is 413 and files are 400, in words; every other bad request as Django answers it."""
    if isinstance(exception, RequestDataTooBig):
        return _said(_("This is too much for one form. Nothing was saved: go back, and save in smaller parts."), 413)
    if isinstance(exception, TooManyFieldsSent):
        return _said(_("This form has too many rows. Nothing was saved: go back, and save in smaller parts."), 413)
    if isinstance(exception, TooManyFilesSent):
        return _said(_("No page here takes files. Nothing was saved."), 400)
    return bad_request(request, exception)


def _said(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
