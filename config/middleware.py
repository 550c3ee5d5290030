"""What the admin's pages need: a language, headers of their own, and no character that no text can hold."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

# What a browser offers and no page of ours asks for.
FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in FEATURES)


class Language(LocaleMiddleware):
    """Where people read, the language that the browser asks for or was told; elsewhere English, the same for all."""

    def process_request(self, request: HttpRequest) -> None:
        if _is_read_by_people(request):
            super().process_request(request)
        else:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if _is_read_by_people(request) else response


def _is_read_by_people(request: HttpRequest) -> bool:
    return request.path.startswith((reverse("admin:index"), reverse("set_language")))


class AdminHeaders:
    """On the admin's own pages and nowhere else: its policy of content, nothing kept in caches, no features."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            response._csp_update = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # noqa: SLF001
            response["Cross-Origin-Resource-Policy"] = "same-origin"
            response["Permissions-Policy"] = PERMISSIONS_POLICY
            if request.path != reverse("admin:jsi18n"):  # words alone, the same for everybody
                response["Cache-Control"] = "no-store, private"
        return response


class RefuseNul:
    """Answer 400 to a request to the admin that holds a NUL, which no form field, key or text of the database takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("admin:index")):
            name = self._holder(request)
            if name is not None:
                words = _("%(name)s holds a NUL character; expected text without one.") % {"name": name}
                return HttpResponseBadRequest(words, content_type="text/plain; charset=utf-8")
        return self.get_response(request)

    @staticmethod
    def _holder(request: HttpRequest) -> str | None:
        """The name of the first parameter or field with a NUL in it."""
        if "\x00" in request.path:
            return _("The address")
        for given in (request.GET, request.POST):
            for name, values in given.lists():
                if "\x00" in name or any("\x00" in value for value in values):
                    return name.replace("\x00", "\ufffd")
        return None
