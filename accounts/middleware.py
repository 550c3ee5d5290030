"""What holds in the admin for everybody who is logged in: language, second factor, an end to every session."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import second_factor

Answer = Callable[[HttpRequest], HttpResponse]

BEGAN, SEEN = "began", "seen"
MINUTE = 60


def _in_admin(request: HttpRequest) -> bool:
    """Whether anybody is asked who they are there; elsewhere all are answered alike, and no session is read."""
    return request.path.startswith(reverse("admin:index"))


class SpeakTheirLanguage:
    """In the admin, whoever is logged in reads in the language of their account, whatever the browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _in_admin(request) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or ""
        return self.get_response(request)


class EndSessions:
    """A session ends after a time without work, and after the longest a day of work lasts.

    The time of the last request is kept to the minute, so that not every request writes.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _in_admin(request) and request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.get(SEEN, 0)
            if now - began > settings.SESSION_LONGEST or (seen and now - seen > settings.SESSION_COOKIE_AGE):
                logout(request)
                messages.info(request, _("Your session has ended; log in again."))
                return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("admin:index"))
            if now - seen >= MINUTE:
                request.session[SEEN] = now
        return self.get_response(request)


class RequireSecondFactor:
    """Nothing of the admin for whoever has a second factor and has not shown it, or must have one and has none."""

    OPEN = ("second_factor:verify", "second_factor:enrol", "admin:logout", "admin:jsi18n")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        where = self._next_step(request)
        if where is None:
            return self.get_response(request)
        back = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        return redirect(f"{reverse(where)}?{urlencode({'next': back})}")

    def _next_step(self, request: HttpRequest) -> str | None:
        """The page that has to come first, if any."""
        if not _in_admin(request) or request.path in map(reverse, self.OPEN):
            return None
        user = request.user
        if not user.is_authenticated or user.is_verified():  # type: ignore[attr-defined]  # django-otp's
            return None
        if second_factor.is_enrolled(user):
            return "second_factor:verify"
        return "second_factor:enrol" if second_factor.is_required(user) else None
