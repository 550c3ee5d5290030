"""The language in which a person works: their account's, chosen in the menu and kept there."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, set_language

from accounts import second_factor
from accounts.attribution import attributed
from accounts.models import User

LANGUAGES = frozenset(dict(User._meta.get_field("language").flatchoices))


def choose_language(language: str, *, by: User, at: dt.datetime) -> None:
    """Keep the language in which ``by`` works; nobody chooses for another here. Raises ValidationError."""
    if language not in LANGUAGES:
        raise ValidationError({"language": [_("There is no such language here.")]})
    if by.language == language:
        return
    by.language = language
    with attributed(by=by, at=at, why="language chosen"):
        by.save(update_fields=["language"])


def choose_language_view(request: HttpRequest) -> HttpResponseBase:
    """The menu of languages: kept in a cookie as Django does, and in the account of whoever is wholly logged in."""
    given = request.POST.get(LANGUAGE_QUERY_PARAMETER, "") if request.method == "POST" else ""
    if given in LANGUAGES and _is_known(request):
        choose_language(given, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
    return set_language(request)


def _is_known(request: HttpRequest) -> bool:
    """Whether they are logged in, with the second factor where one is set up or asked for."""
    user = request.user
    if not user.is_authenticated:
        return False
    return user.is_verified() or not (second_factor.is_enrolled(user) or second_factor.is_required(user))  # type: ignore[attr-defined]  # django-otp's
