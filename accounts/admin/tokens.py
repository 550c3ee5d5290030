"""Tokens in the admin: made and shown once, listed with their last use, revoked with a reason."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSingleDateWidget

from accounts.admin.base import RegisterAdmin, day, display, form_page
from accounts.admin.forms import RefusableForm, refusable, why_field
from accounts.models import Token, User
from accounts.telling import listed
from accounts.tokens import make_token, revoke_token

USUAL_LIFE = dt.timedelta(days=365)


class TokenForm(RefusableForm):
    """Whose token, what for, what it may do, until when."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May"), choices=Token.Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=[Token.Scope.READ_PUBLIC],
    )  # fmt: skip
    expires_at = forms.DateField(
        label=gettext_lazy("Good until"), widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("The last day on which it is good; within two years."),
    )  # fmt: skip

    class Meta:
        model = Token
        fields = ("user", "purpose", "scopes", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            users: Any = self.fields["user"]
            users.queryset = User.objects.filter(is_active=True).order_by("username")
            self.fields["expires_at"].initial = timezone.localdate() + USUAL_LIFE

    def clean_expires_at(self) -> dt.datetime:
        """To the end of that day."""
        last: dt.date = self.cleaned_data["expires_at"]
        if last < timezone.localdate():
            raise ValidationError(_("This day is over."))
        return dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)

    def _post_clean(self) -> None:
        """The service looks at the row; the digest is not made yet."""


class RevokeForm(forms.Form):
    """Why a token is revoked."""

    why = why_field()


@admin.register(Token)
class TokenAdmin(RegisterAdmin):
    """What programs show to read above what is public, or to submit."""

    form = TokenForm
    list_display = ("hint", "user", "purpose", "may", "made", "good_until", "last_used", "state")
    list_filter = ("user",)
    list_select_related = ("user", "use", "created_by")
    ordering = ("-created_at", "-pk")
    search_fields = ("hint", "purpose", "user__username")
    folded_search = ("hint", "purpose", "user__username")
    fields = ("user", "purpose", "scopes", "expires_at")
    change_form_before_template = "admin/sijil/token_above.html"
    shown = ("hint", "user", "purpose", "may", "created_by", "made", "good_until", "last_used", "state")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.shown

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:key>/revoke/", view, name="accounts_token_revoke"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        with refusable(form):
            token, secret = make_token(**form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
        obj.pk = token.pk
        request.token_secret = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """The one time that the secret is shown."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The new token"),
            "opts": self.opts,
            "secret": request.token_secret,  # type: ignore[attr-defined]
            "next": self.address("changelist"),
        }
        response = TemplateResponse(request, "admin/sijil/token.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        revocable = row is not None and row.revoked_at is None and request.user.has_perm("accounts.revoke_token")
        above = {"revoke": self.address("revoke", row.pk) if revocable and row is not None else ""}
        return super().change_view(request, object_id, form_url, {**above, **(extra_context or {})})

    def revoke_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask why, and revoke it."""
        if not request.user.has_perm("accounts.revoke_token"):
            raise PermissionDenied
        row = Token.objects.select_related("user").filter(pk=key).first()
        if row is None:
            raise Http404
        form = RevokeForm(request.POST or None)
        if form.is_valid():
            revoke_token(row, by=request.user, at=timezone.now(), why=form.cleaned_data["why"])  # type: ignore[arg-type]  # logged in
            messages.success(request, _("The token is good for nothing from now on."))
            return redirect(self.address("change", row.pk))
        meaning = _("Whatever shows it is answered 401 from then on. This is not taken back: make another.")
        return form_page(self, request, row, form, _("Revoke the token"), meaning=meaning)

    @display(gettext_lazy("may"))
    def may(self, obj: Token) -> str:
        return listed(str(Token.Scope(one).label) for one in obj.scopes)

    @display(gettext_lazy("made"), order="created_at")
    def made(self, obj: Token) -> str:
        return day(obj.created_at)

    @display(gettext_lazy("good until"), order="expires_at")
    def good_until(self, obj: Token) -> str:
        return day(obj.expires_at - dt.timedelta(microseconds=1))

    @display(gettext_lazy("last used"), order="use__at")
    def last_used(self, obj: Token) -> str:
        use = getattr(obj, "use", None)
        return format_html('<time dir="ltr" class="sj-day">{}</time>', f"{use.at:%Y-%m-%d %H:%M}") if use else "—"

    @display(gettext_lazy("state"))
    def state(self, obj: Token) -> str:
        if obj.revoked_at is not None:
            return _("revoked")
        return _("expired") if obj.expires_at <= timezone.now() else _("good")
