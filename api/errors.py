"""One shape for every error: ``{"type": …, "errors": [{"code", "detail", "attr"}]}``."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import server_error
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response


class Gone(exceptions.APIException):
    """What was public and has been withdrawn."""

    status_code = 410
    default_detail = "Withdrawn."
    default_code = "withdrawn"


def one(code: str, detail: object, attr: str | None = None) -> dict[str, Any]:
    return {"code": code, "detail": str(detail), "attr": attr}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Errors are JSON whatever format was asked for."""
    request = context.get("request")
    if request is not None:
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    if isinstance(error, ValidationError):
        return Response({"type": "validation_error", "errors": _validation(error)}, status=400)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    kind = "server_error" if error.status_code >= 500 else "client_error"
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.ValidationError):
        return Response({"type": "validation_error", "errors": list(_flatten(error.detail))}, status=400)
    return Response(
        {"type": kind, "errors": [one(str(error.get_codes()), error.detail)]}, status=error.status_code, headers=headers
    )


def _validation(error: ValidationError) -> list[dict[str, Any]]:
    if hasattr(error, "error_dict"):
        return [
            one(single.code or "invalid", message, None if field == "__all__" else field)
            for field, errors in error.error_dict.items()
            for single in errors
            for message in single.messages
        ]
    return [one(single.code or "invalid", message) for single in error.error_list for message in single.messages]


def _flatten(detail: Any, attr: str | None = None) -> Any:
    if isinstance(detail, dict):
        for field, inner in detail.items():
            yield from _flatten(inner, field if attr is None else f"{attr}.{field}")
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, attr)
    else:
        yield one(detail.code, detail, attr)


def fault(request: HttpRequest) -> HttpResponse:
    """The answer to a fault of ours: under the API's addresses in its form, elsewhere as a page."""
    if not request.path.startswith("/api/"):
        return server_error(request)
    errors = [one("error", "A fault of ours; it has been logged.")]
    return JsonResponse({"type": "server_error", "errors": errors}, status=500)
