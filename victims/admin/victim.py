from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from accounts.admin.base import RegisterAdmin, day, display
from victims.admin.reading import PersonLine, name_level, noted, side_by_side, whole
from victims.models import LinkDecision, PersonRecord, Victim


@admin.register(Victim)
class VictimAdmin(RegisterAdmin):
    """Victims: which records the register holds to be one person, side by side with their sources."""

    list_display = ("reference", "record_count", "recorded")
    ordering = ("-recorded_at", "-pk")
    paginator = InfinitePaginator
    search_fields = ("reference",)
    search_help_text = _("The reference, or the person's name where you may see it.")
    change_form_outer_before_template = "admin/victims/victim.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .annotate(
                records=Count(
                    "links", filter=Q(links__record__in=PersonRecord.objects.seen_by(request.user).values("pk"))
                )
            )
        )

    @display(_("records"))
    def record_count(self, obj: Any) -> int:
        return int(obj.records)

    @display(_("recorded"), order="recorded_at")
    def recorded(self, obj: Victim) -> str:
        return day(obj.recorded_at)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        named = Victim.objects.with_record(
            PersonRecord.objects.seen_by(request.user).matching_names(text, name_level(request))
        )
        return queryset.filter(reference=text.upper()) | queryset.filter(pk__in=named.values("pk")), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """All is read above the form, which is empty."""
        return ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A victim comes with the first record that is linked to it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = dict(extra_context or {})
        victim = self.get_object(request, object_id) if object_id else None
        if victim is not None:
            context |= self._reading(request, victim)
        return super().changeform_view(request, object_id, form_url, context)

    def _reading(self, request: HttpRequest, victim: Victim) -> dict[str, Any]:
        linked = whole(PersonRecord.objects.seen_by(request.user).filter(links__victim=victim), name_level(request))
        lines = [PersonLine(row, request.user) for row in linked.order_by("recorded_at", "pk")]
        noted(request, [line.row for line in lines])
        return {
            "victim": victim,
            "lines": lines,
            "comparisons": side_by_side(lines),
            "decisions": list(
                LinkDecision.objects.filter(victim=victim, record__in=PersonRecord.objects.seen_by(request.user))
                .select_related("decided_by", "record")
                .order_by("pk")
            ),
            "may_link": request.user.has_perm("victims.add_linkdecision"),
        }

    def kept_with(self, row: Victim) -> Any:
        return (*row.decisions.all(), *row.links.all())
