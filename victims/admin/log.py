from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from accounts.admin.base import RegisterAdmin, display
from victims.models import NameRead


@admin.register(NameRead)
class NameReadAdmin(RegisterAdmin):
    """Who read names that are not public, newest first. For auditors; nobody writes here."""

    list_display = ("at", "reader", "client", "door", "how_many")
    list_filter = ("door",)
    list_select_related = ("reader",)
    ordering = ("-at", "-pk")
    paginator = InfinitePaginator
    search_fields = ("client",)  # shows the field; get_search_results does the work
    search_help_text = _("The reader's user name, or the identifier of a person record.")
    fields = ("at", "reader", "client", "door", "records")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the reader's name, or by the record that was read."""
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        try:
            return queryset.filter(records__contains=[UUID(text)]), False
        except ValueError:
            return queryset.filter(reader__username__iexact=text), False

    @display(_("person records"))
    def how_many(self, obj: NameRead) -> int:
        return len(obj.records)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("victims.audit_name_reads"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
