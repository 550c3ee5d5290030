"""Who may go on trying to log in: how failed logins are counted, and what the one who is locked out is told.

A name is locked for the address that failed with it, so that nobody can lock a colleague out from elsewhere; an
address that fails with many names is locked with all of them. What is tried during a lock is not counted, so that
every lock ends.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User

NETWORK_PREFIX = 64  # whoever has one IPv6 address has all of its network


class FailedLogins(AxesDatabaseHandler):  # type: ignore[misc]  # axes ships no types
    """Counts in the database. The first of the lockout parameters is name with address, the second address alone."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        """Those of the name from this address; all of the address weigh less, and reach the same limit later."""
        by_name, by_address = (
            attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_name, by_address * settings.AXES_FAILURE_LIMIT // settings.ADDRESS_FAILURE_LIMIT)

    def reset_user_attempts(self, request: HttpRequest, credentials: Any = None) -> int:
        """After a login: of this name alone, or one good account would let its owner try all others for ever."""
        by_name, _by_address = self.filter_user_attempts(request, credentials)
        return int(by_name.delete()[0])


def client_address(request: HttpRequest) -> str | None:
    """Where a request comes from: an IPv4 address, or the /64 network of an IPv6 address; None where nobody says.

    Behind a proxy it is the last of the addresses listed, which the proxy itself wrote; those before it are the
    client's own words.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), NETWORK_PREFIX), strict=False).network_address)


def tried_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name that was tried, for the record. What is nobody's name is kept as a digest: it may be a password."""
    given = str((credentials or request.POST).get(User.USERNAME_FIELD) or "")
    if User.objects.filter(username=given).exists():
        return given
    return f"? {salted_hmac('accounts.lockout', given).hexdigest()[:16]}"


def locked_page(request: HttpRequest, _response: Any = None, _credentials: Any = None) -> HttpResponse:
    """The answer to any attempt during a lock, whether its password is right or wrong."""
    wait = get_cool_off(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Too many failed attempts"),
        "minutes": int(wait.total_seconds() // 60),
        "again": request.get_full_path(),
    }
    headers = {"Retry-After": str(int(wait.total_seconds())), "Cache-Control": "no-store"}
    page = TemplateResponse(request, "admin/sijil/locked.html", context, status=429, headers=headers)
    return page.render()
