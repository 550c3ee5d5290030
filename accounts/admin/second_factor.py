"""The pages of the second factor: show it, set it up, new recovery codes; and a colleague's reset."""

import time
from base64 import b32encode
from typing import Any

import django_otp
import segno
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import second_factor
from accounts.admin.base import form_page
from accounts.admin.forms import why_field

admin.site.unregister(TOTPDevice)  # its pages show secrets

SHOWN_AT = "second_factor_at"
RECENT = 10 * 60  # seconds for which a code once shown need not be shown again, to change the factor itself


class CodeForm(forms.Form):
    """A code, as typed."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=64,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autofocus": True, "dir": "ltr"}),
    )


class ResetForm(forms.Form):
    """Why a colleague's second factor is taken away."""

    why = why_field()


def _page(request: HttpRequest, name: str, title: Any, **context: Any) -> HttpResponse:
    whole = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"admin/sijil/second_factor/{name}.html", whole)


def _destination(request: HttpRequest) -> str:
    """Where the person was going."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if safe else reverse("admin:index")


def _shown(request: HttpRequest, device: TOTPDevice) -> None:
    """From now on the session is one that has shown its second factor, under a new key."""
    request.session.cycle_key()
    django_otp.login(request, device)
    request.session[SHOWN_AT] = int(time.time())


def _to_show_first(request: HttpRequest) -> HttpResponse | None:
    """To the page that asks for a code, unless one was shown just now: changing the factor takes more than a
    screen left unattended."""
    recent = time.time() - request.session.get(SHOWN_AT, 0) < RECENT
    if recent and request.user.is_verified():  # type: ignore[union-attr]  # django-otp's
        return None
    return redirect(f"{reverse('second_factor:verify')}?{urlencode({'next': reverse('second_factor:overview')})}")


@admin.site.admin_view
def overview(request: HttpRequest) -> HttpResponse:
    """What one has, and what one may do about it."""
    user: Any = request.user
    return _page(
        request,
        "overview",
        _("Second factor"),
        enrolled=second_factor.is_enrolled(user),
        required=second_factor.is_required(user),
        left=second_factor.codes_left(user),
    )


@admin.site.admin_view
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code, after the password."""
    user: Any = request.user
    if not second_factor.is_enrolled(user):
        return redirect("second_factor:enrol")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            device = second_factor.verify(by=user, at=timezone.now(), code=form.cleaned_data["code"])
        except ValidationError as refused:
            form.add_error("code", refused)
        else:
            _shown(request, device)
            return redirect(_destination(request))
    return _page(request, "verify", _("Confirm that it is you"), form=form, next=_destination(request))


@admin.site.admin_view
def enrol(request: HttpRequest) -> HttpResponse:
    """Show the secret to a device, take a code from it, show the recovery codes this once."""
    user: Any = request.user
    if second_factor.is_enrolled(user) and (first := _to_show_first(request)):
        return first
    device = second_factor.offered_device(user)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            device, codes = second_factor.enrol(by=user, at=timezone.now(), code=form.cleaned_data["code"])
        except ValidationError as refused:
            form.add_error("code", refused)
        else:
            _shown(request, device)
            return _codes_page(request, codes)
    secret = b32encode(device.bin_key).decode()
    drawing = segno.make(device.config_url, error="m").svg_data_uri(scale=4, light="white")
    return _page(
        request, "enrol", _("Set up a second factor"), form=form, drawing=drawing,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        required=second_factor.is_required(user), next=_destination(request),
    )  # fmt: skip


@require_POST
@admin.site.admin_view
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    user: Any = request.user
    first = _to_show_first(request)
    return first or _codes_page(request, second_factor.renew_codes(by=user, at=timezone.now()))


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _page(request, "codes", _("Your recovery codes"), codes=codes, next=_destination(request))


def reset_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """A colleague's second factor is taken away, for a reason."""
    person = model_admin.get_object(request, object_id)
    if person is None or not may_reset(request, person):
        raise PermissionDenied
    form = ResetForm(request.POST or None)
    if form.is_valid():
        second_factor.reset(person, by=request.user, at=timezone.now(), why=form.cleaned_data["why"])  # type: ignore[arg-type]
        messages.success(request, _("The second factor was reset, and its owner is logged out everywhere."))
        return redirect(model_admin.address("change", person.pk))
    return form_page(model_admin, request, person, form, _("Reset the second factor"))


def may_reset(request: HttpRequest, person: Any) -> bool:
    """Whether the page offers it; the service decides."""
    user: Any = request.user
    allowed = user.has_perm("accounts.reset_second_factor") and user.pk != person.pk
    return allowed and (user.is_superuser or not person.is_superuser)
