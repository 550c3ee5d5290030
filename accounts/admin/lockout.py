"""Failed logins as administrators see them: who is locked out now, to be let in again, and what was tried before."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.base import ReadOnlyAdmin


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnlyAdmin):
    """Names and addresses with failures since the last login; forgotten when their lock has ended."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    fields = ("username", "ip_address", "failures_since_start", "attempt_time", "user_agent", "path_info")
    ordering = ("-attempt_time",)
    folded_search = ("username",)
    search_fields = ("username",)
    actions = ("unlock",)

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("axes.delete_accessattempt")

    @admin.action(description=_("Let in again"), permissions=["unlock"])
    def unlock(self, request: HttpRequest, queryset: Any) -> None:
        count, _by_model = queryset.delete()
        said = ngettext("%(count)d lock was opened.", "%(count)d locks were opened.", count) % {"count": count}
        messages.success(request, said)


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(ReadOnlyAdmin):
    """Every failed login, kept until it is cleared."""

    list_display = ("attempt_time", "username", "ip_address", "locked_out")
    list_filter = ("locked_out",)
    fields = ("attempt_time", "username", "ip_address", "locked_out", "user_agent", "path_info")
    ordering = ("-attempt_time",)
    folded_search = ("username",)
    search_fields = ("username",)
