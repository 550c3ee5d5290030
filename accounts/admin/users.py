import json
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.base import ReadOnlyAdmin, ReferenceAdmin, day, display
from accounts.admin.forms import RefusableForm
from accounts.admin.second_factor import reset_view
from accounts.attribution import attributed
from accounts.models import HistoryEntry, SecondFactor, User
from accounts.permissions import ROLE_MEANINGS, permission_name, role_name
from accounts.reasons import told_reason
from accounts.seen import seen_history
from accounts.telling import listed
from accounts.versions import readable_by_all


class AccountForm(RefusableForm):
    """What both forms of an account have in common: whether the person may log in, and their roles, in plain words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "is_staff" in self.fields:
            self.fields["is_staff"].label = _("May log in here")
            self.fields["is_staff"].help_text = _("Off for an account that uses the API alone.")


class ChangeForm(AccountForm, UserChangeForm):  # type: ignore[misc]  # unfold ships no types
    """A person's account."""


class CreationForm(AccountForm, UserCreationForm):  # type: ignore[misc]  # unfold ships no types
    """A new person's account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_staff"].initial = True  # whoever is given an account works here, but for few


def _role_told(group: Group) -> str:
    """A role with a line of what it may do."""
    meaning = ROLE_MEANINGS.get(group.name)
    if meaning is None:
        return role_name(group)
    return format_html("<strong>{}</strong>: {}", role_name(group), meaning)


def _with_named_permissions(db_field: Any, field: Any) -> Any:
    """Permissions as people read them."""
    if field is not None and db_field.remote_field.model is Permission:
        field.label_from_instance = permission_name
    return field


class RoleFilter(admin.RelatedFieldListFilter):
    """By role, each in the reader's language."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(group.pk, role_name(group)) for group in Group.objects.order_by("name")]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ReferenceAdmin):  # type: ignore[misc,type-arg]  # unfold ships no types
    """Who works on the register and in which roles. Deactivated, never deleted."""

    form = ChangeForm
    add_form = CreationForm
    change_password_form = AdminPasswordChangeForm
    permanent = ()
    folded_search = ("username", "first_name", "last_name", "email", "organization")
    list_display = ("username", "full_name", "organization", "roles", "language", "is_active", "last_login")
    list_filter = ("is_active", ("groups", RoleFilter), "language")
    ordering = ("username",)
    filter_horizontal = ()
    autocomplete_fields = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "language", "organization", "pseudonym")}),
        (
            _("Roles"),
            {"fields": ("is_active", "is_staff", "groups", "is_superuser", "user_permissions")},
        ),
        (_("Logging in"), {"fields": ("factor", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (
            _("Person"),
            {"fields": ("first_name", "last_name", "email", "language", "organization", "is_staff", "groups")},
        ),
    )

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(reset_view)
        reset = path("<path:object_id>/second-factor/", view, {"model_admin": self}, "accounts_user_second_factor")
        return [reset, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("second_factor").prefetch_related("groups")

    def kept_with(self, row: Any) -> Any:
        return SecondFactor.objects.filter(user=row)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        is_roles = db_field.name == "groups"
        if is_roles:
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if is_roles and field is not None:
            field.label, field.help_text = _("Roles"), _("Whoever both enters and reviews still needs a second person.")
            field.label_from_instance = _role_told  # type: ignore[method-assign,assignment]  # as Django documents
        return _with_named_permissions(db_field, field)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a superuser hands out rights beyond the roles."""
        beyond = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        return ("factor", "last_login", "date_joined", *beyond)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a superuser changes a superuser."""
        allowed = bool(super().has_change_permission(request, obj))
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002
        with attributed(by=request.user, at=timezone.now(), why="password set"):  # type: ignore[arg-type]  # logged in
            return super().user_change_password(request, id, form_url)

    @display(_("second factor"))
    def factor(self, obj: User) -> str:
        since = getattr(getattr(obj, "second_factor", None), "since", None)
        if since is None:
            return "—"
        reset = self.address("second_factor", obj.pk)
        return format_html('{} <a href="{}" class="sj-link">{}</a>', day(since), reset, _("Reset…"))

    @display(_("name"))
    def full_name(self, obj: User) -> str:
        return obj.get_full_name()

    @display(_("roles"))
    def roles(self, obj: User) -> str:
        return listed(role_name(group) for group in obj.groups.all())


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(DjangoGroupAdmin, ReferenceAdmin):  # type: ignore[misc]  # unfold ships no types
    """The roles and what each may do. They come from the reference files; only a superuser may change them."""

    permanent = ()
    folded_search = ("name",)
    list_display = ("role",)
    filter_horizontal = ("permissions",)
    ordering = ("name",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _with_named_permissions(db_field, super().formfield_for_manytomany(db_field, request, **kwargs))

    @display(_("role"))
    def role(self, obj: Group) -> str:
        return role_name(obj)


@admin.register(HistoryEntry)
class HistoryAdmin(ReadOnlyAdmin):
    """Every change of every row, newest first. Written by the database alone."""

    list_display = ("at", "table_name", "row_id", "operation", "actor", "why")
    list_display_links = ("at", "row_id")
    list_filter = ("operation", "table_name")
    list_select_related = ("actor",)
    ordering = ("-pk",)
    search_fields = ("row_id",)
    search_help_text = _("The identifier of a row, as it stands in the history.")
    fields = ("at", "actor", "login", "why", "operation", "table_name", "row_id", "transaction", "image")
    readonly_fields = ("why", "image")

    def get_queryset(self, request: HttpRequest) -> Any:
        return seen_history(readable_by_all(), request.user)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.replace("\x00", "").strip()
        return (queryset.filter(row_id=text) if text else queryset), False

    @display(_("reason"))
    def why(self, obj: HistoryEntry) -> str:
        return told_reason(obj.reason)

    @display(_("row"))
    def image(self, obj: HistoryEntry) -> str:
        """As text: the theme would colour it by styles in the page, which the policy of content refuses."""
        return format_html('<pre class="sj-json" dir="ltr">{}</pre>', json.dumps(obj.row, ensure_ascii=False, indent=2))
